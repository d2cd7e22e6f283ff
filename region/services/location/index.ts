/** Amazon Location: geofence collections and the geofences in them. */
import { AwsError } from '../../errors.ts';
import type { RegionPorts, Service } from '../../service.ts';
import { optionalString } from '../eventbridge/known-fields.ts';
import { invalid } from './geometry.ts';
import { type Geofence, type GeofenceInput, LocationStore } from './store.ts';

const MAXIMUM_BATCH = 10;
const MAXIMUM_PAGE = 100;

interface CollectionInput {
  readonly CollectionName: string;
}

interface ListInput extends CollectionInput {
  readonly MaxResults?: number;
  readonly NextToken?: string;
}

export function createLocation(ports: RegionPorts): Service {
  const store = new LocationStore(ports);
  const onCollection =
    (action: string) =>
    ({ CollectionName: name }: CollectionInput) => [{ action: `geo:${action}`, resource: store.arn(name) }];
  const actions = [
    'PutGeofence',
    'BatchPutGeofence',
    'GetGeofence',
    'ListGeofences',
    'BatchDeleteGeofence',
    'DescribeGeofenceCollection',
  ];
  return {
    name: 'location',
    operations: {
      PutGeofence: (input: CollectionInput & GeofenceInput) =>
        putAnswer(store.put(store.collection(input.CollectionName), input)),
      BatchPutGeofence: (input: CollectionInput & { readonly Entries: readonly GeofenceInput[] }) =>
        batchPut(store, input),
      GetGeofence: ({ CollectionName, GeofenceId }: CollectionInput & { readonly GeofenceId: string }) =>
        describe(store.geofence(store.collection(CollectionName), GeofenceId)),
      ListGeofences: (input: ListInput) => list(ports, store, input),
      BatchDeleteGeofence: ({
        CollectionName,
        GeofenceIds,
      }: CollectionInput & { readonly GeofenceIds: readonly string[] }) => {
        const { fences } = store.collection(CollectionName);
        checkBatch('GeofenceIds', GeofenceIds);
        const missing = GeofenceIds.filter((id) => !fences.delete(id));
        ports.meter('location', 'geofenceDelete', GeofenceIds.length);
        return { Errors: missing.map((id) => itemError(id, 'ResourceNotFound', `Geofence ${id} not found.`)) };
      },
      DescribeGeofenceCollection: ({ CollectionName }: CollectionInput) => {
        const { name, arn, createdMs, fences } = store.collection(CollectionName);
        const time = new Date(createdMs);
        return {
          CollectionName: name,
          CollectionArn: arn,
          Description: '',
          CreateTime: time,
          UpdateTime: time,
          GeofenceCount: fences.size,
        };
      },
    },
    permissions: Object.fromEntries(actions.map((action) => [action, onCollection(action)])),
    resources: {
      'AWS::Location::GeofenceCollection': {
        properties: ['CollectionName'],
        inert: ['Description', 'KmsKeyId', 'PricingPlan', 'PricingPlanDataSource', 'Tags'],
        create: ({ properties, generatedName }) => {
          const { name, arn, createdMs } = store.createCollection(
            optionalString(properties, 'CollectionName') ?? generatedName(100),
          );
          const time = new Date(createdMs).toISOString();
          return { ref: name, attributes: { Arn: arn, CollectionArn: arn, CreateTime: time, UpdateTime: time } };
        },
      },
    },
  };
}

function checkBatch(field: string, entries: readonly unknown[]): void {
  if (entries.length < 1 || entries.length > MAXIMUM_BATCH) {
    throw invalid(field, `must have 1 to ${MAXIMUM_BATCH} members, has ${entries.length}`);
  }
}

function batchPut(
  store: LocationStore,
  { CollectionName, Entries }: CollectionInput & { readonly Entries: readonly GeofenceInput[] },
) {
  const collection = store.collection(CollectionName);
  checkBatch('Entries', Entries);
  const successes: object[] = [];
  const errors: object[] = [];
  for (const entry of Entries) {
    try {
      successes.push(putAnswer(store.put(collection, entry)));
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      errors.push(itemError(entry.GeofenceId, 'ValidationError', error.message));
    }
  }
  return { Successes: successes, Errors: errors };
}

function itemError(id: string, code: string, message: string) {
  return { GeofenceId: id, Error: { Code: code, Message: message } };
}

function putAnswer({ id, createdMs, updatedMs }: Geofence) {
  return { GeofenceId: id, CreateTime: new Date(createdMs), UpdateTime: new Date(updatedMs) };
}

function describe(geofence: Geofence) {
  return {
    ...putAnswer(geofence),
    Geometry: geofence.geometry,
    Status: 'ACTIVE',
    ...(geofence.properties === undefined ? {} : { GeofenceProperties: geofence.properties }),
  };
}

/** The token of a page is the id it ended with, so that a page stays right while fences come and go. */
function list(ports: RegionPorts, store: LocationStore, input: ListInput) {
  const { fences } = store.collection(input.CollectionName);
  const size = input.MaxResults ?? MAXIMUM_PAGE;
  if (!(size >= 1 && size <= MAXIMUM_PAGE)) throw invalid('MaxResults', `must be 1 to ${MAXIMUM_PAGE}, is ${size}`);
  const after = input.NextToken === undefined ? '' : Buffer.from(input.NextToken, 'base64url').toString('utf8');
  const rest = [...fences.values()].filter(({ id }) => id > after).sort((a, b) => (a.id < b.id ? -1 : 1));
  const page = rest.slice(0, size);
  const last = page[page.length - 1];
  ports.meter('location', 'geofenceRead', page.length);
  return {
    Entries: page.map(describe),
    ...(rest.length > size && last !== undefined ? { NextToken: Buffer.from(last.id).toString('base64url') } : {}),
  };
}
