/**
 * Ends a route, back at its depot or given up. The route's state is settled first, once; everything after it (orders
 * told, vehicle freed, held parcels released, the vehicle's ACTIVE item removed, the graph told) can be repeated after a
 * crash.
 */
import { DeleteCommand, type DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { CloseRouteRequest } from '../../workflows/route-dispatch/contracts.ts';
import type { PlannedRoute } from '../../workflows/route-planning/contracts.ts';
import {
  PENDING_INDEX,
  PENDING_SHARD,
  type RequestItem,
  type RouteRecord,
  routePk,
  vehiclePk,
} from '../platform/planning-items.ts';
import { routeSignals } from '../platform/route-signals.ts';
import type { SendSignals } from '../platform/signals.ts';
import { queryAll, tookEffect } from '../platform/table-access.ts';
import type { ActiveRouteItem } from '../platform/tables.ts';
import { type FleetAccess, releaseVehicle, vehiclesOf } from '../platform/vehicle-reservation.ts';

export interface CloseRoutePorts extends FleetAccess {
  readonly documents: DynamoDBDocumentClient;
  readonly routesTable: string;
  readonly planningTable: string;
  readonly positionsTable: string;
  readonly sendSignals: SendSignals;
  /** Removes the fences of the route; its failure is the port's to report. */
  deleteFences(route: PlannedRoute): Promise<void>;
  /** Has what was driven written into the graph; its failure is the port's to report. */
  recordRoute(routeId: string): Promise<void>;
  now(): Date;
}

export interface CloseRouteResult {
  readonly routeId: string;
  readonly status: 'CLOSED' | 'WITHDRAWN';
  /** Orders that go back to planning. */
  readonly withdrawnOrders: number;
  readonly freedRequests: number;
}

/** @throws Error when the route has no item */
export async function closeRoute(request: CloseRouteRequest, ports: CloseRoutePorts): Promise<CloseRouteResult> {
  const { routeId } = request;
  const nowIso = ports.now().toISOString();
  const active = await readActive(await readRoute(routeId, ports), ports);
  const route = await settle(request, active, nowIso, ports);
  await expireOffer(routeId, ports);
  const settled = new Set([...route.outcomes.map((outcome) => outcome.orderId), ...(route.dropped ?? [])]);
  const reason = route.status === 'CLOSED' ? 'NOT_SERVED' : (route.closeReason ?? request.reason);
  const at = route.returnedAt ?? nowIso;
  const signals = routeSignals(route, 'RouteWithdrawn', at, () => ({ reason: reason.slice(0, 500) })).filter(
    (signal) => !settled.has(signal.orderId),
  );
  await ports.sendSignals(signals);
  await freeVehicles(route, ports);
  const freedRequests = await freeRequests(route, ports);
  await ports.deleteFences(route);
  if (active !== undefined) await removeActive(active, ports);
  await ports.recordRoute(routeId);
  const status = route.status === 'CLOSED' ? 'CLOSED' : 'WITHDRAWN';
  return { routeId, status, withdrawnOrders: signals.length, freedRequests };
}

async function readRoute(routeId: string, { documents, routesTable }: CloseRoutePorts): Promise<RouteRecord> {
  const key = { pk: routePk(routeId), sk: 'ROUTE' };
  const { Item } = await documents.send(new GetCommand({ TableName: routesTable, Key: key, ConsistentRead: true }));
  if (Item === undefined) throw new Error(`Route ${routeId} has no item in ${routesTable}: it was never assigned.`);
  return Item as RouteRecord;
}

async function readActive(route: RouteRecord, ports: CloseRoutePorts): Promise<ActiveRouteItem | undefined> {
  const key = { pk: vehiclePk(route.vehicleId), sk: 'ACTIVE' };
  const { Item } = await ports.documents.send(
    new GetCommand({ TableName: ports.routesTable, Key: key, ConsistentRead: true }),
  );
  const active = Item as ActiveRouteItem | undefined;
  return active?.routeId === route.routeId ? active : undefined;
}

/** Closes or withdraws the route unless it has ended before; a route ends once, whichever end came first. */
async function settle(
  request: CloseRouteRequest,
  active: ActiveRouteItem | undefined,
  nowIso: string,
  ports: CloseRoutePorts,
): Promise<RouteRecord> {
  const isBack = request.outcome === 'RETURNED';
  const set: Record<string, unknown> = {
    status: isBack ? 'CLOSED' : 'WITHDRAWN',
    closeReason: request.reason,
    ...(isBack ? { returnedAt: request.returnedAt ?? nowIso } : {}),
    ...(active?.departedAt === undefined ? {} : { departedAt: active.departedAt }),
    ...(await drivenDistance(active, ports)),
  };
  const names = Object.keys(set);
  await tookEffect(
    ports.documents.send(
      new UpdateCommand({
        TableName: ports.routesTable,
        Key: { pk: routePk(request.routeId), sk: 'ROUTE' },
        UpdateExpression: `SET ${names.map((name) => `#${name} = :${name}`).join(', ')}`,
        ConditionExpression: '#status IN (:planned, :offered, :accepted)',
        ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
        ExpressionAttributeValues: {
          ...Object.fromEntries(names.map((name) => [`:${name}`, set[name]])),
          ':planned': 'PLANNED',
          ':offered': 'OFFERED',
          ':accepted': 'ACCEPTED',
        },
      }),
    ),
  );
  return readRoute(request.routeId, ports);
}

/** By the vehicle's odometer, where it has one. */
async function drivenDistance(
  active: ActiveRouteItem | undefined,
  { documents, positionsTable }: CloseRoutePorts,
): Promise<{ readonly drivenDistanceMeters?: number }> {
  if (active?.odometerAtDeparture === undefined) return {};
  const { Item } = await documents.send(
    new GetCommand({ TableName: positionsTable, Key: { vehicleId: active.vehicleId, sk: 'NEWEST' } }),
  );
  const odometerMeters: unknown = Item?.['odometerMeters'];
  if (typeof odometerMeters !== 'number') return {};
  return { drivenDistanceMeters: Math.max(0, odometerMeters - active.odometerAtDeparture) };
}

/** A driver who answers from now on finds the offer closed. */
async function expireOffer(routeId: string, { documents, routesTable }: CloseRoutePorts): Promise<void> {
  await tookEffect(
    documents.send(
      new UpdateCommand({
        TableName: routesTable,
        Key: { pk: routePk(routeId), sk: 'OFFER' },
        UpdateExpression: 'SET #state = :expired',
        ConditionExpression: '#state = :open',
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: { ':expired': 'EXPIRED', ':open': 'OPEN' },
      }),
    ),
  );
}

/** A vehicle that left and did not come back stays the route's: nobody knows where it is, it cannot be planned. */
async function freeVehicles(route: RouteRecord, ports: CloseRoutePorts): Promise<void> {
  if (route.status === 'WITHDRAWN' && route.departedAt !== undefined) return;
  const { depotId, routeId } = route;
  const reserved = (await vehiclesOf(ports, depotId)).filter((vehicle) => vehicle.routeId === routeId);
  for (const { vehicleId } of reserved) await releaseVehicle(ports, { depotId, vehicleId, routeId });
}

/** The parcels that this route held are at the depot again (or given up with it): their requests may be planned. */
async function freeRequests(route: RouteRecord, ports: CloseRoutePorts): Promise<number> {
  const held = await queryAll<RequestItem>(ports.documents, {
    TableName: ports.planningTable,
    IndexName: PENDING_INDEX,
    KeyConditionExpression: 'pendingShard = :pending AND depotId = :depotId',
    FilterExpression: 'heldByRouteId = :routeId',
    ExpressionAttributeValues: { ':pending': PENDING_SHARD, ':depotId': route.depotId, ':routeId': route.routeId },
  });
  let freed = 0;
  for (const { pk, sk } of held) {
    const write = ports.documents.send(
      new UpdateCommand({
        TableName: ports.planningTable,
        Key: { pk, sk },
        UpdateExpression: 'REMOVE heldByRouteId',
        ConditionExpression: 'heldByRouteId = :routeId',
        ExpressionAttributeValues: { ':routeId': route.routeId },
      }),
    );
    if (await tookEffect(write)) freed += 1;
  }
  return freed;
}

async function removeActive(active: ActiveRouteItem, { documents, routesTable }: CloseRoutePorts): Promise<void> {
  await tookEffect(
    documents.send(
      new DeleteCommand({
        TableName: routesTable,
        Key: { pk: active.pk, sk: 'ACTIVE' },
        ConditionExpression: 'routeId = :routeId',
        ExpressionAttributeValues: { ':routeId': active.routeId },
      }),
    ),
  );
}
