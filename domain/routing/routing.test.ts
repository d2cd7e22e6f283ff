import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createPrng } from '../random.ts';
import { checkPlan } from './check-plan.ts';
import type { RoutingPlan, RoutingProblem, RoutingStop, RoutingVehicle } from './port.ts';
import { solveRoutes } from './solve.ts';

const HOUR = 3_600_000;
const NOW = 1_800_000_000_000;
const window = (from: number, to: number) => ({ fromMs: NOW + from * HOUR, toMs: NOW + to * HOUR });
const van = (changes: Partial<RoutingVehicle> = {}): RoutingVehicle => ({
  vehicleId: 'v-1',
  driverId: 'd-1',
  capacity: [10, Infinity],
  shift: window(0, 10),
  ...changes,
});
const stop = (stopId: string, changes: Partial<RoutingStop> = {}): RoutingStop => ({
  stopId,
  orderIds: [`order-${stopId}`],
  position: [0, 0],
  serviceSeconds: 60,
  window: window(0, 10),
  load: [1, 1],
  priority: 0,
  ...changes,
});

/** Places on a line, `seconds` of travel from the depot at 0; ten metres a second. */
function onLine(seconds: number[], stops: RoutingStop[], vehicles: RoutingVehicle[], iterations = 200): RoutingProblem {
  const places = [0, ...seconds];
  const durationsSeconds = Float64Array.from(places.flatMap((a) => places.map((b) => Math.abs(a - b))));
  const distancesMeters = durationsSeconds.map((duration) => duration * 10);
  const matrix = { size: places.length, durationsSeconds, distancesMeters };
  return { depot: [0, 0], stops, vehicles, matrix, nowMs: NOW, iterations, seed: 1 };
}

/** A random town; with `rough` the matrix keeps no triangle inequality and some ways do not exist. */
function randomProblem(seed: number, stopCount: number, vehicleCount: number, rough: boolean): RoutingProblem {
  const prng = createPrng(seed);
  const places = Array.from({ length: stopCount + 1 }, () => [prng.next() * 3600, prng.next() * 3600] as const);
  const size = stopCount + 1;
  const durationsSeconds = new Float64Array(size * size);
  for (let from = 0; from < size; from += 1) {
    for (let to = 0; to < size; to += 1) {
      const [a, b] = [places[from]!, places[to]!];
      const straight = Math.hypot(a[0] - b[0], a[1] - b[1]) * (rough ? 0.5 + prng.next() : 1);
      durationsSeconds[from * size + to] = from === to ? 0 : rough && prng.next() < 0.03 ? Infinity : straight;
    }
  }
  const stops = Array.from({ length: stopCount }, (_, index) => {
    const opens = prng.next() * 8;
    const lasts = prng.pick([0.5, 2, 10]);
    const load = [prng.next() * 2, prng.next() * 50];
    return stop(`s${index}`, {
      window: window(opens - 1, opens + lasts),
      load,
      serviceSeconds: prng.int(900),
      priority: prng.int(2),
    });
  });
  const vehicles = Array.from({ length: vehicleCount }, (_, index) => {
    const from = prng.next() * 4 - 1;
    return van({
      vehicleId: `v${index}`,
      capacity: [4 + prng.next() * 10, prng.pick([Infinity, 200])],
      shift: window(from, from + 2 + prng.next() * 8),
    });
  });
  const matrix = { size, durationsSeconds, distancesMeters: durationsSeconds.map((duration) => duration * 9) };
  return { depot: [0, 0], stops, vehicles, matrix, nowMs: NOW, iterations: 150, seed };
}

const sequence = (plan: RoutingPlan, route = 0) => plan.routes[route]?.stops.map(({ stopId }) => stopId);
const reasons = (plan: RoutingPlan) =>
  plan.unassigned.flatMap((entry) =>
    entry.reasons.map(
      ({ constraint, dimension }) => `${entry.stopId} ${constraint}${dimension ? ` ${dimension}` : ''}`,
    ),
  );

describe('a plan', () => {
  test('keeps every constraint, on random instances with and without triangle inequality', () => {
    let assigned = 0;
    let unassigned = 0;
    fc.assert(
      fc.property(
        fc.integer(),
        fc.integer({ min: 0, max: 25 }),
        fc.integer({ min: 0, max: 4 }),
        fc.boolean(),
        (seed, stops, vehicles, rough) => {
          const problem = randomProblem(seed, stops, vehicles, rough);
          const plan = solveRoutes(problem);
          expect(checkPlan(problem, plan)).toEqual([]);
          assigned += plan.routes.flatMap((route) => route.stops).length;
          unassigned += plan.unassigned.length;
        },
      ),
      { numRuns: 120 },
    );
    // Both sides of the question must have been asked.
    expect(assigned).toBeGreaterThan(100);
    expect(unassigned).toBeGreaterThan(100);
  });

  test('is the same for the same seed', () => {
    const problem = randomProblem(99, 40, 2, false);
    expect(JSON.stringify(solveRoutes(problem))).toBe(JSON.stringify(solveRoutes(structuredClone(problem))));
  });

  test('drives a line out and back', () => {
    const plan = solveRoutes(onLine([300, 100, 200], [stop('c'), stop('a'), stop('b')], [van()]));
    expect(plan.costSeconds).toBe(600);
    expect(plan.routes[0]).toMatchObject({
      distanceMeters: 6000,
      loads: [3, 3],
      departMs: NOW,
      returnMs: NOW + 780_000,
    });
  });

  test('finds the shortest round of seven stops, checked against all orders', () => {
    const problem = randomProblem(4, 7, 1, false);
    const free = {
      ...problem,
      iterations: 2000,
      stops: problem.stops.map((s) => ({ ...s, window: window(0, 100), load: [0, 0] })),
      vehicles: [van({ shift: window(0, 100) })],
    };
    const { durationsSeconds, size } = free.matrix;
    const way = (from: number, to: number) => Math.round(durationsSeconds[from * size + to]! * 1000) / 1000;
    const shortest = (at: number, left: number[]): number =>
      left.length === 0
        ? way(at, 0)
        : Math.min(
            ...left.map(
              (next) =>
                way(at, next) +
                shortest(
                  next,
                  left.filter((other) => other !== next),
                ),
            ),
          );
    expect(solveRoutes(free).costSeconds).toBeCloseTo(shortest(0, [1, 2, 3, 4, 5, 6, 7]), 3);
  });

  test('takes a detour for a window, and leaves the depot only when it pays', () => {
    const stops = [stop('near', { window: window(5, 6) }), stop('far', { window: window(2, 3) })];
    const plan = solveRoutes(onLine([100, 200], stops, [van()]));
    expect(sequence(plan)).toEqual(['far', 'near']);
    expect(plan.routes[0]?.departMs).toBe(NOW + 2 * HOUR - 200_000);
  });

  test('uses a second vehicle for what the first cannot carry', () => {
    const stops = ['a', 'b', 'c', 'd'].map((id) => stop(id, { load: [4, 0] }));
    const plan = solveRoutes(onLine([1, 2, 3, 4], stops, [van(), van({ vehicleId: 'v-2' })]));
    expect(plan.unassigned).toEqual([]);
    expect(plan.routes.map((route) => route.loads[0])).toEqual([8, 8]);
  });

  test('packs exactly to the brim, rounding errors or not', () => {
    const stops = Array.from({ length: 10 }, (_, index) => stop(`s${index}`, { load: [0.1, 0] }));
    const plan = solveRoutes(onLine([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], stops, [van({ capacity: [1, 1] })]));
    expect(plan.unassigned).toEqual([]);
  });

  test.each([0, 200])('serves the stop of higher priority when only one can be, after %d iterations', (iterations) => {
    const usual = stop('usual', { load: [9, 0], window: window(0, 1) });
    const urgent = stop('urgent', { load: [8, 0], priority: 1 });
    // As near, but larger, tighter and earlier, the usual one would be first in every other respect.
    expect(sequence(solveRoutes(onLine([1, 1], [usual, urgent], [van()], iterations)))).toEqual(['urgent']);
  });

  test('never makes a stop late by taking another out where the direct way takes longer', () => {
    const far = 5000;
    // b can be reached in time by way of a alone; to drive to a between c and d instead would save an hour.
    const rows = [
      [0, 10, 1000, 10, far],
      [10, 0, 10, far, 10],
      [10, far, 0, far, far],
      [far, 10, far, 0, 3000],
      [10, far, far, far, 0],
    ];
    const soon = { fromMs: NOW, toMs: NOW + 100_000 };
    const stops = ['a', 'b', 'c', 'd'].map((id) =>
      stop(id, { serviceSeconds: 0, window: id === 'b' ? soon : window(0, 10) }),
    );
    const vehicles = [van({ capacity: [2, 9] }), van({ vehicleId: 'v-2', capacity: [3, 9] })];
    const durationsSeconds = Float64Array.from(rows.flat());
    const matrix = { size: 5, durationsSeconds, distancesMeters: durationsSeconds };
    const problem = { depot: [0, 0] as const, stops, vehicles, matrix, nowMs: NOW, iterations: 500, seed: 1 };
    const plan = solveRoutes(problem);
    expect(checkPlan(problem, plan)).toEqual([]);
    expect(plan).toMatchObject({ unassigned: [], costSeconds: 3050 });
  });

  test('starts a vehicle where it stands', () => {
    const problem = onLine([100, 900], [stop('a')], [van({ startIndex: 2 })]);
    const plan = solveRoutes(problem);
    expect(plan.routes[0]?.stops[0]?.legSeconds).toBe(800);
    expect(checkPlan(problem, plan)).toEqual([]);
  });

  test('never leaves before now, even in the middle of a shift', () => {
    const plan = solveRoutes(onLine([60], [stop('a')], [van({ shift: window(-3, 2) })]));
    expect(plan.routes[0]?.departMs).toBe(NOW);
  });
});

describe('a stop left out', () => {
  test.each<[string, Partial<RoutingStop>, Partial<RoutingVehicle>[], number, string[]]>([
    ['because there is no vehicle', {}, [], 60, ['a NO_VEHICLE']],
    ['because it is too big', { load: [11, 1] }, [{}], 60, ['a CAPACITY volumeM3']],
    ['because it is too heavy', { load: [1, 600] }, [{ capacity: [10, 500] }], 60, ['a CAPACITY weightKg']],
    ['because its window closes too soon', { window: window(0, 0.01) }, [{}], 60, ['a WINDOW']],
    ['because the shift is too short', {}, [{ shift: window(0, 0.03) }], 60, ['a SHIFT']],
    ['because no road leads there', {}, [{}], Infinity, ['a UNREACHABLE']],
    [
      'with a reason for each vehicle',
      { load: [4, 1] },
      [{ capacity: [3, 9] }, { vehicleId: 'v-2', shift: window(-9, -8) }],
      60,
      ['a CAPACITY volumeM3', 'a SHIFT'],
    ],
  ])('says so: %s', (_, changes, vehicles, seconds, expected) => {
    const problem = onLine([seconds], [stop('a', changes)], vehicles.map(van));
    const plan = solveRoutes(problem);
    expect(reasons(plan)).toEqual(expected);
    expect(plan.unassigned[0]?.orderIds).toEqual(['order-a']);
    expect(checkPlan(problem, plan)).toEqual([]);
  });

  test('says so when the others fill vehicle, shift or day', () => {
    const full = onLine([1, 2], [stop('a', { load: [6, 0] }), stop('b', { load: [6, 0] })], [van()]);
    expect(reasons(solveRoutes(full))).toEqual([expect.stringMatching(/CAPACITY volumeM3/)]);
    const long = { serviceSeconds: 6 * 3600 };
    expect(reasons(solveRoutes(onLine([1, 2], [stop('a', long), stop('b', long)], [van()])))).toEqual([
      expect.stringMatching(/SHIFT/),
    ]);
    const sameTime = { window: window(1, 1.1), serviceSeconds: 1800 };
    expect(reasons(solveRoutes(onLine([1, 2], [stop('a', sameTime), stop('b', sameTime)], [van()])))).toEqual([
      expect.stringMatching(/WINDOW/),
    ]);
  });
});

describe('a problem that contradicts itself', () => {
  const problem = onLine([1, 2], [stop('a'), stop('b')], [van()]);
  test.each<[string, RoutingProblem]>([
    ['matrix size 3 is too small', { ...problem, stops: [stop('a'), stop('b'), stop('c')] }],
    ['stop a is listed twice', { ...problem, stops: [stop('a'), stop('a')] }],
    ['stop a has a window that ends before it starts', { ...problem, stops: [stop('a', { window: window(2, 1) })] }],
    ['stop a has a negative load', { ...problem, stops: [stop('a', { load: [-1, 0] })] }],
    ['vehicle v-1 has 1 capacities', { ...problem, vehicles: [van({ capacity: [1] })] }],
    ['vehicle v-1 starts at matrix index 2', { ...problem, vehicles: [van({ startIndex: 2 })] }],
    ['iterations 0.5', { ...problem, iterations: 0.5 }],
  ])('is refused: %s', (message, broken) => {
    expect(() => solveRoutes(broken)).toThrow(message);
  });
});

describe('the independent check', () => {
  const problem = onLine([100, 200], [stop('a'), stop('b')], [van({ capacity: [2, 2] })]);
  const plan = solveRoutes(problem);
  const route = plan.routes[0]!;

  test.each<[string, RoutingProblem, RoutingPlan]>([
    ['V1', { ...problem, vehicles: [van({ capacity: [1, 2] })] }, plan],
    ['V2', { ...problem, stops: problem.stops.map((s) => ({ ...s, window: window(-2, -1) })) }, plan],
    ['V3', { ...problem, vehicles: [van({ capacity: [2, 2], shift: window(0, 0.1) })] }, plan],
    ['V3', { ...problem, nowMs: NOW + 1 }, plan],
    ['V4', problem, { ...plan, unassigned: [{ stopId: 'a', orderIds: [], reasons: [] }] }],
    ['V4', problem, { ...plan, routes: [] }],
    ['V5', problem, { ...plan, routes: [{ ...route, stops: [...route.stops].reverse() }] }],
    ['two routes', problem, { ...plan, routes: [route, route] }],
  ])('finds a breach of %s', (code, against, broken) => {
    expect(checkPlan(against, broken).join('\n')).toContain(code);
  });
});
