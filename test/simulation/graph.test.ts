/** The graph after a day: what its questions answer agrees with the day's report, and a graph that is down costs no order. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { SimulatedDay } from '../../cli/simulation/simulated-day.ts';
import {
  coDelivered,
  driversWhoKnow,
  type GraphAnswers,
  openDeployed,
  ordersOfVehicle,
  planAgainstDriven,
  routeOfOrder,
} from '../../operations/index.ts';
import { parseFaultPlan, type Region } from '../../region/index.ts';
import { runDay, smallDay } from './days.ts';

const day = smallDay(12, 2);
const [first] = day.orders;
const customerId = String(first?.customer.customerId);
const seen = {} as {
  result: SimulatedDay;
  plans: GraphAnswers['route-of-order'][];
  compared: GraphAnswers['plan-against-driven'];
  ofVehicle: GraphAnswers['orders-of-vehicle'][];
  knowing: GraphAnswers['drivers-who-know'];
  companions: GraphAnswers['co-delivered'];
  refusals: unknown[];
};

beforeAll(async () => {
  seen.result = await runDay(day.orders, {
    fleet: day.fleet,
    onEnd: async (deployed) => {
      seen.plans = [];
      for (const { orderId } of day.orders) seen.plans.push(await routeOfOrder(deployed, orderId));
      const depotId = day.fleet.depots[0]?.depotId ?? '';
      seen.compared = await planAgainstDriven(deployed, { depotId, day: '2026-01-31' });
      seen.ofVehicle = [];
      for (const { vehicleId } of day.fleet.vehicles) {
        seen.ofVehicle.push(await ordersOfVehicle(deployed, { vehicleId }));
      }
      seen.knowing = await driversWhoKnow(deployed, { customerId });
      seen.companions = await coDelivered(deployed, customerId);
      seen.refusals = [
        await routeOfOrder(deployed, 'nobody').catch((error: unknown) => error),
        await coDelivered(deployed, '').catch((error: unknown) => error),
        await driversWhoKnow(deployed, { zoneId: 'nowhere' }).catch((error: unknown) => error),
      ];
    },
  });
}, 120_000);

describe('the graph of a day', () => {
  test('has for every order the route that served it, who drove, and the outcome at the time of the report', () => {
    const { report } = seen.result;
    const told = seen.plans.map(({ rows: [plan] }) => [plan?.routeId, plan?.driven?.driverId, plan?.result?.at]);
    const reported = report.orders.map(({ orderId = '', times }) => {
      const route = report.routes.find(({ orderIds }) => orderIds.includes(orderId));
      return [route?.routeId, route?.driverId, times['deliveredAt']];
    });
    expect(told).toEqual(reported);
  });

  test('compares each route as the report has it, every order delivered', () => {
    const { routes } = seen.result.report;
    expect(seen.compared.rows.map(({ routeId }) => routeId).sort()).toEqual(
      routes.map(({ routeId }) => routeId).sort(),
    );
    for (const row of seen.compared.rows) {
      const route = routes.find(({ routeId }) => routeId === row.routeId);
      expect(row.delivered).toBe(route?.orderIds.length);
      expect(row.driven?.distanceMeters).toBeGreaterThan(0);
      expect(row.driven?.returnedAt).toBeDefined();
    }
  });

  test('has each order on one vehicle', () => {
    const orderIds = seen.ofVehicle.flatMap(({ rows }) => rows.map(({ orderId }) => orderId));
    expect(orderIds.sort()).toEqual(day.orders.map(({ orderId }) => orderId).sort());
  });

  test('knows the driver of a customer, and the customers of the same routes', () => {
    const own = day.orders.filter((order) => order.customer.customerId === customerId);
    expect(seen.knowing.rows.reduce((sum, { delivered }) => sum + delivered, 0)).toBe(own.length);
    expect(seen.companions.rows.length).toBeGreaterThan(0);
    expect(seen.companions.rows.map((row) => row.customerId)).not.toContain(customerId);
  });

  test('refuses what it does not know or cannot read, by code', () => {
    expect(seen.refusals).toMatchObject([{ code: 'UNKNOWN_ORDER' }, { code: 'BAD_INPUT' }, { code: 'BAD_INPUT' }]);
  });
});

/** Faults end with the day: the plan and each route come by the queue, after everything has happened. */
const DOWN = parseFaultPlan({
  title: 'The graph is down for the day',
  rules: [
    {
      id: 'graph-down',
      at: { service: 'neptunedata', operation: 'ExecuteOpenCypherQuery' },
      kind: 'refuse',
      rate: 1,
      error: { name: 'FailureByQueryException', message: 'the cluster fails over', status: 500 },
    },
  ],
});

test('a graph that is down all day costs no order anything, and has the day when it is back', async () => {
  const during: unknown[] = [];
  const after = {} as { plans: GraphAnswers['route-of-order'][] };
  const handOver = async (_: SimulatedDay, region: Region): Promise<void> => {
    const deployed = openDeployed({ sdk: (Client) => region.sdk(Client), outputs: region.outputs() });
    during.push(await routeOfOrder(deployed, String(first?.orderId)).catch((error: unknown) => error));
    await region.advance(3_600_000);
    after.plans = [];
    for (const { orderId } of day.orders) after.plans.push(await routeOfOrder(deployed, orderId));
  };
  const { report } = await runDay(day.orders, { fleet: day.fleet, faults: DOWN, handOver });
  expect(during).toMatchObject([{ code: 'UNKNOWN_ORDER' }]);
  expect(report.orders.map(({ status, times }) => [status, times])).toEqual(
    seen.result.report.orders.map(({ status, times }) => [status, times]),
  );
  expect(after.plans.map(({ rows }) => rows.map(({ routeId, result }) => [routeId, result?.outcome]))).toEqual(
    seen.plans.map(({ rows }) => rows.map(({ routeId }) => [routeId, 'Delivered'])),
  );
}, 120_000);
