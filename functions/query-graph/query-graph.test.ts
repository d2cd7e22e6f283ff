import { beforeAll, describe, expect, test } from '@jest/globals';
import type { PlannedRoute } from '../../workflows/route-planning/contracts.ts';
import type { GraphAnswers, GraphQuery } from '../../workflows/route-planning/graph-queries.ts';
import { cellsAround } from '../platform/graph/cells.ts';
import { drivenStatements } from '../platform/graph/driven-graph.ts';
import { graphStatements } from '../platform/graph/plan-graph.ts';
import { graphDatabase } from '../platform/testing/graph-database.ts';
import { plannedRoute, ROUTE_ID, routeRecord, WAVE_ID } from '../platform/testing/route-world.ts';
import { queryGraph } from './query-graph.ts';

const { ask, run } = graphDatabase();
const query = async <Q extends GraphQuery>(question: Q) =>
  (await queryGraph(question, { ask })) as GraphAnswers[Q['query']];

const clock = (time: string) => `2026-03-02T${time}:00.000Z`;
const CUSTOMERS = new Map([
  ['o1', 'c1'],
  ['o2', 'c2'],
  ['o2b', 'c1'],
  ['o3', 'c3'],
]);
const LATER_ID = 'd1-later-r1';
const [first] = plannedRoute().stops;
/** The order o3 again, alone, on its second cycle and on the next day. */
const later: PlannedRoute = plannedRoute({
  routeId: LATER_ID,
  waveId: 'd1-later',
  vehicleId: 'v7',
  driverId: 'driver-v7',
  plannedDepartureAt: '2026-03-03T08:00:00.000Z',
  stops: [{ ...first!, position: [8.53, 47.3], orders: [{ orderId: 'o3', cycle: 2 }] }],
});
/** Planned for v1, accepted by the driver of v2; o3 was not served. */
const driven = routeRecord({
  status: 'CLOSED',
  vehicleId: 'v2',
  driverId: 'driver-v2',
  departedAt: clock('08:06'),
  returnedAt: clock('10:10'),
  drivenDistanceMeters: 21_500,
  outcomes: [
    { orderId: 'o1', kind: 'Delivered', at: clock('08:20') },
    { orderId: 'o2', kind: 'AttemptFailed', at: clock('08:26') },
    { orderId: 'o2b', kind: 'Delivered', at: clock('08:27') },
  ],
});

beforeAll(async () => {
  await run(
    ...graphStatements({ routes: [later], plannedAt: '2026-03-02T18:00:00.000Z', customers: CUSTOMERS }),
    ...drivenStatements(driven),
    ...graphStatements({ routes: [plannedRoute()], plannedAt: clock('07:50'), customers: CUSTOMERS }),
  );
});

describe('the route of an order', () => {
  test('is the plan of its last cycle, with the earlier ones, who drove them and what came of it', async () => {
    const o3 = await query({ query: 'route-of-order', orderId: 'o3' });
    expect(o3.truncated).toBe(false);
    expect(o3.rows).toEqual([
      {
        isCurrent: true,
        planId: 'd1-later',
        plannedAt: '2026-03-02T18:00:00.000Z',
        routeId: LATER_ID,
        cycle: 2,
        sequence: 1,
        plannedArrivalAt: clock('08:15'),
        planned: { vehicleId: 'v7', driverId: 'driver-v7' },
      },
      expect.objectContaining({
        isCurrent: false,
        planId: WAVE_ID,
        cycle: 1,
        sequence: 3,
        planned: { vehicleId: 'v1', driverId: 'driver-v1' },
        driven: { vehicleId: 'v2', driverId: 'driver-v2' },
      }),
    ]);
    expect(o3.rows[1]).not.toHaveProperty('result');
    const [o1] = (await query({ query: 'route-of-order', orderId: 'o1' })).rows;
    expect(o1?.result).toEqual({ outcome: 'Delivered', at: clock('08:20') });
  });

  test('of an order that nobody planned is none', async () => {
    expect(await query({ query: 'route-of-order', orderId: 'nobody' })).toEqual({ rows: [], truncated: false });
  });
});

describe('the orders of a vehicle', () => {
  test('are those of the routes it was planned for, and say who drove them instead', async () => {
    const { rows } = await query({ query: 'orders-of-vehicle', vehicleId: 'v1' });
    expect(rows.map(({ orderId, isPlanned, drivenBy }) => [orderId, isPlanned, drivenBy])).toEqual(
      ['o1', 'o2', 'o2b', 'o3'].map((orderId) => [orderId, true, 'v2']),
    );
  });

  test('are those of the routes it drove without having been planned for them, with their outcomes', async () => {
    const { rows } = await query({ query: 'orders-of-vehicle', vehicleId: 'v2' });
    expect(rows.map(({ orderId, isPlanned, result }) => [orderId, isPlanned, result?.outcome])).toEqual([
      ['o1', false, 'Delivered'],
      ['o2', false, 'AttemptFailed'],
      ['o2b', false, 'Delivered'],
      ['o3', false, undefined],
    ]);
  });

  test.each([
    ['2026-03-03T00:00:00.000Z', undefined, 1],
    [undefined, '2026-03-03T08:00:00.000Z', 0],
  ])('between %s and %s are %s', async (from, to, count) => {
    const span = { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
    const { rows } = await query({ query: 'orders-of-vehicle', vehicleId: 'v7', ...span });
    expect(rows).toHaveLength(count);
  });
});

describe('the drivers who know', () => {
  test('a customer are those who were at the door, not those who were planned to be', async () => {
    const { rows } = await query({ query: 'drivers-who-know', customerId: 'c1' });
    expect(rows).toEqual([{ driverId: 'driver-v2', routes: 1, visits: 2, delivered: 2, lastAt: clock('08:27') }]);
  });

  test('a place are those who were within the radius, across the squares of the graph', async () => {
    const near = async (radiusMeters: number) =>
      (await query({ query: 'drivers-who-know', position: [8.511, 47.3], radiusMeters })).rows;
    expect(await near(50)).toEqual([]);
    // o1 lies 75 m to the west; the stop of o2 and o2b lies 680 m to the east, in the next square.
    expect(await near(100)).toMatchObject([{ driverId: 'driver-v2', visits: 1, delivered: 1, nearestMeters: 75 }]);
    expect(await near(700)).toMatchObject([{ driverId: 'driver-v2', visits: 3, delivered: 2, routes: 1 }]);
  });

  test('the surroundings of the date line are found on both sides of it', () => {
    expect(cellsAround([179.999, 0.002], 400)).toEqual(['35999:8999', '35999:9000', '0:8999', '0:9000']);
  });

  test('a place at a pole are too many squares, and the error says what to do', () => {
    expect(() => cellsAround([0, 89.8], 10_000)).toThrow(/give a smaller radius/);
  });
});

test('customers are co-delivered when the same route handed over to both', async () => {
  const others = async (customerId: string) => (await query({ query: 'co-delivered', customerId })).rows;
  // The attempt at c2 failed, and c3 was not reached.
  expect(await others('c1')).toEqual([]);
  expect(await others('c2')).toEqual([]);
  const more = graphDatabase();
  const outcomes = ['o1', 'o2', 'o2b'].map((orderId) => ({ orderId, kind: 'Delivered' as const, at: clock('09:00') }));
  await more.run(
    ...graphStatements({ routes: [plannedRoute()], plannedAt: clock('07:50'), customers: CUSTOMERS }),
    ...drivenStatements({ ...driven, outcomes }),
  );
  expect(await queryGraph({ query: 'co-delivered', customerId: 'c2' }, more)).toEqual({
    rows: [{ customerId: 'c1', routes: 1, orders: 2, lastAt: clock('09:00') }],
    truncated: false,
  });
});

describe('the plan against what was driven', () => {
  test('of a route has its crew, times, distance and each stop', async () => {
    const { rows, stops } = await query({ query: 'plan-against-driven', routeId: ROUTE_ID });
    expect(rows).toEqual([
      {
        routeId: ROUTE_ID,
        planId: WAVE_ID,
        planned: {
          vehicleId: 'v1',
          driverId: 'driver-v1',
          departureAt: clock('08:05'),
          returnAt: clock('10:00'),
          distanceMeters: 20_000,
        },
        driven: {
          vehicleId: 'v2',
          driverId: 'driver-v2',
          departedAt: clock('08:06'),
          returnedAt: clock('10:10'),
          distanceMeters: 21_500,
        },
        orders: 4,
        delivered: 2,
        failed: 1,
        // 180, -60 and 0 seconds after the ends of the stops at 08:17 and 08:27.
        meanLateSeconds: 40,
      },
    ]);
    expect(stops?.map(({ orderId, lateSeconds }) => [orderId, lateSeconds])).toEqual([
      ['o1', 180],
      ['o2', -60],
      ['o2b', 0],
      ['o3', undefined],
    ]);
  });

  test('of a depot and a day has the routes of that day, driven or not', async () => {
    const ofDay = async (day: string) => query({ query: 'plan-against-driven', depotId: 'd1', day });
    expect((await ofDay('2026-03-02')).rows.map(({ routeId }) => routeId)).toEqual([ROUTE_ID]);
    const next = await ofDay('2026-03-03');
    expect(next.rows).toMatchObject([{ routeId: LATER_ID, orders: 1, delivered: 0, failed: 0 }]);
    expect(next.rows[0]).not.toHaveProperty('driven');
    expect(next).not.toHaveProperty('stops');
    expect((await ofDay('2026-03-04')).rows).toEqual([]);
  });
});

describe('a question', () => {
  test.each([
    ['that is none of ours', { query: 'MATCH (n) RETURN n' }],
    ['without its id', { query: 'route-of-order' }],
    ['with an empty id', { query: 'co-delivered', customerId: '' }],
    ['with more than it takes', { query: 'co-delivered', customerId: 'c1', limit: 5 }],
    ['of two kinds at once', { query: 'drivers-who-know', customerId: 'c1', position: [8, 47], radiusMeters: 1 }],
    ['with a radius that is too great', { query: 'drivers-who-know', position: [8, 47], radiusMeters: 10_001 }],
    ['with a day that is none', { query: 'plan-against-driven', depotId: 'd1', day: '2026-02-30' }],
    ['that is no object', 'route-of-order'],
  ])('%s is refused before the graph is asked', async (_, question) => {
    const never = () => Promise.reject(new Error('asked'));
    await expect(queryGraph(question, { ask: never })).rejects.toMatchObject({ name: 'ZodError' });
  });

  test('carries what was asked as a parameter, never in its text', async () => {
    const texts: string[] = [];
    const watched = ((text: string, parameters: object) => {
      texts.push(text);
      return ask(text, parameters as never);
    }) as typeof ask;
    const orderId = "o1'}) DETACH DELETE n //";
    expect(await queryGraph({ query: 'route-of-order', orderId }, { ask: watched })).toMatchObject({ rows: [] });
    expect(texts.join()).not.toContain('DETACH');
  });
});
