/**
 * Puts an accepted route on the road: the route item names who drives it, the vehicle's ACTIVE item carries the token
 * with which positions keep the wait alive and the return answers it, and every order is told. A retry brings a new
 * token and changes nothing else.
 */
import { type DynamoDBDocumentClient, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { FollowRequest } from '../../workflows/route-dispatch/contracts.ts';
import { type RouteRecord, routePk, vehiclePk } from '../platform/planning-items.ts';
import { routeSignals } from '../platform/route-signals.ts';
import type { SendSignals } from '../platform/signals.ts';
import { tookEffect } from '../platform/table-access.ts';
import type { ActiveRouteItem } from '../platform/tables.ts';

export interface FollowRoutePorts {
  readonly documents: DynamoDBDocumentClient;
  readonly routesTable: string;
  readonly sendSignals: SendSignals;
  now(): Date;
}

/** @throws Error when the route was withdrawn or closed: the execution then withdraws it, which is harmless */
export async function followRoute(
  request: FollowRequest,
  ports: FollowRoutePorts,
): Promise<{ readonly orders: number }> {
  const route = await acceptRoute(request, ports);
  await activate(request, route, ports);
  const { driverId, vehicleId } = request;
  const signals = routeSignals(route, 'RouteAccepted', request.acceptedAt, (place) => ({ place, driverId, vehicleId }));
  await ports.sendSignals(signals);
  return { orders: signals.length };
}

async function acceptRoute(request: FollowRequest, ports: FollowRoutePorts): Promise<RouteRecord> {
  try {
    const { Attributes } = await ports.documents.send(
      new UpdateCommand({
        TableName: ports.routesTable,
        Key: { pk: routePk(request.routeId), sk: 'ROUTE' },
        UpdateExpression:
          'SET #status = :accepted, driverId = :driverId, vehicleId = :vehicleId, acceptedAt = :acceptedAt',
        ConditionExpression: '#status IN (:planned, :offered) OR (#status = :accepted AND driverId = :driverId)',
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: {
          ':accepted': 'ACCEPTED',
          ':planned': 'PLANNED',
          ':offered': 'OFFERED',
          ':driverId': request.driverId,
          ':vehicleId': request.vehicleId,
          ':acceptedAt': request.acceptedAt,
        },
        ReturnValues: 'ALL_NEW',
      }),
    );
    return Attributes as RouteRecord;
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'ConditionalCheckFailedException') throw error;
    throw new Error(
      `Route ${request.routeId} is closed, withdrawn or another driver's: ${request.driverId} cannot drive it.`,
    );
  }
}

async function activate(request: FollowRequest, route: RouteRecord, ports: FollowRoutePorts): Promise<void> {
  const heartbeatAt = ports.now().toISOString();
  const key = { pk: vehiclePk(request.vehicleId), sk: 'ACTIVE' };
  const renewed = await tookEffect(
    ports.documents.send(
      new UpdateCommand({
        TableName: ports.routesTable,
        Key: key,
        UpdateExpression: 'SET #token = :token, heartbeatAt = :heartbeatAt',
        ConditionExpression: 'routeId = :routeId',
        ExpressionAttributeNames: { '#token': 'token' },
        ExpressionAttributeValues: {
          ':token': request.token,
          ':heartbeatAt': heartbeatAt,
          ':routeId': request.routeId,
        },
      }),
    ),
  );
  if (renewed) return;
  const active: Omit<ActiveRouteItem, 'pk' | 'sk'> = {
    routeId: request.routeId,
    driverId: request.driverId,
    vehicleId: request.vehicleId,
    depotId: route.depotId,
    token: request.token,
    heartbeatAt,
    nextSequence: 1,
    inside: [],
    ...(route.version === undefined ? {} : { planVersion: route.version }),
  };
  // The vehicle is reserved for this route, so an item of another route is left over from one that has ended.
  await ports.documents.send(new PutCommand({ TableName: ports.routesTable, Item: { ...key, ...active } }));
}
