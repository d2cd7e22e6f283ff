import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { bearingDegrees, haversineMeters, interpolate, type Position } from './position.ts';
import { zonesFromGeoJson, zonesToCollection, zoneToFeature } from './zones.ts';

describe('positions', () => {
  test('are as far apart as on the globe', () => {
    expect(haversineMeters([0, 0], [1, 0])).toBeCloseTo(111_195, 0);
    // Los Angeles to New York, about 3,936 km.
    expect(haversineMeters([-118.2437, 34.0522], [-74.006, 40.7128]) / 1000).toBeCloseTo(3935.7, 0);
    expect(haversineMeters([179.9, 0], [-179.9, 0])).toBeCloseTo(22_239, 0);
  });

  test('bear clockwise from north', () => {
    const bearings = (
      [
        [0, 1],
        [1, 0],
        [0, -1],
        [-1, 0],
      ] as Position[]
    ).map((to) => Math.round(bearingDegrees([0, 0], to)));
    expect(bearings).toEqual([0, 90, 180, 270]);
  });

  test('between two others lie on the way, at the share asked for', () => {
    const town = fc.record({
      lon: fc.float({ min: Math.fround(-0.1), max: Math.fround(0.1), noNaN: true }),
      lat: fc.float({ min: 33, max: Math.fround(33.2), noNaN: true }),
    });
    fc.assert(
      fc.property(town, town, fc.float({ min: 0, max: 1, noNaN: true }), (a, b, share) => {
        const [from, to]: Position[] = [
          [a.lon, a.lat],
          [b.lon, b.lat],
        ];
        const between = interpolate(from!, to!, share);
        expect(haversineMeters(from!, between)).toBeCloseTo(haversineMeters(from!, to!) * share, -1.5);
      }),
    );
    expect(interpolate([179, 0], [-179, 0], 0.75)[0]).toBeCloseTo(-179.5);
  });
});

describe('zones as GeoJSON', () => {
  const zone = { zoneId: 'airport', center: [-118.4, 33.9] as Position, radiusMeters: 2500, name: 'LAX' };
  const feature = zoneToFeature(zone);

  test('survive the way there and back', () => {
    const { name: _, ...nameless } = zone;
    const document = JSON.parse(JSON.stringify(zonesToCollection([zone, { ...nameless, zoneId: 'other' }])));
    expect(zonesFromGeoJson(document)).toEqual({ ok: true, zones: [zone, { ...nameless, zoneId: 'other' }] });
    expect(zonesFromGeoJson(feature)).toEqual({ ok: true, zones: [zone] });
  });

  test.each<[unknown, string[]]>([
    [{ ...feature, geometry: { type: 'Polygon', coordinates: [] } }, ['geometry.type', 'geometry.coordinates']],
    [{ ...feature, geometry: { type: 'Point', coordinates: [33.9, -118.4] } }, ['geometry.coordinates[1]']],
    [{ ...feature, properties: { radiusMeters: 0 } }, ['properties.radiusMeters']],
    [{ ...feature, properties: {} }, ['properties.radiusMeters']],
    [{ ...feature, id: 'a b' }, ['id']],
    [{ type: 'FeatureCollection', features: [feature, { ...feature, id: 7 }] }, ['features[1].id']],
    [{ type: 'FeatureCollection' }, ['features']],
    [null, ['$']],
    ['text', ['$']],
  ])('%j is refused with the field named', (document, fields) => {
    const parsed = zonesFromGeoJson(document);
    expect(parsed.ok ? [] : parsed.refusals.map(({ field }) => field)).toEqual(fields);
  });
});
