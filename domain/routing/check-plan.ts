/**
 * An independent check of a plan against its problem, invariant by invariant (V1 to V10 of the port). It shares no code
 * with the solver, so that the two cannot be wrong together; tests and the audit use it.
 */
import { checkRoute } from './check-route.ts';
import type { RoutingPlan, RoutingProblem } from './port.ts';

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
  for (const { vehicleId, frozenStopIds = [] } of problem.vehicles) {
    if (frozenStopIds.length > 0 && !driven.has(vehicleId)) {
      faults.push(`V7: vehicle ${vehicleId} has frozen stops and no route`);
    }
  }
  return [...faults, ...checkPlaces(problem, plan)];
}

function checkPlaces(problem: RoutingProblem, plan: RoutingPlan): string[] {
  const faults: string[] = [];
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
    const named = reasons.map(({ vehicleId }) => vehicleId);
    const expected = problem.vehicles.length === 0 ? [null] : problem.vehicles.map(({ vehicleId }) => vehicleId);
    if (named.join('\n') !== expected.join('\n')) {
      faults.push(`V4: stop ${stopId} has reasons for ${named.join(', ') || 'no vehicle'}, not for each vehicle`);
    }
  }
  return faults;
}
