import { beforeEach, describe, expect, test } from '@jest/globals';
import { followRoute } from '../follow-route/follow-route.ts';
import type { RouteRecord } from '../platform/planning-items.ts';
import { ROUTE_ID, type RouteWorld, routeRecord, routeWorld, vehicle } from '../platform/testing/route-world.ts';
import { closeRoute } from './close-route.ts';

let world: RouteWorld;
let deleted: string[];
/** Routes that the graph was told of, with their state at that time. */
let recorded: [routeId: string, status: string, isActive: boolean][];
const PK = `ROUTE#${ROUTE_ID}`;
const RETURNED_AT = '2026-03-02T10:00:00.000Z';

const follow = (token = 'follow-token', driverId = 'driver-v2') =>
  followRoute(
    {
      routeId: ROUTE_ID,
      token,
      executionArn: 'arn',
      driverId,
      vehicleId: 'v2',
      acceptedAt: '2026-03-02T07:59:00.000Z',
    },
    world.ports,
  );
const close = (request: { outcome: 'RETURNED' | 'WITHDRAWN'; reason: string; returnedAt?: string }) =>
  closeRoute(
    { routeId: ROUTE_ID, ...request },
    {
      ...world.ports,
      deleteFences: async (route) => void deleted.push(route.routeId),
      recordRoute: async (routeId) => void recorded.push([routeId, route().status, active() !== undefined]),
    },
  );
const back = () => close({ outcome: 'RETURNED', reason: 'RETURNED', returnedAt: RETURNED_AT });
const withdraw = () => close({ outcome: 'WITHDRAWN', reason: 'VEHICLE_SILENT' });
const route = () => world.tables.get('routes', PK, 'ROUTE') as unknown as RouteRecord;
const active = () => world.tables.get('routes', 'VEHICLE#v2', 'ACTIVE');
const depart = () =>
  world.tables.put('routes', { ...active(), departedAt: '2026-03-02T08:06:00.000Z', odometerAtDeparture: 1_000 });

beforeEach(() => {
  world = routeWorld();
  deleted = [];
  recorded = [];
  world.tables.put('routes', routeRecord({ status: 'OFFERED' }));
  world.tables.put('fleet', vehicle('v1'), vehicle('v2', { routeId: ROUTE_ID }));
});

describe('a route is followed', () => {
  test('by the driver who accepted, and every order is told who comes', async () => {
    expect(await follow()).toEqual({ orders: 4 });
    expect(route()).toMatchObject({ status: 'ACCEPTED', driverId: 'driver-v2', vehicleId: 'v2' });
    expect(active()).toMatchObject({ routeId: ROUTE_ID, token: 'follow-token', nextSequence: 1, inside: [] });
    expect(world.signals[0]).toMatchObject({
      signalId: 'RouteAccepted#o1#1',
      at: '2026-03-02T07:59:00.000Z',
      detail: { driverId: 'driver-v2', vehicleId: 'v2', place: { vehicleId: 'v2', stopSequence: 1 } },
    });
  });

  test('with a new token after a retry, and without losing how far it got', async () => {
    await follow();
    world.tables.put('routes', { ...active(), nextSequence: 2, inside: ['depot'] });
    await follow('second-token');
    expect(active()).toMatchObject({ token: 'second-token', nextSequence: 2, inside: ['depot'] });
    expect(new Set(world.signals.map((signal) => signal.signalId)).size).toBe(4);
  });

  test('in place of what an earlier route of the vehicle left behind', async () => {
    world.tables.put('routes', {
      pk: 'VEHICLE#v2',
      sk: 'ACTIVE',
      routeId: 'old',
      token: 'old',
      nextSequence: 9,
      inside: ['x'],
    });
    await follow();
    expect(active()).toMatchObject({ routeId: ROUTE_ID, nextSequence: 1, inside: [] });
  });

  test('not when it was withdrawn, nor by a second driver', async () => {
    await follow();
    await expect(follow('t', 'driver-v9')).rejects.toThrow(/another driver/);
    world.tables.put('routes', routeRecord({ status: 'WITHDRAWN' }));
    await expect(follow()).rejects.toThrow(/withdrawn/);
  });
});

describe('a route that is back', () => {
  beforeEach(async () => {
    await follow();
    depart();
    world.signals.length = 0;
    world.tables.put('routes', {
      ...route(),
      outcomes: ['o1', 'o2'].map((orderId) => ({ orderId, kind: 'Delivered', at: 'x' })),
      dropped: ['o2b'],
    });
    world.tables.put('positions', { vehicleId: 'v2', sk: 'NEWEST', odometerMeters: 22_500 });
    world.tables.put('planning', {
      pk: 'DEPOT#d1',
      sk: 'REQUEST#o1#2',
      pendingShard: 'PENDING',
      depotId: 'd1',
      state: 'PENDING',
      heldByRouteId: ROUTE_ID,
    });
  });

  test('is closed with its times and distance, frees its vehicle and its parcels, and plans anew what it did not serve', async () => {
    expect(await back()).toEqual({ routeId: ROUTE_ID, status: 'CLOSED', withdrawnOrders: 1, freedRequests: 1 });
    expect(route()).toMatchObject({
      status: 'CLOSED',
      returnedAt: RETURNED_AT,
      departedAt: '2026-03-02T08:06:00.000Z',
      drivenDistanceMeters: 21_500,
    });
    expect(world.signals).toMatchObject([
      { signalId: 'RouteWithdrawn#o3#1', at: RETURNED_AT, detail: { reason: 'NOT_SERVED' } },
    ]);
    expect(world.tables.get('fleet', 'd1', 'VEHICLE#v2')).not.toHaveProperty('routeId');
    expect(world.tables.get('planning', 'DEPOT#d1', 'REQUEST#o1#2')).not.toHaveProperty('heldByRouteId');
    expect(active()).toBeUndefined();
    expect(deleted).toEqual([ROUTE_ID]);
    // Last, when everything that the graph will read has been written.
    expect(recorded).toEqual([[ROUTE_ID, 'CLOSED', false]]);
  });

  test('is closed once: a repeat tells the same orders the same and changes nothing', async () => {
    await back();
    const before = JSON.stringify(route());
    expect(await back()).toMatchObject({ status: 'CLOSED', withdrawnOrders: 1, freedRequests: 0 });
    expect(await withdraw()).toMatchObject({ status: 'CLOSED' });
    expect(JSON.stringify(route())).toBe(before);
    expect(new Set(world.signals.map((signal) => JSON.stringify(signal))).size).toBe(1);
  });

  test('does not free a vehicle that has another route by now', async () => {
    world.tables.put('fleet', vehicle('v2', { routeId: 'next' }));
    await back();
    expect(world.tables.get('fleet', 'd1', 'VEHICLE#v2')).toMatchObject({ routeId: 'next' });
  });
});

describe('a route that is withdrawn', () => {
  test('before anyone accepted: all orders are planned anew, the vehicle is free, a late answer finds no offer', async () => {
    world.tables.put('routes', {
      pk: PK,
      sk: 'OFFER',
      state: 'OPEN',
      driverId: 'driver-v2',
      token: 't',
      asked: ['driver-v2'],
    });
    expect(await withdraw()).toMatchObject({ status: 'WITHDRAWN', withdrawnOrders: 4 });
    expect(world.signals[0]).toMatchObject({ kind: 'RouteWithdrawn', detail: { reason: 'VEHICLE_SILENT' } });
    expect(world.tables.get('fleet', 'd1', 'VEHICLE#v2')).not.toHaveProperty('routeId');
    expect(world.tables.get('routes', PK, 'OFFER')).toMatchObject({ state: 'EXPIRED' });
  });

  test('on the road: its vehicle, which nobody can find, is not planned again', async () => {
    await follow();
    depart();
    await withdraw();
    expect(route()).toMatchObject({ status: 'WITHDRAWN', departedAt: '2026-03-02T08:06:00.000Z' });
    expect(world.tables.get('fleet', 'd1', 'VEHICLE#v2')).toMatchObject({ routeId: ROUTE_ID });
    expect(active()).toBeUndefined();
    await withdraw();
    expect(world.tables.get('fleet', 'd1', 'VEHICLE#v2')).toMatchObject({ routeId: ROUTE_ID });
  });

  test('that was never assigned is an error that says so', async () => {
    world = routeWorld();
    await expect(withdraw()).rejects.toThrow(/never assigned/);
  });
});
