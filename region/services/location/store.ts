/** Geofence collections. A collection keeps its fences in the order of their ids, which is the order they are listed in. */
import { AwsError } from '../../errors.ts';
import type { RegionPorts } from '../../service.ts';
import { checkGeometry, type GeofenceGeometry, invalid } from './geometry.ts';

export interface Geofence {
  readonly id: string;
  readonly geometry: GeofenceGeometry;
  readonly properties: Readonly<Record<string, string>> | undefined;
  readonly createdMs: number;
  readonly updatedMs: number;
}

export interface GeofenceInput {
  readonly GeofenceId: string;
  readonly Geometry: unknown;
  readonly GeofenceProperties?: Readonly<Record<string, string>>;
}

export interface Collection {
  readonly name: string;
  readonly arn: string;
  readonly createdMs: number;
  readonly fences: Map<string, Geofence>;
}

export class LocationStore {
  readonly collections = new Map<string, Collection>();
  readonly #ports: RegionPorts;

  constructor(ports: RegionPorts) {
    this.#ports = ports;
  }

  arn(collectionName: string): string {
    const { partition, region, accountId } = this.#ports;
    return `arn:${partition}:geo:${region}:${accountId}:geofence-collection/${collectionName}`;
  }

  createCollection(name: string): Collection {
    if (this.collections.has(name))
      throw new AwsError('ConflictException', `Geofence collection ${name} already exists.`, 409);
    const collection = { name, arn: this.arn(name), createdMs: this.#ports.clock.now(), fences: new Map() };
    this.collections.set(name, collection);
    return collection;
  }

  collection(name: string): Collection {
    const collection = this.collections.get(name);
    if (collection === undefined) throw notFound(`Geofence collection ${name} not found.`);
    return collection;
  }

  geofence(collection: Collection, id: string): Geofence {
    const geofence = collection.fences.get(id);
    if (geofence === undefined) throw notFound(`Geofence ${id} not found in collection ${collection.name}.`);
    return geofence;
  }

  /** Creates a fence or replaces it. Throws `ValidationException`. */
  put(collection: Collection, input: GeofenceInput): Geofence {
    const { GeofenceId: id, GeofenceProperties: properties } = input;
    if (!/^[-._\p{L}\p{N}]{1,100}$/u.test(id))
      throw invalid('GeofenceId', `must be 1 to 100 letters, digits, - . _, is ${id}`);
    if (properties !== undefined && Object.keys(properties).length > 3)
      throw invalid('GeofenceProperties', 'must have at most 3 entries');
    const nowMs = this.#ports.clock.now();
    const geometry = checkGeometry(input.Geometry);
    const geofence = {
      id,
      geometry,
      properties,
      createdMs: collection.fences.get(id)?.createdMs ?? nowMs,
      updatedMs: nowMs,
    };
    collection.fences.set(id, geofence);
    this.#ports.meter('location', 'geofencePut', 1);
    return geofence;
  }
}

function notFound(message: string): AwsError {
  return new AwsError('ResourceNotFoundException', message, 404);
}
