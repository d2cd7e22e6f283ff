/**
 * A re-plan from its problem to what is written: routes of vehicles that were free, changes of routes that were there,
 * and the reasons of the orders that stay without. Pure.
 */
import type { RoutingPlan, TravelMatrix, UnassignedStop } from '../../domain/index.ts';
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
  return { ...plannedWave(wave, problem, matrix, ofTheWave(plan, problem, wave, changes)), changes };
}

function ofTheWave(
  plan: RoutingPlan,
  { stops }: ReplanProblem,
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
      route.stops.flatMap(({ stopId }): UnassignedStop[] => {
        const orderIds = pending.get(stopId);
        if (orderIds === undefined || orderIds.some((orderId) => comesIn.has(orderId))) return [];
        const detail = 'its route could not be changed without leaving behind what is on it';
        return [{ stopId, orderIds, reasons: [{ vehicleId: route.vehicleId, constraint: 'LOADED', detail }] }];
      }),
    );
  return { ...plan, routes, unassigned: [...plan.unassigned.filter(({ stopId }) => pending.has(stopId)), ...lost] };
}
