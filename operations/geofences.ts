/** The geofencing admin's zones in the geofence collection: circles under ids with the prefix `zone.`, as GeoJSON. */
import { BatchDeleteGeofenceCommand, ListGeofencesCommand, PutGeofenceCommand } from '@aws-sdk/client-location';
import { type CircleZone, type ZoneCollection, zonesToCollection } from '../domain/index.ts';
import type { Deployed } from './deployed.ts';

const PREFIX = 'zone.';

export class GeofenceBook {
  readonly #location: Deployed['location'];
  readonly #collection: string;

  constructor({ location, output }: Pick<Deployed, 'location' | 'output'>) {
    this.#location = location;
    this.#collection = output('ZoneCollectionName');
  }

  /** The zones by id; fences of stops and depots are not among them. */
  async list(): Promise<ZoneCollection> {
    const zones: CircleZone[] = [];
    let token: string | undefined;
    do {
      const page: Awaited<ReturnType<GeofenceBook['page']>> = await this.page(token);
      for (const { GeofenceId = '', Geometry, GeofenceProperties } of page.Entries ?? []) {
        const [longitude, latitude] = Geometry?.Circle?.Center ?? [];
        const radiusMeters = Geometry?.Circle?.Radius;
        if (!GeofenceId.startsWith(PREFIX)) continue;
        if (longitude === undefined || latitude === undefined || radiusMeters === undefined) continue;
        const name = GeofenceProperties?.['name'];
        zones.push({
          zoneId: GeofenceId.slice(PREFIX.length),
          center: [longitude, latitude],
          radiusMeters,
          ...(name === undefined ? {} : { name }),
        });
      }
      token = page.NextToken;
    } while (token !== undefined);
    return zonesToCollection(zones);
  }

  private page(token: string | undefined) {
    return this.#location.send(
      new ListGeofencesCommand({
        CollectionName: this.#collection,
        ...(token === undefined ? {} : { NextToken: token }),
      }),
    );
  }

  /** Sets each zone; one that is there already is replaced. */
  async put(zones: readonly CircleZone[]): Promise<void> {
    for (const { zoneId, center, radiusMeters, name } of zones) {
      await this.#location.send(
        new PutGeofenceCommand({
          CollectionName: this.#collection,
          GeofenceId: `${PREFIX}${zoneId}`,
          Geometry: { Circle: { Center: [...center], Radius: radiusMeters } },
          ...(name === undefined ? {} : { GeofenceProperties: { name } }),
        }),
      );
    }
  }

  /** @returns whether there was such a zone */
  async delete(zoneId: string): Promise<boolean> {
    const { Errors = [] } = await this.#location.send(
      new BatchDeleteGeofenceCommand({ CollectionName: this.#collection, GeofenceIds: [`${PREFIX}${zoneId}`] }),
    );
    return Errors.length === 0;
  }
}
