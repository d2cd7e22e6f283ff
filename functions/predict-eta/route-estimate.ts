/**
 * Where the vehicle stands against its plan: builds what the ETA model of the domain asks for, and decides when the
 * road network is worth a question. Questions dominate the cost of an order, so one is asked only when the vehicle has
 * drifted from what was last believed by more than five minutes, or when half an hour has passed without an answer.
 */
import { msOf, predictEtas, type RemainingStop, type RoutePrediction, type RouteProgress } from '../../domain/index.ts';
import type { Fix } from '../../workflows/route-dispatch/contracts.ts';
import type { PlannedStop } from '../../workflows/route-planning/contracts.ts';
import type { FollowedRoute, RoutePlan } from '../locate-vehicle/followed-route.ts';
import { nextStop } from '../locate-vehicle/route-moves.ts';
import { fenceIdOf } from '../platform/route-fences.ts';

export const DRIFT_SECONDS = 300;
export const ESTIMATE_AGE_MS = 30 * 60_000;
/** However far off plan, no more often than this. */
const ASK_PAUSE_MS = 5 * 60_000;

export interface RouteEstimate extends RoutePrediction {
  /** The stop driven to or served; undefined when none is left. */
  readonly next: PlannedStop | undefined;
  readonly isOnRoad: boolean;
}

/** @param promiseToMs when the earliest promise of a stop ends, in ms; only for the slips in the result */
export function estimateRoute(
  route: FollowedRoute,
  plan: RoutePlan,
  fix: Fix,
  promiseToMs: (stop: PlannedStop) => number,
): RouteEstimate {
  const next = nextStop(plan, route.nextSequence);
  if (next === undefined) return { next, isOnRoad: false, etas: [], offPlanSeconds: 0 };
  const isServing = route.inside.includes(fenceIdOf(route.routeId, next.sequence));
  const road = route.road?.sequence === next.sequence && route.road.seconds !== undefined ? route.road : undefined;
  const first = plan.stops.indexOf(next);
  const remainingStops = plan.stops.slice(first).map((stop, index) => {
    const remaining = remainingStop(stop, promiseToMs(stop));
    return index === 0 ? { ...remaining, legSeconds: road?.seconds ?? stop.legSeconds } : remaining;
  });
  const progress: RouteProgress = {
    legOrigin: road?.from ?? plan.stops[first - 1]?.position ?? plan.depotPosition,
    ...(isServing ? { servingSinceMs: msOf(route.insideAt ?? fix.sampleTime) } : {}),
    ...(route.departedAt === undefined ? { departsAtMs: msOf(plan.plannedDepartureAt) } : {}),
  };
  const prediction = predictEtas({ remainingStops, position: fix.position, nowMs: msOf(fix.sampleTime), progress });
  return { ...prediction, next, isOnRoad: route.departedAt !== undefined && !isServing };
}

/** Whether to ask the road network now, given what is believed. */
export function isQuestionWorthwhile(route: FollowedRoute, estimate: RouteEstimate, nowMs: number): boolean {
  if (!estimate.isOnRoad || route.departedAt === undefined) return false;
  const knownAtMs = msOf(route.road?.askedAt ?? route.departedAt);
  const ageMs = nowMs - knownAtMs;
  if (ageMs >= ESTIMATE_AGE_MS) return true;
  const driftSeconds = Math.abs(estimate.offPlanSeconds - (route.road?.offPlanSeconds ?? 0));
  return driftSeconds > DRIFT_SECONDS && (route.road === undefined || ageMs >= ASK_PAUSE_MS);
}

function remainingStop(stop: PlannedStop, promiseToMs: number): RemainingStop {
  const plannedArrivalMs = msOf(stop.plannedArrivalAt);
  const serviceStartMs = msOf(stop.plannedDepartureAt) - stop.serviceSeconds * 1000;
  return {
    stopId: stop.stopId,
    position: stop.position,
    serviceSeconds: stop.serviceSeconds,
    legSeconds: stop.legSeconds,
    plannedArrivalMs,
    promiseToMs,
    // The plan waits where a window has not opened yet; so does the prediction.
    ...(serviceStartMs > plannedArrivalMs + 1000 ? { windowFromMs: serviceStartMs } : {}),
  };
}
