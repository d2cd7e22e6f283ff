/**
 * The geofencing admin's zones, from their own geofence collection, under ids with the prefix `zone.`. Read every five minutes; while they cannot be read, the last known ones hold, since a
 * zone must never stop a delivery.
 */
import { ListGeofencesCommand, type LocationClient } from '@aws-sdk/client-location';
import type { Fence } from '../../domain/index.ts';

export interface ZonesPorts {
  readonly location: LocationClient;
  readonly zoneCollection: string;
  readonly log: Pick<Console, 'warn'>;
}

const ZONE_PREFIX = 'zone.';
const FRESH_MS = 5 * 60_000;
const RETRY_MS = 60_000;

/** @returns the zones as of `nowMs`; concurrent callers share one read */
export function zoneDirectory({ location, zoneCollection, log }: ZonesPorts): (nowMs: number) => Promise<Fence[]> {
  let zones: Fence[] = [];
  let validUntilMs = Number.NEGATIVE_INFINITY;
  let reading: Promise<void> | undefined;

  async function read(nowMs: number): Promise<void> {
    try {
      zones = await listZones(location, zoneCollection);
      validUntilMs = nowMs + FRESH_MS;
    } catch (error) {
      log.warn('zones could not be read; the last known ones hold', { zones: zones.length, error });
      validUntilMs = nowMs + RETRY_MS;
    } finally {
      reading = undefined;
    }
  }
  return async function currentZones(nowMs) {
    if (nowMs >= validUntilMs) {
      reading ??= read(nowMs);
      await reading;
    }
    return zones;
  };
}

async function listZones(location: LocationClient, collection: string): Promise<Fence[]> {
  const zones: Fence[] = [];
  let token: string | undefined;
  do {
    const page = await location.send(
      new ListGeofencesCommand({ CollectionName: collection, ...(token === undefined ? {} : { NextToken: token }) }),
    );
    for (const { GeofenceId = '', Geometry } of page.Entries ?? []) {
      const [longitude, latitude] = Geometry?.Circle?.Center ?? [];
      const radiusMeters = Geometry?.Circle?.Radius;
      if (!GeofenceId.startsWith(ZONE_PREFIX)) continue;
      if (longitude === undefined || latitude === undefined || radiusMeters === undefined) continue;
      zones.push({ fenceId: GeofenceId, center: [longitude, latitude], radiusMeters });
    }
    token = page.NextToken;
  } while (token !== undefined);
  return zones;
}
