import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { checkPlan } from './check-plan.ts';
import { insertionOptions } from './insertion-options.ts';
import { plannedRoute } from './plan.ts';
import type { PlannedStop, RoutingProblem, RoutingStop, RoutingVehicle } from './port.ts';
import { prepareModel } from './prepare-model.ts';
import { solveRoutes } from './solve.ts';
import { HOUR, onLine, stop as stopOnLine, van as vanOnLine, window } from './testing/line-problem.ts';
import { randomProblem, solvable } from './testing/random-problems.ts';
import { timetableOf } from './timetable.ts';

/** Served in no time, so that prices are ways alone. */
const stop = (stopId: string, changes: Partial<RoutingStop> = {}): RoutingStop =>
  stopOnLine(stopId, { serviceSeconds: 0, ...changes });
const van = (vehicleId: string, changes: Partial<RoutingVehicle> = {}): RoutingVehicle =>
  vanOnLine({ vehicleId, driverId: `d-${vehicleId}`, capacity: [3], ...changes });

describe('the question which vehicle could take a stop', () => {
  test('is answered with slot and price for each that can, and with a reason for each that cannot', () => {
    const bound = [
      stop('near', { loadedOn: 'a', window: window(0, 0.1) }),
      stop('far', { loadedOn: 'a' }),
      stop('west', { loadedOn: 'b' }),
    ];
    const vehicles = [van('a'), van('b'), van('full', { capacity: [0.5] }), van('idle')];
    const problem = onLine([100, 300, -50, 200], bound, vehicles);
    const plan = solveRoutes({ ...problem, matrix: onLine([100, 300, -50], [], []).matrix });
    const { options, reasons } = insertionOptions(problem, plan, stop('new', { window: window(1, 2) }));
    const shared = { position: 1 };
    expect(options).toEqual([
      { vehicleId: 'a', ...shared, extraCost: 0, extraSeconds: 0, extraMeters: 0, arrivalMs: expect.any(Number) },
      { vehicleId: 'b', position: 0, extraCost: 400, extraSeconds: 400, extraMeters: 3200, arrivalMs: HOUR },
      { vehicleId: 'idle', position: 0, extraCost: 400, extraSeconds: 400, extraMeters: 3200, arrivalMs: HOUR },
    ]);
    expect(reasons).toEqual([
      {
        vehicleId: 'full',
        constraint: 'CAPACITY',
        dimension: 'volumeM3',
        shortBy: 0.5,
        position: 0,
        detail: 'needs 1 volumeM3, 0.5 more than the vehicle, which holds 0.5, has left at best',
      },
    ]);
  });

  test('names the trip, when the vehicle has to go home for it', () => {
    const stops = ['a', 'b', 'c'].map((id) => stop(id));
    const problem = onLine([100, 100, 100, 50], stops, [van('v', { maxTrips: 2, reloadSeconds: 60 })]);
    const plan = solveRoutes({ ...problem, matrix: onLine([100, 100, 100], [], []).matrix });
    expect(plan.routes[0]?.reloads).toBeUndefined();
    const { options } = insertionOptions(problem, plan, stop('new'));
    // Before the others: out, home, and out again with the three.
    expect(options).toEqual([
      { vehicleId: 'v', position: 0, trip: 0, extraCost: 100, extraSeconds: 100, extraMeters: 800, arrivalMs: 50_000 },
    ]);
  });

  test('counts lateness into the price', () => {
    const problem = {
      ...onLine([100, 100], [stop('old', { window: window(0, 0), latestMs: HOUR, loadedOn: 'v' })], [van('v')]),
      objective: { kind: 'weighted', perSecondLate: 3 } as const,
    };
    const plan = solveRoutes({ ...problem, matrix: onLine([100], [], []).matrix });
    expect(plan.routes[0]?.stops[0]?.lateSeconds).toBe(100);
    const { options } = insertionOptions(problem, plan, stop('new', { serviceSeconds: 10, window: window(0, 0.03) }));
    // After the old stop it would be free; its window closes at 108 s, so there is time.
    expect(options[0]).toMatchObject({ position: 1, extraCost: 0 });
    const early = insertionOptions(
      problem,
      plan,
      stop('new', { serviceSeconds: 10, latestMs: HOUR, window: window(0, 0) }),
    );
    // 100 s late itself, wherever it is; before the old one it would delay that by its service.
    expect(early.options[0]).toMatchObject({ position: 1, extraCost: 300 });
  });

  test('moves start and end rows that stand behind the stops', () => {
    const bound = stop('old', { loadedOn: 'v' });
    const vehicles = [van('v', { startIndex: 2, endIndex: 3 })];
    // Rows: depot, old, start, end, and the new one at the end.
    const problem = onLine([100, 50, 200, 150], [bound], vehicles);
    const plan = solveRoutes({ ...problem, matrix: onLine([100, 50, 200], [], []).matrix });
    const { options } = insertionOptions(problem, plan, stop('new'));
    expect(options).toMatchObject([{ position: 1, extraSeconds: 0, arrivalMs: 100_000 }]);
  });

  test('is refused for what is planned already, has no row, or belongs to another problem', () => {
    const problem = onLine([100], [stop('old')], [van('v')]);
    const plan = solveRoutes(problem);
    expect(() => insertionOptions(problem, plan, stop('old'))).toThrow('stop old is on a route of the plan already');
    expect(() => insertionOptions(problem, plan, stop('new'))).toThrow(
      'new stop new has no row in the matrix of size 2',
    );
    const other = onLine([100, 200], [stop('else')], [van('v')]);
    expect(() => insertionOptions(other, plan, stop('new'))).toThrow('the plan has stop old, the problem has not');
    expect(insertionOptions({ ...problem, vehicles: [] }, { ...plan, routes: [] }, stop('old')).reasons).toMatchObject([
      { vehicleId: null, constraint: 'NO_VEHICLE' },
    ]);
  });

  test('gives slots and prices that a plan with the insertion has, whether the stop is new or known', () => {
    let asked = 0;
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 2, max: 12 }), (seed, count) => {
        const whole = solvable(randomProblem(seed, count, 3, { trips: false }));
        const last = whole.stops.at(-1)!;
        if (whole.vehicles.some(({ frozenStopIds = [] }) => frozenStopIds.includes(last.stopId))) return;
        const before = withoutLastStop(whole);
        const plan = solveRoutes({ ...before, iterations: 20 });
        const answer = insertionOptions(before, plan, last);
        expect(insertionOptions(whole, plan, last)).toEqual(answer);
        expect(answer.options.length + answer.reasons.length).toBe(3);
        const model = prepareModel(whole);
        for (const { vehicleId, position, extraMeters, extraCost, extraSeconds, arrivalMs } of answer.options) {
          asked += 1;
          const vehicle = whole.vehicles.findIndex((each) => each.vehicleId === vehicleId);
          const route = plan.routes.find((each) => each.vehicleId === vehicleId);
          const ids = [...(route?.stops ?? []).map(({ stopId }) => stopId)];
          ids.splice(position, 0, last.stopId);
          const nodes = ids.map((id) => whole.stops.findIndex(({ stopId }) => stopId === id) + 1);
          const planned = plannedRoute(whole, model, vehicle, timetableOf(model, vehicle, nodes)!);
          const routes = [...plan.routes.filter((each) => each.vehicleId !== vehicleId), planned];
          expect(checkPlan(whole, { ...plan, routes })).toEqual([]);
          expect(planned.distanceMeters - (route?.distanceMeters ?? 0)).toBeCloseTo(extraMeters, 6);
          expect(planned.stops[position]).toMatchObject({ stopId: last.stopId, arrivalMs });
          const { perMeter = 0, perVehicle = 0, perSecondLate = 0 } = whole.objective!;
          const late = (stops: readonly PlannedStop[]) => stops.reduce((sum, each) => sum + (each.lateSeconds ?? 0), 0);
          const extraLate = late(planned.stops) - late(route?.stops ?? []);
          const price = extraSeconds + perMeter * extraMeters + perSecondLate * extraLate;
          expect(price + (route === undefined ? perVehicle : 0)).toBeCloseTo(extraCost, 0);
        }
      }),
      { numRuns: 80 },
    );
    expect(asked).toBeGreaterThan(10);
  });
});

/** The last stop's row goes to the end of the matrix, where that of a new stop is. */
function withoutLastStop(problem: RoutingProblem): RoutingProblem {
  const { stops, matrix } = problem;
  const { size } = matrix;
  const node = stops.length;
  const moved = (cells: Float64Array) =>
    cells.map((_, cell) => {
      const from = (index: number) => (index < node ? index : index === size - 1 ? node : index + 1);
      return cells[from(Math.floor(cell / size)) * size + from(cell % size)]!;
    });
  return {
    ...problem,
    stops: stops.slice(0, -1),
    matrix: {
      size,
      durationsSeconds: moved(matrix.durationsSeconds),
      distancesMeters: moved(matrix.distancesMeters),
      ...(matrix.slots && {
        slots: matrix.slots.map((slot) => ({ ...slot, durationsSeconds: moved(slot.durationsSeconds) })),
      }),
    },
    vehicles: problem.vehicles.map((vehicle) => ({
      ...vehicle,
      ...(vehicle.startIndex === undefined ? {} : { startIndex: vehicle.startIndex - 1 }),
      ...(typeof vehicle.endIndex === 'number' ? { endIndex: vehicle.endIndex - 1 } : {}),
    })),
  };
}
