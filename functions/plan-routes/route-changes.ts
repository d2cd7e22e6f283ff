/**
 * What a re-plan's solution changes of the routes that were there: per route the new sequence beside the old one. A
 * route whose stops the solution could not all keep stays as it is. Pure.
 */
import { isoOf, type PlannedRoute as RoutedVehicle, type RoutingPlan, type TravelMatrix } from '../../domain/index.ts';
import type { PlannedStop, RouteChange, RouteRequest } from '../../workflows/route-planning/contracts.ts';
import { homeLeg } from './plan-wave.ts';
import type { ReplanProblem } from './replan-problem.ts';
import { frozenThrough, type RemainingStop, type RunningRoute, remainingStops } from './running-route.ts';

export interface Replanned {
  readonly problem: ReplanProblem;
  readonly matrix: TravelMatrix;
  readonly plan: RoutingPlan;
  readonly nowMs: number;
  /** The wave's requests, which may come into a route. */
  readonly requests: readonly RouteRequest[];
}

/** Whether every stop that is on a route now is on one in the plan. */
export const keepsAllStops = (
  { unassigned }: RoutingPlan,
  running: readonly RunningRoute[],
  nowMs: number,
): boolean => {
  const kept = new Set(running.flatMap((each) => remainingStops(each, nowMs).map(({ key }) => key)));
  return !unassigned.some(({ stopId }) => kept.has(stopId));
};

/** The changes, in the order of the routes; a route of which nothing changes has none. */
export function routeChanges(replanned: Replanned, running: readonly RunningRoute[]): RouteChange[] {
  return running.flatMap((each) => changeOf(replanned, each) ?? []);
}

function changeOf(replanned: Replanned, running: RunningRoute): RouteChange | undefined {
  const { nowMs, plan } = replanned;
  const { route, hasDeparted, vehicle } = running;
  const routed = plan.routes.find(({ vehicleId }) => vehicleId === vehicle.vehicleId);
  const remaining = remainingStops(running, nowMs);
  const free = remaining.filter(({ isFrozen }) => !isFrozen);
  const through = frozenThrough(running, nowMs);
  if (routed === undefined) return undefined;
  const after = routed.stops.slice(remaining.length - free.length);
  const keys = after.map(({ stopId }) => stopId);
  const isSame = keys.length === free.length && free.every(({ key }, index) => key === keys[index]);
  if (isSame || free.some(({ key }) => !keys.includes(key))) return undefined;

  const stops = after.map((visit, index) => plannedStop(replanned, free, visit, through + index + 1));
  const changed = { ...route, stops: [...route.stops.slice(0, through), ...stops] };
  const version = (route.version ?? 0) + 1;
  const added = stops
    .filter((_, index) => !free.some(({ key }) => key === keys[index]))
    .flatMap(({ orders }) => orders);
  return {
    route: { ...withTotals(plainRoute(changed), routed, replanned, hasDeparted, added), version },
    from: { version: route.version ?? 0, status: route.status, hasDeparted },
    frozenThrough: through,
    added,
    stops: stops.map((stop, index) => {
      const old = free.find(({ key }) => key === keys[index])?.stop;
      return {
        stopId: stop.stopId,
        orderIds: stop.orders.map(({ orderId }) => orderId),
        before: old === undefined ? null : { sequence: old.sequence, arrivalAt: old.plannedArrivalAt },
        after: { sequence: stop.sequence, arrivalAt: stop.plannedArrivalAt },
      };
    }),
    ...legsOf(
      remaining.map(({ key }) => key),
      routed.stops.map(({ stopId }) => stopId),
    ),
    ...extraOf(route, changed, through, replanned, routed),
  };
}

function plannedStop(
  { problem, requests }: Replanned,
  free: readonly RemainingStop[],
  visit: RoutedVehicle['stops'][number],
  sequence: number,
): PlannedStop {
  const times = {
    sequence,
    plannedArrivalAt: isoOf(visit.arrivalMs),
    plannedDepartureAt: isoOf(visit.departureMs),
    legSeconds: visit.legSeconds,
    legMeters: visit.legMeters,
  };
  const old = free.find(({ key }) => key === visit.stopId)?.stop;
  if (old !== undefined) return { ...old, ...times };
  const stop = problem.stops.find(({ stopId }) => stopId === visit.stopId);
  if (stop === undefined) throw new Error(`The re-plan has stop ${visit.stopId}, which its problem has not.`);
  const cycles = new Map(requests.map(({ orderId, cycle }) => [orderId, cycle]));
  return {
    stopId: stop.stopId,
    position: [stop.position[0], stop.position[1]],
    orders: stop.orderIds.map((orderId) => ({ orderId, cycle: cycles.get(orderId) ?? 1 })),
    serviceSeconds: stop.serviceSeconds,
    ...times,
  };
}

/** What the planner wrote, without what the route has become since. */
function plainRoute(route: RunningRoute['route']): Omit<RouteChange['route'], 'version'> {
  const { routeId, waveId, depotId, depotPosition, vehicleId, driverId, plannedDepartureAt, plannedReturnAt } = route;
  const { returnLegSeconds, returnLegMeters, distanceMeters, loadVolumeM3, loadWeightKg, stops } = route;
  return {
    ...{ routeId, waveId, depotId, depotPosition, vehicleId, driverId, plannedDepartureAt, plannedReturnAt },
    ...{ returnLegSeconds, returnLegMeters, distanceMeters, loadVolumeM3, loadWeightKg, stops },
  };
}

function withTotals<Route extends Omit<RouteChange['route'], 'version'>>(
  route: Route,
  routed: RoutedVehicle,
  replanned: Replanned,
  hasDeparted: boolean,
  added: readonly { readonly orderId: string }[],
): Route {
  const home = homeOf(replanned, routed);
  const news = replanned.requests.filter(({ orderId }) => added.some((order) => order.orderId === orderId));
  return {
    ...route,
    plannedDepartureAt: hasDeparted ? route.plannedDepartureAt : isoOf(routed.departMs),
    plannedReturnAt: isoOf(routed.returnMs),
    returnLegSeconds: home.seconds,
    returnLegMeters: home.meters,
    distanceMeters: route.stops.reduce((sum, { legMeters }) => sum + legMeters, home.meters),
    loadVolumeM3: news.reduce((sum, { volumeM3 }) => sum + volumeM3, route.loadVolumeM3),
    loadWeightKg: news.reduce((sum, { weightKg }) => sum + weightKg, route.loadWeightKg),
  };
}

function homeOf({ problem, matrix }: Replanned, routed: RoutedVehicle): ReturnType<typeof homeLeg> {
  const last = routed.stops.at(-1)?.stopId;
  return homeLeg(matrix, problem.stops.findIndex(({ stopId }) => stopId === last) + 1, routed);
}

/** Legs of the old sequence, and those of them between two stops that do not follow each other any more. */
function legsOf(before: readonly string[], after: readonly string[]): { legs: number; changedLegs: number } {
  const followers = new Map(after.map((key, index) => [key, after[index + 1]]));
  const legs = before.slice(1).map((to, index) => followers.get(before[index] as string) === to);
  return { legs: legs.length, changedLegs: legs.filter((isKept) => !isKept).length };
}

function extraOf(
  before: RunningRoute['route'],
  after: RunningRoute['route'],
  through: number,
  replanned: Replanned,
  routed: RoutedVehicle,
): { extraSeconds: number; extraMeters: number } {
  const home = homeOf(replanned, routed);
  const rest = ({ stops }: RunningRoute['route'], what: 'legSeconds' | 'legMeters') =>
    stops.slice(through).reduce((sum, stop) => sum + stop[what], 0);
  return {
    extraSeconds: rest(after, 'legSeconds') + home.seconds - rest(before, 'legSeconds') - before.returnLegSeconds,
    extraMeters: rest(after, 'legMeters') + home.meters - rest(before, 'legMeters') - before.returnLegMeters,
  };
}
