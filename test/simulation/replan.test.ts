/** A promise is amended while its order is on the road, so that the route would miss it: the route is planned again. */
import { ListExecutionsCommand } from '@aws-sdk/client-sfn';
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { SimulatedDay } from '../../cli/simulation/simulated-day.ts';
import type { RouteItem } from '../../functions/platform/tables.ts';
import { amendOrder, type Deployed, OrderBook, type OrderEventItem, RouteBook } from '../../operations/index.ts';
import { at, orderOf, runDay, smallDay } from './days.ts';
import { asOperator, OPERATOR } from './operator.ts';

const day = smallDay(24, 1);
/** The vehicle is at its fourth of twenty stops. */
const AMENDED_AT = at(45);
const WINDOW = { from: at(30), to: at(95) };

interface Seen {
  before: RouteItem;
  amended: string;
  after: RouteItem;
  events: readonly OrderEventItem[];
  replans: readonly string[];
}

const seen = {} as Seen;
let result: SimulatedDay;

const ordersOf = ({ stops }: RouteItem): string[] =>
  stops.flatMap(({ orders }) => orders.map(({ orderId }) => orderId));

async function amendLast(deployed: Deployed): Promise<void> {
  const [route] = await new RouteBook(deployed).all();
  seen.before = route as RouteItem;
  seen.amended = seen.before.stops.at(-2)?.orders[0]?.orderId ?? '';
  await amendOrder(deployed, OPERATOR, {
    orderId: seen.amended,
    promise: WINDOW,
    initiator: 'customer',
    why: 'the customer has to leave',
  });
}

beforeAll(async () => {
  result = await runDay(day.orders, {
    fleet: day.fleet,
    prepare: (region) => {
      region.clock.at(Date.parse(AMENDED_AT), () => region.spawn(() => amendLast(asOperator(region))));
    },
    onEnd: async (deployed) => {
      const routes = await new RouteBook(deployed).all();
      seen.after = routes.find(({ routeId }) => routeId === seen.before.routeId) as RouteItem;
      const book = new OrderBook(deployed);
      const events = await Promise.all(day.orders.map(({ orderId }) => book.events(orderId)));
      seen.events = events.flat();
      const { executions = [] } = await deployed.machines.send(
        new ListExecutionsCommand({ stateMachineArn: deployed.output('RoutePlanningMachineArn') }),
      );
      seen.replans = executions.flatMap(({ name = '', status }) =>
        name > 'PORTOLAN-20260131T0845' ? `${status}` : [],
      );
    },
  });
}, 120_000);

describe('a promise that the route under way would miss', () => {
  test('has the route planned again, once', () => {
    const planned = seen.before.stops.at(-2)?.plannedArrivalAt ?? '';
    expect(planned > WINDOW.to).toBe(true);
    expect(seen.before.version).toBeUndefined();
    expect(seen.after.version).toBe(1);
    expect(seen.replans).toEqual(['SUCCEEDED']);
  });

  test('is kept, and costs no other order its own', () => {
    const { times, promise, verdict } = orderOf(result, seen.amended);
    expect(promise).toEqual({ ...WINDOW, version: 2 });
    expect((times.deliveredAt ?? '') <= WINDOW.to).toBe(true);
    expect(verdict.onTime).toBe(true);
    expect(result.report.orders.filter((order) => !order.verdict.onTime)).toEqual([]);
  });

  test('changes what is left of the sequence, and nothing that was done or too near', () => {
    const [before, after] = [ordersOf(seen.before), ordersOf(seen.after)];
    expect([...after].sort()).toEqual([...before].sort());
    expect(after.indexOf(seen.amended)).toBeLessThan(before.indexOf(seen.amended));
    const done = seen.before.stops.filter(({ plannedArrivalAt }) => plannedArrivalAt < at(50)).length;
    expect(seen.after.stops.slice(0, done)).toEqual(seen.before.stops.slice(0, done));
  });

  test('is what the driver follows', () => {
    const [driven] = result.report.routes.filter(({ routeId }) => routeId === seen.before.routeId);
    expect(driven?.orderIds).toEqual(ordersOf(seen.after));
  });

  test('is told as an event of each order whose place or planned arrival moved', () => {
    const placeIn = ({ stops }: RouteItem, orderId: string) => {
      const stop = stops.find(({ orders }) => orders.some((order) => order.orderId === orderId));
      return [stop?.sequence, stop?.plannedArrivalAt].join(' ');
    };
    const moved = ordersOf(seen.before).filter(
      (orderId) => placeIn(seen.before, orderId) !== placeIn(seen.after, orderId),
    );
    expect(moved).toContain(seen.amended);
    expect(moved.length).toBeLessThan(ordersOf(seen.before).length);
    const told = seen.events.filter(({ detailType }) => detailType === 'RouteReplanned');
    expect(told.map(({ orderId }) => orderId).sort()).toEqual([...moved].sort());
  });
});
