/**
 * Makes a change of a re-plan true, or not at all: orders that come in are assigned by conditional write; then the route
 * and the vehicle's ACTIVE item are changed in one transaction, if the route is still what the change was computed from
 * and its vehicle has not passed the frozen part; then everybody is told. Each step finds what an earlier try of it left.
 */
import { GetCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import type { PlannedRoute, RouteChange } from '../../workflows/route-planning/contracts.ts';
import { giveBack } from '../platform/give-back.ts';
import { inParallel } from '../platform/in-parallel.ts';
import { cancellationCodes } from '../platform/order-record.ts';
import { type RouteRecord, requestSk, routePk, vehiclePk } from '../platform/planning-items.ts';
import { repeatReplan } from '../platform/replan-requests.ts';
import { routeSignals } from '../platform/route-signals.ts';
import type { ActiveRouteItem } from '../platform/tables.ts';
import { assignOrder } from './assign-order.ts';
import type { AssignOrdersPorts } from './assign-ports.ts';
import { dropOrders } from './drop-orders.ts';
import { movePlaces } from './move-places.ts';

export interface AppliedChange {
  readonly isApplied: boolean;
  /** Orders that came in. */
  readonly added: number;
  /** Orders that were to come in and are pending again, or were taken back by their order. */
  readonly left: number;
}

const WRITES_AT_A_TIME = 25;

export async function applyChange(
  change: RouteChange,
  waveId: string,
  ports: AssignOrdersPorts,
): Promise<AppliedChange> {
  const { depotId, routeId } = change.route;
  const taken = { depotId, routeId, waveId, plannedReturnAt: change.route.plannedReturnAt };
  const won = await inParallel(change.added, WRITES_AT_A_TIME, ({ orderId, cycle }) =>
    assignOrder(taken, orderId, cycle, ports),
  );
  const lost = new Set(change.added.filter((_, index) => won[index] !== true).map(({ orderId }) => orderId));
  const route = { ...change.route, ...dropOrders(change.route, (orderId) => !lost.has(orderId)) };
  const added = change.added.length - lost.size;
  const before = await changeRoute(change, route, waveId, ports);
  if (before === undefined) {
    const reasons = [`${change.route.vehicleId}: ROUTE_MOVED_ON: the route changed while it was re-planned`];
    await inParallel(change.added, WRITES_AT_A_TIME, ({ orderId, cycle }) =>
      giveBack(ports, { depotId, waveId, sk: requestSk(orderId, cycle), reasons, routeId }),
    );
    const again = { depotId, routeId, reason: 'ROUTE_MOVED_ON' };
    await repeatReplan(ports.documents, ports.planningTable, again, ports.now().getTime());
    return { isApplied: false, added: 0, left: change.added.length };
  }
  await ports.moveFences(before, route);
  await tellOrders(change, route, before, waveId, lost, ports);
  if (before.status === 'ACCEPTED') await ports.publishChange(route);
  return { isApplied: true, added, left: lost.size };
}

/** @returns the route as it is now; undefined when it is another one than the change was computed from */
async function changeRoute(
  { from, frozenThrough }: RouteChange,
  route: RouteChange['route'],
  waveId: string,
  ports: AssignOrdersPorts,
): Promise<RouteRecord | undefined> {
  const routeKey = { pk: routePk(route.routeId), sk: 'ROUTE' };
  const get = async (Key: Record<string, string>): Promise<unknown> =>
    (await ports.documents.send(new GetCommand({ TableName: ports.routesTable, Key, ConsistentRead: true }))).Item;
  const current = (await get(routeKey)) as RouteRecord | undefined;
  // An earlier try of this very change went through.
  if (current?.version === route.version && current.changedBy === waveId) return current;
  const activeKey = { pk: vehiclePk(route.vehicleId), sk: 'ACTIVE' };
  const item = (await get(activeKey)) as ActiveRouteItem | undefined;
  const { version: _version, ...plan } = planned(route);
  const names = Object.keys(plan);
  const isFirst = from.version === 0;
  const update = {
    Update: {
      TableName: ports.routesTable,
      Key: routeKey,
      UpdateExpression: `SET ${names.map((name) => `#${name} = :${name}`).join(', ')}, #version = :version, changedBy = :wave`,
      ConditionExpression:
        `#status = :status AND ${isFirst ? 'attribute_not_exists(#version)' : '#version = :from'}` +
        (from.hasDeparted ? '' : ' AND attribute_not_exists(departedAt)'),
      ExpressionAttributeNames: {
        ...Object.fromEntries(names.map((name) => [`#${name}`, name])),
        '#version': 'version',
        '#status': 'status',
      },
      ExpressionAttributeValues: {
        ...Object.fromEntries(Object.entries(plan).map(([name, value]) => [`:${name}`, value])),
        ':version': route.version,
        ':wave': waveId,
        ':status': from.status,
        ...(isFirst ? {} : { ':from': from.version }),
      },
    },
  };
  const active = {
    Update: {
      TableName: ports.routesTable,
      Key: activeKey,
      UpdateExpression: 'SET planVersion = :version',
      ConditionExpression: `routeId = :routeId AND ${from.hasDeparted ? 'nextSequence <= :through' : 'attribute_not_exists(departedAt)'}`,
      ExpressionAttributeValues: {
        ':version': route.version,
        ':routeId': route.routeId,
        ...(from.hasDeparted ? { ':through': frozenThrough } : {}),
      },
    },
  };
  const isFollowed = item?.routeId === route.routeId;
  // A route that is accepted but not followed yet gets its ACTIVE item in this moment, without the new version.
  if (from.status === 'ACCEPTED' && !isFollowed) return undefined;
  try {
    await ports.documents.send(new TransactWriteCommand({ TransactItems: isFollowed ? [update, active] : [update] }));
  } catch (error) {
    if (cancellationCodes(error)?.includes('ConditionalCheckFailed') === true) return undefined;
    throw error;
  }
  return { ...(current as RouteRecord), status: from.status as RouteRecord['status'] };
}

/** Of the route what a change sets; who drives it, from where and in which wave it came about stay. */
function planned(route: RouteChange['route']) {
  const { version, stops, plannedDepartureAt, plannedReturnAt, returnLegSeconds, returnLegMeters } = route;
  const { distanceMeters, loadVolumeM3, loadWeightKg } = route;
  const totals = { returnLegSeconds, returnLegMeters, distanceMeters, loadVolumeM3, loadWeightKg };
  return { version, stops, plannedDepartureAt, plannedReturnAt, ...totals };
}

/** What came in hears what the others on the route have heard; the others, where their place moved. */
async function tellOrders(
  change: RouteChange,
  route: RouteChange['route'],
  before: RouteRecord,
  waveId: string,
  lost: ReadonlySet<string>,
  ports: AssignOrdersPorts,
): Promise<void> {
  const at = ports.now().toISOString();
  const news = new Set(change.added.map(({ orderId }) => orderId).filter((orderId) => !lost.has(orderId)));
  const isNew = ({ orderId }: { readonly orderId: string }): boolean => news.has(orderId);
  const { driverId, vehicleId } = before;
  const driven: PlannedRoute = { ...route, driverId, vehicleId };
  await ports.sendSignals(routeSignals(driven, 'RoutePlanned', at, (place) => ({ place })).filter(isNew));
  if (before.status === 'ACCEPTED') {
    const accepted = routeSignals(driven, 'RouteAccepted', at, (place) => ({ place, driverId, vehicleId }));
    await ports.sendSignals(accepted.filter(isNew));
  }
  await movePlaces(route, change, waveId, ports);
}
