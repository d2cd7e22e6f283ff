import { beforeEach, describe, expect, test } from '@jest/globals';
import { ROUTE_ID, type RouteWorld, routeRecord, routeWorld } from '../platform/testing/route-world.ts';
import { answerDriver } from './answer-driver.ts';
import { type Answer, driverEventSchema } from './driver-event.ts';
import { nextSequenceOf } from './route-progress.ts';

let world: RouteWorld;
const PK = `ROUTE#${ROUTE_ID}`;

const call = async (fieldName: string, args: object, username = 'driver-v1'): Promise<Answer> =>
  (await answerDriver(
    driverEventSchema.parse({ identity: { username, sub: 'x' }, info: { fieldName }, arguments: args }),
    world.ports,
  )) as Answer;
const accept = (username?: string) => call('acceptRoute', { routeId: ROUTE_ID }, username);
const deliver = (orderId: string, rest: object = {}, username?: string) =>
  call(
    'confirmDelivery',
    {
      input: {
        routeId: ROUTE_ID,
        orderId,
        deliveredAt: '2026-03-02T08:00:00Z',
        proof: { photoKey: 'p', receivedBy: null },
        ...rest,
      },
    },
    username,
  );
const fail = (orderId: string) =>
  call('reportFailedAttempt', {
    input: { routeId: ROUTE_ID, orderId, failedAt: '2026-03-02T08:00:00Z', reason: 'nobody home' },
  });
const offer = (rest: object = {}) =>
  world.tables.put('routes', {
    pk: PK,
    sk: 'OFFER',
    driverId: 'driver-v1',
    vehicleId: 'v1',
    token: 'offer-token',
    offeredAt: '2026-03-02T07:59:00.000Z',
    answerBy: '2026-03-02T08:00:50.000Z',
    state: 'OPEN',
    asked: ['driver-v0', 'driver-v1'],
    ...rest,
  });
const order = (orderId: string, rest: object = {}) =>
  world.tables.put('orders', {
    orderId,
    sk: 'ORDER',
    status: 'OUT_FOR_DELIVERY',
    cycle: 1,
    order: { items: [{ sku: `sku-${orderId}`, quantity: 2, volumeM3: 1 }] },
    ...rest,
  });
const driving = () => {
  world.tables.put('routes', routeRecord({ status: 'ACCEPTED', acceptedAt: '2026-03-02T07:50:00.000Z' }));
  offer({ state: 'ACCEPTED', answeredAt: '2026-03-02T07:50:00.000Z' });
  for (const id of ['o1', 'o2', 'o2b', 'o3']) order(id);
  world.tables.put('routes', {
    pk: 'VEHICLE#v1',
    sk: 'ACTIVE',
    routeId: ROUTE_ID,
    vehicleId: 'v1',
    token: 'follow-token',
    heartbeatAt: '2026-03-02T07:58:00.000Z',
    nextSequence: 1,
    inside: [],
  });
};

beforeEach(() => {
  world = routeWorld();
});

describe('a driver answers an offer', () => {
  beforeEach(() => {
    world.tables.put('routes', routeRecord({ status: 'OFFERED' }));
    offer();
  });

  test('and accepts: the execution learns who drives', async () => {
    expect(await accept()).toEqual({ accepted: true });
    expect(world.machineCalls).toEqual([
      [
        'SendTaskSuccessCommand',
        {
          taskToken: 'offer-token',
          output: JSON.stringify({ driverId: 'driver-v1', vehicleId: 'v1', acceptedAt: '2026-03-02T08:00:00.000Z' }),
        },
      ],
    ]);
    expect(world.tables.get('routes', PK, 'OFFER')).toMatchObject({ state: 'ACCEPTED' });
  });

  test('and declines: the execution is failed by the name that its Catch knows', async () => {
    expect(await call('declineRoute', { routeId: ROUTE_ID, reason: null })).toEqual({ accepted: true });
    expect(world.machineCalls[0]).toMatchObject(['SendTaskFailureCommand', { error: 'RouteDeclined' }]);
    expect(world.tables.get('routes', PK, 'OFFER')).toMatchObject({ state: 'DECLINED' });
  });

  test('keeps the acceptance when the wait has just ended: the next entry of the wait honours it', async () => {
    world.machineError = Object.assign(new Error('late'), { name: 'TaskTimedOut' });
    expect(await accept()).toEqual({ accepted: true });
    expect(world.tables.get('routes', PK, 'OFFER')).toMatchObject({ state: 'ACCEPTED' });
  });

  test('passes on an error of Step Functions that is not about a late answer', async () => {
    world.machineError = Object.assign(new Error('busy'), { name: 'ThrottlingException' });
    await expect(accept()).rejects.toThrow('busy');
  });

  test('is refused when the offer is another driver’s', async () => {
    expect(await accept('driver-v9')).toEqual({ accepted: false, reason: expect.stringMatching(/^NOT_YOUR_OFFER/) });
    expect(world.machineCalls).toEqual([]);
  });

  test('is refused when the offer has moved on to the next driver', async () => {
    expect((await accept('driver-v0')).reason).toMatch(/^OFFER_EXPIRED/);
  });

  test('is refused when the time to answer has passed', async () => {
    world.at = '2026-03-02T08:00:50.001Z';
    expect((await accept()).reason).toMatch(/^OFFER_EXPIRED/);
    expect(world.tables.get('routes', PK, 'OFFER')).toMatchObject({ state: 'OPEN' });
  });

  test('is refused when the offer was expired', async () => {
    offer({ state: 'EXPIRED' });
    expect((await accept()).reason).toMatch(/^OFFER_EXPIRED/);
  });

  test('is refused the second time', async () => {
    await accept();
    expect((await accept()).reason).toMatch(/^ALREADY_ANSWERED/);
    expect((await call('declineRoute', { routeId: ROUTE_ID })).reason).toMatch(/^ALREADY_ANSWERED/);
    expect(world.machineCalls).toHaveLength(1);
  });

  test.each(['CLOSED', 'WITHDRAWN'] as const)('is refused when the route is %s', async (status) => {
    world.tables.put('routes', routeRecord({ status }));
    expect((await accept()).reason).toMatch(/^ROUTE_CLOSED/);
    expect(world.machineCalls).toEqual([]);
  });

  test('is refused for a route that was never offered', async () => {
    expect((await call('acceptRoute', { routeId: 'elsewhere-r1' })).reason).toMatch(/^NOT_YOUR_OFFER/);
  });
});

describe('a driver looks at a route', () => {
  test('and sees the stops with the items to hand over', async () => {
    driving();
    const route = (await call('route', { routeId: ROUTE_ID })) as unknown as {
      driverId: string;
      stops: { orders: unknown }[];
    };
    expect(route.driverId).toBe('driver-v1');
    expect(route.stops[1]?.orders).toEqual([
      { orderId: 'o2', cycle: 1, items: [{ sku: 'sku-o2', quantity: 2 }] },
      { orderId: 'o2b', cycle: 1, items: [{ sku: 'sku-o2b', quantity: 2 }] },
    ]);
  });

  test('but not at another driver’s, nor at one they declined', async () => {
    driving();
    await expect(call('route', { routeId: ROUTE_ID }, 'driver-v9')).rejects.toThrow(/NOT_YOUR_ROUTE/);
    offer({ state: 'DECLINED' });
    await expect(call('route', { routeId: ROUTE_ID })).rejects.toThrow(/NOT_YOUR_ROUTE/);
  });
});

describe('a driver reports an outcome', () => {
  beforeEach(driving);

  test('the ledger is told with the proof, and the route moves on to the next stop', async () => {
    expect(await deliver('o1')).toEqual({ accepted: true });
    expect(world.signals).toEqual([
      {
        signalId: 'Delivered#o1#1',
        orderId: 'o1',
        kind: 'Delivered',
        cycle: 1,
        at: '2026-03-02T08:00:00.000Z',
        by: 'driver-v1',
        detail: { proof: { photoKey: 'p' }, driverId: 'driver-v1', vehicleId: 'v1' },
      },
    ]);
    expect(world.tables.get('routes', PK, 'ROUTE')).toMatchObject({ outcomes: [{ orderId: 'o1', kind: 'Delivered' }] });
    expect(world.tables.get('routes', 'VEHICLE#v1', 'ACTIVE')).toMatchObject({ nextSequence: 2 });
  });

  test('a failed attempt settles its order too, and a stop waits for all of its orders', async () => {
    await deliver('o1');
    expect(await fail('o2')).toEqual({ accepted: true });
    expect(world.tables.get('routes', 'VEHICLE#v1', 'ACTIVE')).toMatchObject({ nextSequence: 2 });
    await deliver('o2b');
    await deliver('o3');
    expect(world.tables.get('routes', 'VEHICLE#v1', 'ACTIVE')).toMatchObject({ nextSequence: 4 });
    expect(world.signals.map((signal) => signal.signalId)).toContain('AttemptFailed#o2#1');
  });

  test('reporting the same again is the same signal and one outcome', async () => {
    await deliver('o1');
    order('o1', { status: 'DELIVERED' });
    expect(await deliver('o1', { deliveredAt: '2026-03-02T08:01:00Z' })).toEqual({ accepted: true });
    expect(new Set(world.signals.map((signal) => `${signal.signalId}@${signal.at}`)).size).toBe(1);
    expect((world.tables.get('routes', PK, 'ROUTE') as { outcomes: unknown[] }).outcomes).toHaveLength(1);
  });

  test('the wait is kept alive when its last heartbeat is more than five minutes old', async () => {
    await deliver('o1');
    expect(world.machineCalls).toEqual([]);
    world.at = '2026-03-02T08:03:01.000Z';
    await deliver('o2');
    expect(world.machineCalls).toEqual([['SendTaskHeartbeatCommand', { taskToken: 'follow-token' }]]);
    expect(world.tables.get('routes', 'VEHICLE#v1', 'ACTIVE')).toMatchObject({ heartbeatAt: world.at });
  });

  const refusals: [string, RegExp, () => Promise<Answer>][] = [
    ['by a driver of another route', /^NOT_YOUR_ROUTE/, () => deliver('o1', {}, 'driver-v9')],
    ['on an unknown route', /^NOT_YOUR_ROUTE/, () => deliver('o1', { routeId: 'elsewhere-r1' })],
    ['of an order that is not on the route', /^UNKNOWN_ORDER/, () => deliver('o9')],
    [
      'on a closed route',
      /^ROUTE_CLOSED/,
      () => {
        world.tables.put('routes', routeRecord({ status: 'WITHDRAWN' }));
        return deliver('o1');
      },
    ],
    [
      'before the route was accepted',
      /^NOT_YOUR_ROUTE/,
      () => {
        world.tables.put('routes', routeRecord({ status: 'OFFERED' }));
        return deliver('o1');
      },
    ],
    [
      'of a cancelled order',
      /^ORDER_CANCELLED/,
      () => {
        order('o1', { status: 'CANCELLED' });
        return deliver('o1');
      },
    ],
    [
      'of an order that is planned anew',
      /^ORDER_PLANNED_ANEW/,
      () => {
        order('o1', { cycle: 2, status: 'PLACED' });
        return deliver('o1');
      },
    ],
    [
      'of an order that is closed',
      /^ORDER_CLOSED/,
      () => {
        order('o1', { status: 'RETURNED' });
        return deliver('o1');
      },
    ],
    ['from the future', /^IN_THE_FUTURE/, () => deliver('o1', { deliveredAt: '2026-03-02T08:05:00.001Z' })],
    [
      'that contradicts the report before',
      /^ALREADY_REPORTED/,
      async () => {
        await deliver('o1');
        world.signals.length = 0;
        return fail('o1');
      },
    ],
  ];
  test.each(refusals)('is refused %s', async (_, reason, report) => {
    expect(await report()).toEqual({ accepted: false, reason: expect.stringMatching(reason) });
    expect(world.signals).toEqual([]);
  });

  test('a cancelled order does not hold up the stop it was at', async () => {
    order('o1', { status: 'CANCELLED' });
    await deliver('o1');
    expect(world.tables.get('routes', PK, 'ROUTE')).toMatchObject({ outcomes: [], dropped: ['o1'] });
    expect(world.tables.get('routes', 'VEHICLE#v1', 'ACTIVE')).toMatchObject({ nextSequence: 2 });
  });
});

describe('the next stop of a route', () => {
  const delivered = (...orderIds: string[]) => ({
    ...routeRecord(),
    outcomes: orderIds.map((orderId) => ({ orderId, kind: 'Delivered' as const, at: 'x' })),
  });

  test('is the first before anything happened and one past the last when nothing is left', () => {
    expect(nextSequenceOf(delivered())).toBe(1);
    expect(nextSequenceOf(delivered('o1', 'o2', 'o2b', 'o3'))).toBe(4);
  });

  test('never goes back to a stop that was passed by', () => {
    expect(nextSequenceOf(delivered('o2', 'o2b'))).toBe(3);
    expect(nextSequenceOf(delivered('o3'))).toBe(4);
  });
});
