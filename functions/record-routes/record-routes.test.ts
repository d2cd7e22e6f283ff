import { beforeEach, describe, expect, test } from '@jest/globals';
import type { GraphStatement } from '../platform/graph/statements.ts';
import type { RouteRecord } from '../platform/planning-items.ts';
import { type GraphDatabase, graphDatabase } from '../platform/testing/graph-database.ts';
import {
  plannedRoute,
  ROUTE_ID,
  type RouteWorld,
  routeRecord,
  routeWorld,
  WAVE_ID,
} from '../platform/testing/route-world.ts';
import { recordRoutes } from './record-routes.ts';

let world: RouteWorld;
let graph: GraphDatabase;
let isDown: boolean;

const write = async (statements: readonly GraphStatement[]): Promise<void> => {
  if (isDown) throw new Error('the graph is down');
  await graph.run(...statements);
};
const record = (message: object) => recordRoutes(JSON.stringify(message), { ...world.ports, write });
const routeMessage = { routeId: ROUTE_ID };
const waveMessage = { waveId: WAVE_ID, depotId: 'd1' };
const ended = (rest: Partial<RouteRecord> = {}): RouteRecord =>
  routeRecord({
    status: 'CLOSED',
    vehicleId: 'v2',
    driverId: 'driver-v2',
    departedAt: '2026-03-02T08:06:00.000Z',
    returnedAt: '2026-03-02T10:10:00.000Z',
    drivenDistanceMeters: 21_500,
    outcomes: [
      { orderId: 'o1', kind: 'Delivered', at: '2026-03-02T08:20:00.000Z' },
      { orderId: 'o2b', kind: 'AttemptFailed', at: '2026-03-02T08:27:00.000Z' },
    ],
    ...rest,
  });

const DROVE = `MATCH (v:Vehicle)-[of:DROVE]->(r:Route)<-[by:DROVE]-(w:Driver)
RETURN r.routeId AS routeId, v.vehicleId AS vehicleId, w.driverId AS driverId, by.departedAt AS departedAt,
       of.returnedAt AS returnedAt, of.distanceMeters AS distanceMeters`;
const BROUGHT = `MATCH (:Route)-[b:BROUGHT]->(o:Order)
RETURN o.orderId AS orderId, b.outcome AS outcome, b.at AS at, b.cycle AS cycle ORDER BY orderId`;

beforeEach(() => {
  world = routeWorld();
  graph = graphDatabase();
  isDown = false;
  world.tables.put('routes', ended());
  world.tables.put(
    'planning',
    { pk: `WAVE#${WAVE_ID}`, sk: 'CLAIM', claimedAt: '2026-03-02T07:50:00.000Z' },
    { pk: `WAVE#${WAVE_ID}`, sk: 'UNASSIGNED', routeCount: 1, orders: [] },
    { ...plannedRoute(), pk: `WAVE#${WAVE_ID}`, sk: 'ROUTE#1' },
    { pk: 'DEPOT#d1', sk: 'REQUEST#o1#1', orderId: 'o1', customerId: 'c1' },
  );
});

describe('a route that has ended', () => {
  test('is recorded with who drove it and what became of its orders', async () => {
    expect(await record(routeMessage)).toEqual(routeMessage);
    expect(await graph.ask(DROVE)).toEqual([
      {
        routeId: ROUTE_ID,
        vehicleId: 'v2',
        driverId: 'driver-v2',
        departedAt: '2026-03-02T08:06:00.000Z',
        returnedAt: '2026-03-02T10:10:00.000Z',
        distanceMeters: 21_500,
      },
    ]);
    expect(await graph.ask(BROUGHT)).toEqual([
      { orderId: 'o1', outcome: 'Delivered', at: '2026-03-02T08:20:00.000Z', cycle: 1 },
      { orderId: 'o2b', outcome: 'AttemptFailed', at: '2026-03-02T08:27:00.000Z', cycle: 1 },
    ]);
  });

  test('leaves the same graph however often, and before or after its plan, it is recorded', async () => {
    await record(waveMessage);
    await record(routeMessage);
    const inOrder = await graph.content();
    await record(routeMessage);
    expect(await graph.content()).toEqual(inOrder);
    graph = graphDatabase();
    for (const message of [routeMessage, waveMessage, routeMessage, waveMessage]) await record(message);
    expect(await graph.content()).toEqual(inOrder);
  });

  test('gains what its record gained since', async () => {
    const { returnedAt, ...onTheRoad } = ended();
    world.tables.put('routes', { ...onTheRoad, status: 'WITHDRAWN', outcomes: [] });
    await record(routeMessage);
    expect(await graph.ask(DROVE)).toMatchObject([{ departedAt: '2026-03-02T08:06:00.000Z', returnedAt: null }]);
    world.tables.put('routes', ended());
    await record(routeMessage);
    expect(await graph.ask(DROVE)).toMatchObject([{ returnedAt }]);
    expect(await graph.ask(BROUGHT)).toHaveLength(2);
  });

  test('without having left its depot has been driven by nobody', async () => {
    world.tables.put('routes', routeRecord({ status: 'WITHDRAWN' }));
    await record(routeMessage);
    expect(graph.size()).toEqual([0, 0]);
  });
});

test('a wave whose plan did not get into the graph is written from its items', async () => {
  await record(waveMessage);
  expect(await graph.ask('MATCH (p:Plan) RETURN p.planId AS planId, p.plannedAt AS plannedAt')).toEqual([
    { planId: WAVE_ID, plannedAt: '2026-03-02T07:50:00.000Z' },
  ]);
  expect(await graph.ask('MATCH (c:Customer)-[:PLACED]->(o:Order) RETURN c.customerId AS c, o.orderId AS o')).toEqual([
    { c: 'c1', o: 'o1' },
  ]);
});

test('a wave that changed a route is written with the route as it became, under the wave that changed it', async () => {
  const wave = 'd1-20260302T0930';
  const route = { ...plannedRoute(), version: 2 };
  world.tables.put(
    'planning',
    { pk: `WAVE#${wave}`, sk: 'CLAIM', claimedAt: '2026-03-02T09:30:00.000Z' },
    { pk: `WAVE#${wave}`, sk: 'UNASSIGNED', routeCount: 0, changeCount: 1, orders: [] },
    { route, pk: `WAVE#${wave}`, sk: 'CHANGE#1' },
  );
  await record({ waveId: wave, depotId: 'd1' });
  const plans = 'MATCH (p:Plan)-[:HAS_ROUTE]->(r:Route) RETURN p.planId AS planId, r.routeId AS routeId';
  expect(await graph.ask(plans)).toEqual([{ planId: wave, routeId: ROUTE_ID }]);
});

describe('a message fails, to come again and in the end to be dead-lettered,', () => {
  test('while the graph is down, and is written once it is back', async () => {
    isDown = true;
    await expect(record(routeMessage)).rejects.toThrow('the graph is down');
    isDown = false;
    await record(routeMessage);
    expect(await graph.ask(DROVE)).toHaveLength(1);
  });

  test.each([
    ['of a route that is not there', { routeId: 'nowhere' }, /never assigned/],
    ['of a wave without a complete plan', { waveId: 'w', depotId: 'd1' }, /no complete plan/],
    ['of a wave without its depot', { waveId: WAVE_ID }, /depotId/],
    ['of neither', {}, /routeId/],
  ])('%s', async (_, message, error) => {
    await expect(record(message)).rejects.toThrow(error);
    expect(graph.size()).toEqual([0, 0]);
  });

  test('when an outcome is of an order that the route does not have', async () => {
    world.tables.put('routes', ended({ outcomes: [{ orderId: 'other', kind: 'Delivered', at: 'x' }] }));
    await expect(record(routeMessage)).rejects.toThrow(/on none of its stops/);
  });
});
