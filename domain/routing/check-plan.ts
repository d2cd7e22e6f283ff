/**
 * An independent check of a plan against its problem, invariant by invariant (V1 to V5 of the port). It shares no code
 * with the solver, so that the two cannot be wrong together; tests and the audit use it.
 */
import {
  LOAD_TOLERANCE,
  type PlannedRoute,
  type RoutingPlan,
  type RoutingProblem,
  type RoutingVehicle,
} from './port.ts';

/** One sentence per violation; empty when the plan keeps every constraint. */
export function checkPlan(problem: RoutingProblem, plan: RoutingPlan): string[] {
  const faults: string[] = [];
  const vehicles = new Map(problem.vehicles.map((vehicle) => [vehicle.vehicleId, vehicle]));
  const driven = new Set<string>();
  for (const route of plan.routes) {
    const vehicle = vehicles.get(route.vehicleId);
    if (vehicle === undefined) faults.push(`route of unknown vehicle ${route.vehicleId}`);
    else if (driven.has(route.vehicleId)) faults.push(`vehicle ${route.vehicleId} has two routes`);
    else faults.push(...checkRoute(problem, vehicle, route).map((fault) => `vehicle ${route.vehicleId}: ${fault}`));
    driven.add(route.vehicleId);
  }
  const places = new Map<string, number>();
  for (const { stopId } of [...plan.routes.flatMap((route) => route.stops), ...plan.unassigned]) {
    places.set(stopId, (places.get(stopId) ?? 0) + 1);
  }
  for (const { stopId } of problem.stops) {
    const count = places.get(stopId) ?? 0;
    if (count !== 1) faults.push(`V4: stop ${stopId} is in ${count} places instead of 1`);
    places.delete(stopId);
  }
  for (const stopId of places.keys()) faults.push(`V4: stop ${stopId} is not in the problem`);
  for (const { stopId, reasons } of plan.unassigned) {
    const expected = Math.max(1, problem.vehicles.length);
    if (reasons.length !== expected) faults.push(`V4: stop ${stopId} has ${reasons.length} reasons, not ${expected}`);
  }
  return faults;
}

function checkRoute(problem: RoutingProblem, vehicle: RoutingVehicle, route: PlannedRoute): string[] {
  const { matrix, nowMs } = problem;
  const faults: string[] = [];
  const expect = (isTrue: boolean, fault: string): void => {
    if (!isTrue) faults.push(fault);
  };
  const indexes = new Map(problem.stops.map(({ stopId }, index) => [stopId, index]));
  const loads = vehicle.capacity.map(() => 0);
  expect(route.stops.length > 0, 'V4: a route without stops');
  expect(route.departMs >= Math.max(nowMs, vehicle.shift.fromMs), 'V3: leaves before its shift or before now');
  let before = vehicle.startIndex ?? 0;
  let leftMs = route.departMs;
  let meters = 0;
  for (const visit of route.stops) {
    const index = indexes.get(visit.stopId);
    const stop = index === undefined ? undefined : problem.stops[index];
    if (index === undefined || stop === undefined) {
      faults.push(`V4: unknown stop ${visit.stopId}`);
      continue;
    }
    const at = `stop ${visit.stopId}`;
    const cell = before * matrix.size + index + 1;
    const legMs = Math.round((matrix.durationsSeconds[cell] ?? Number.NaN) * 1000);
    expect(visit.arrivalMs === leftMs + legMs, `V5: ${at} is reached at another time than the matrix says`);
    expect(Math.abs(visit.legSeconds * 1000 - legMs) < 0.001, `V5: ${at} has another travel time than the matrix`);
    expect(visit.serviceStartMs >= visit.arrivalMs, `V2: ${at} is served before the vehicle arrives`);
    expect(visit.serviceStartMs >= stop.window.fromMs, `V2: ${at} is served before its window`);
    expect(visit.serviceStartMs <= stop.window.toMs, `V2: ${at} is served after its window`);
    const servedMs = visit.departureMs - visit.serviceStartMs;
    expect(Math.abs(servedMs - stop.serviceSeconds * 1000) <= 1, `V5: ${at} is not served for its service time`);
    for (const [dimension, amount] of stop.load.entries()) loads[dimension] = (loads[dimension] ?? 0) + amount;
    meters += matrix.distancesMeters[cell] ?? Number.NaN;
    leftMs = visit.departureMs;
    before = index + 1;
  }
  const home = before * matrix.size;
  meters += matrix.distancesMeters[home] ?? Number.NaN;
  const homeMs = Math.round((matrix.durationsSeconds[home] ?? Number.NaN) * 1000);
  expect(route.returnMs === leftMs + homeMs, 'V5: returns at another time than the matrix says');
  expect(route.returnMs <= vehicle.shift.toMs, 'V3: returns after its shift');
  expect(Math.abs(meters - route.distanceMeters) <= 0.001, 'V5: the distance is not the sum of the legs');
  for (const [dimension, capacity] of vehicle.capacity.entries()) {
    const load = loads[dimension] ?? 0;
    expect(load <= capacity + LOAD_TOLERANCE, `V1: load ${load} exceeds capacity ${capacity} (${dimension})`);
    expect(Math.abs(load - (route.loads[dimension] ?? Number.NaN)) <= 1e-6, 'V1: loads are not the sum of the stops');
  }
  return faults;
}
