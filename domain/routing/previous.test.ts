import { describe, expect, test } from '@jest/globals';
import { createPrng } from '../random.ts';
import { checkPlan } from './check-plan.ts';
import { comparePlans } from './compare-plans.ts';
import type { PreviousPlan, RoutingPlan, RoutingProblem } from './port.ts';
import { solveRoutes } from './solve.ts';
import { randomProblem, solvable } from './testing/random-problems.ts';

const HOUR = 3_600_000;

/** Forty stops around a depot and a few vehicles with room; the problem is rich when its vehicles may make two trips. */
function town(isRich: boolean, objective: Partial<NonNullable<RoutingProblem['objective']>> = {}): RoutingProblem {
  const problem = solvable(randomProblem(41, 40, 4));
  const stops = problem.stops.map(({ stopId, orderIds, position, load }) => ({
    stopId,
    orderIds,
    position,
    load,
    serviceSeconds: 60,
    window: { fromMs: problem.nowMs, toMs: problem.nowMs + 100 * HOUR },
    priority: 0,
  }));
  const vehicles = problem.vehicles.map(({ vehicleId, driverId }) => ({
    vehicleId,
    driverId,
    capacity: problem.vehicles[0]!.capacity.map(() => 1e6),
    shift: { fromMs: problem.nowMs, toMs: problem.nowMs + 200 * HOUR },
    ...(isRich ? { maxTrips: 2 } : {}),
  }));
  const { size } = problem.matrix;
  const prng = createPrng(41);
  const places = Array.from({ length: size }, () => [prng.next() * 3000, prng.next() * 3000] as const);
  const durationsSeconds = Float64Array.from(
    places.flatMap((a) => places.map((b) => Math.hypot(a[0] - b[0], a[1] - b[1]))),
  );
  const matrix = { size, durationsSeconds, distancesMeters: durationsSeconds };
  return { ...problem, stops, vehicles, matrix, iterations: 500, objective: { kind: 'weighted', ...objective } };
}

const previousOf = ({ routes }: RoutingPlan): PreviousPlan => ({
  routes: routes.map(({ vehicleId, stops }) => ({ vehicleId, stopIds: stops.map(({ stopId }) => stopId) })),
});

describe.each([
  ['plain', false],
  ['rich', true],
])('a plan before, on a %s solution', (_, isRich) => {
  test('is where the search begins, however little is left to search', () => {
    const good = solveRoutes(town(isRich));
    const again = solveRoutes({ ...town(isRich), iterations: 0, previous: previousOf(good) });
    expect(again.costSeconds).toBeLessThanOrEqual(good.costSeconds);
    expect(solveRoutes({ ...town(isRich), iterations: 0 }).costSeconds).toBeGreaterThan(good.costSeconds);
  });

  test('is kept the closer, the more a change costs', () => {
    const poor = solveRoutes({ ...town(isRich), iterations: 0 });
    const shareAt = (perChange: number): number => {
      const problem = { ...town(isRich, { perChange }), previous: previousOf(poor) };
      const plan = solveRoutes(problem);
      expect(checkPlan(problem, plan)).toEqual([]);
      return comparePlans(poor, plan).changedShare;
    };
    expect(shareAt(1e6)).toBe(0);
    expect(shareAt(0)).toBeGreaterThan(0.2);
  });

  test('may name stops and vehicles that are gone', () => {
    const problem = { ...town(isRich), previous: { routes: [{ vehicleId: 'gone', stopIds: ['lost', 's1'] }] } };
    expect(checkPlan(problem, solveRoutes(problem))).toEqual([]);
  });
});

test('a stop is left out where that is cheaper than to serve it, and says so', () => {
  const problem = town(false, { perUnassigned: 1 });
  const plan = solveRoutes(problem);
  expect(plan.routes).toEqual([]);
  expect(plan.unassigned[0]?.reasons[0]?.constraint).toBe('COST');
});
