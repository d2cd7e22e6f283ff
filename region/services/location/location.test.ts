import { describe, expect, test } from '@jest/globals';
import { fakePorts, fakeResource, invoke } from '../../testing/fake-ports.ts';
import { createLocation } from './index.ts';

function zones() {
  const ports = fakePorts();
  const service = createLocation(ports);
  service.resources['AWS::Location::GeofenceCollection']?.create(fakeResource('Zones', { CollectionName: 'zones' }));
  return { ports, service };
}

const circle = { Circle: { Center: [-117.6, 33.6], Radius: 150 } };
const ring = [
  [0, 0],
  [1, 0],
  [1, 1],
  [0, 0],
];

describe('a geofence collection', () => {
  test('keeps fences, keeps their creation time, and pages through them by id', async () => {
    const { ports, service } = zones();
    for (let index = 0; index < 25; index += 1) {
      const GeofenceId = `f-${String(index).padStart(2, '0')}`;
      await invoke(service, 'PutGeofence', { CollectionName: 'zones', GeofenceId, Geometry: circle });
    }
    await ports.clock.advance(1000);
    await invoke(service, 'PutGeofence', {
      CollectionName: 'zones',
      GeofenceId: 'f-00',
      Geometry: { Polygon: [ring] },
    });
    const fence = await invoke(service, 'GetGeofence', { CollectionName: 'zones', GeofenceId: 'f-00' });
    expect(fence).toEqual({
      GeofenceId: 'f-00',
      Geometry: { Polygon: [ring] },
      Status: 'ACTIVE',
      CreateTime: new Date('2026-03-02T08:00:00Z'),
      UpdateTime: new Date('2026-03-02T08:00:01Z'),
    });
    const ids: string[] = [];
    let token: string | undefined;
    do {
      const page = await invoke<{ Entries: { GeofenceId: string }[]; NextToken?: string }>(service, 'ListGeofences', {
        CollectionName: 'zones',
        MaxResults: 10,
        NextToken: token,
      });
      ids.push(...page.Entries.map((entry) => entry.GeofenceId));
      token = page.NextToken;
    } while (token !== undefined);
    expect(ids).toHaveLength(25);
    expect(new Set(ids).size).toBe(25);
  });

  test('reports what is wrong in a batch by fence, and puts the others', async () => {
    const { service } = zones();
    const answer = await invoke(service, 'BatchPutGeofence', {
      CollectionName: 'zones',
      Entries: [
        { GeofenceId: 'good', Geometry: circle },
        { GeofenceId: 'bad', Geometry: { Circle: { Center: [200, 0], Radius: 5 } } },
      ],
    });
    expect(answer).toMatchObject({
      Successes: [{ GeofenceId: 'good' }],
      Errors: [{ GeofenceId: 'bad', Error: { Code: 'ValidationError' } }],
    });
    const deleted = await invoke(service, 'BatchDeleteGeofence', {
      CollectionName: 'zones',
      GeofenceIds: ['good', 'gone'],
    });
    expect(deleted).toMatchObject({ Errors: [{ GeofenceId: 'gone' }] });
  });

  test.each([
    [{ Circle: { Center: [0, 0], Radius: 0 } }, 'Radius'],
    [{ Polygon: [ring.slice(0, 3)] }, 'at least 4'],
    [{ Polygon: [[...ring.slice(0, 3), [5, 5]]] }, 'must be the same'],
    [{}, 'exactly one'],
    [{ Circle: circle.Circle, Polygon: [ring] }, 'exactly one'],
  ])('refuses the geometry %j', async (Geometry, message) => {
    const { service } = zones();
    await expect(
      invoke(service, 'PutGeofence', { CollectionName: 'zones', GeofenceId: 'x', Geometry }),
    ).rejects.toThrow(message);
  });

  test('refuses more than ten fences in a batch and a collection that is not there', async () => {
    const { service } = zones();
    const Entries = Array.from({ length: 11 }, (_, index) => ({ GeofenceId: `f${index}`, Geometry: circle }));
    await expect(invoke(service, 'BatchPutGeofence', { CollectionName: 'zones', Entries })).rejects.toThrow('1 to 10');
    await expect(invoke(service, 'ListGeofences', { CollectionName: 'other' })).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });
});
