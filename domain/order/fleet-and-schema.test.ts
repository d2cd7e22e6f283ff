import { describe, expect, test } from '@jest/globals';
import { fleetJsonSchema, orderJsonSchema } from './json-schema.ts';
import { parseFleet } from './parse-fleet.ts';

const shift = { from: '2018-07-20T14:00:00Z', to: '2018-07-21T01:00:00Z' };
const vehicle = { vehicleId: 'v-1', driverId: 'd-1', depotId: 'D1', capacity: { volumeM3: 4 }, shift };
const fleet = { depots: [{ depotId: 'D1', position: [-117, 33] }], vehicles: [vehicle] };
const fields = (changes: object) => {
  const parsed = parseFleet(JSON.stringify({ ...fleet, ...changes }));
  return parsed.ok ? [] : parsed.refusals.map(({ field, code }) => `${field} ${code}`);
};

describe('a fleet file', () => {
  test('is parsed', () => {
    expect(parseFleet(JSON.stringify(fleet))).toEqual({ ok: true, fleet });
  });

  test('may have a depot without vehicles', () => {
    expect(fields({ vehicles: [] })).toEqual([]);
  });

  test.each<[string, object, string[]]>([
    [
      'the same vehicle twice',
      { vehicles: [vehicle, vehicle] },
      ['vehicles[1].vehicleId DUPLICATE', 'vehicles[1].driverId DUPLICATE'],
    ],
    [
      'a vehicle of an unknown depot',
      { vehicles: [{ ...vehicle, depotId: 'D9' }] },
      ['vehicles[0].depotId UNKNOWN_DEPOT'],
    ],
    [
      'a shift reversed',
      { vehicles: [{ ...vehicle, shift: { from: shift.to, to: shift.from } }] },
      ['vehicles[0].shift.to WINDOW_REVERSED'],
    ],
    [
      'a vehicle without room',
      { vehicles: [{ ...vehicle, capacity: { volumeM3: 0 } }] },
      ['vehicles[0].capacity.volumeM3 OUT_OF_RANGE'],
    ],
    ['no depots', { depots: [] }, ['depots BAD_LENGTH']],
  ])('with %s is refused', (_, changes, expected) => {
    expect(fields(changes)).toEqual(expected);
  });
});

describe('the published JSON Schemas', () => {
  test('demand of an order what the parser demands, and let defaults be left out', () => {
    const schema = orderJsonSchema();
    expect(schema['$schema']).toBe('https://json-schema.org/draft/2020-12/schema');
    expect(schema['required']).toEqual(
      expect.arrayContaining([
        'orderId',
        'placedAt',
        'customer',
        'depotId',
        'deliverTo',
        'promise',
        'serviceSeconds',
        'items',
      ]),
    );
    expect(schema['required']).not.toContain('tier');
    expect(schema).not.toHaveProperty('additionalProperties');
  });

  test('say that a position has exactly two numbers in range', () => {
    expect(JSON.stringify(orderJsonSchema())).toContain('"minItems":2,"maxItems":2');
    expect(JSON.stringify(fleetJsonSchema())).toContain('"minimum":-180,"maximum":180');
  });
});
