import { beforeEach, describe, expect, test } from '@jest/globals';
import type { AwaitRequest, SIGNAL_KINDS } from '../../workflows/order-lifecycle/contracts.ts';
import { routeRequestSchema } from '../../workflows/route-planning/contracts.ts';
import { requestKey } from '../platform/route-requests.ts';
import {
  awaitRequest,
  clock,
  type OrderWorld,
  orderFrame,
  orderRecord,
  orderWorld,
} from '../platform/testing/order-world.ts';
import { requestRoute } from './request-route.ts';

let world: OrderWorld;
const ask = (rest: Partial<AwaitRequest> = {}) => requestRoute(JSON.stringify(awaitRequest(rest)), world.ports);
const requested = (cycle = 1) => {
  const { pk, sk } = requestKey('D1', 'o-1', cycle);
  return world.tables.get('planning', pk, sk);
};
const inCycle = (cycle: number, kind: (typeof SIGNAL_KINDS)[number]) => {
  world.tables.put('orders', orderRecord({ cycle }));
  return ask({ frame: orderFrame({ cycle, reached: { kind, at: clock('08:59') } }) });
};

beforeEach(() => {
  world = orderWorld();
});

describe('the request for a route', () => {
  test('puts the order among the pending ones and opens its wait', async () => {
    await ask();
    const request = requested();
    expect(routeRequestSchema.parse(request)).toEqual({
      orderId: 'o-1',
      cycle: 1,
      depotId: 'D1',
      customerId: 'c-1',
      position: [13.4, 52.5],
      promise: { from: clock('10:00'), to: clock('14:00'), version: 1 },
      serviceSeconds: 60,
      volumeM3: 0.2,
      weightKg: 3,
      tier: 'standard',
      requestedAt: clock('09:00'),
      state: 'PENDING',
    });
    expect(request?.['pendingShard']).toBe('PENDING');
    expect((await world.ledgerItem()).wait).toMatchObject({ awaits: 'RoutePlanned', token: 'token-1', cycle: 1 });
  });

  test('does not undo, asked again, what planning made of it', async () => {
    await ask();
    world.tables.put('planning', { ...requested(), state: 'CLAIMED', waveId: 'w' });
    await ask({ token: 'token-2', retryCount: 1 });
    expect(requested()).toMatchObject({ state: 'CLAIMED', waveId: 'w' });
    expect((await world.ledgerItem()).wait?.token).toBe('token-2');
  });

  test.each([
    [2, '09:05'],
    [3, '09:10'],
    [4, '09:20'],
    [6, '10:00'],
    [10, '10:00'],
  ])('of cycle %d, after a route that nobody drove, is not planned before %s', async (cycle, notBefore) => {
    await inCycle(cycle, 'RouteWithdrawn');
    expect(requested(cycle)?.['notBefore']).toBe(clock(notBefore));
  });

  test('is planned at once after anything else', async () => {
    await inCycle(2, 'AttemptFailed');
    await inCycle(3, 'Amended');
    expect([requested(2), requested(3)]).toEqual([
      expect.not.objectContaining({ notBefore: expect.anything() }),
      expect.not.objectContaining({ notBefore: expect.anything() }),
    ]);
  });

  test('is held while the vehicle of the failed attempt carries the parcel', async () => {
    world.tables.put('orders', orderRecord({ heldByRouteId: 'r-1' }));
    await ask();
    expect(requested()?.['heldByRouteId']).toBe('r-1');
  });

  test.each(['CANCELLED', 'RETURNED', 'ARCHIVED'] as const)('is not made for an order that is %s', async (status) => {
    world.tables.put('orders', orderRecord({ status }));
    await ask();
    expect(requested()).toBeUndefined();
    expect((await world.ledgerItem()).wait?.token).toBe('token-1');
  });

  test('is made for an order that failed: its execution was replayed', async () => {
    world.tables.put('orders', orderRecord({ status: 'FAILED' }));
    await ask();
    expect(requested()).toBeDefined();
  });

  test('is not made for a cycle that is over', async () => {
    world.tables.put('orders', orderRecord({ cycle: 2 }));
    await ask();
    expect(world.tables.all('planning')).toEqual([]);
  });

  test('comes back when the order is unknown, the table fails or the message is malformed', async () => {
    await expect(ask({ frame: orderFrame({ orderId: 'o-9' }) })).rejects.toThrow('o-9');
    await expect(ask({ token: '' })).rejects.toThrow('token');
    await expect(requestRoute('{', world.ports)).rejects.toThrow();
    const documents = {
      send: () => Promise.reject(new Error('throttled')),
    } as unknown as OrderWorld['ports']['documents'];
    await expect(requestRoute(JSON.stringify(awaitRequest()), { ...world.ports, documents })).rejects.toThrow(
      'throttled',
    );
  });
});
