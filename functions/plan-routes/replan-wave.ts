/**
 * A re-plan from its problem to what is written: routes of vehicles that were free, changes of routes that were there,
 * and the reasons of the orders that stay without. Pure.
 */
import { isoOf, type RoutingPlan, type TravelMatrix, type UnassignedStop } from '../../domain/index.ts';
import type { NextTrip, RouteChange } from '../../workflows/route-planning/contracts.ts';
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
  readonly search: (problem: ReplanProblem & { readonly matrix: TravelMatrix }) => RoutingPlan;
}

/** Where not all promises can be kept with what is on the routes already, that may be late: it stays where it is. */
export function replannedWave(replanning: Replanning): ReplannedWave {
  const { wave, running, matrix, search } = replanning;
  let { problem, plan } = replanning;
  const { nowMs, requests } = wave;
  if (!keepsAllStops(plan, running, nowMs)) {
    problem = replanProblem(wave, running, 'lenient');
    plan = search({ ...problem, matrix });
  }
  const changes = routeChanges({ problem, matrix, plan, nowMs, requests }, running);
  const { routes, unassigned } = plannedWave(wave, problem, matrix, ofTheWave(plan, problem, wave, changes));
  const forecasts = nextTrips(plan, problem);
  return {
    routes,
    unassigned: unassigned.map((order) => {
      const nextTrip = forecasts.get(order.orderId);
      return nextTrip === undefined ? order : { ...order, nextTrip };
    }),
    changes,
  };
}

/** By order: which vehicle could take it once it has been back, and when it would be there. */
function nextTrips({ routes }: RoutingPlan, { stops, nextTripOf }: ReplanProblem) {
  const orders = new Map(stops.map(({ stopId, orderIds }) => [stopId, orderIds]));
  return new Map(
    routes.flatMap((route) => {
      const vehicleId = nextTripOf.get(route.vehicleId);
      if (vehicleId === undefined) return [];
      return route.stops.flatMap(({ stopId, arrivalMs }) =>
        (orders.get(stopId) ?? []).map((orderId): [string, NextTrip] => [
          orderId,
          { vehicleId, arrivalAt: isoOf(arrivalMs) },
        ]),
      );
    }),
  );
}

function ofTheWave(
  plan: RoutingPlan,
  { stops, nextTripOf }: ReplanProblem,
  { vehicles, requests }: Wave,
  changes: readonly RouteChange[],
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
    .flatMap((route) =>
      route.stops.flatMap(({ stopId, arrivalMs }): UnassignedStop[] => {
        const orderIds = pending.get(stopId);
        if (orderIds === undefined || orderIds.some((orderId) => comesIn.has(orderId))) return [];
        const returning = nextTripOf.get(route.vehicleId);
        const vehicleId = returning ?? route.vehicleId;
        const detail =
          returning === undefined
            ? 'its route could not be changed without leaving behind what is on it'
            : `it is under way; on its next trip it could be there at ${isoOf(arrivalMs)}`;
        return [{ stopId, orderIds, reasons: [{ vehicleId, constraint: 'LOADED', detail }] }];
      }),
    );
  return { ...plan, routes, unassigned: [...plan.unassigned.filter(({ stopId }) => pending.has(stopId)), ...lost] };
}
