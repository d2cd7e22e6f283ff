/**
 * Predicts, once a minute and vehicle, when the remaining stops are reached, and speaks only when an order's promise
 * is crossed: the signals queue is told first, then customer and driver (once per key), then the state is written, so
 * that a crash repeats a message under its key and never loses it. Also keeps the route's wait alive: a vehicle that
 * sends fixes is not silent.
 */
import { SendTaskHeartbeatCommand, type SFNClient } from '@aws-sdk/client-sfn';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import {
  type EtaNotice,
  isoOf,
  msOf,
  type Position,
  type PromiseTrack,
  promiseState,
  slaPolicy,
} from '../../domain/index.ts';
import type { Fix } from '../../workflows/route-dispatch/contracts.ts';
import {
  type FollowedRoute,
  type FollowedRoutes,
  isReturnTold,
  isTokenGone,
  type RoadEstimate,
  type RoutePlan,
} from '../locate-vehicle/followed-route.ts';
import type { Segment } from '../locate-vehicle/positions.ts';
import { readOrder } from '../platform/order-record.ts';
import type { SendSignals } from '../platform/signals.ts';
import type { TellDelay } from './delay-alert.ts';
import { type KnownPromise, type Promises, promiseOf } from './promises.ts';
import { estimateRoute, isQuestionWorthwhile, type RouteEstimate } from './route-estimate.ts';

export interface PredictEtaPorts {
  readonly documents: DynamoDBDocumentClient;
  readonly ordersTable: string;
  readonly routes: FollowedRoutes;
  readonly promises: Promises;
  readonly sendSignals: SendSignals;
  readonly tellDelay: TellDelay;
  readonly machines: SFNClient;
  /** Seconds by road; undefined when the road network has no answer. */
  readonly askRoad: (from: Position, to: Position, departAt: string) => Promise<number | undefined>;
  readonly count: (metric: string, amount?: number) => void;
  readonly log: Pick<Console, 'info' | 'warn' | 'error'>;
}

const HEARTBEAT_EVERY_MS = 5 * 60_000;
const STATUSES_ON_ROUTE: readonly string[] = ['DISPATCHED', 'OUT_FOR_DELIVERY', 'ARRIVING'];

/** @returns sequence numbers from which the shard is to be read again */
export async function predictEtaOfVehicles(
  paths: ReadonlyMap<string, readonly Segment[]>,
  ports: PredictEtaPorts,
): Promise<string[]> {
  const failed: string[] = [];
  await Promise.all(
    [...paths].map(async ([vehicleId, path]) => {
      const newest = path.at(-1)?.now;
      if (newest === undefined) return;
      try {
        await predictEtaOfVehicle(newest, ports);
      } catch (error) {
        ports.log.error('no ETA for this vehicle; its positions are read again', { vehicleId, error });
        failed.push(path[0]?.sequenceNumber ?? '');
      }
    }),
  );
  return failed;
}

async function predictEtaOfVehicle(fix: Fix, ports: PredictEtaPorts): Promise<void> {
  const route = await ports.routes.active(fix.vehicleId);
  if (route === undefined || isReturnTold(route)) return;
  const plan = await ports.routes.plan(route);
  const nowMs = msOf(fix.sampleTime);
  const promises = await ports.promises.ofRoute(plan, nowMs);

  const promiseToMs = ({ orders }: RoutePlan['stops'][number]): number =>
    Math.min(...orders.map(({ orderId }) => promises.get(orderId)?.promiseToMs ?? Number.POSITIVE_INFINITY));
  let estimate = estimateRoute(route, plan, fix, promiseToMs);
  const road = await freshRoad(route, estimate, fix, ports);
  if (road !== undefined) estimate = estimateRoute({ ...route, road }, plan, fix, promiseToMs);
  const known = road === undefined ? undefined : { ...road, offPlanSeconds: estimate.offPlanSeconds };

  const eta = await followPromises(route, plan, estimate, promises, fix, ports);
  const heartbeatAt = await keepAlive(route, nowMs, ports);
  const set = {
    ...(known === undefined ? {} : { road: known }),
    ...(eta === undefined ? {} : { eta }),
    ...(heartbeatAt === undefined ? {} : { heartbeatAt }),
  };
  if (Object.keys(set).length > 0) await ports.routes.save(route, set);
}

/** The road network's answer, where a question is worth its price; when it has none the model goes on by itself. */
async function freshRoad(
  route: FollowedRoute,
  estimate: RouteEstimate,
  fix: Fix,
  { askRoad, count, log }: PredictEtaPorts,
): Promise<RoadEstimate | undefined> {
  const { next, offPlanSeconds } = estimate;
  if (next === undefined || !isQuestionWorthwhile(route, estimate, msOf(fix.sampleTime))) return undefined;
  count('RoadEstimates');
  const question = { sequence: next.sequence, from: fix.position, askedAt: fix.sampleTime, offPlanSeconds };
  try {
    const seconds = await askRoad(fix.position, next.position, fix.sampleTime);
    return seconds === undefined ? question : { ...question, seconds };
  } catch (error) {
    count('RoadEstimatesFailed');
    log.warn('the road network did not answer', { vehicleId: route.vehicleId, routeId: route.routeId, error });
    return question;
  }
}

/** @returns the tracks of all orders to keep on ACTIVE; undefined when none has changed */
async function followPromises(
  route: FollowedRoute,
  plan: RoutePlan,
  estimate: RouteEstimate,
  promises: ReadonlyMap<string, KnownPromise>,
  fix: Fix,
  ports: PredictEtaPorts,
): Promise<Readonly<Record<string, PromiseTrack>> | undefined> {
  const before = (route.eta ?? {}) as Readonly<Record<string, PromiseTrack>>;
  const after: Record<string, PromiseTrack> = { ...before };
  let isChanged = false;
  const etaOf = new Map(estimate.etas.map(({ stopId, etaMs }) => [stopId, etaMs]));
  for (const stop of plan.stops) {
    const etaMs = etaOf.get(stop.stopId);
    if (etaMs === undefined || stop.sequence < route.nextSequence) continue;
    for (const { orderId, cycle } of stop.orders) {
      const promise = promises.get(orderId);
      if (promise === undefined) continue;
      const previous = before[orderId];
      const sample = { orderId, etaMs, promiseVersion: promise.version, promiseToMs: promise.promiseToMs };
      const { track, notify } = promiseState(previous, sample, slaPolicy(promise.tier).eta);
      if (isSame(previous, track)) continue;
      if (notify !== undefined && !(await tell({ orderId, cycle, etaMs, notify, promise }, route, fix, ports)))
        continue;
      after[orderId] = track;
      isChanged = true;
    }
  }
  return isChanged ? after : undefined;
}

/** An order that was never late has no track to keep. */
function isSame(previous: PromiseTrack | undefined, track: PromiseTrack): boolean {
  if (previous === undefined) return track.state === 'ON_TIME' && track.samplesLate === 0;
  return (
    previous.promiseVersion === track.promiseVersion &&
    previous.state === track.state &&
    previous.samplesLate === track.samplesLate &&
    previous.notices === track.notices
  );
}

interface Crossing {
  readonly orderId: string;
  readonly cycle: number;
  readonly etaMs: number;
  readonly notify: EtaNotice;
  readonly promise: KnownPromise;
}

/** @returns false when the promise was another one by now: the next sample is judged against that */
async function tell(
  { orderId, cycle, etaMs, notify, promise }: Crossing,
  route: FollowedRoute,
  fix: Fix,
  ports: PredictEtaPorts,
): Promise<boolean> {
  const record = await readOrder(ports.documents, ports.ordersTable, orderId);
  // Delivered, cancelled or on another route: nobody waits for this vehicle's word, and nothing is asked again.
  if (record === undefined || record.cycle !== cycle || !STATUSES_ON_ROUTE.includes(record.status)) return true;
  const current = promiseOf(record);
  if (current.version !== promise.version || current.promiseToMs !== promise.promiseToMs) {
    ports.promises.forget(route.routeId);
    return false;
  }
  const etaAt = isoOf(etaMs);
  const { kind, key } = notify;
  const slipSeconds = Math.round(notify.slipSeconds);
  const { vehicleId, driverId, routeId } = route;
  await ports.sendSignals([
    {
      signalId: `${kind}#${key}`,
      orderId,
      kind,
      cycle,
      at: fix.sampleTime,
      by: 'predict-eta',
      detail: { etaAt, slipSeconds, promiseVersion: current.version, vehicleId, driverId },
    },
  ]);
  await ports.tellDelay({ record, kind, key, etaAt, slipSeconds, at: fix.sampleTime, driverId, routeId });
  ports.count(kind);
  ports.log.info(kind, { orderId, routeId, vehicleId, etaAt, slipSeconds });
  return true;
}

/** @returns the time to remember, when the wait was kept alive or has ended */
async function keepAlive(
  route: FollowedRoute,
  nowMs: number,
  { machines, log }: PredictEtaPorts,
): Promise<string | undefined> {
  if (nowMs - msOf(route.heartbeatAt) < HEARTBEAT_EVERY_MS) return undefined;
  try {
    await machines.send(new SendTaskHeartbeatCommand({ taskToken: route.token }));
  } catch (error) {
    if (!isTokenGone(error)) throw error;
    log.info('the route is no longer waited for', { routeId: route.routeId, error: (error as Error).name });
  }
  return isoOf(nowMs);
}
