/**
 * Decides, fix by fix, which circular fences a vehicle has entered and left. A pure fold: the state it returns is
 * plain JSON, to be stored together with the transitions it caused, so that a failed write loses neither.
 *
 * - G1 A fix not newer than the newest evaluated one moves no state; so evaluating a fix twice is harmless.
 * - G2 A fix less accurate than the policy demands moves no state.
 * - G3 Entry at radius r, exit at r + max(0.1 r, 20 m): noise at the edge cannot make a fence flutter.
 * - G4 A segment that crosses a fence between two fixes counts as an entry and an exit, at interpolated times.
 * - G5 A vehicle evaluated against a fence is in it or not; ENTER and EXIT of one fence alternate.
 */
import { isoOf, msOf } from '../time.ts';
import { longitudeDelta, METERS_PER_DEGREE, type Position, RADIANS_PER_DEGREE } from './position.ts';

export interface Fence {
  readonly fenceId: string;
  readonly center: Position;
  readonly radiusMeters: number;
}

export interface Fix {
  readonly position: Position;
  /** ISO 8601 UTC, by the vehicle's clock. */
  readonly sampledAt: string;
  /** Radius in metres; a fix without one is taken as exact. */
  readonly accuracyMeters?: number;
}

export interface FencePolicy {
  readonly maxAccuracyMeters: number;
}

export const DEFAULT_FENCE_POLICY: FencePolicy = { maxAccuracyMeters: 100 };

/** Per vehicle; `{ inside: [] }` at first. */
export interface VehicleFenceState {
  readonly newest?: { readonly position: Position; readonly sampledAt: string };
  /** Ids of the fences the vehicle is in. */
  readonly inside: readonly string[];
}

export interface FenceTransition {
  readonly fenceId: string;
  readonly kind: 'ENTER' | 'EXIT';
  /** ISO 8601 UTC: the sample time of the fix, interpolated for a fence crossed between two fixes. */
  readonly at: string;
}

export interface FixEvaluation {
  readonly state: VehicleFenceState;
  /** In the order of their times; an ENTER before the EXIT of the same fence. */
  readonly transitions: readonly FenceTransition[];
  readonly verdict: 'evaluated' | 'stale' | 'inaccurate';
}

/** The radius at which a vehicle leaves a fence. */
export function exitRadiusMeters(radiusMeters: number): number {
  return radiusMeters + Math.max(0.1 * radiusMeters, 20);
}

/**
 * @param fences the fences of the vehicle's own route and the zones; a fence no longer listed is forgotten silently
 * @throws RangeError when the fix has a time that is not ISO 8601
 */
export function evaluateFix(
  state: VehicleFenceState,
  fix: Fix,
  fences: readonly Fence[],
  policy: FencePolicy = DEFAULT_FENCE_POLICY,
): FixEvaluation {
  const nowMs = msOf(fix.sampledAt);
  const before = state.newest;
  const beforeMs = before === undefined ? nowMs : msOf(before.sampledAt);
  if (before !== undefined && nowMs <= beforeMs) return { state, transitions: [], verdict: 'stale' }; // G1
  if ((fix.accuracyMeters ?? 0) > policy.maxAccuracyMeters) return { state, transitions: [], verdict: 'inaccurate' }; // G2

  const from = before?.position ?? fix.position;
  const to = fix.position;
  // A plane around the fix, in metres: one cosine per fix, and only sums and products per fence.
  const metersPerLonDegree = METERS_PER_DEGREE * Math.cos(to[1] * RADIANS_PER_DEGREE);
  const startX = longitudeDelta(to[0], from[0]) * metersPerLonDegree;
  const startY = (from[1] - to[1]) * METERS_PER_DEGREE;
  const reach = Math.abs(startX) + Math.abs(startY);

  const inside: string[] = [];
  const events: { fenceId: string; kind: 'ENTER' | 'EXIT'; ms: number }[] = [];
  for (const { fenceId, center, radiusMeters } of fences) {
    const wasInside = state.inside.length > 0 && state.inside.includes(fenceId);
    const exitRadius = exitRadiusMeters(radiusMeters);
    const y = (center[1] - to[1]) * METERS_PER_DEGREE;
    const x = longitudeDelta(to[0], center[0]) * metersPerLonDegree;
    // Most fences are far from the whole segment; one coordinate alone tells so.
    if (!wasInside && (Math.abs(y) > reach + exitRadius || Math.abs(x) > reach + exitRadius)) continue;
    const distance = Math.sqrt(x * x + y * y);
    if (wasInside) {
      if (distance <= exitRadius)
        inside.push(fenceId); // G3
      else events.push({ fenceId, kind: 'EXIT', ms: nowMs });
    } else if (distance <= radiusMeters) {
      inside.push(fenceId);
      events.push({ fenceId, kind: 'ENTER', ms: nowMs });
    } else if (before !== undefined) {
      const crossing = crossedAt(startX, startY, x, y, radiusMeters, exitRadius);
      if (crossing === undefined) continue;
      events.push({ fenceId, kind: 'ENTER', ms: beforeMs + crossing.enter * (nowMs - beforeMs) }); // G4
      if (distance <= exitRadius) inside.push(fenceId);
      else events.push({ fenceId, kind: 'EXIT', ms: beforeMs + crossing.exit * (nowMs - beforeMs) });
    }
  }
  events.sort((left, right) => left.ms - right.ms);
  return {
    state: { newest: { position: to, sampledAt: fix.sampledAt }, inside },
    transitions: events.map(({ fenceId, kind, ms }) => ({ fenceId, kind, at: isoOf(Math.round(ms)) })),
    verdict: 'evaluated',
  };
}

/**
 * Where the segment from (startX, startY) to the origin meets the circles around (x, y): the fractions at which it
 * enters the inner one and leaves the outer one, or nothing when it misses the inner one.
 */
function crossedAt(
  startX: number,
  startY: number,
  x: number,
  y: number,
  radius: number,
  exitRadius: number,
): { enter: number; exit: number } | undefined {
  const lengthSquared = startX * startX + startY * startY;
  if (lengthSquared === 0) return undefined;
  const closest = ((startX - x) * startX + (startY - y) * startY) / lengthSquared;
  const atClosest = Math.min(1, Math.max(0, closest));
  const missX = startX * (1 - atClosest) - x;
  const missY = startY * (1 - atClosest) - y;
  if (missX * missX + missY * missY > radius * radius) return undefined;
  const lineX = startX * (1 - closest) - x;
  const lineY = startY * (1 - closest) - y;
  const offLineSquared = lineX * lineX + lineY * lineY;
  const halfChord = (r: number): number => Math.sqrt(Math.max(0, r * r - offLineSquared) / lengthSquared);
  return {
    enter: Math.min(1, Math.max(0, closest - halfChord(radius))),
    exit: Math.min(1, Math.max(0, closest + halfChord(exitRadius))),
  };
}
