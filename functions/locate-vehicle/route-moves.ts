/**
 * What a vehicle's path means for its route: departures, approaches, arrivals, the return, and the admin's zones. A
 * pure fold over the fixes of a batch.
 *
 * - M1 Stops are looked at only once the vehicle has left its depot, or a first stop close to the depot would be
 *   approached while the vehicle is being loaded.
 * - M2 A vehicle seen at a stop has left its depot, whether or not a fix showed it.
 * - M3 The return is a state, not an edge: inside the depot's fence with every order settled. A last confirmation that
 *   reaches us after the vehicle has, still ends the route; and so does standing there long with orders open.
 * - M4 A fix not newer than the one that `inside` speaks of has been told and is passed over.
 */
import {
  DEFAULT_FENCE_POLICY,
  evaluateFix,
  type Fence,
  type FenceTransition,
  msOf,
  type VehicleFenceState,
} from '../../domain/index.ts';
import type { Fix } from '../../workflows/route-dispatch/contracts.ts';
import type { PlannedStop } from '../../workflows/route-planning/contracts.ts';
import { DEPOT_FENCE_METERS, fenceIdOf, STOP_FENCE_METERS } from '../platform/route-fences.ts';
import type { FollowedRoute, RoutePlan } from './followed-route.ts';
import type { Segment } from './positions.ts';

export type RouteMove =
  | { readonly kind: 'DepartedDepot'; readonly at: string; readonly fix: Fix }
  | {
      readonly kind: 'ApproachingStop' | 'ArrivedAtStop';
      readonly at: string;
      readonly fix: Fix;
      readonly stop: PlannedStop;
    }
  | { readonly kind: 'EnteredZone' | 'LeftZone'; readonly at: string; readonly fix: Fix; readonly zoneId: string }
  | { readonly kind: 'ReturnedToDepot'; readonly at: string; readonly fix: Fix };

export interface RouteMoves {
  readonly moves: readonly RouteMove[];
  /** Attributes of ACTIVE to write; undefined when no fence was crossed. */
  readonly state?: {
    readonly inside: readonly string[];
    readonly insideAt: string;
    readonly depotSince: string | undefined;
    readonly departedAt: string | undefined;
    readonly odometerAtDeparture: number | undefined;
  };
}

/** The second ring around a stop, in metres; the fences themselves are those that planning sets. */
export const APPROACH_METERS = 500;

/** Standing at the depot for this long with orders open: the driver is back and will not report any more. */
const LINGER_MS = 15 * 60_000;

const approachFenceId = (routeId: string, sequence: number): string => `${fenceIdOf(routeId, sequence)}.approach`;

/** The stop the vehicle drives to or serves: the first that still has an order without outcome. */
export const nextStop = (plan: RoutePlan, nextSequence: number): PlannedStop | undefined =>
  plan.stops.find(({ sequence }) => sequence >= nextSequence);

export function routeMoves(
  route: FollowedRoute,
  plan: RoutePlan,
  zones: readonly Fence[],
  path: readonly Segment[],
): RouteMoves {
  const depotId = fenceIdOf(route.routeId, 'depot');
  const home = [{ fenceId: depotId, center: plan.depotPosition, radiusMeters: DEPOT_FENCE_METERS }, ...zones];
  const stop = nextStop(plan, route.nextSequence);
  const stopFences = stop === undefined ? [] : fencesOfStop(route.routeId, stop);

  const moves: RouteMove[] = [];
  let { inside, insideAt, depotSince, departedAt, odometerAtDeparture } = route;
  let newest: VehicleFenceState['newest'];
  let crossed = false;

  const depart = (at: string, fix: Fix): void => {
    if (departedAt !== undefined) return;
    departedAt = at;
    odometerAtDeparture = fix.odometerMeters;
    moves.push({ kind: 'DepartedDepot', at, fix });
  };
  const take = ({ fenceId, kind, at }: FenceTransition, fix: Fix): void => {
    if (fenceId === depotId) {
      depotSince = kind === 'ENTER' ? at : undefined;
      if (kind === 'EXIT') depart(at, fix);
    } else if (stop !== undefined && stopFences.some((fence) => fence.fenceId === fenceId)) {
      if (kind === 'EXIT') return;
      depart(at, fix); // M2
      const reached = fenceId === fenceIdOf(route.routeId, stop.sequence);
      moves.push({ kind: reached ? 'ArrivedAtStop' : 'ApproachingStop', at, fix, stop });
    } else {
      moves.push({ kind: kind === 'ENTER' ? 'EnteredZone' : 'LeftZone', at, fix, zoneId: fenceId });
    }
  };

  for (const { before, now: fix } of path) {
    if (insideAt !== undefined && fix.sampleTime <= insideAt) continue; // M4
    newest ??=
      before !== undefined && isAccurate(before)
        ? { position: before.position, sampledAt: before.sampleTime }
        : undefined;
    const from = newest === undefined ? { inside } : { inside, newest };
    const sample = { position: fix.position, sampledAt: fix.sampleTime, accuracyMeters: fix.accuracyMeters };
    const nearHome = evaluateFix(from, sample, home);
    if (nearHome.verdict !== 'evaluated') continue;
    const isLoading = departedAt === undefined && nearHome.state.inside.includes(depotId);
    const onRoad = isLoading ? undefined : evaluateFix(from, sample, stopFences); // M1
    const transitions = [...nearHome.transitions, ...(onRoad?.transitions ?? [])];
    transitions.sort((left, right) => (left.at < right.at ? -1 : left.at > right.at ? 1 : 0));
    for (const transition of transitions) take(transition, fix);
    newest = nearHome.state.newest;
    inside = [...nearHome.state.inside, ...(onRoad?.state.inside ?? [])];
    if (transitions.length > 0) {
      crossed = true;
      insideAt = fix.sampleTime;
    }
    if (inside.includes(depotId) && isBack(stop, departedAt, depotSince, fix)) {
      moves.push({ kind: 'ReturnedToDepot', at: (departedAt && depotSince) ?? fix.sampleTime, fix });
      break;
    }
  }
  if (!crossed || insideAt === undefined) return { moves };
  return { moves, state: { inside, insideAt, depotSince, departedAt, odometerAtDeparture } };
}

/** M3 */
function isBack(
  stop: PlannedStop | undefined,
  departedAt: string | undefined,
  depotSince: string | undefined,
  fix: Fix,
): boolean {
  if (stop === undefined) return true;
  if (departedAt === undefined || depotSince === undefined) return false;
  return msOf(fix.sampleTime) - msOf(depotSince) >= LINGER_MS;
}

const isAccurate = (fix: Fix): boolean => fix.accuracyMeters <= DEFAULT_FENCE_POLICY.maxAccuracyMeters;

function fencesOfStop(routeId: string, { position, sequence }: PlannedStop): Fence[] {
  return [
    { fenceId: approachFenceId(routeId, sequence), center: position, radiusMeters: APPROACH_METERS },
    { fenceId: fenceIdOf(routeId, sequence), center: position, radiusMeters: STOP_FENCE_METERS },
  ];
}
