import { describe, expect, test } from '@jest/globals';
import type { MapPicture } from '../api/shapes.ts';
import { boundsOf, circle, mapFeatures } from './map-features.ts';

const PICTURE: MapPicture = {
  now: '2018-07-20T10:00:00.000Z',
  depots: [{ depotId: 'D', position: [-118, 34] }],
  routes: [
    {
      routeId: 'r1',
      depotId: 'D',
      vehicleId: 'v',
      driverId: 'd',
      status: 'DRIVING',
      stops: [
        {
          sequence: 1,
          stopId: 's1',
          position: [-117.9, 34.1],
          orderIds: ['a', 'b'],
          plannedArrivalAt: '2018-07-20T11:00:00.000Z',
          isDone: true,
        },
      ],
    },
  ],
  vehicles: [{ vehicleId: 'v', position: [-118.2, 33.9], sampleTime: '2018-07-20T10:00:00.000Z', routeId: 'r1' }],
  fences: [{ fenceId: 'f', kind: 'stop', center: [-117.9, 34.1], radiusMeters: 100 }],
};

describe('features of the map', () => {
  test('draw a route from its depot over its stops and back', () => {
    const [route] = mapFeatures(PICTURE).routes.features;
    expect(route?.geometry).toEqual({
      type: 'LineString',
      coordinates: [
        [-118, 34],
        [-117.9, 34.1],
        [-118, 34],
      ],
    });
  });

  test('mark the stop of the order that is looked at, and no other', () => {
    expect(mapFeatures(PICTURE, { orderId: 'b' }).stops.features[0]?.properties?.['isMarked']).toBe(true);
    expect(mapFeatures(PICTURE, { orderId: 'z' }).stops.features[0]?.properties?.['isMarked']).toBe(false);
  });

  test('draw a fence as a closed ring of its radius on the ground', () => {
    const ring = circle([-117.9, 34.1], 1000);
    expect(ring[0]).toEqual(ring.at(-1));
    for (const [x = 0, y = 0] of ring) {
      const dx = (x + 117.9) * 111_195 * Math.cos((34.1 * Math.PI) / 180);
      const dy = (y - 34.1) * 111_195;
      expect(Math.hypot(dx, dy)).toBeCloseTo(1000, -1);
    }
  });

  test('find the bounds of everything, and none of nothing', () => {
    expect(boundsOf(PICTURE)).toEqual([-118.2, 33.9, -117.9, 34.1]);
    expect(boundsOf({ ...PICTURE, depots: [], routes: [], vehicles: [] })).toBeUndefined();
  });

  test('lay a graticule of a bounded number of lines', () => {
    const lines = mapFeatures(PICTURE).graticule.features.length;
    expect(lines).toBeGreaterThan(10);
    expect(lines).toBeLessThan(150);
  });
});
