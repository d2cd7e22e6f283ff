import { describe, expect, test } from '@jest/globals';
import type { Milestone, Reached, TurnRequest } from '../../workflows/order-lifecycle/contracts.ts';
import { OrderStateError } from '../../workflows/order-lifecycle/errors.ts';
import type { OrderRecord } from '../platform/tables.ts';
import { clock, orderFrame, orderRecord, place } from '../platform/testing/order-world.ts';
import { MAX_CYCLES, type Turn, turnOf } from './turns.ts';

const NOW = Date.parse(clock('12:00'));
const requestOf = (
  turn: TurnRequest['turn'],
  error: TurnRequest['error'],
  rest: Partial<TurnRequest> = {},
): TurnRequest => ({
  turn,
  frame: orderFrame({ reached: { kind: 'DepartedDepot', at: clock('10:30') } }),
  awaits: 'Delivered',
  error,
  enteredAt: clock('12:00'),
  executionArn: 'arn:execution',
  ...rest,
});
const causeOf = (kind: Reached['kind'], detail: Record<string, unknown> = {}, at = clock('11:45')) => ({
  Error: kind,
  Cause: JSON.stringify({ kind, at, signalId: `${kind}#1`, detail: { arrival: 7, ...detail } }),
});
const TIMEOUT = { Error: 'States.Timeout', Cause: '' };
const onTheRoad = (rest: Partial<OrderRecord> = {}) =>
  orderRecord({
    status: 'ARRIVING',
    place,
    deadlines: { deliver: clock('14:00') },
    times: {
      placedAt: clock('08:00'),
      acceptedAt: clock('08:01'),
      plannedAt: clock('08:30'),
      departedAt: clock('10:30'),
    },
    ...rest,
  });
const keys = ({ change }: Turn) => change?.events.map(({ key }) => key);
/** The record as it is after the change. */
const after = (record: OrderRecord, { change }: Turn): OrderRecord => ({ ...record, ...change?.set }) as OrderRecord;
/** The turn made once more, as a retry after a crash makes it. */
const again = (request: TurnRequest, record: OrderRecord, turn: Turn, nowMs = NOW) =>
  turnOf(request, after(record, turn), nowMs);

describe('RecordFailedAttempt', () => {
  const request = requestOf('RecordFailedAttempt', causeOf('AttemptFailed', { reason: 'nobody home' }));

  test('plans the order again in a new cycle, its parcel held by the vehicle that still carries it', () => {
    const turn = turnOf(request, onTheRoad(), NOW);
    expect(turn.change?.set).toMatchObject({
      status: 'PLACED',
      statusAt: clock('12:00'),
      cause: 'AttemptFailed: nobody home',
      cycle: 2,
      attempts: 1,
      heldByRouteId: 'r-1',
      place: undefined,
      times: { placedAt: clock('08:00'), acceptedAt: clock('08:01') },
    });
    expect(Object.keys(turn.change?.set.times ?? {})).toEqual(['placedAt', 'acceptedAt']);
    expect(Object.keys(turn.change?.set.deadlines ?? {}).sort()).toEqual(['deliver', 'plan']);
    expect(keys(turn)).toEqual(['OrderStatusChanged#1#ATTEMPT_FAILED', 'OrderStatusChanged#2#PLACED']);
    expect(turn.change?.events[0]).toMatchObject({ status: 'ATTEMPT_FAILED', at: clock('11:45') });
    expect(turn.result).toMatchObject({
      planAgain: true,
      frame: { cycle: 2, reached: { kind: 'AttemptFailed', at: clock('11:45') } },
    });
  });

  test.each([
    ['standard', 2],
    ['express', 3],
  ] as const)('gives a %s order %d attempts and then sends it back', (tier, attempts) => {
    const last = onTheRoad({ tier, attempts: attempts - 1, cycle: attempts });
    const lastRequest = { ...request, frame: { ...request.frame, cycle: attempts } };
    const turn = turnOf(lastRequest, last, NOW);
    expect(turn.result.planAgain).toBe(false);
    expect(turn.change?.set).toMatchObject({ status: 'ATTEMPT_FAILED', statusAt: clock('11:45'), attempts });
    expect(turn.change?.set.cycle).toBeUndefined();
    expect(keys(turn)).toEqual([`OrderStatusChanged#${attempts}#ATTEMPT_FAILED`]);
    const repeat = again(lastRequest, last, turn);
    expect(repeat.change).toBeUndefined();
    expect(repeat.result).toEqual(turn.result);
    const previous = turnOf(lastRequest, { ...last, attempts: attempts - 2 }, NOW);
    expect(previous.result.planAgain).toBe(true);
  });

  test('does not begin a cycle beyond the limit', () => {
    const frame = { ...request.frame, cycle: MAX_CYCLES };
    const turn = turnOf({ ...request, frame }, onTheRoad({ cycle: MAX_CYCLES, tier: 'express' }), NOW);
    expect(turn.result).toMatchObject({ planAgain: false, frame: { cycle: MAX_CYCLES } });
  });

  test('asked again answers the same and changes nothing', () => {
    const record = onTheRoad();
    const turn = turnOf(request, record, NOW);
    const repeat = again(request, record, turn, NOW + 60_000);
    expect(repeat.change).toBeUndefined();
    expect(repeat.result).toEqual(turn.result);
  });
});

describe('ReleaseRoute', () => {
  const request = requestOf('ReleaseRoute', causeOf('RouteWithdrawn', { reason: 'VEHICLE_SILENT' }));

  test('plans the same order again and counts no attempt', () => {
    const record = onTheRoad({ attempts: 1 });
    const turn = turnOf(request, record, NOW);
    expect(turn.change?.set).toMatchObject({ status: 'PLACED', cycle: 2, attempts: 1, place: undefined });
    expect(turn.change?.set.cause).toBe('RouteWithdrawn: VEHICLE_SILENT');
    expect(keys(turn)).toEqual(['OrderStatusChanged#2#PLACED']);
    expect(turn.result).toMatchObject({ planAgain: true, frame: { cycle: 2, reached: { kind: 'RouteWithdrawn' } } });
    const repeat = again(request, record, turn);
    expect(repeat.change).toBeUndefined();
    expect(repeat.result).toEqual(turn.result);
  });

  test('after a wait in vain says what was waited for', () => {
    const turn = turnOf({ ...request, error: TIMEOUT, awaits: 'DepartedDepot' }, onTheRoad(), NOW);
    expect(turn.change?.set.cause).toBe('waited in vain for DepartedDepot (States.Timeout)');
    expect(turn.result.frame.reached).toEqual({ kind: 'RouteWithdrawn', at: clock('12:00') });
  });

  test('sends an order back that has gone round too often, and passes on why', () => {
    const frame = { ...request.frame, cycle: MAX_CYCLES };
    const turn = turnOf({ ...request, frame }, onTheRoad({ cycle: MAX_CYCLES }), NOW);
    expect(turn.change).toBeUndefined();
    expect(turn.result).toMatchObject({ planAgain: false, awaits: 'Delivered', error: request.error });
    const before = turnOf({ ...request, frame: { ...frame, cycle: 9 } }, onTheRoad({ cycle: MAX_CYCLES - 1 }), NOW);
    expect(before.result.planAgain).toBe(true);
  });
});

describe('AmendPromise', () => {
  const later = { from: clock('15:00'), to: clock('18:00') };
  const wider = { from: clock('09:00'), to: clock('18:00') };
  const amend = (awaits: Milestone, promise: object, initiator?: string) =>
    requestOf('AmendPromise', causeOf('Amended', { promise, initiator }), { awaits });
  const planned = orderRecord({
    status: 'PLANNED',
    place,
    deadlines: { dispatch: clock('13:00'), deliver: clock('14:00') },
  });

  test('by the customer starts a new version, against which the order is judged', () => {
    const turn = turnOf(amend('RouteAccepted', wider, 'customer'), planned, NOW);
    expect(turn.change?.set).toEqual({
      promise: { ...wider, version: 2, initial: planned.promise.initial },
      deadlines: { dispatch: clock('13:00'), deliver: clock('18:00') },
      dueShard: 'DUE',
      dueAt: clock('13:00'),
    });
    expect(turn.change?.events).toMatchObject([
      { key: 'OrderAmended#7', detailType: 'OrderAmended', status: 'PLANNED', cause: 'amended by customer' },
    ]);
  });

  test.each(['carrier', undefined])('by the carrier (%s) keeps the commitment', (initiator) => {
    const { change } = turnOf(amend('RouteAccepted', wider, initiator), planned, NOW);
    const committed = { from: clock('10:00'), to: clock('14:00') };
    expect(change?.set.promise).toMatchObject({ ...wider, version: 1, committed });
    expect(change?.set.deadlines?.['deliver']).toBe(clock('14:00'));
  });

  test.each(['RouteAccepted', 'DepartedDepot'] as const)(
    'before departure resumes %s when the route keeps it',
    (awaits) => {
      const turn = turnOf(amend(awaits, wider), planned, NOW);
      expect(turn.result).toMatchObject({
        resumeAt: awaits,
        planAgain: true,
        frame: { cycle: 1, promiseTo: wider.to },
      });
      expect(turn.result.frame.amendedThrough).toEqual({ at: clock('11:45'), arrival: 7 });
      expect(turn.result.frame.waitUntil).toBe('2026-03-03T18:00:00.000Z');
    },
  );

  test.each([
    ['later', later],
    ['earlier', { from: clock('08:00'), to: clock('11:29') }],
  ])('before departure gives up the route that would miss the %s window', (_, window) => {
    const request = amend('DepartedDepot', window, 'customer');
    const turn = turnOf(request, planned, NOW);
    expect(turn.change?.set).toMatchObject({
      status: 'PLACED',
      cycle: 2,
      attempts: 0,
      promise: { ...window, version: 2 },
    });
    expect(turn.change?.set.place).toBeUndefined();
    expect(keys(turn)).toEqual(['OrderAmended#7', 'OrderStatusChanged#2#PLACED']);
    expect(turn.result).toMatchObject({ resumeAt: 'RoutePlanned', frame: { cycle: 2, reached: { kind: 'Amended' } } });
    const repeat = again(request, planned, turn);
    expect(repeat.change).toBeUndefined();
    expect(repeat.result).toEqual(turn.result);
  });

  test('before a route is planned asks for one with the new window', () => {
    const turn = turnOf(amend('RoutePlanned', later), orderRecord(), NOW);
    expect(turn.result).toMatchObject({ resumeAt: 'RoutePlanned', frame: { cycle: 2 } });
  });

  test.each(['ApproachingStop', 'ArrivedAtStop', 'Delivered'] as const)(
    'on the road keeps %s and its parcel',
    (awaits) => {
      const turn = turnOf(amend(awaits, later, 'customer'), onTheRoad(), NOW);
      expect(turn.result).toMatchObject({ resumeAt: awaits, frame: { cycle: 1 } });
      expect(turn.change?.set.status).toBeUndefined();
      expect(turn.change?.set.deadlines).toEqual({ deliver: clock('18:00') });
    },
  );

  test('asked again in place answers the same under the same event key, so that it is written once', () => {
    const request = amend('Delivered', later, 'customer');
    const record = onTheRoad();
    const turn = turnOf(request, record, NOW);
    const repeat = again(request, record, turn);
    expect(repeat.result).toEqual(turn.result);
    expect(keys(repeat)).toEqual(keys(turn));
  });

  test('lets the waits of an order with a past promise last another day', () => {
    const turn = turnOf(amend('Delivered', { from: clock('07:00'), to: clock('08:00') }), onTheRoad(), NOW);
    expect(turn.result.frame.waitUntil).toBe('2026-03-03T12:00:00.000Z');
  });

  test('without a promise is refused', () => {
    const request = requestOf('AmendPromise', causeOf('Amended'));
    expect(() => turnOf(request, onTheRoad(), NOW)).toThrow(OrderStateError);
  });
});

describe('CancelOrder', () => {
  const cancel = (initiator?: string) =>
    requestOf('CancelOrder', causeOf('Cancelled', { initiator, reason: 'changed my mind' }));

  test('by the customer is excluded from the verdict', () => {
    const { change, result } = turnOf(cancel('customer'), onTheRoad(), NOW);
    expect(change?.set).toMatchObject({
      status: 'CANCELLED',
      statusAt: clock('11:45'),
      reason: 'Cancelled: changed my mind',
      cancelledBy: 'customer',
      deadlines: {},
      dueAt: undefined,
      times: { closedAt: clock('12:00'), departedAt: clock('10:30') },
      verdict: { perfect: false, excluded: true },
    });
    expect(change?.events.map(({ key }) => key)).toEqual(['OrderStatusChanged#1#CANCELLED']);
    expect(result.planAgain).toBe(false);
  });

  test.each(['carrier', undefined])('by the carrier (%s) counts against us', (initiator) => {
    const { change } = turnOf(cancel(initiator), onTheRoad(), NOW);
    expect(change?.set).toMatchObject({ cancelledBy: 'carrier', verdict: { perfect: false, excluded: false } });
  });

  test('asked again answers the same and changes nothing', () => {
    const record = onTheRoad();
    const turn = turnOf(cancel('customer'), record, NOW);
    const repeat = again(cancel('customer'), record, turn);
    expect(repeat.change).toBeUndefined();
    expect(repeat.result).toEqual(turn.result);
  });
});

describe('ReturnOrder', () => {
  const back = (error: TurnRequest['error'], awaits: Milestone = 'RoutePlanned') =>
    requestOf('ReturnOrder', error, { awaits });

  test.each([
    [
      'the reason of planning',
      back(causeOf('RouteUnavailable', { reason: 'TOO_HEAVY' })),
      'RouteUnavailable: TOO_HEAVY',
    ],
    ['the error alone where there is no reason', back(causeOf('AttemptFailed', { reason: '' })), 'AttemptFailed'],
    ['a cause that is no signal', back({ Error: 'RouteWithdrawn', Cause: 'text' }), 'RouteWithdrawn'],
    ['the wait in vain', back(TIMEOUT), 'waited in vain for RoutePlanned (States.Timeout)'],
  ])('ends the order and says why: %s', (_, request, reason) => {
    const { change } = turnOf(request, orderRecord(), NOW);
    expect(change?.set).toMatchObject({
      status: 'RETURNED',
      statusAt: clock('12:00'),
      cause: reason,
      reason,
      times: { closedAt: clock('12:00') },
      verdict: { perfect: false, excluded: false },
    });
    expect(change?.set.cancelledBy).toBeUndefined();
  });

  test('after the promise tells that the delivery is late for good', () => {
    const turn = turnOf(back(TIMEOUT), onTheRoad({ status: 'ATTEMPT_FAILED' }), Date.parse(clock('14:01')));
    expect(keys(turn)).toEqual(['OrderStatusChanged#1#RETURNED', 'SlaBreached#deliver#v1']);
  });

  test('asked again answers the same and changes nothing', () => {
    const record = orderRecord();
    const turn = turnOf(back(TIMEOUT), record, NOW);
    const repeat = again(back(TIMEOUT), record, turn, NOW + 1_000);
    expect(repeat.change).toBeUndefined();
    expect(repeat.result).toEqual(turn.result);
  });
});
