/** Routes and vehicles as the map draws them. */
import type { ActiveRouteItem, OrderRecord, RouteItem } from '../../functions/platform/tables.ts';
import type { Deployed } from '../deployed.ts';
import { batchGetAll } from '../dynamo-pages.ts';
import type { MapRoute, MapVehicle } from '../model/map.ts';

/** The newest fix of a vehicle, as `track-vehicles` keeps it. */
interface PositionItem {
  readonly vehicleId: string;
  readonly position: readonly [number, number];
  readonly sampleTime: string;
  readonly headingDegrees?: number;
}

type Tables = Pick<Deployed, 'documents' | 'output'>;

/** Routes by their ids; one that is gone is missing. */
export async function routeItems({ documents, output }: Tables, routeIds: readonly string[]): Promise<RouteItem[]> {
  const keys = [...new Set(routeIds)].map((routeId) => ({ pk: `ROUTE#${routeId}`, sk: 'ROUTE' }));
  return (await batchGetAll(documents, output('RoutesTableName'), keys)) as unknown as RouteItem[];
}

/** What the vehicles drive now, by vehicle id. */
export async function activeRoutes(
  { documents, output }: Tables,
  vehicleIds: readonly string[],
): Promise<ReadonlyMap<string, ActiveRouteItem>> {
  const keys = [...new Set(vehicleIds)].map((vehicleId) => ({ pk: `VEHICLE#${vehicleId}`, sk: 'ACTIVE' }));
  const items = (await batchGetAll(documents, output('RoutesTableName'), keys)) as unknown as ActiveRouteItem[];
  return new Map(items.map((item) => [item.vehicleId, item]));
}

/** Newest positions; a vehicle that never sent one is missing. */
export async function vehiclePositions(
  { documents, output }: Tables,
  vehicleIds: readonly string[],
): Promise<PositionItem[]> {
  const keys = [...new Set(vehicleIds)].map((vehicleId) => ({ vehicleId, sk: 'NEWEST' }));
  return (await batchGetAll(documents, output('PositionsTableName'), keys)) as unknown as PositionItem[];
}

/** A stop is done when all its orders have an outcome. */
export function mapRoute(route: RouteItem): MapRoute {
  const { routeId, depotId, vehicleId, driverId, status, stops, outcomes } = route;
  const done = new Set(outcomes.map(({ orderId }) => orderId));
  return {
    routeId,
    depotId,
    vehicleId,
    driverId,
    status,
    stops: stops.map(({ sequence, stopId, position, orders, plannedArrivalAt }) => ({
      sequence,
      stopId,
      position,
      orderIds: orders.map(({ orderId }) => orderId),
      plannedArrivalAt,
      isDone: orders.every(({ orderId }) => done.has(orderId)),
    })),
  };
}

export function mapVehicle(
  { vehicleId, position, sampleTime, headingDegrees }: PositionItem,
  active: ActiveRouteItem | undefined,
): MapVehicle {
  return {
    vehicleId,
    position,
    sampleTime,
    ...(active === undefined ? {} : { routeId: active.routeId }),
    ...(headingDegrees === undefined ? {} : { headingDegrees }),
  };
}

/** The route that an order is or was last on, with its vehicle. */
export async function routeOfOrder(
  tables: Tables,
  { place }: Pick<OrderRecord, 'place'>,
): Promise<{ readonly route?: MapRoute; readonly vehicle?: MapVehicle }> {
  if (place === undefined) return {};
  const { routeId, vehicleId } = place;
  const [[route], active, [position]] = await Promise.all([
    routeItems(tables, [routeId]),
    activeRoutes(tables, [vehicleId]),
    vehiclePositions(tables, [vehicleId]),
  ]);
  return {
    ...(route === undefined ? {} : { route: mapRoute(route) }),
    ...(position === undefined ? {} : { vehicle: mapVehicle(position, active.get(vehicleId)) }),
  };
}
