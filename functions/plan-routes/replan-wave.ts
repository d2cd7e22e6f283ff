/**
 * A re-plan from its problem to what is written: routes of vehicles that were free, changes of routes that were there,
 * and the reasons of the orders that stay without. Pure.
 */
import {
  isoOf,
  type RoutingPlan,
  type TravelMatrix,
  type UnassignedReason,
  type UnassignedStop,
} from '../../domain/index.ts';
import type { RouteChange } from '../../workflows/route-planning/contracts.ts';
import { type PlannedWave, plannedWave, type Wave } from './plan-wave.ts';
import { type ReplanProblem, replanProblem } from './replan-problem.ts';
import { keepsAllStops, routeChanges } from './route-changes.ts';
import type { RunningRoute } from './running-route.ts';

export interface ReplannedWave extends PlannedWave {
  readonly changes: readonly RouteChange[];
}

interface Replanning {
  readonly wave: Wave;
  readonly running: readonly RunningRoute[];
  /** The strict one. */
  readonly problem: ReplanProblem;
  readonly matrix: TravelMatrix;
  /** Of the strict problem. */
  readonly plan: RoutingPlan;
  readonly search: (problem: ReplanProblem & { readonly matrix: TravelMatrix }) => Promise<RoutingPlan>;
}

/** Where not all promises can be kept with what is on the routes already, that may be late: it stays where it is. */
export async function replannedWave(replanning: Replanning): Promise<ReplannedWave> {
  const { wave, running, matrix, search } = replanning;
  let { problem, plan } = replanning;
  const { nowMs, requests } = wave;
  if (!keepsAllStops(plan, running, nowMs)) {
    problem = replanProblem(wave, running, 'lenient');
    plan = await search({ ...problem, matrix });
  }
  const changes = routeChanges({ problem, matrix, plan, nowMs, requests }, running);
  const forecasts = forecastsOf(plan, problem);
  const { routes, unassigned } = plannedWave(wave, problem, matrix, ofTheWave(plan, problem, wave, changes, forecasts));
  const trips = new Map(
    problem.stops.flatMap(({ stopId, orderIds }) =>
      orderIds.map((orderId): [string, Forecast | undefined] => [orderId, forecasts.get(stopId)]),
    ),
  );
  return {
    routes,
    unassigned: unassigned.map((order) => {
      const forecast = trips.get(order.orderId);
      if (forecast === undefined || forecast.isTooLate) return order;
      return { ...order, nextTrip: { vehicleId: forecast.vehicleId, arrivalAt: isoOf(forecast.arrivalMs) } };
    }),
    changes,
  };
}

/** Which vehicle could take a stop once it has been back, and when it would be there. */
interface Forecast {
  readonly vehicleId: string;
  readonly arrivalMs: number;
  /** By what the trip under way has become longer, the window or the shift is over. */
  readonly isTooLate: boolean;
}

/** By stop; trips begin when their vehicles are back by the plan, which may be later than they were to be. */
function forecastsOf({ routes }: RoutingPlan, { stops, vehicles, nextTripOf }: ReplanProblem): Map<string, Forecast> {
  const windows = new Map(stops.map(({ stopId, window }) => [stopId, window]));
  const found = new Map<string, Forecast>();
  for (const trip of routes) {
    const of = nextTripOf.get(trip.vehicleId);
    if (of === undefined) continue;
    const running = routes.find(({ vehicleId }) => vehicleId === of.vehicleId);
    const delayMs = Math.max(0, (running?.returnMs ?? of.returnMs) - of.returnMs);
    const shiftToMs = vehicles.find(({ vehicleId }) => vehicleId === trip.vehicleId)?.shift.toMs ?? 0;
    for (const { stopId, arrivalMs } of trip.stops) {
      const delayedMs = arrivalMs + delayMs;
      const isTooLate = delayedMs > (windows.get(stopId)?.toMs ?? 0) || trip.returnMs + delayMs > shiftToMs;
      found.set(stopId, { vehicleId: of.vehicleId, arrivalMs: delayedMs, isTooLate });
    }
  }
  return found;
}

function reasonOf(vehicleId: string, forecast: Forecast | undefined): UnassignedReason {
  if (forecast === undefined) {
    const detail = 'its route could not be changed without leaving behind what is on it';
    return { vehicleId, constraint: 'LOADED', detail };
  }
  const at = `on its next trip it could be there at ${isoOf(forecast.arrivalMs)}`;
  const detail = `it is under way; ${at}${forecast.isTooLate ? ', which is too late' : ''}`;
  return { vehicleId: forecast.vehicleId, constraint: 'LOADED', detail };
}

function ofTheWave(
  plan: RoutingPlan,
  { stops }: ReplanProblem,
  { vehicles, requests }: Wave,
  changes: readonly RouteChange[],
  forecasts: ReadonlyMap<string, Forecast>,
): RoutingPlan {
  const free = new Set(vehicles.map(({ vehicleId }) => vehicleId));
  const isPending = new Set(requests.map(({ orderId }) => orderId));
  const comesIn = new Set(changes.flatMap(({ added }) => added.map(({ orderId }) => orderId)));
  const pending = new Map(
    stops.flatMap(({ stopId, orderIds, loadedOn }) =>
      loadedOn === undefined && orderIds.every((orderId) => isPending.has(orderId))
        ? [[stopId, orderIds] as const]
        : [],
    ),
  );
  const routes = plan.routes.filter(({ vehicleId }) => free.has(vehicleId));
  const lost = plan.routes
    .filter(({ vehicleId }) => !free.has(vehicleId))
    .flatMap(({ vehicleId, stops: visits }) =>
      visits.flatMap(({ stopId }): UnassignedStop[] => {
        const orderIds = pending.get(stopId);
        if (orderIds === undefined || orderIds.some((orderId) => comesIn.has(orderId))) return [];
        return [{ stopId, orderIds, reasons: [reasonOf(vehicleId, forecasts.get(stopId))] }];
      }),
    );
  return { ...plan, routes, unassigned: [...plan.unassigned.filter(({ stopId }) => pending.has(stopId)), ...lost] };
}
