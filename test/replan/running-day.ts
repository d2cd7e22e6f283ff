/**
 * A depot's day that is under way: the first wave as the planner plans it, driven to the minute by its own times, and what a
 * re-plan reads of it at a moment. Vehicles drive straight lines at the pace of the plan.
 */
import {
  createPrng,
  interpolate,
  isoOf,
  msOf,
  type Position,
  solveRoutes,
  type TravelMatrix,
} from '../../domain/index.ts';
import { plannedWave, type Wave, waveProblem } from '../../functions/plan-routes/plan-wave.ts';
import { isChangeable, type RunningRoute, remainingStops } from '../../functions/plan-routes/running-route.ts';
import { ordersOf, routePk } from '../../functions/platform/planning-items.ts';
import { MAPLESS_ROADS } from '../../region/services/georoutes/road-model.ts';
import type { PlannedRoute, RouteRequest } from '../../workflows/route-planning/contracts.ts';

export interface PlannedDay {
  readonly wave: Wave;
  readonly routes: readonly PlannedRoute[];
  /** Requests that the first wave found no place for: they wait for a vehicle. */
  readonly waiting: readonly RouteRequest[];
}

/** As the region's Amazon Location answers without a map. */
export function straightMatrix(positions: readonly Position[]): TravelMatrix {
  const size = positions.length;
  const legs = MAPLESS_ROADS.matrix(positions, positions);
  const durationsSeconds = new Float64Array(size * size);
  const distancesMeters = new Float64Array(size * size);
  for (let from = 0; from < size; from += 1) {
    for (let to = 0; to < size; to += 1) {
      const leg = legs(from, to);
      if (typeof leg === 'string') throw new Error(`the straight roads have no leg from ${from} to ${to}: ${leg}`);
      if (from === to) continue;
      durationsSeconds[from * size + to] = leg.durationSeconds;
      distancesMeters[from * size + to] = leg.distanceM;
    }
  }
  return { size, durationsSeconds, distancesMeters };
}

export function planDay(wave: Wave): PlannedDay {
  const problem = waveProblem(wave);
  const matrix = straightMatrix(problem.positions);
  const { routes, unassigned } = plannedWave(wave, problem, matrix, solveRoutes({ ...problem, matrix }));
  const isLeft = new Set(unassigned.map(({ orderId }) => orderId));
  return { wave, routes, waiting: wave.requests.filter(({ orderId }) => isLeft.has(orderId)) };
}

/** When so large a share of the day's planned stops is done; undefined where no stop is planned. */
export function momentOf({ routes }: PlannedDay, share: number): number | undefined {
  const doneMs = routes
    .flatMap(({ stops }) => stops.map(({ plannedDepartureAt }) => msOf(plannedDepartureAt)))
    .sort((one, other) => one - other);
  return doneMs[Math.min(doneMs.length - 1, Math.floor(share * doneMs.length))];
}

/** The routes that a re-plan may change at the moment, and the vehicles that have none. */
export function runningAt({ wave, routes }: PlannedDay, nowMs: number) {
  const requests = new Map(wave.requests.map((request) => [request.orderId, request]));
  const running = routes.map((route) => runningRoute(route, wave, requests, nowMs));
  const busy = new Set(
    routes.flatMap(({ vehicleId, plannedReturnAt }) => (msOf(plannedReturnAt) > nowMs ? [vehicleId] : [])),
  );
  return {
    running: running.filter((each) => busy.has(each.vehicle.vehicleId) && isChangeable(each, nowMs)),
    free: wave.vehicles.filter(({ vehicleId }) => !busy.has(vehicleId)),
  };
}

function runningRoute(
  route: PlannedRoute,
  { vehicles }: Wave,
  requests: ReadonlyMap<string, RouteRequest>,
  nowMs: number,
): RunningRoute {
  const { routeId, vehicleId, plannedDepartureAt, stops } = route;
  const vehicle = vehicles.find((each) => each.vehicleId === vehicleId);
  if (vehicle === undefined) throw new Error(`route ${routeId} is planned for ${vehicleId}, which the wave has not`);
  const hasDeparted = msOf(plannedDepartureAt) <= nowMs;
  const done = stops.filter((stop) => msOf(stop.plannedDepartureAt) <= nowMs).length;
  const assigned = ordersOf(route).map(({ orderId }): [string, RouteRequest] => [
    orderId,
    { ...(requests.get(orderId) as RouteRequest), state: 'ASSIGNED', routeId },
  ]);
  const times = hasDeparted ? { departedAt: plannedDepartureAt } : {};
  return {
    route: { ...route, ...times, pk: routePk(routeId), sk: 'ROUTE', status: 'ACCEPTED', outcomes: [] },
    vehicle: { ...vehicle, routeId },
    hasDeparted,
    nextSequence: hasDeparted ? done + 1 : 1,
    ...(hasDeparted ? { position: positionAt(route, done, nowMs) } : {}),
    requests: new Map(assigned),
  };
}

/** @param done stops behind the vehicle */
function positionAt({ stops, depotPosition, plannedDepartureAt }: PlannedRoute, done: number, nowMs: number): Position {
  const before = stops[done - 1];
  const from: Position = before?.position ?? depotPosition;
  const next = stops[done];
  if (next === undefined) return from;
  const leftMs = msOf(before?.plannedDepartureAt ?? plannedDepartureAt);
  const wayMs = msOf(next.plannedArrivalAt) - leftMs;
  return interpolate(from, next.position, wayMs <= 0 ? 1 : Math.min(1, Math.max(0, (nowMs - leftMs) / wayMs)));
}

/**
 * Some orders on the road are promised anew: a random one each of the stops in the later half of what is free, to be
 * there in half the time that the plan would take.
 */
export function promisedAnew(
  running: readonly RunningRoute[],
  count: number,
  nowMs: number,
  seed: string,
): RunningRoute[] {
  const prng = createPrng(seed).fork('promised anew');
  const candidates = running
    .filter(({ hasDeparted }) => hasDeparted)
    .flatMap((each) => {
      const free = remainingStops(each, nowMs).filter(({ isFrozen }) => !isFrozen);
      return free.slice(Math.ceil(free.length / 2)).map(({ stop, expectedMs }) => ({
        orderId: stop.orders[0]?.orderId ?? '',
        to: isoOf(nowMs + (expectedMs - nowMs) / 2),
        key: prng.next(),
      }));
    })
    .sort((one, other) => one.key - other.key);
  const promised = new Map(candidates.slice(0, count).map(({ orderId, to }) => [orderId, to]));
  return running.map((each) => ({
    ...each,
    requests: new Map(
      [...each.requests].map(([orderId, request]) => {
        const to = promised.get(orderId);
        if (to === undefined) return [orderId, request];
        return [orderId, { ...request, promise: { from: isoOf(0), to, version: request.promise.version + 1 } }];
      }),
    ),
  }));
}
