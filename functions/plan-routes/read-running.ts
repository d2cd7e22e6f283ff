/** Reads the routes of a depot that a re-plan may change, each with its progress and the requests of its orders. */
import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { inParallel } from '../platform/in-parallel.ts';
import { ordersOf, type RouteRecord, requestSk, routePk, vehiclePk } from '../platform/planning-items.ts';
import type { ActiveRouteItem, VehicleItem } from '../platform/tables.ts';
import { readRequests } from '../platform/wave-plan.ts';
import { isChangeable, type RunningRoute } from './running-route.ts';

export interface RunningAccess {
  readonly documents: DynamoDBDocumentClient;
  readonly planningTable: string;
  readonly routesTable: string;
  readonly positionsTable: string;
}

const ROUTES_AT_A_TIME = 5;
const OPEN: readonly string[] = ['PLANNED', 'OFFERED', 'ACCEPTED'];

/** @param vehicles all of the depot; those without a route are passed over */
export async function readRunning(
  vehicles: readonly VehicleItem[],
  nowMs: number,
  access: RunningAccess,
): Promise<RunningRoute[]> {
  const busy = vehicles.filter(({ routeId }) => routeId !== undefined);
  const found = await inParallel(busy, ROUTES_AT_A_TIME, (vehicle) => readOne(vehicle, access));
  return found.flatMap((running) => (running !== undefined && isChangeable(running, nowMs) ? [running] : []));
}

async function readOne(vehicle: VehicleItem, access: RunningAccess): Promise<RunningRoute | undefined> {
  const get = async (TableName: string, Key: Record<string, string>): Promise<unknown> =>
    (await access.documents.send(new GetCommand({ TableName, Key, ConsistentRead: true }))).Item;
  const { vehicleId, routeId = '' } = vehicle;
  const route = (await get(access.routesTable, { pk: routePk(routeId), sk: 'ROUTE' })) as RouteRecord | undefined;
  if (route === undefined || !OPEN.includes(route.status)) return undefined;
  const item = (await get(access.routesTable, { pk: vehiclePk(vehicleId), sk: 'ACTIVE' })) as
    | ActiveRouteItem
    | undefined;
  const active = item?.routeId === routeId ? item : undefined;
  const newest = (await get(access.positionsTable, { vehicleId, sk: 'NEWEST' })) as
    | { readonly position?: readonly [number, number] }
    | undefined;
  const keys = ordersOf(route).map(({ orderId, cycle }) => requestSk(orderId, cycle));
  const requests = (await readRequests(access, route.depotId, keys)).filter((request) => request.routeId === routeId);
  return {
    route,
    vehicle,
    hasDeparted: route.departedAt !== undefined || active?.departedAt !== undefined,
    nextSequence: active?.nextSequence ?? 1,
    ...(newest?.position === undefined ? {} : { position: newest.position }),
    requests: new Map(requests.map((request) => [request.orderId, request])),
  };
}
