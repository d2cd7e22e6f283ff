import { beforeEach, describe, expect, test } from '@jest/globals';
import type { RouteChange } from '../../workflows/route-planning/contracts.ts';
import { routeReplannedSchema } from '../../workflows/route-planning/events.ts';
import {
  NOW,
  plannedRoute,
  ROUTE_ID,
  type RouteWorld,
  routeRecord,
  routeWorld,
} from '../platform/testing/route-world.ts';
import { withTransactions } from '../platform/testing/with-transactions.ts';
import { applyChange } from './apply-change.ts';
import type { AssignOrdersPorts, ChangedRoute } from './assign-ports.ts';

const KEYS = { orders: ['orderId', 'sk'], planning: ['pk', 'sk'], routes: ['pk', 'sk'] } as const;
const REPLAN = 'd1-20260302T0810';
let world: RouteWorld;
let ports: AssignOrdersPorts;
let told: ChangedRoute[];

/** Stops 2 and 3 change places, and an order comes in at the end unless the vehicle is under way. */
function change(rest: Partial<RouteChange> = {}): RouteChange {
  const route = plannedRoute();
  const [first, second, third] = route.stops as [
    (typeof route.stops)[0],
    (typeof route.stops)[0],
    (typeof route.stops)[0],
  ];
  const added = rest.added ?? [];
  const news = added.map((order) => ({ ...third, stopId: `stop-${order.orderId}`, sequence: 4, orders: [order] }));
  return {
    route: { ...route, version: 1, stops: [first, { ...third, sequence: 2 }, { ...second, sequence: 3 }, ...news] },
    from: { version: 0, status: 'ACCEPTED', hasDeparted: true },
    frozenThrough: 1,
    added,
    stops: [
      {
        stopId: third.stopId,
        orderIds: ['o3'],
        before: { sequence: 3, arrivalAt: third.plannedArrivalAt },
        after: { sequence: 2, arrivalAt: third.plannedArrivalAt },
      },
    ],
    legs: 2,
    changedLegs: 2,
    extraSeconds: 0,
    extraMeters: 0,
    ...rest,
  };
}

const active = (rest: object = {}) => ({
  pk: 'VEHICLE#v1',
  sk: 'ACTIVE',
  routeId: ROUTE_ID,
  vehicleId: 'v1',
  token: 't',
  heartbeatAt: NOW,
  nextSequence: 1,
  inside: [],
  departedAt: NOW,
  ...rest,
});
const order = (rest: object = {}) => ({
  orderId: 'o3',
  sk: 'ORDER',
  status: 'OUT_FOR_DELIVERY',
  cycle: 1,
  attempts: 0,
  breaches: [],
  depotId: 'd1',
  customerId: 'c3',
  promise: { from: NOW, to: NOW, version: 1 },
  place: {
    routeId: ROUTE_ID,
    vehicleId: 'v1',
    driverId: 'driver-v1',
    stopId: 'stop-o3',
    stopSequence: 3,
    plannedArrivalAt: NOW,
  },
  ...rest,
});
const request = { pk: 'DEPOT#d1', sk: 'REQUEST#o9#1', orderId: 'o9', cycle: 1, state: 'CLAIMED', waveId: REPLAN };
const routeOf = () => world.tables.get('routes', `ROUTE#${ROUTE_ID}`, 'ROUTE');
const stopsOf = () => (routeOf()?.['stops'] ?? []) as { stopId: string }[];
const asked = () => world.tables.get('planning', 'DEPOT#d1', `REPLAN#${ROUTE_ID}`);

beforeEach(() => {
  world = routeWorld();
  told = [];
  ports = {
    ...world.ports,
    documents: withTransactions(world.tables, KEYS),
    moveFences: async () => undefined,
    publishChange: async (route) => void told.push(route),
  };
  world.tables.put('routes', routeRecord({ status: 'ACCEPTED', departedAt: NOW }), active());
  world.tables.put('orders', order());
});

describe('a change of a route under way', () => {
  test('is made on the route and on what the vehicle follows together, and its driver is told', async () => {
    expect(await applyChange(change(), REPLAN, ports)).toEqual({ isApplied: true, added: 0, left: 0 });
    expect(routeOf()).toMatchObject({ version: 1, changedBy: REPLAN, status: 'ACCEPTED', outcomes: [] });
    expect(stopsOf().map(({ stopId }) => stopId)).toEqual(['stop-o1', 'stop-o3', 'stop-o2']);
    expect(world.tables.get('routes', 'VEHICLE#v1', 'ACTIVE')).toMatchObject({ planVersion: 1, nextSequence: 1 });
    expect(told).toMatchObject([{ routeId: ROUTE_ID, driverId: 'driver-v1', version: 1 }]);
    expect(world.signals).toEqual([]);
  });

  test('moves the place of its orders, each with its event, once', async () => {
    await applyChange(change(), REPLAN, ports);
    await applyChange(change(), REPLAN, ports);
    expect(world.tables.get('orders', 'o3', 'ORDER')).toMatchObject({ place: { stopSequence: 2, routeId: ROUTE_ID } });
    const events = world.tables.all('orders').filter(({ sk }) => String(sk).startsWith('EVENT#'));
    expect(events).toMatchObject([{ detailType: 'RouteReplanned', sk: `EVENT#RouteReplanned#${ROUTE_ID}#1` }]);
    const facts = routeReplannedSchema.parse(JSON.parse(String(events[0]?.['facts'])));
    expect([facts.before.stopSequence, facts.after.stopSequence]).toEqual([3, 2]);
  });

  test('passes over an order that was delivered, or is planned anew, meanwhile', async () => {
    world.tables.put('orders', order({ status: 'DELIVERED' }));
    await applyChange(change(), REPLAN, ports);
    expect(world.tables.get('orders', 'o3', 'ORDER')).toMatchObject({ place: { stopSequence: 3 } });
  });

  test.each([
    ['has passed the frozen part', () => world.tables.put('routes', active({ nextSequence: 2 }))],
    ['drives another route', () => world.tables.put('routes', active({ routeId: 'other' }))],
    ['has closed', () => world.tables.put('routes', routeRecord({ status: 'CLOSED', departedAt: NOW }))],
    [
      'was changed by another',
      () => world.tables.put('routes', routeRecord({ status: 'ACCEPTED', version: 1, changedBy: 'x' })),
    ],
  ])('is not made when the vehicle or route %s, and is asked for again, three times at most', async (_, happen) => {
    happen();
    const before = [routeOf(), world.tables.get('routes', 'VEHICLE#v1', 'ACTIVE')];
    for (const tries of [1, 2, 2]) {
      expect(await applyChange(change(), REPLAN, ports)).toEqual({ isApplied: false, added: 0, left: 0 });
      expect(asked()).toMatchObject({ tries, pendingShard: 'REPLAN' });
    }
    expect([routeOf(), world.tables.get('routes', 'VEHICLE#v1', 'ACTIVE')]).toEqual(before);
    expect(told).toEqual([]);
  });
});

describe('a change that brings an order in', () => {
  const joins = (status: string) =>
    change({
      added: [{ orderId: 'o9', cycle: 1 }],
      from: { version: 0, status, hasDeparted: false },
      frozenThrough: 0,
      stops: [],
    });
  beforeEach(() => {
    world.tables.put('planning', request);
    world.tables.put('routes', routeRecord({ status: 'OFFERED' }), active({ routeId: 'before' }));
  });

  test('assigns it and tells it of its place', async () => {
    expect(await applyChange(joins('OFFERED'), REPLAN, ports)).toEqual({ isApplied: true, added: 1, left: 0 });
    expect(world.tables.get('planning', 'DEPOT#d1', 'REQUEST#o9#1')).toMatchObject({
      state: 'ASSIGNED',
      routeId: ROUTE_ID,
    });
    expect(world.signals).toMatchObject([{ signalId: 'RoutePlanned#o9#1', detail: { place: { stopSequence: 4 } } }]);
    expect(told).toEqual([]);
  });

  test('tells it of the acceptance too where the route was accepted before', async () => {
    const { departedAt: _, ...waiting } = active();
    world.tables.put('routes', routeRecord({ status: 'ACCEPTED' }), waiting);
    await applyChange(joins('ACCEPTED'), REPLAN, ports);
    expect(world.signals.map(({ signalId }) => signalId)).toEqual(['RoutePlanned#o9#1', 'RouteAccepted#o9#1']);
    expect(told).toHaveLength(1);
  });

  test('leaves it out when it was cancelled meanwhile, and makes the rest of the change', async () => {
    world.tables.put('planning', { ...request, waveId: 'other' });
    expect(await applyChange(joins('OFFERED'), REPLAN, ports)).toEqual({ isApplied: true, added: 0, left: 1 });
    expect(routeOf()?.['stops']).toHaveLength(3);
    expect(world.signals).toEqual([]);
  });

  test('gives it back when the vehicle has left meanwhile', async () => {
    world.tables.put('routes', routeRecord({ status: 'OFFERED', departedAt: NOW }));
    expect(await applyChange(joins('OFFERED'), REPLAN, ports)).toEqual({ isApplied: false, added: 0, left: 1 });
    expect(world.tables.get('planning', 'DEPOT#d1', 'REQUEST#o9#1')).toMatchObject({
      state: 'PENDING',
      lastReasons: ['v1: ROUTE_MOVED_ON: the route changed while it was re-planned'],
    });
    expect(world.signals).toEqual([]);
  });
});
