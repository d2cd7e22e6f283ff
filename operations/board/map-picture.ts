/** The map: depots, the routes of open orders, where their vehicles are, and the fences. */
import { type DepotItem, FENCE_METERS, type RouteItem, type VehicleItem } from '../../functions/platform/tables.ts';
import type { Deployed } from '../deployed.ts';
import { scanAll } from '../dynamo-pages.ts';
import { GeofenceBook } from '../geofences.ts';
import type { MapFence, MapPicture } from '../model/map.ts';
import type { Board } from './board.ts';
import { activeRoutes, mapRoute, mapVehicle, routeItems, vehiclePositions } from './route-view.ts';

/** Routes that a screen can still show. */
const MAX_ROUTES = 1_000;

/** Reads the fleet, the routes that open orders are on, and positions: ask no more often than every few seconds. */
export async function mapPicture(deployed: Deployed, board: Pick<Board, 'store'>): Promise<MapPicture> {
  const [fleet, zones] = await Promise.all([fleetItems(deployed), new GeofenceBook(deployed).list()]);
  const depots = fleet.filter((item): item is DepotItem => item.sk === 'DEPOT');
  const vehicles = fleet.filter((item): item is VehicleItem => item.sk !== 'DEPOT');
  const vehicleIds = vehicles.map(({ vehicleId }) => vehicleId);
  const [routes, active, positions] = await Promise.all([
    routeItems(deployed, [...openRouteIds(board), ...vehicles.flatMap(({ routeId }) => routeId ?? [])]),
    activeRoutes(deployed, vehicleIds),
    vehiclePositions(deployed, vehicleIds),
  ]);
  const underWay = routes
    .filter(({ status }) => status !== 'CLOSED' && status !== 'WITHDRAWN')
    .sort((a, b) => (a.routeId < b.routeId ? -1 : 1));
  return {
    now: deployed.now(),
    depots: depots.map(({ depotId, position }) => ({ depotId, position })),
    routes: underWay.map(mapRoute),
    vehicles: positions
      .map((position) => mapVehicle(position, active.get(position.vehicleId)))
      .sort((a, b) => (a.vehicleId < b.vehicleId ? -1 : 1)),
    fences: [
      ...underWay.flatMap(routeFences),
      ...zones.features.map(
        ({ id, properties, geometry }): MapFence => ({
          fenceId: `zone.${id}`,
          kind: 'zone',
          center: [geometry.coordinates[0], geometry.coordinates[1]],
          radiusMeters: properties.radiusMeters,
        }),
      ),
    ],
  };
}

function openRouteIds({ store }: Pick<Board, 'store'>): string[] {
  const rows = store.all<{ routeId: string }>(
    `SELECT DISTINCT routeId FROM orders WHERE routeId IS NOT NULL
       AND status IN ('PLANNED', 'DISPATCHED', 'OUT_FOR_DELIVERY', 'ARRIVING') ORDER BY routeId LIMIT ${MAX_ROUTES}`,
  );
  return rows.map(({ routeId }) => routeId);
}

/** The fences that the functions evaluate for a route: its depot, and the stops that are still to come. */
function routeFences({ routeId, depotPosition, stops }: RouteItem): MapFence[] {
  return [
    { fenceId: `${routeId}.depot`, kind: 'depot', center: depotPosition, radiusMeters: FENCE_METERS.depot },
    ...stops.map(
      ({ sequence, position }): MapFence => ({
        fenceId: `${routeId}.${sequence}`,
        kind: 'stop',
        center: position,
        radiusMeters: FENCE_METERS.stop,
      }),
    ),
  ];
}

async function fleetItems({ documents, output }: Deployed): Promise<(DepotItem | VehicleItem)[]> {
  const items: unknown[] = await scanAll(documents, { TableName: output('FleetTableName') });
  return items as (DepotItem | VehicleItem)[];
}
