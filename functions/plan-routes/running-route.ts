/**
 * A route that a re-plan may change, as far as it has been driven: what of it is frozen, how late it is, and when its
 * remaining stops will be reached if nothing is changed. Pure.
 */
import { msOf, type Position } from '../../domain/index.ts';
import type { PlannedStop, RouteRequest } from '../../workflows/route-planning/contracts.ts';
import type { RouteRecord } from '../platform/planning-items.ts';
import type { VehicleItem } from '../platform/tables.ts';
import { LOADING_MS } from './plan-wave.ts';

/** From the reading of the routes to a driver who knows of the change: the planner, the assignment, the driver's app. */
export const FREEZE_MS = 5 * 60_000;

export interface RunningRoute {
  readonly route: RouteRecord;
  readonly vehicle: VehicleItem;
  readonly hasDeparted: boolean;
  /** The stop that is driven to or served, from 1. */
  readonly nextSequence: number;
  /** Where the vehicle was seen last. */
  readonly position?: Position;
  /** Requests of its orders by order id; an order without one was cancelled, or is not to be delivered by it any more. */
  readonly requests: ReadonlyMap<string, RouteRequest>;
}

/** A stop of the route that is still to be served. */
export interface RemainingStop {
  /** Name of the stop in the problem: stop ids may come again on another route. */
  readonly key: string;
  readonly stop: PlannedStop;
  readonly isFrozen: boolean;
  /** If nothing is changed. */
  readonly expectedMs: number;
}

/** Whether there is anything to change: a route that leaves soon is being loaded, one without stops is on its way home. */
export function isChangeable({ route, hasDeparted, nextSequence }: RunningRoute, nowMs: number): boolean {
  if (hasDeparted) return nextSequence < route.stops.length;
  return msOf(route.plannedDepartureAt) - nowMs >= LOADING_MS + FREEZE_MS;
}

export function remainingStops({ route, hasDeparted, nextSequence }: RunningRoute, nowMs: number): RemainingStop[] {
  const remaining = route.stops.filter(({ sequence }) => sequence >= nextSequence);
  const next = remaining[0];
  const delayMs = next === undefined || !hasDeparted ? 0 : Math.max(0, nowMs - msOf(next.plannedArrivalAt));
  return remaining.map((stop) => {
    const expectedMs = msOf(stop.plannedArrivalAt) + delayMs;
    const isFrozen = hasDeparted && (stop === next || expectedMs < nowMs + FREEZE_MS);
    return { key: `${route.routeId}.${stop.sequence}`, stop, isFrozen, expectedMs };
  });
}

/** Sequence of the last stop that is done or frozen; 0 where all are free. */
export function frozenThrough(running: RunningRoute, nowMs: number): number {
  const free = remainingStops(running, nowMs).find(({ isFrozen }) => !isFrozen);
  return free === undefined ? running.route.stops.length : free.stop.sequence - 1;
}
