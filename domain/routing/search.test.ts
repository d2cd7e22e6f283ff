import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createPrng } from '../random.ts';
import { Budget } from './budget.ts';
import { checkPlan } from './check-plan.ts';
import { compileProblem } from './model.ts';
import type { RoutingObjective, RoutingProblem } from './port.ts';
import { Search } from './search.ts';
import type { Slot } from './solution.ts';
import { finish, solveRoutes } from './solve.ts';
import { Tours } from './tours.ts';

const HOUR = 3_600_000;
const KINDS = [
  { capacity: [6, 100], shift: { fromMs: 0, toMs: 9 * HOUR } },
  { capacity: [9, Infinity], shift: { fromMs: HOUR, toMs: 7 * HOUR } },
];

/** A town whose ways differ by direction; every third vehicle is of another kind. */
function town(seed: number, stopCount: number, vehicleCount: number, objective?: RoutingObjective): RoutingProblem {
  const prng = createPrng(seed);
  const size = stopCount + 1;
  const places = Array.from({ length: size }, () => [prng.next() * 2000, prng.next() * 2000] as const);
  const durationsSeconds = Float64Array.from(
    places.flatMap((a) =>
      places.map((b) => Math.hypot(a[0] - b[0], a[1] - b[1]) * (a === b ? 0 : 1 + prng.next() / 5)),
    ),
  );
  return {
    depot: [0, 0],
    stops: Array.from({ length: stopCount }, (_, index) => {
      const fromMs = prng.next() * 6 * HOUR;
      return {
        stopId: `s${index}`,
        orderIds: [`o${index}`],
        position: [0, 0],
        serviceSeconds: prng.int(600),
        window: { fromMs, toMs: fromMs + prng.pick([HOUR, 9 * HOUR]) },
        load: [prng.next(), prng.next() * 9],
        priority: 0,
      };
    }),
    vehicles: Array.from({ length: vehicleCount }, (_, index) => ({
      vehicleId: `v${index}`,
      driverId: `d${index}`,
      ...(KINDS[index % 3 === 2 ? 1 : 0] as (typeof KINDS)[number]),
    })),
    matrix: { size, durationsSeconds, distancesMeters: durationsSeconds.map((seconds) => seconds * 9) },
    nowMs: 0,
    iterations: 300,
    seed,
    ...(objective === undefined ? {} : { objective }),
  };
}

const contents = ({ tours }: Tours) =>
  tours.map(({ count, order, ends, latest, leg, loads, cost, isLate }) => ({
    order: [...order.subarray(0, count + 2)],
    ends: [...ends.subarray(0, count + 1)],
    latest: [...latest.subarray(1, count + 2)],
    leg: [...leg.subarray(1, count + 2)],
    loads: [...loads].map((load) => load.toFixed(9)),
    cost,
    isLate,
  }));

function refreshed(tours: Tours): ReturnType<typeof contents> {
  const copy = new Tours(tours.model);
  copy.copy(tours);
  for (let vehicle = 0; vehicle < tours.tours.length; vehicle += 1) copy.refresh(vehicle);
  return contents(copy);
}

describe('the tours', () => {
  test('are the same when stops are inserted one by one as when they are computed from their order', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const tours = new Tours(compileProblem(town(seed, 40, 4, { kind: 'weighted', perVehicle: 77, perMeter: 0.3 })));
        let inserted = 0;
        for (let node = 1; node <= 40; node += 1) {
          const slot: Slot = { vehicle: -1, position: 0, cost: Infinity };
          for (let vehicle = 0; vehicle < 4; vehicle += 1) tours.findSlot(vehicle, node, slot, () => false);
          if (slot.cost === Infinity) continue;
          tours.insert(node, slot);
          inserted += 1;
        }
        expect(inserted).toBeGreaterThan(10);
        expect(contents(tours)).toEqual(refreshed(tours));
      }),
      { numRuns: 20 },
    );
  });

  test('find the cheapest slot that any trial of all slots finds', () => {
    const tours = new Tours(compileProblem(town(7, 30, 2)));
    const trial = new Tours(tours.model);
    let none = 0;
    for (let node = 1; node <= 30; node += 1) {
      const slot: Slot = { vehicle: -1, position: 0, cost: Infinity };
      for (const vehicle of [0, 1]) tours.findSlot(vehicle, node, slot, () => false);
      let least = Infinity;
      for (const vehicle of [0, 1]) {
        const tour = tours.tours[vehicle]!;
        for (let position = 1; tours.hasRoom(tour, vehicle, node) && position <= tour.count + 1; position += 1) {
          trial.copy(tours);
          trial.insert(node, { vehicle, position, cost: 0 });
          trial.refresh(vehicle);
          if (!trial.tours[vehicle]!.isLate) least = Math.min(least, trial.tours[vehicle]!.cost - tour.cost);
        }
      }
      expect(slot.cost).toBe(least);
      if (least === Infinity) none += 1;
      else tours.insert(node, slot);
    }
    expect(none).toBeGreaterThan(0);
    expect(none).toBeLessThan(25);
  });
});

describe('the search', () => {
  test('knows the cost of its current solution after any number of steps, accepted or not', () => {
    const model = compileProblem(town(3, 50, 5));
    const search = new Search(model, createPrng(3));
    finish(search.construct(new Budget(1, undefined)));
    let [accepted, rejected] = [0, 0];
    for (let step = 0; step < 400; step += 1) {
      const before = search.absence(search.absent);
      const left = search.propose();
      const delta = search.toursDelta();
      if (delta + (search.absence(left) - before) * model.absenceCost < 50_000) {
        search.accept(left, delta);
        accepted += 1;
      } else {
        search.reject();
        rejected += 1;
      }
      const onTours = search.current.tours.flatMap(({ order, count }) => [...order.subarray(1, count + 1)]);
      expect([...onTours, ...search.absent].sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
    }
    expect(accepted).toBeGreaterThan(20);
    expect(rejected).toBeGreaterThan(20);
    expect(search.toursCost).toBe(search.current.cost());
    expect(search.used).toBe(search.current.tours.filter(({ count }) => count > 0).length);
    const current = search.current as Tours;
    expect(contents(current)).toEqual(refreshed(current));
  });
});

describe('an objective', () => {
  test('keeps every constraint, whichever it is', () => {
    let left = 0;
    fc.assert(
      fc.property(fc.integer(), fc.boolean(), fc.integer({ min: 1, max: 8 }), (seed, isFleetFirst, fleet) => {
        const objective: RoutingObjective = isFleetFirst
          ? { kind: 'hierarchical', perMeter: 1 }
          : { kind: 'weighted', perSecond: 0.3, perMeter: 0.7, perVehicle: 500 };
        const problem = town(seed, 30, fleet, objective);
        const plan = solveRoutes(problem);
        expect(checkPlan(problem, plan)).toEqual([]);
        left += plan.unassigned.length;
      }),
      { numRuns: 40 },
    );
    expect(left).toBeGreaterThan(0);
  });

  /** East in the morning and the evening, west at noon: one vehicle crosses twice (600 s), two need not (400 s). */
  function crossing(objective: RoutingObjective): RoutingProblem {
    const places = [0, 100, -100, 100];
    const durationsSeconds = Float64Array.from(places.flatMap((a) => places.map((b) => Math.abs(a - b))));
    const base = town(1, 3, 3, objective);
    const stops = base.stops.map((stop, index) => ({
      ...stop,
      window: { fromMs: 2 * index * HOUR, toMs: (2 * index + 1) * HOUR },
    }));
    return { ...base, stops, matrix: { size: 4, durationsSeconds, distancesMeters: durationsSeconds } };
  }

  test.each<[number, number, RoutingObjective]>([
    [2, 400, { kind: 'weighted' }],
    [1, 600, { kind: 'hierarchical' }],
    [2, 400, { kind: 'weighted', perVehicle: 199 }],
    [1, 600, { kind: 'weighted', perVehicle: 201 }],
  ])('decides between driving and the number of vehicles: %d, %d s', (expected, costSeconds, objective) => {
    const plan = solveRoutes(crossing(objective));
    expect(plan).toMatchObject({ unassigned: [], costSeconds });
    expect(plan.routes).toHaveLength(expected);
  });

  test('can be metres instead of seconds', () => {
    const problem = town(11, 12, 2);
    const stops = problem.stops.map((stop) => ({ ...stop, window: { fromMs: 0, toMs: 9 * HOUR } }));
    // The shorter a way, the longer it takes.
    const distancesMeters = problem.matrix.durationsSeconds.map((seconds) => (seconds === 0 ? 0 : 4000 - seconds));
    const both = { ...problem, stops, matrix: { ...problem.matrix, distancesMeters }, iterations: 1000 };
    const meters = (of: RoutingObjective): number =>
      solveRoutes({ ...both, objective: of }).routes.reduce((sum, route) => sum + route.distanceMeters, 0);
    expect(meters({ kind: 'weighted', perSecond: 0, perMeter: 1 })).toBeLessThan(meters({ kind: 'weighted' }));
  });

  test('is refused with a weight that is no finite number from 0', () => {
    const problem = town(1, 3, 1, { kind: 'weighted', perMeter: -1 });
    expect(() => solveRoutes(problem)).toThrow('objective perMeter -1 must be a finite number from 0');
  });
});

describe('a bound on the time', () => {
  test('ends the search when it is reached, with a plan that keeps every constraint', () => {
    const problem = { ...town(2, 60, 6), iterations: Number.MAX_SAFE_INTEGER };
    let asked = 0;
    const plan = solveRoutes(problem, { spent: () => asked++ / 50 });
    expect(asked).toBeGreaterThan(49);
    expect(asked).toBeLessThan(60);
    expect(checkPlan(problem, plan)).toEqual([]);
  });

  test('ends it for every island of a thread, also where no more time than all of it ever passes', () => {
    const problem = { ...town(2, 30, 6), iterations: Number.MAX_SAFE_INTEGER, islands: 3 };
    let asked = 0;
    const plan = solveRoutes(problem, { spent: () => Math.min(1, asked++ / 40) });
    expect(asked).toBeLessThan(40 + 3 * 20);
    expect(checkPlan(problem, plan)).toEqual([]);
  });

  test('leaves a plan even when there was no time at all', () => {
    const problem = town(2, 60, 6, { kind: 'hierarchical' });
    const plan = solveRoutes(problem, { spent: () => 2 });
    expect(plan.routes.length).toBeGreaterThan(0);
    expect(checkPlan(problem, plan)).toEqual([]);
  });

  test('changes nothing while it is far', () => {
    const problem = town(2, 40, 6, { kind: 'hierarchical' });
    expect(solveRoutes(problem, { spent: () => 0 })).toEqual(solveRoutes(problem));
  });
});
