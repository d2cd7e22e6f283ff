/** Reads what a re-plan left in the Planning table, and says for each route what it means for those who drive by it. */
import * as z from 'zod';
import { type ComparedPlan, comparePlans, msOf } from '../../domain/index.ts';
import type { RouteItem } from '../../functions/platform/tables.ts';
import {
  type PlannedRoute,
  plannedRouteSchema,
  type RouteChange,
  routeChangeSchema,
  unassignedOrderSchema,
} from '../../workflows/route-planning/contracts.ts';
import type { Deployed } from '../deployed.ts';
import { batchGetAll, queryAll } from '../dynamo-pages.ts';
import type { ReplannedRoute, ReplannedStop, ReplanReport } from '../model/replan.ts';

/** The items of a wave that are its plan. */
const unassignedSchema = z.object({ orders: z.array(unassignedOrderSchema) });

type RoutesNow = ReadonlyMap<string, RouteItem & { readonly changedBy?: string }>;

export async function readReplan(
  deployed: Deployed,
  depotId: string,
  waveId: string,
  mode: ReplanReport['mode'],
): Promise<Pick<ReplanReport, 'routes' | 'newRoutes' | 'waiting'>> {
  const items = await queryAll(deployed.documents, {
    TableName: deployed.output('PlanningTableName'),
    KeyConditionExpression: 'pk = :wave',
    ExpressionAttributeValues: { ':wave': `WAVE#${waveId}` },
    ConsistentRead: true,
  });
  const ofKind = (kind: string) => items.filter(({ sk }) => typeof sk === 'string' && sk.startsWith(kind));
  const changes = ofKind('CHANGE#').map((item) => routeChangeSchema.parse(item));
  const planned = ofKind('ROUTE#').map((item) => plannedRouteSchema.parse(item));
  const unassigned = ofKind('UNASSIGNED').flatMap((item) => unassignedSchema.parse(item).orders);
  const promises = await promisesOf(deployed, depotId, changes);
  const now =
    mode === 'apply' ? await routesNow(deployed, [...changes.map(({ route }) => route), ...planned]) : new Map();
  return {
    routes: changes.map((change) => {
      const isMade = now.get(change.route.routeId)?.changedBy === waveId;
      return { ...replannedRoute(change, promises), isMade };
    }),
    newRoutes: planned.map(({ routeId, vehicleId, stops, plannedDepartureAt, plannedReturnAt }) => ({
      routeId,
      vehicleId,
      orderIds: stops.flatMap(({ orders }) => orders.map(({ orderId }) => orderId)),
      departsAt: plannedDepartureAt,
      returnsAt: plannedReturnAt,
      isMade: now.has(routeId),
    })),
    waiting: unassigned.map(({ orderId, reasons, nextTrip }) => ({
      orderId,
      reasons,
      ...(nextTrip === undefined ? {} : { nextTrip }),
    })),
  };
}

async function routesNow(
  { documents, output }: Deployed,
  routes: readonly Pick<PlannedRoute, 'routeId'>[],
): Promise<RoutesNow> {
  const keys = routes.map(({ routeId }) => ({ pk: `ROUTE#${routeId}`, sk: 'ROUTE' }));
  const items = await batchGetAll(documents, output('RoutesTableName'), keys);
  return new Map((items as unknown as RouteItem[]).map((item) => [item.routeId, item]));
}

/** End of the promise by order; what has been delivered meanwhile may have no request any more. */
async function promisesOf(
  { documents, output }: Deployed,
  depotId: string,
  changes: readonly RouteChange[],
): Promise<ReadonlyMap<string, number>> {
  const sks = new Set(
    changes.flatMap(({ route }) =>
      route.stops.flatMap(({ orders }) => orders.map(({ orderId, cycle }) => `REQUEST#${orderId}#${cycle}`)),
    ),
  );
  const keys = [...sks].map((sk) => ({ pk: `DEPOT#${depotId}`, sk }));
  const items = await batchGetAll(documents, output('PlanningTableName'), keys);
  const requests = items as unknown as readonly { orderId: string; promise: { to: string } }[];
  return new Map(requests.map(({ orderId, promise }) => [orderId, msOf(promise.to)]));
}

/** Stops that the old and the new sequence have in common bear their old number: stop ids may come again. */
export function replannedRoute(
  { route, frozenThrough, stops, extraSeconds, extraMeters }: RouteChange,
  promises: ReadonlyMap<string, number>,
): Omit<ReplannedRoute, 'isMade'> {
  const keyed = stops.map((stop, index) => ({ ...stop, key: stop.before?.sequence.toString() ?? `new ${index}` }));
  const planOf = (visits: readonly { key: string; arrivalAt: string }[]): ComparedPlan => ({
    routes: [
      {
        vehicleId: route.vehicleId,
        stops: visits.map(({ key, arrivalAt }) => ({ stopId: key, arrivalMs: msOf(arrivalAt) })),
      },
    ],
    unassigned: [],
  });
  const before = keyed
    .flatMap(({ key, before: place }) => (place === null ? [] : [{ key, ...place }]))
    .sort((one, other) => one.sequence - other.sequence);
  const difference = comparePlans(planOf(before), planOf(keyed.map(({ key, after }) => ({ key, ...after }))));
  const kinds = new Map(difference.stops.map(({ stopId, change }) => [stopId, change]));
  const isLate = (orderId: string, arrivalAt: string): boolean =>
    msOf(arrivalAt) > (promises.get(orderId) ?? Number.POSITIVE_INFINITY);
  const turned = (hasBecomeLate: boolean): string[] =>
    stops.flatMap(({ orderIds, before: old, after }) =>
      orderIds.filter((orderId) => {
        if (old === null) return false;
        const late = isLate(orderId, after.arrivalAt);
        return late === hasBecomeLate && late !== isLate(orderId, old.arrivalAt);
      }),
    );
  return {
    routeId: route.routeId,
    vehicleId: route.vehicleId,
    settledStops: frozenThrough,
    stops: keyed.map(({ key, stopId, orderIds, before: old, after }): ReplannedStop => {
      const kind = kinds.get(key);
      return {
        stopId,
        orderIds,
        change: old === null ? 'inserted' : kind === 'kept' ? 'kept' : 'resequenced',
        ...(old === null ? {} : { before: old }),
        after,
      };
    }),
    legs: difference.remainingLegs,
    changedLegs: difference.changedLegs,
    extraSeconds,
    extraMeters,
    becomeLate: turned(true),
    becomeKept: turned(false),
  };
}
