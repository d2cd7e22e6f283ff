import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { checkPlan } from './check-plan.ts';
import { PlannedTour } from './insertion.ts';
import { plannedRoute } from './plan.ts';
import {
  type BrokenConstraint,
  CAPACITY_DIMENSIONS,
  type RoutingPlan,
  type RoutingProblem,
  type TravelMatrix,
  type UnassignedReason,
} from './port.ts';
import { prepareModel } from './prepare-model.ts';
import { solveRoutes } from './solve.ts';
import { randomProblem, solvable } from './testing/random-problems.ts';
import { timetableOf } from './timetable.ts';

/** The vehicle's route in the plan, as visits. */
function visitsOf(problem: RoutingProblem, plan: RoutingPlan, vehicleId: string): number[] {
  const nodeOf = new Map(problem.stops.map(({ stopId }, index) => [stopId, index + 1]));
  let trip = 0;
  return (plan.routes.find((route) => route.vehicleId === vehicleId)?.stops ?? []).flatMap((stop) => {
    const reloads = new Array<number>((stop.trip ?? 0) - trip).fill(0);
    trip = stop.trip ?? 0;
    return [...reloads, nodeOf.get(stop.stopId)!];
  });
}

/** Gives the ways from and to these places that do not exist, at some time of the day at least, a length of zero. */
function withWays(matrix: TravelMatrix, from: ReadonlySet<number>, to = from): TravelMatrix {
  const { size, slots = [] } = matrix;
  const tables = [matrix.durationsSeconds, ...slots.map(({ durationsSeconds }) => durationsSeconds)];
  const isWay = (seconds: number) => seconds >= 0 && seconds < Infinity;
  const isOpened = (cell: number) =>
    from.has(Math.floor(cell / size)) && to.has(cell % size) && tables.some((table) => !isWay(table[cell]!));
  const opened = (cells: Float64Array) => cells.map((value, cell) => (isOpened(cell) ? 0 : value));
  return {
    size,
    durationsSeconds: opened(matrix.durationsSeconds),
    distancesMeters: opened(matrix.distancesMeters),
    slots: slots.map((slot) => ({ ...slot, durationsSeconds: opened(slot.durationsSeconds) })),
  };
}

/** The problem without exactly one of the constraints that a reason names; `less` makes it a little too little. */
function relax(
  problem: RoutingProblem,
  plan: RoutingPlan,
  { vehicleId, position = 0 }: UnassignedReason,
  stopId: string,
  fault: BrokenConstraint,
  less = 0,
): RoutingProblem {
  const shortMs = Math.round((fault.shortBy ?? 0) * 1000) - less;
  const onVehicle = (
    change: (vehicle: RoutingProblem['vehicles'][number]) => Partial<RoutingProblem['vehicles'][number]>,
  ) => ({
    ...problem,
    vehicles: problem.vehicles.map((vehicle) =>
      vehicle.vehicleId === vehicleId ? { ...vehicle, ...change(vehicle) } : vehicle,
    ),
  });
  const frozen = problem.vehicles.find((vehicle) => vehicle.vehicleId === vehicleId)?.frozenStopIds ?? [];
  switch (fault.constraint) {
    case 'CAPACITY': {
      const dimension = CAPACITY_DIMENSIONS.indexOf(fault.dimension as (typeof CAPACITY_DIMENSIONS)[number]);
      const more = (fault.shortBy ?? 0) - less / 1000;
      return onVehicle(({ capacity }) => ({
        capacity: capacity.map((amount, index) => (index === dimension ? amount + more : amount)),
      }));
    }
    case 'WINDOW':
      return {
        ...problem,
        stops: problem.stops.map((stop) => {
          if (stop.stopId !== fault.stopId) return stop;
          const latestMs = Math.ceil(stop.latestMs ?? stop.window.toMs) + shortMs;
          if (stop.latestMs !== undefined) return { ...stop, latestMs };
          return { ...stop, window: { ...stop.window, toMs: latestMs } };
        }),
      };
    case 'SHIFT':
      return onVehicle(({ shift }) => ({ shift: { ...shift, toMs: Math.ceil(shift.toMs) + shortMs } }));
    case 'BREAK':
      return onVehicle(({ breaks = [] }) => ({
        breaks: breaks.map((rest) => {
          const window = { ...rest.window, toMs: Math.ceil(rest.window.toMs) + shortMs };
          return rest.breakId === fault.breakId ? { ...rest, window } : rest;
        }),
      }));
    case 'SKILL':
      return onVehicle(() => ({ skills: ['cold', 'lift'] }));
    case 'FROZEN': {
      const frozenStopIds = frozen.slice(0, position);
      const relaxed = onVehicle(() => ({ frozenStopIds }));
      const { endIndex = 0 } = problem.vehicles.find((vehicle) => vehicle.vehicleId === vehicleId)!;
      if (frozenStopIds.length === 0 || endIndex === 'open') return relaxed;
      // What is left frozen needs a way to the end, or the problem is refused; with the insertion nobody drives it.
      const last = problem.stops.findIndex((stop) => stop.stopId === frozenStopIds.at(-1)) + 1;
      return { ...relaxed, matrix: withWays(problem.matrix, new Set([last]), new Set([endIndex])) };
    }
    case 'LOADED': {
      const loaded = new Set([stopId, ...frozen.slice(position)]);
      return {
        ...problem,
        stops: problem.stops.map((stop) => (loaded.has(stop.stopId) ? { ...stop, loadedOn: vehicleId! } : stop)),
      };
    }
    case 'UNREACHABLE': {
      const node = problem.stops.findIndex((stop) => stop.stopId === stopId) + 1;
      const { startIndex = 0, endIndex } = problem.vehicles.find((vehicle) => vehicle.vehicleId === vehicleId)!;
      const end = typeof endIndex === 'number' ? endIndex : 0;
      const nodes = new Set([node, startIndex, end, 0, ...visitsOf(problem, plan, vehicleId!)]);
      return { ...problem, matrix: withWays(problem.matrix, nodes) };
    }
    default:
      throw new Error(`${fault.constraint} cannot be relaxed`);
  }
}

/** What breaks when the stop is put on the vehicle's route, and the plan that comes of it. */
function inserted(problem: RoutingProblem, plan: RoutingPlan, vehicleId: string, stopId: string) {
  const model = prepareModel(problem);
  const vehicle = problem.vehicles.findIndex((each) => each.vehicleId === vehicleId);
  const node = problem.stops.findIndex((stop) => stop.stopId === stopId) + 1;
  const tour = new PlannedTour(problem, model, vehicle, visitsOf(problem, plan, vehicleId));
  const { visits, broken } = tour.best(node);
  const timetable = broken.length > 0 ? undefined : timetableOf(model, vehicle, visits);
  if (timetable === undefined) return { broken, faults: ['not possible'] };
  const route = plannedRoute(problem, model, vehicle, timetable);
  const routes = [...plan.routes.filter((each) => each.vehicleId !== vehicleId), route];
  const unassigned = plan.unassigned.filter((each) => each.stopId !== stopId);
  return { broken, faults: checkPlan(problem, { ...plan, routes, unassigned }) };
}

/** Whether what is frozen breaks the rule that is named by itself (V9): it then allows itself what little was left away. */
function isLoosened(problem: RoutingProblem, { constraint, vehicleId, breakId, stopId }: UnassignedReason): boolean {
  const { frozenLatest, latest, breaks } = prepareModel(problem).rich;
  if (constraint === 'BREAK') {
    const vehicle = problem.vehicles.findIndex((each) => each.vehicleId === vehicleId);
    return breaks[vehicle]!.some((rest) => rest.breakId === breakId && rest.to > rest.closes);
  }
  const node = problem.stops.findIndex((stop) => stop.stopId === stopId) + 1;
  return constraint === 'WINDOW' && frozenLatest[node]! > latest[node]!;
}

describe('a reason', () => {
  test('counts what a frozen stop is late by already, which has to go as well', () => {
    const problem = solvable(randomProblem(6, 13, 3));
    const plan = solveRoutes({ ...problem, iterations: 30 });
    const reasons = plan.unassigned.flatMap(({ stopId, reasons }) => reasons.map((reason) => ({ stopId, reason })));
    let late = 0;
    for (const { stopId, reason } of reasons) {
      const faults = [reason, ...(reason.also ?? [])];
      late += faults.filter((fault) => fault.constraint === 'WINDOW' && fault.stopId === 's2').length;
      const without = faults.reduce((less, fault) => relax(less, plan, reason, stopId, fault), problem);
      expect(inserted(without, plan, reason.vehicleId!, stopId)).toEqual({ broken: [], faults: [] });
    }
    expect(late).toBeGreaterThan(0);
  });

  test('is true: without what it names the insertion is possible, and with a little of it it is not', () => {
    const named = new Map<string, number>();
    let [several, tight] = [0, 0];
    fc.assert(
      fc.property(
        fc.integer(),
        fc.integer({ min: 1, max: 14 }),
        fc.integer({ min: 0, max: 3 }),
        (seed, stops, fleet) => {
          const problem = solvable(randomProblem(seed, stops, fleet));
          const plan = solveRoutes({ ...problem, iterations: 30 });
          for (const { stopId, reasons } of plan.unassigned) {
            for (const reason of reasons) {
              const { vehicleId, also = [] } = reason;
              for (const { constraint } of [reason, ...also]) named.set(constraint, (named.get(constraint) ?? 0) + 1);
              if (vehicleId === null) continue;
              expect(reason.detail).not.toMatch(/NaN|undefined|Infinity/);
              const faults = [reason, ...also];
              const without = faults.reduce((less, fault) => relax(less, plan, reason, stopId, fault), problem);
              const attempt = inserted(without, plan, vehicleId, stopId);
              expect({ reason, ...attempt }).toEqual({ reason, broken: [], faults: [] });
              if (also.length > 0) several += 1;
              else if ((reason.shortBy ?? 0) > 0.01) {
                const nearly = relax(problem, plan, reason, stopId, reason, 2);
                if (isLoosened(nearly, reason)) continue;
                expect(inserted(nearly, plan, vehicleId, stopId).broken).not.toEqual([]);
                tight += 1;
              }
            }
          }
        },
      ),
      // The examples: a frozen part without a way to the end once its last stop is frozen no more; one that would rather be
      // late for a break by what is left away than for its stop by minutes; a break that is late with the frozen part, and
      // may not be so after what is added.
      {
        numRuns: 250,
        examples: [
          [-1374173009, 12, 1],
          [-1982717662, 7, 1],
          [655641492, 7, 1],
        ],
      },
    );
    const kinds = ['BREAK', 'CAPACITY', 'FROZEN', 'LOADED', 'NO_VEHICLE', 'SHIFT', 'SKILL', 'UNREACHABLE', 'WINDOW'];
    expect([...named.keys()].sort()).toEqual(kinds);
    expect(Math.min(...named.values(), several, tight)).toBeGreaterThan(0);
  });
});
