/**
 * One re-plan of a day under way, as the planner makes it, measured against what the drivers had: how much of the sequence
 * that was left has changed, what became of the late orders, and which promises are kept before and after.
 */
import {
  checkPlan,
  comparePlans,
  isoOf,
  msOf,
  type RoutingPlan,
  type RoutingProblem,
  solveRoutes,
} from '../../domain/index.ts';
import type { Wave } from '../../functions/plan-routes/plan-wave.ts';
import { replanProblem } from '../../functions/plan-routes/replan-problem.ts';
import { type ReplannedWave, replannedWave } from '../../functions/plan-routes/replan-wave.ts';
import { type RunningRoute, remainingStops } from '../../functions/plan-routes/running-route.ts';
import { ordersOf } from '../../functions/platform/planning-items.ts';
import type { RouteRequest } from '../../workflows/route-planning/contracts.ts';
import { type PlannedDay, promisedAnew, runningAt, straightMatrix } from './running-day.ts';

export interface ReplanProof {
  /** Stops of the routes that are neither done nor frozen. */
  readonly freeStops: number;
  /** Pairs of free stops of a route of which one followed the other; and those of which it does not any more. */
  readonly legs: number;
  readonly changedLegs: number;
  /** Of all legs to a free stop, those that are not driven as they were: a stop that came in between counts, too. */
  readonly drivenLegs: number;
  readonly changedDrivenLegs: number;
  readonly late: LateOrders;
  /** The same of the requests that waited already. */
  readonly waiting: LateOrders;
  /** Orders on the routes, and how many of them are in time if nothing changes, and by the new plan. */
  readonly onRoutes: number;
  readonly keptBefore: number;
  readonly keptAfter: number;
  readonly extraSeconds: number;
  readonly replanMs: number;
  /** Rules that a plan breaks, by the independent check. */
  readonly faults: readonly string[];
}

export interface LateOrders {
  readonly orders: number;
  /** Onto a route that was planned, and onto one of a vehicle that was free. */
  readonly joined: number;
  readonly ownRoute: number;
  /** Waiting for the next trip of a vehicle under way, as the plan foresees it. */
  readonly nextTrip: number;
  /** Of all those, in time. */
  readonly inTime: number;
  /** With no place, by the constraint that binds, e.g. `WINDOW`. */
  readonly notPlaced: ReadonlyMap<string, number>;
}

export interface Disturbance {
  /** Requests that come in now. */
  readonly late: readonly RouteRequest[];
  /** How many orders on the road are promised anew. */
  readonly amended: number;
}

export async function proveReplan(
  day: PlannedDay,
  { late, amended }: Disturbance,
  nowMs: number,
  seed: string,
): Promise<ReplanProof> {
  const { running: undisturbed, free } = runningAt(day, nowMs);
  const running = promisedAnew(undisturbed, amended, nowMs, seed);
  const requests = [...day.waiting, ...late].map((request) => ({ ...request, requestedAt: isoOf(nowMs) }));
  const wave: Wave = { ...day.wave, waveId: seed, requests, vehicles: free, nowMs };
  const faults: string[] = [];
  const beganMs = performance.now();
  const problem = replanProblem(wave, running, 'strict');
  const matrix = straightMatrix(problem.positions);
  const search = async (given: RoutingProblem): Promise<RoutingPlan> => {
    const plan = solveRoutes(given);
    faults.push(...checkPlan(given, plan));
    return plan;
  };
  const plan = await search({ ...problem, matrix });
  const planned = await replannedWave({ wave, running, problem, matrix, plan, search });
  const replanMs = performance.now() - beganMs;
  const rows = running.map((each) => rowOf(each, planned, nowMs));
  const sum = (count: (row: Row) => number): number => rows.reduce((total, row) => total + count(row), 0);
  return {
    freeStops: sum(({ freeStops }) => freeStops),
    ...sequencesOf(running, planned, nowMs),
    drivenLegs: sum(({ drivenLegs }) => drivenLegs),
    changedDrivenLegs: sum(({ changedDrivenLegs }) => changedDrivenLegs),
    late: fateOf(late, planned),
    waiting: fateOf(day.waiting, planned),
    onRoutes: sum(({ onRoute }) => onRoute),
    keptBefore: sum(({ keptBefore }) => keptBefore),
    keptAfter: sum(({ keptAfter }) => keptAfter),
    extraSeconds: planned.changes.reduce((total, { extraSeconds }) => total + extraSeconds, 0),
    replanMs,
    faults: [...faults, ...missingOf(running, planned)],
  };
}

interface Visit {
  readonly key: string;
  readonly arrivalMs: number;
  readonly orderIds: readonly string[];
}

/** What is left of a route by the plan that the driver has, and by the new one. */
function visitsOf(running: RunningRoute, { changes }: ReplannedWave, nowMs: number) {
  const { routeId } = running.route;
  const remaining = remainingStops(running, nowMs);
  const visit = ({ key, stop, expectedMs }: (typeof remaining)[number]): Visit => ({
    key,
    arrivalMs: expectedMs,
    orderIds: stop.orders.map(({ orderId }) => orderId),
  });
  const change = changes.find(({ route }) => route.routeId === routeId);
  const before = remaining.map(visit);
  const frozen = remaining.filter(({ isFrozen }) => isFrozen);
  const after = change?.stops.map(
    ({ stopId, orderIds, before: place, after: { arrivalAt } }): Visit => ({
      key: place === null ? stopId : `${routeId}.${place.sequence}`,
      arrivalMs: msOf(arrivalAt),
      orderIds,
    }),
  );
  return { before, frozen: frozen.map(({ key }) => key), after: after ? [...frozen.map(visit), ...after] : before };
}

function sequencesOf(running: readonly RunningRoute[], planned: ReplannedWave, nowMs: number) {
  const sides = running.map((each) => ({ vehicleId: each.vehicle.vehicleId, ...visitsOf(each, planned, nowMs) }));
  const planWith = (side: 'before' | 'after'): RoutingPlan => ({
    routes: sides.map(({ vehicleId, [side]: visits }) => ({
      vehicleId,
      stops: visits.map(({ key, arrivalMs }) => {
        const times = { arrivalMs, serviceStartMs: arrivalMs, departureMs: arrivalMs };
        return { stopId: key, ...times, legSeconds: 0, legMeters: 0 };
      }),
      ...{ departMs: nowMs, returnMs: nowMs, loads: [], distanceMeters: 0 },
    })),
    unassigned: [],
    costSeconds: 0,
  });
  const settled = sides.flatMap(({ frozen }) => frozen);
  const { remainingLegs, changedLegs } = comparePlans(planWith('before'), planWith('after'), settled);
  return { legs: remainingLegs, changedLegs };
}

type Row = ReturnType<typeof rowOf>;

function rowOf(running: RunningRoute, planned: ReplannedWave, nowMs: number) {
  const { before, after, frozen } = visitsOf(running, planned, nowMs);
  const leaders = new Map(after.map(({ key }, index) => [key, after[index - 1]?.key]));
  const free = before.flatMap(({ key }, index) =>
    frozen.includes(key) ? [] : [{ key, leader: before[index - 1]?.key }],
  );
  const old = new Set(before.flatMap(({ orderIds }) => orderIds));
  const kept = (visits: readonly Visit[]): number =>
    visits
      .flatMap(({ arrivalMs, orderIds }) => orderIds.map((orderId) => ({ orderId, arrivalMs })))
      .filter(({ orderId, arrivalMs }) => old.has(orderId) && isInTime(running.requests.get(orderId), arrivalMs))
      .length;
  return {
    freeStops: free.length,
    drivenLegs: free.length,
    changedDrivenLegs: free.filter(({ key, leader }) => leaders.get(key) !== leader).length,
    onRoute: old.size,
    keptBefore: kept(before),
    keptAfter: kept(after),
  };
}

const isInTime = (request: RouteRequest | undefined, arrivalMs: number): boolean =>
  request !== undefined && arrivalMs <= msOf(request.promise.to);

function fateOf(requests: readonly RouteRequest[], { routes, changes, unassigned }: ReplannedWave): LateOrders {
  const arrivals = (places: readonly ReplannedWave['routes'][number][]) =>
    new Map(
      places.flatMap(({ stops }) =>
        stops.flatMap((stop) => stop.orders.map(({ orderId }) => [orderId, msOf(stop.plannedArrivalAt)] as const)),
      ),
    );
  const joined = arrivals(changes.map(({ route }) => route));
  const own = arrivals(routes);
  const next = new Map(
    unassigned.flatMap(({ orderId, nextTrip }) =>
      nextTrip === undefined ? [] : [[orderId, msOf(nextTrip.arrivalAt)] as const],
    ),
  );
  const isOurs = new Set(requests.map(({ orderId }) => orderId));
  const notPlaced = new Map<string, number>();
  for (const { orderId, reasons } of unassigned) {
    if (!isOurs.has(orderId) || next.has(orderId)) continue;
    // A reason reads `vehicle: CONSTRAINT: detail`; the last is that of a next trip, where there is one.
    const constraint = reasons.at(-1)?.match(/\b[A-Z_]{4,}(?=: )/)?.[0] ?? 'no reason';
    notPlaced.set(constraint, (notPlaced.get(constraint) ?? 0) + 1);
  }
  const count = (places: ReadonlyMap<string, number>) => requests.filter(({ orderId }) => places.has(orderId)).length;
  const inTime = requests.filter((request) => {
    const arrivalMs = [joined, own, next].flatMap((places) => places.get(request.orderId) ?? [])[0];
    return arrivalMs !== undefined && isInTime(request, arrivalMs);
  });
  const placed = { joined: count(joined), ownRoute: count(own), nextTrip: count(next) };
  return { orders: requests.length, ...placed, inTime: inTime.length, notPlaced };
}

/** A change must keep every order that was on its route. */
function missingOf(running: readonly RunningRoute[], { changes }: ReplannedWave): string[] {
  return changes.flatMap(({ route }) => {
    const now = new Set(ordersOf(route).map(({ orderId }) => orderId));
    const before = running.find((each) => each.route.routeId === route.routeId);
    return ordersOf(before?.route ?? { stops: [] })
      .filter(({ orderId }) => !now.has(orderId))
      .map(({ orderId }) => `${route.routeId} has lost ${orderId}`);
  });
}
