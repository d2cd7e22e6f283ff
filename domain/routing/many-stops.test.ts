import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { checkPlan } from './check-plan.ts';
import { PlannedTour } from './insertion.ts';
import { Neighbours } from './neighbours.ts';
import type { BrokenConstraint, RoutingProblem, RoutingStop } from './port.ts';
import { prepareModel } from './prepare-model.ts';
import { QuickTour } from './quick-insertion.ts';
import { solveRoutes } from './solve.ts';
import { onLine, stop, van, window } from './testing/line-problem.ts';
import { randomProblem } from './testing/random-problems.ts';

/** What is broken on a route that is driven as fast as it goes: per stop, and at the end, seconds of lateness. */
function lateness({ stops, vehicles, matrix, nowMs }: RoutingProblem, vehicle: number, visits: readonly number[]) {
  const { shift } = vehicles[vehicle]!;
  const late = new Map<string, number>();
  const way = (from: number, to: number): number => {
    const seconds = matrix.durationsSeconds[from * matrix.size + to]!;
    return seconds >= 0 && seconds < Infinity ? Math.round(seconds * 1000) : Infinity;
  };
  let time = Math.max(nowMs, Math.ceil(shift.fromMs));
  let before = 0;
  for (const node of visits) {
    const { stopId, window: span, serviceSeconds } = stops[node - 1]!;
    const starts = Math.max(time + way(before, node), Math.ceil(span.fromMs));
    late.set(stopId, (starts - Math.floor(span.toMs)) / 1000);
    time = starts + Math.round(serviceSeconds * 1000);
    before = node;
  }
  late.set('shift', (time + way(before, 0) - Math.floor(shift.toMs)) / 1000);
  return late;
}

describe('a quick reason', () => {
  test('names rules that are broken, by as much as it says, and none where the stop has a place', () => {
    const named = new Map<string, number>();
    fc.assert(
      fc.property(
        fc.integer(),
        fc.integer({ min: 1, max: 14 }),
        fc.integer({ min: 1, max: 3 }),
        (seed, count, fleet) => {
          const features = { breaks: false, trips: false, slots: false, lateness: false, bound: false };
          const problem = randomProblem(seed, count, fleet, features);
          const model = prepareModel(problem);
          expect(model.rich.isNeeded).toBe(false);
          const plan = solveRoutes({ ...problem, iterations: 30 });
          const nodeOf = new Map(problem.stops.map(({ stopId }, index) => [stopId, index + 1]));
          for (const [vehicle, { vehicleId, capacity }] of problem.vehicles.entries()) {
            const route = plan.routes.find((each) => each.vehicleId === vehicleId);
            const visits = (route?.stops ?? []).map(({ stopId }) => nodeOf.get(stopId)!);
            const tour = new QuickTour(problem, model, vehicle, visits);
            const exact = new PlannedTour(problem, model, vehicle, visits);
            for (let node = 1; node <= count; node += 1) {
              if (visits.includes(node)) continue;
              const quick = tour.best(node);
              const best = exact.best(node);
              const late = lateness(problem, vehicle, quick.visits);
              expect({ node, isFree: quick.broken.length === 0 }).toEqual({ node, isFree: best.broken.length === 0 });
              if (quick.broken.length === 0) expect(quick.extraCost).toBeCloseTo(best.extraCost, 6);
              for (const fault of quick.broken) {
                named.set(fault.constraint, (named.get(fault.constraint) ?? 0) + 1);
                expect(actual(problem, fault, quick.visits, capacity, late)).toBeCloseTo(fault.shortBy ?? Infinity, 6);
              }
            }
          }
        },
      ),
      { numRuns: 300 },
    );
    expect([...named.keys()].sort()).toEqual(['CAPACITY', 'SHIFT', 'UNREACHABLE', 'WINDOW']);
  });

  function actual(
    { stops }: RoutingProblem,
    { constraint, dimension, stopId = '' }: BrokenConstraint,
    visits: readonly number[],
    capacity: readonly number[],
    late: ReadonlyMap<string, number>,
  ): number | undefined {
    if (constraint === 'SHIFT') return late.get('shift');
    if (constraint === 'WINDOW') return late.get(stopId);
    if (constraint === 'UNREACHABLE') return late.get(stopId === '' ? 'shift' : stopId);
    const at = dimension === 'volumeM3' ? 0 : 1;
    return visits.reduce((sum, node) => sum + (stops[node - 1] as RoutingStop).load[at]!, 0) - capacity[at]!;
  }
});

describe('a problem of very many stops', () => {
  const COUNT = 1_200;
  const places = Array.from({ length: COUNT }, (_, index) => 60 + ((index * 7) % 1_800));
  const stops = places.map((_, index) => stop(`s${index}`, { load: [0.01], window: window(0, 2 + (index % 3)) }));

  test('of which most are left out has a true reason for each of them in seconds', () => {
    const problem = onLine(places, stops, [van(), van({ vehicleId: 'w' })], 100);
    // With a replay for each of them this took more than a minute.
    const plan = solveRoutes(problem);
    expect(checkPlan(problem, plan)).toEqual([]);
    expect(plan.routes).toHaveLength(2);
    expect(plan.unassigned.length).toBeGreaterThan(500);
    const kinds = new Set(plan.unassigned.flatMap(({ reasons }) => reasons.map(({ constraint }) => constraint)));
    expect([...kinds].filter((kind) => kind !== 'SHIFT' && kind !== 'WINDOW')).toEqual([]);
  });

  test('with trips says of those that it did not look into that it did not, and what is certain all the same', () => {
    const cold = stops.map((each, index) => (index % 2 === 1 ? { ...each, skills: ['cold'] } : each));
    const problem = onLine(places, cold, [van({ maxTrips: 2 })], 20);
    const plan = solveRoutes(problem);
    expect(checkPlan(problem, plan)).toEqual([]);
    const last = plan.unassigned.slice(-20).map(({ reasons }) => reasons[0]);
    const kinds = new Set(last.map((reason) => reason?.constraint));
    expect([...kinds].sort()).toEqual(['SKILL', 'UNEXAMINED']);
    expect(last.find((reason) => reason?.constraint === 'UNEXAMINED')?.detail).toMatch(/not worked out/);
  });

  test('at one point is planned like any other', () => {
    const problem = onLine(
      places.map(() => 0),
      stops,
      [van({ capacity: [8] }), van({ vehicleId: 'w', capacity: [8] })],
      100,
    );
    const plan = solveRoutes(problem);
    expect(checkPlan(problem, plan)).toEqual([]);
    const served = plan.routes.reduce((sum, route) => sum + route.stops.length, 0);
    // A minute each in shifts of ten hours, and windows that close after four.
    expect(served).toBeGreaterThan(400);
  });

  test('knows the nearest of each, ties and missing ways included', () => {
    const some = Array.from({ length: 700 }, (_, index) => (index * 37) % 90);
    const { matrix, ...rest } = onLine(some, stops.slice(0, 700), [van()]);
    const durationsSeconds = matrix.durationsSeconds.map((seconds, cell) => (cell % 11 === 0 ? Infinity : seconds));
    const model = prepareModel({ ...rest, matrix: { ...matrix, durationsSeconds } });
    const { travel, inward, size, stopCount } = model;
    const neighbours = new Neighbours(model);
    for (const node of [1, 2, 350, 700]) {
      const keyOf = (other: number): number =>
        other === node ? -1 : travel[node * size + other]! + inward[node * size + other]!;
      const all = Array.from({ length: stopCount }, (_, index) => index + 1);
      all.sort((a, b) => (keyOf(a) === keyOf(b) ? a - b : keyOf(a) < keyOf(b) ? -1 : 1));
      expect([...neighbours.of(node)]).toEqual(all.slice(0, 128));
    }
  });

  test('is nothing at all without any', () => {
    expect(solveRoutes(onLine([], [], [van()]))).toEqual({ routes: [], unassigned: [], costSeconds: 0 });
  });
});
