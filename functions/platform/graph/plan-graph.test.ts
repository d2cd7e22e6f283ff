import { describe, expect, test } from '@jest/globals';
import type { RequestItem } from '../planning-items.ts';
import { graphDatabase } from '../testing/graph-database.ts';
import { plannedRoute, routeWorld, WAVE_ID } from '../testing/route-world.ts';
import { graphStatements, type RecordedPlan } from './plan-graph.ts';
import { recordedPlan } from './recorded-plan.ts';

const CUSTOMERS = new Map([
  ['o1', 'c1'],
  ['o2', 'c2'],
  ['o2b', 'c1'],
  ['o3', 'c3'],
]);
const plan = (rest: Partial<RecordedPlan> = {}): RecordedPlan => ({
  routes: [plannedRoute()],
  plannedAt: '2026-03-02T07:50:00.000Z',
  customers: CUSTOMERS,
  ...rest,
});
/** The order o1 again, on its second cycle and another vehicle. */
const later = plan({
  plannedAt: '2026-03-02T11:00:00.000Z',
  routes: [
    plannedRoute({
      routeId: 'd1-later-r1',
      waveId: 'd1-later',
      vehicleId: 'v7',
      driverId: 'driver-v7',
      stops: [{ ...plannedRoute().stops[0]!, orders: [{ orderId: 'o1', cycle: 2 }] }],
    }),
  ],
});

function graph() {
  const { run, ...database } = graphDatabase();
  return {
    ...database,
    write: async (...plans: RecordedPlan[]) => {
      for (const each of plans) await run(...graphStatements(each));
    },
  };
}

const PLANS_OF_ORDER = `MATCH (o:Order {orderId: $orderId})<-[e:SERVES]-(s:Stop)<-[:VISITS]-(r:Route)<-[:HAS_ROUTE]-(p:Plan)
WHERE s.planId = p.planId
RETURN p.planId AS planId, r.routeId AS routeId, e.cycle AS cycle
ORDER BY e.cycle DESC, p.plannedAt DESC`;

describe('the graph of a plan', () => {
  test('is written in chunks, nodes before what matches them', () => {
    const many = plannedRoute({
      stops: Array.from({ length: 450 }, (_, index) => ({ ...plannedRoute().stops[0]!, sequence: index + 1 })),
    });
    const statements = graphStatements(plan({ routes: [many] }));
    expect(statements.map((statement) => statement.rows.length)).toEqual([
      ...[1, 200, 200, 50],
      ...[200, 200, 49],
      ...[200, 200, 50],
      ...[200, 200, 50],
    ]);
  });

  test('is the same graph when it is written twice', async () => {
    const { write, size, content } = graph();
    await write(plan());
    // 1 plan, depot, vehicle, driver, route, 3 stops, 4 orders, 3 customers; MADE_FOR, HAS_ROUTE, STARTS_AT,
    // 2 PLANNED_FOR, 3 VISITS, 2 LEG, 4 SERVES, 4 PLACED.
    expect(size()).toEqual([15, 18]);
    const once = await content();
    await write(plan());
    expect(await content()).toEqual(once);
  });

  test('is the same graph whichever of two plans is written first, and keeps both', async () => {
    const [inOrder, lateOlder] = [graph(), graph()];
    await inOrder.write(plan(), later);
    await lateOlder.write(later, plan(), later);
    expect(await lateOlder.content()).toEqual(await inOrder.content());
    for (const { ask } of [inOrder, lateOlder]) {
      expect(await ask(PLANS_OF_ORDER, { orderId: 'o1' })).toMatchObject([
        { planId: 'd1-later', routeId: 'd1-later-r1', cycle: 2 },
        { planId: WAVE_ID, cycle: 1 },
      ]);
    }
  });

  test('keeps the figures and stops of each plan of a route that two waves planned', async () => {
    const { write, ask } = graph();
    const again = plan({
      plannedAt: '2026-03-02T08:30:00.000Z',
      routes: [plannedRoute({ waveId: 'd1-again', distanceMeters: 25_000, stops: plannedRoute().stops.slice(0, 2) })],
    });
    await write(again, plan());
    const figures = await ask<object>(
      `MATCH (p:Plan)-[h:HAS_ROUTE]->(r:Route)-[:VISITS]->(s:Stop) WHERE s.planId = p.planId
       RETURN p.planId AS planId, h.distanceMeters AS meters, count(s) AS stops ORDER BY planId`,
    );
    expect(figures).toEqual([
      { planId: WAVE_ID, meters: 20_000, stops: 3 },
      { planId: 'd1-again', meters: 25_000, stops: 2 },
    ]);
  });
});

describe('what is recorded of a plan', () => {
  const wave = { waveId: WAVE_ID, depotId: 'd1' };

  test('is when its wave was claimed and whose orders are on it', async () => {
    const { tables, ports } = routeWorld();
    tables.put('planning', { pk: `WAVE#${WAVE_ID}`, sk: 'CLAIM', claimedAt: 'then' });
    const request: Partial<RequestItem> = { pk: 'DEPOT#d1', sk: 'REQUEST#o1#1', orderId: 'o1', customerId: 'c1' };
    tables.put('planning', request);
    const { plannedAt, customers } = await recordedPlan(ports, wave, [plannedRoute()]);
    expect([plannedAt, [...customers]]).toEqual(['then', [['o1', 'c1']]]);
  });

  test('needs the claim of the wave', async () => {
    await expect(recordedPlan(routeWorld().ports, wave, [plannedRoute()])).rejects.toThrow(/no CLAIM item/);
  });
});
