/** From the solver's tours to the plan of the port: times of each visit, and a reason for each stop left out. */
import { explainUnassigned } from './explain.ts';
import type { RoutingModel } from './model.ts';
import type { PlannedRoute, PlannedStop, RoutingPlan, RoutingProblem } from './port.ts';
import type { Tour, Tours } from './tours.ts';

export function planOf(problem: RoutingProblem, tours: Tours, absent: readonly number[]): RoutingPlan {
  const routes = problem.vehicles.flatMap((_, vehicle): PlannedRoute[] =>
    tours.tours[vehicle]?.count === 0 ? [] : [routeOf(problem, tours, vehicle)],
  );
  const nodes = [...absent].sort((left, right) => left - right);
  return {
    routes,
    unassigned: nodes.map((node) => explainUnassigned(problem, tours, node)),
    costSeconds: drivenMs(tours) / 1000,
  };
}

function drivenMs({ model, tours }: Tours): number {
  let sum = 0;
  for (const { order, count } of tours) {
    if (count === 0) continue;
    for (let slot = 1; slot <= count + 1; slot += 1) {
      sum += model.travel[(order[slot - 1] as number) * model.size + (order[slot] as number)] as number;
    }
  }
  return sum;
}

function routeOf(problem: RoutingProblem, tours: Tours, vehicle: number): PlannedRoute {
  const { model } = tours;
  const { nowMs, matrix } = problem;
  const { size } = model;
  const { order, count, loads } = tours.tours[vehicle] as Tour;
  const nodes = order.subarray(1, count + 1);
  const departure = departureOf(model, vehicle, nodes[0] as number);
  let leaves = departure;
  let before = model.startNode[vehicle] as number;
  let distanceMeters = 0;
  const leg = (to: number): { ms: number; meters: number } => {
    const meters = to === model.openNode ? 0 : (matrix.distancesMeters[before * matrix.size + to] as number);
    distanceMeters += meters;
    return { ms: model.travel[before * size + to] as number, meters };
  };
  const stops = Array.from(nodes, (node): PlannedStop => {
    const { ms, meters } = leg(node);
    const arrival = leaves + ms;
    const start = Math.max(arrival, model.from[node] as number);
    leaves = start + (model.service[node] as number);
    before = node;
    return {
      stopId: (problem.stops[node - 1] as { stopId: string }).stopId,
      arrivalMs: nowMs + arrival,
      serviceStartMs: nowMs + start,
      departureMs: nowMs + leaves,
      legSeconds: ms / 1000,
      legMeters: meters,
    };
  });
  const back = leg(model.endNode[vehicle] as number);
  return {
    vehicleId: (problem.vehicles[vehicle] as { vehicleId: string }).vehicleId,
    stops,
    departMs: nowMs + departure,
    returnMs: nowMs + leaves + back.ms,
    loads: Array.from(loads),
    distanceMeters,
  };
}

/** As late as the first window allows: time waited before the first stop is better spent at the depot. */
function departureOf(model: RoutingModel, vehicle: number, first: number): number {
  const leg = model.travel[(model.startNode[vehicle] as number) * model.size + first] as number;
  return Math.max(model.shiftFrom[vehicle] as number, (model.from[first] as number) - leg);
}
