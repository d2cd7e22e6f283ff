/**
 * Turns a batch of positions into what the orders and the route must know. Events first, then state: the signals of a
 * crossing are sent (their ids make a second sending harmless) before the crossing is remembered, so a crash between
 * the two repeats the signal and never loses it.
 */
import { SendTaskSuccessCommand, type SFNClient } from '@aws-sdk/client-sfn';
import { type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Fence } from '../../domain/index.ts';
import { signalIdOf } from '../platform/route-signals.ts';
import type { NewSignal, SendSignals } from '../platform/signals.ts';
import {
  type FollowedRoute,
  type FollowedRoutes,
  isReturnTold,
  isTokenGone,
  type RoutePlan,
} from './followed-route.ts';
import type { Segment } from './positions.ts';
import { type RouteMove, routeMoves } from './route-moves.ts';

export interface LocateVehiclePorts {
  readonly documents: DynamoDBDocumentClient;
  readonly routesTable: string;
  readonly routes: FollowedRoutes;
  readonly zones: (nowMs: number) => Promise<readonly Fence[]>;
  readonly sendSignals: SendSignals;
  readonly machines: SFNClient;
  readonly now: () => Date;
  readonly count: (metric: string, amount?: number) => void;
  readonly log: Pick<Console, 'info' | 'warn' | 'error'>;
}

/** @returns sequence numbers from which the shard is to be read again: the first of each vehicle that failed */
export async function locateVehicles(
  paths: ReadonlyMap<string, readonly Segment[]>,
  ports: LocateVehiclePorts,
): Promise<string[]> {
  const failed: string[] = [];
  await Promise.all(
    [...paths].map(async ([vehicleId, path]) => {
      try {
        await locateVehicle(vehicleId, path, ports);
      } catch (error) {
        ports.log.error('vehicle not located; its positions are read again', { vehicleId, error });
        failed.push(path[0]?.sequenceNumber ?? '');
      }
    }),
  );
  return failed;
}

async function locateVehicle(vehicleId: string, path: readonly Segment[], ports: LocateVehiclePorts): Promise<void> {
  const { routes, log } = ports;
  const route = await routes.active(vehicleId);
  if (route === undefined || isReturnTold(route)) return;
  const plan = await routes.plan(route);
  const { moves, state } = routeMoves(route, plan, await ports.zones(ports.now().getTime()), path);
  if (moves.length === 0 && state === undefined) return;

  await ports.sendSignals(await signalsOf(moves, route, plan, ports));
  for (const { kind, at, ...move } of moves) {
    ports.count(kind);
    const stopId = 'stop' in move ? move.stop.stopId : undefined;
    const zoneId = 'zoneId' in move ? move.zoneId : undefined;
    log.info(kind, { vehicleId, routeId: route.routeId, at, stopId, zoneId });
  }
  const departed = moves.find(({ kind }) => kind === 'DepartedDepot');
  if (departed !== undefined) await recordDeparture(route, departed.at, ports);
  const returned = moves.find(({ kind }) => kind === 'ReturnedToDepot');
  if (returned !== undefined) {
    await finishRoute(route, returned, state?.odometerAtDeparture ?? route.odometerAtDeparture, ports);
  }
  const outcome = await routes.save(route, {
    ...state,
    ...(returned === undefined ? {} : { returnedToken: route.token }),
  });
  if (outcome === 'closed') log.info('route was closed meanwhile', { vehicleId, routeId: route.routeId });
}

/** One signal per order that has no outcome yet: all of the route for the departure, those of the stop otherwise. */
async function signalsOf(
  moves: readonly RouteMove[],
  route: FollowedRoute,
  plan: RoutePlan,
  { routes }: LocateVehiclePorts,
): Promise<NewSignal[]> {
  const isTold = ({ kind }: RouteMove): boolean =>
    kind === 'DepartedDepot' || kind === 'ApproachingStop' || kind === 'ArrivedAtStop';
  if (!moves.some(isTold)) return [];
  const settled = new Set((await routes.outcomes(route.routeId)).map(({ orderId }) => orderId));
  return moves.flatMap((move): NewSignal[] => {
    const { kind, at, fix } = move;
    if (kind !== 'DepartedDepot' && kind !== 'ApproachingStop' && kind !== 'ArrivedAtStop') return [];
    const orders = kind === 'DepartedDepot' ? plan.stops.flatMap((stop) => stop.orders) : move.stop.orders;
    return orders
      .filter(({ orderId }) => !settled.has(orderId))
      .map(({ orderId, cycle }) => ({
        signalId: signalIdOf(kind, orderId, cycle),
        orderId,
        kind,
        cycle,
        at,
        by: `vehicle:${route.vehicleId}`,
        detail: { vehicleId: route.vehicleId, driverId: route.driverId, position: fix.position },
      }));
  });
}

async function recordDeparture(route: FollowedRoute, at: string, ports: LocateVehiclePorts): Promise<void> {
  await ports.documents.send(
    new UpdateCommand({
      TableName: ports.routesTable,
      Key: { pk: `ROUTE#${route.routeId}`, sk: 'ROUTE' },
      UpdateExpression: 'SET departedAt = if_not_exists(departedAt, :at)',
      ExpressionAttributeValues: { ':at': at },
    }),
  );
}

async function finishRoute(
  route: FollowedRoute,
  { at, fix }: RouteMove,
  odometerAtDeparture: number | undefined,
  { documents, routesTable, machines, log }: LocateVehiclePorts,
): Promise<void> {
  const driven =
    fix.odometerMeters === undefined || odometerAtDeparture === undefined
      ? undefined
      : Math.max(0, fix.odometerMeters - odometerAtDeparture);
  await documents.send(
    new UpdateCommand({
      TableName: routesTable,
      Key: { pk: `ROUTE#${route.routeId}`, sk: 'ROUTE' },
      UpdateExpression: `SET returnedAt = :at${driven === undefined ? '' : ', drivenDistanceMeters = :driven'}`,
      ExpressionAttributeValues: { ':at': at, ...(driven === undefined ? {} : { ':driven': driven }) },
    }),
  );
  try {
    await machines.send(
      new SendTaskSuccessCommand({ taskToken: route.token, output: JSON.stringify({ returnedAt: at }) }),
    );
  } catch (error) {
    if (!isTokenGone(error)) throw error;
    log.info('the route was no longer waited for', { routeId: route.routeId, error: (error as Error).name });
  }
}
