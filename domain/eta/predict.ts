/**
 * Predicts when a vehicle reaches each remaining stop of its route: what is left of the leg it drives, by the share
 * of the way still ahead, then leg by leg the planned travel and service times, stretched by the pace it has shown so
 * far. No service is asked; the caller asks Amazon Location only when `offPlanSeconds` says the plan no longer holds.
 */
import { haversineMeters, type Position } from '../geo/position.ts';

export interface RemainingStop {
  readonly stopId: string;
  readonly position: Position;
  readonly serviceSeconds: number;
  /** Planned travel time from the stop before (the depot before the first). */
  readonly legSeconds: number;
  readonly plannedArrivalMs: number;
  readonly promiseToMs: number;
  /** Service does not begin earlier. */
  readonly windowFromMs?: number;
}

export interface RouteProgress {
  /** Where the current leg began: the stop served last, or the depot. */
  readonly legOrigin: Position;
  /** Set while the vehicle stands at the first remaining stop. */
  readonly servingSinceMs?: number;
  /** Set while the vehicle has not left the depot: the planned departure. */
  readonly departsAtMs?: number;
  /** Driving so far, as it was and as it was planned; together they give the pace. */
  readonly drivenSeconds?: number;
  readonly plannedDrivenSeconds?: number;
}

export interface StopEta {
  readonly stopId: string;
  readonly etaMs: number;
  /** How far the arrival passes the promise; negative while there is time left. */
  readonly slipSeconds: number;
}

export interface RoutePrediction {
  readonly etas: readonly StopEta[];
  /** The next arrival against the plan: positive when behind, negative when ahead, 0 with no stop left. */
  readonly offPlanSeconds: number;
}

/** Counts like half an hour driven exactly as planned, so that one slow leg does not decide the pace of the day. */
const PACE_PRIOR_SECONDS = 1800;
const MIN_PACE = 0.7;
const MAX_PACE = 2.5;
/** A detour can take the vehicle further from the stop than the leg is long; beyond this the position tells nothing. */
const MAX_LEG_SHARE = 2;

function paceOf({ drivenSeconds = 0, plannedDrivenSeconds = 0 }: RouteProgress): number {
  const pace = (drivenSeconds + PACE_PRIOR_SECONDS) / (plannedDrivenSeconds + PACE_PRIOR_SECONDS);
  return Math.min(MAX_PACE, Math.max(MIN_PACE, pace));
}

function legShareLeft(position: Position, stop: RemainingStop, legOrigin: Position): number {
  const legMeters = haversineMeters(legOrigin, stop.position);
  // Two stops at one place: the leg is done as soon as it begins.
  if (legMeters < 1) return 0;
  return Math.min(MAX_LEG_SHARE, haversineMeters(position, stop.position) / legMeters);
}

/** @param remainingStops in driving order, the one being driven to (or served) first */
export function predictEtas({
  remainingStops,
  position,
  nowMs,
  progress,
}: {
  remainingStops: readonly RemainingStop[];
  position: Position;
  nowMs: number;
  progress: RouteProgress;
}): RoutePrediction {
  const pace = paceOf(progress);
  const etas: StopEta[] = [];
  let offPlanSeconds = 0;
  let leavesAtMs = Math.max(nowMs, progress.departsAtMs ?? nowMs);
  for (const [index, stop] of remainingStops.entries()) {
    const share = index === 0 ? legShareLeft(position, stop, progress.legOrigin) : 1;
    const servingSinceMs = index === 0 ? progress.servingSinceMs : undefined;
    const etaMs = servingSinceMs ?? Math.round(leavesAtMs + stop.legSeconds * share * pace * 1000);
    if (index === 0) offPlanSeconds = (etaMs - stop.plannedArrivalMs) / 1000;
    etas.push({ stopId: stop.stopId, etaMs, slipSeconds: (etaMs - stop.promiseToMs) / 1000 });
    const serviceStartMs = Math.max(etaMs, stop.windowFromMs ?? etaMs);
    leavesAtMs = Math.max(nowMs, serviceStartMs + stop.serviceSeconds * 1000);
  }
  return { etas, offPlanSeconds };
}
