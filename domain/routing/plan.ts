/** From the solver's solution to the plan of the port: times of each visit, and a reason for each stop left out. */
import { explainUnassigned } from './explain.ts';
import type { RoutingModel } from './model.ts';
import type { PlannedReload, PlannedRoute, PlannedStop, RoutingPlan, RoutingProblem, RoutingStop } from './port.ts';
import { OPEN_END } from './rich-model.ts';
import type { Solution } from './solution.ts';
import { type Timetable, timetableOf } from './timetable.ts';

export function planOf(problem: RoutingProblem, solution: Solution, absent: readonly number[]): RoutingPlan {
  const { model } = solution;
  const visits = problem.vehicles.map((_, vehicle) => solution.visits(vehicle));
  const routes = visits.flatMap((nodes, vehicle): PlannedRoute[] => {
    if (nodes.length === 0) return [];
    const timetable = timetableOf(model, vehicle, nodes);
    if (timetable === undefined) throw new Error(`the route of vehicle ${vehicle} keeps no schedule: ${nodes}`);
    return [plannedRoute(problem, model, vehicle, timetable)];
  });
  const driven = visits.reduce((sum, nodes, vehicle) => sum + drivenMs(model, vehicle, nodes), 0);
  const nodes = [...absent].sort((left, right) => left - right);
  return { routes, unassigned: explainUnassigned(problem, model, visits, nodes), costSeconds: driven / 1000 };
}

function drivenMs({ travel, size, startNode, rich }: RoutingModel, vehicle: number, nodes: readonly number[]): number {
  if (nodes.length === 0) return 0;
  const end = rich.endNode[vehicle] as number;
  let sum = 0;
  let before = startNode[vehicle] as number;
  for (const node of end === OPEN_END ? nodes : [...nodes, end]) {
    sum += travel[before * size + node] as number;
    before = node;
  }
  return sum;
}

export function plannedRoute(
  problem: RoutingProblem,
  model: RoutingModel,
  vehicle: number,
  timetable: Timetable,
): PlannedRoute {
  const { nowMs, matrix } = problem;
  const { departs, visits, returns, breaks } = timetable;
  const isTripped = visits.some(({ node }) => node === 0);
  const stops: PlannedStop[] = [];
  const reloads: PlannedReload[] = [];
  const loads = new Array<number>(model.dimensions).fill(0);
  let distanceMeters = 0;
  let before = model.startNode[vehicle] as number;
  let left = departs;
  for (const { node, arrival, start, leaves } of visits) {
    const legMeters = matrix.distancesMeters[before * matrix.size + node] as number;
    distanceMeters += legMeters;
    const leg = { legSeconds: (arrival - left) / 1000, legMeters };
    const times = { arrivalMs: nowMs + arrival, departureMs: nowMs + leaves };
    before = node;
    left = leaves;
    if (node === 0) {
      reloads.push({ trip: reloads.length + 1, ...times, ...leg });
      continue;
    }
    const { stopId, load } = problem.stops[node - 1] as RoutingStop;
    for (const [dimension, amount] of load.entries()) loads[dimension] = (loads[dimension] as number) + amount;
    const lateMs = start - (model.to[node] as number);
    stops.push({
      stopId,
      arrivalMs: times.arrivalMs,
      serviceStartMs: nowMs + start,
      departureMs: times.departureMs,
      ...leg,
      ...(isTripped ? { trip: reloads.length } : {}),
      ...(lateMs > 0 ? { lateSeconds: lateMs / 1000 } : {}),
    });
  }
  const end = model.rich.endNode[vehicle] as number;
  if (end !== OPEN_END) distanceMeters += matrix.distancesMeters[before * matrix.size + end] as number;
  const rests = breaks.map(({ breakId, start, end: until, afterStops }) => ({
    breakId,
    startMs: nowMs + start,
    endMs: nowMs + until,
    afterStops,
  }));
  return {
    vehicleId: (problem.vehicles[vehicle] as { vehicleId: string }).vehicleId,
    stops,
    departMs: nowMs + departs,
    returnMs: nowMs + returns,
    loads,
    distanceMeters,
    ...(isTripped ? { reloads } : {}),
    ...(rests.length > 0 ? { breaks: rests } : {}),
  };
}
