import { beforeEach, describe, expect, test } from '@jest/globals';
import type { SignalKind, TurnRequest } from '../../workflows/order-lifecycle/contracts.ts';
import { TransientError } from '../../workflows/order-lifecycle/errors.ts';
import { requestKey } from '../platform/route-requests.ts';
import { clock, type OrderWorld, orderFrame, orderRecord, orderWorld, place } from '../platform/testing/order-world.ts';
import { turnOrder } from './turn-order.ts';

let world: OrderWorld;
const KEY = requestKey('D1', 'o-1', 1);

const request = (turn: TurnRequest['turn'], kind: SignalKind, detail: object = {}): TurnRequest => ({
  turn,
  frame: orderFrame(),
  awaits: 'Delivered',
  error: { Error: kind, Cause: JSON.stringify({ kind, at: clock('11:45'), detail: { arrival: 3, ...detail } }) },
  enteredAt: clock('12:00'),
  executionArn: 'arn:execution',
});
const promise = { from: clock('12:00'), to: clock('18:00') };
const hasRequest = () => world.tables.get('planning', KEY.pk, KEY.sk) !== undefined;

beforeEach(() => {
  world = orderWorld(orderRecord({ status: 'ARRIVING', place }));
  world.tables.put('planning', { ...KEY, state: 'ASSIGNED' });
  world.at = clock('12:00');
});

describe('a turn of an order', () => {
  test.each([
    ['RecordFailedAttempt', 'AttemptFailed', 'PLACED', false],
    ['ReleaseRoute', 'RouteWithdrawn', 'PLACED', false],
    ['CancelOrder', 'Cancelled', 'CANCELLED', true],
    ['ReturnOrder', 'RouteUnavailable', 'RETURNED', true],
  ] as const)(
    '%s writes the record, takes the request back, and closes what ends',
    async (turn, kind, status, ends) => {
      await turnOrder(request(turn, kind), world.ports);
      expect(world.order().status).toBe(status);
      expect(hasRequest()).toBe(false);
      expect((await world.ledgerItem()).closedAt).toBe(ends ? clock('12:00') : undefined);
    },
  );

  test('leaves the request alone where the order keeps its route', async () => {
    const result = await turnOrder(request('AmendPromise', 'Amended', { promise }), world.ports);
    expect(result).toMatchObject({ resumeAt: 'Delivered', planAgain: true });
    expect(hasRequest()).toBe(true);
    expect(world.order()).toMatchObject({ status: 'ARRIVING', promise });
  });

  test('tells planning of a window that the route keeps, and asks for a re-plan where it would miss it', async () => {
    const planned = place.plannedArrivalAt;
    await turnOrder(
      request('AmendPromise', 'Amended', { promise: { from: clock('08:00'), to: clock('20:00') } }),
      world.ports,
    );
    expect(world.tables.get('planning', KEY.pk, KEY.sk)).toMatchObject({ promise: { to: clock('20:00'), version: 1 } });
    expect(world.tables.get('planning', KEY.pk, `REPLAN#${place.routeId}`)).toBeUndefined();
    const later = { from: new Date(Date.parse(planned) + 3_600_000).toISOString(), to: clock('23:00') };
    await turnOrder(request('AmendPromise', 'Amended', { promise: later, arrival: 4 }), world.ports);
    expect(world.tables.get('planning', KEY.pk, `REPLAN#${place.routeId}`)).toMatchObject({
      pendingShard: 'REPLAN',
      depotId: 'D1',
      routeId: place.routeId,
      reason: expect.stringMatching(/^order o-1 was promised anew/),
      tries: 0,
    });
  });

  test.each([
    ['RecordFailedAttempt', 'AttemptFailed'],
    ['ReleaseRoute', 'RouteWithdrawn'],
    ['AmendPromise', 'Amended'],
    ['CancelOrder', 'Cancelled'],
    ['ReturnOrder', 'RouteUnavailable'],
  ] as const)('%s can be made twice: the same answer, one set of events', async (turn, kind) => {
    const first = await turnOrder(request(turn, kind, { promise, initiator: 'customer' }), world.ports);
    const record = world.order();
    const events = world.events();
    world.at = clock('12:01');
    expect(await turnOrder(request(turn, kind, { promise, initiator: 'customer' }), world.ports)).toEqual(first);
    expect(world.order()).toEqual(record);
    expect(world.events()).toEqual(events);
  });

  test('is made again when the record moved under it', async () => {
    const { documents } = world.ports;
    const send = documents.send.bind(documents) as (command: unknown) => Promise<unknown>;
    const racing = async (command: { constructor: { name: string } }) => {
      if (command.constructor.name === 'TransactWriteCommand') {
        world.tables.put('orders', orderRecord({ status: 'FAILED' }));
      }
      return send(command);
    };
    const ports = { ...world.ports, documents: { send: racing } as unknown as typeof documents };
    await expect(turnOrder(request('CancelOrder', 'Cancelled'), ports)).rejects.toThrow(TransientError);
    expect((await world.ledgerItem()).closedAt).toBeUndefined();
  });

  test('refuses a request of another shape and an order without a record', async () => {
    await expect(turnOrder({ ...request('CancelOrder', 'Cancelled'), turn: 'Other' }, world.ports)).rejects.toThrow(
      'turn',
    );
    const unknown = { ...request('CancelOrder', 'Cancelled'), frame: orderFrame({ orderId: 'o-9' }) };
    await expect(turnOrder(unknown, world.ports)).rejects.toThrow('o-9');
  });
});
