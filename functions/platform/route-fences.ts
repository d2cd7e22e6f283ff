/**
 * The geofences of a route in the collection of Amazon Location: one per stop, one for the depot as this route leaves
 * and reaches it. They are put when a route is planned and deleted when it has closed, so that the collection holds the
 * routes under way and the admin's zones.
 */
import {
  BatchDeleteGeofenceCommand,
  BatchPutGeofenceCommand,
  type BatchPutGeofenceRequestEntry,
  type LocationClient,
} from '@aws-sdk/client-location';
import type { PlannedRoute } from '../../workflows/route-planning/contracts.ts';
import { inParallel } from './in-parallel.ts';
import { FENCE_METERS } from './tables.ts';

export const STOP_FENCE_METERS = FENCE_METERS.stop;
export const DEPOT_FENCE_METERS = FENCE_METERS.depot;

/** Entries of one call, by the service's limit. */
const BATCH = 10;
const CALLS_AT_A_TIME = 5;

export interface FenceAccess {
  readonly location: LocationClient;
  readonly geofenceCollection: string;
}

type FencedRoute = Pick<PlannedRoute, 'routeId' | 'depotPosition' | 'stops'>;

/** `<routeId>.depot` and `<routeId>.<sequence>`. */
export const fenceIdOf = (routeId: string, place: 'depot' | number): string => `${routeId}.${place}`;

export function fencesOf(route: FencedRoute): BatchPutGeofenceRequestEntry[] {
  const circle = (place: 'depot' | number, [longitude, latitude]: readonly [number, number], radius: number) => ({
    GeofenceId: fenceIdOf(route.routeId, place),
    Geometry: { Circle: { Center: [longitude, latitude], Radius: radius } },
    GeofenceProperties: { routeId: route.routeId },
  });
  return [
    circle('depot', route.depotPosition, DEPOT_FENCE_METERS),
    ...route.stops.map((stop) => circle(stop.sequence, stop.position, STOP_FENCE_METERS)),
  ];
}

const batchesOf = <Item>(items: readonly Item[]): Item[][] =>
  Array.from({ length: Math.ceil(items.length / BATCH) }, (_, index) =>
    items.slice(index * BATCH, (index + 1) * BATCH),
  );

/** @throws Error naming the first fence that the service refused; putting all of them again is harmless */
export async function putFences(access: FenceAccess, routes: readonly FencedRoute[]): Promise<void> {
  await inParallel(batchesOf(routes.flatMap(fencesOf)), CALLS_AT_A_TIME, async (Entries) => {
    const { Errors = [] } = await access.location.send(
      new BatchPutGeofenceCommand({ CollectionName: access.geofenceCollection, Entries }),
    );
    const first = Errors[0];
    if (first !== undefined) {
      throw new Error(
        `Collection ${access.geofenceCollection} refused ${Errors.length} of ${Entries.length} fences, first ` +
          `${first.GeofenceId} (${first.Error?.Code}: ${first.Error?.Message}): put the fences of the route again.`,
      );
    }
  });
}

/** Deletes the fences of the route; those that are gone already are no error. */
export async function deleteFences(access: FenceAccess, route: FencedRoute): Promise<void> {
  const ids = fencesOf(route).map((fence) => fence.GeofenceId as string);
  await inParallel(batchesOf(ids), CALLS_AT_A_TIME, (GeofenceIds) =>
    access.location.send(new BatchDeleteGeofenceCommand({ CollectionName: access.geofenceCollection, GeofenceIds })),
  );
}
