import { describe, expect, test } from '@jest/globals';
import { MILESTONES, NOTICES } from '../../workflows/order-lifecycle/contracts.ts';
import { clock, orderWorld } from '../platform/testing/order-world.ts';
import { signalOrder } from './signal-order.ts';

const signal = {
  schemaVersion: 1,
  signalId: 'Delivered#o-1#1',
  orderId: 'o-1',
  kind: 'Delivered',
  cycle: 1,
  at: clock('08:55'),
  detail: { proof: { photoKey: 'p' } },
};
const amended = {
  ...signal,
  kind: 'Amended',
  cycle: undefined,
  detail: { promise: { from: clock('15:00'), to: clock('16:00') } },
};

describe('a message of the signals queue', () => {
  test('is handed to the ledger with the time of its acceptance', async () => {
    const world = orderWorld();
    expect(await signalOrder(JSON.stringify(signal), world.ports)).toEqual(signal);
    expect((await world.ledgerItem()).signals).toEqual([{ ...signal, acceptedAt: clock('09:00'), arrival: 1 }]);
  });

  test('tells its times in UTC with milliseconds, wherever its sender’s clock stands', async () => {
    const world = orderWorld();
    const promise = { from: '2026-03-02T17:00:00+02:00', to: '2026-03-02T16:00:00Z' };
    const message = { ...amended, at: '2026-03-02T10:55:00+02:00', detail: { promise } };
    expect(await signalOrder(JSON.stringify(message), world.ports)).toMatchObject({
      at: clock('08:55'),
      detail: { promise: { from: clock('15:00'), to: clock('16:00') } },
    });
  });

  test.each(['Cancelled', 'Amended'])('needs no cycle when it is %s', async (kind) => {
    const world = orderWorld();
    await signalOrder(JSON.stringify({ ...amended, kind }), world.ports);
    expect((await world.ledgerItem()).arrivals).toBe(1);
  });

  test.each([...MILESTONES, 'AttemptFailed', 'RouteWithdrawn', 'RouteUnavailable', ...NOTICES])(
    'names its cycle when it is %s',
    async (kind) => {
      const message = JSON.stringify({ ...signal, kind, cycle: undefined });
      await expect(signalOrder(message, orderWorld().ports)).rejects.toThrow('only Cancelled and Amended go without');
    },
  );

  test.each([
    ['another version', { schemaVersion: 2 }, 'schemaVersion'],
    ['no id', { signalId: '' }, 'signalId'],
    ['an id too long for an attribute', { signalId: 'x'.repeat(201) }, 'signalId'],
    ['no order', { orderId: undefined }, 'orderId'],
    ['an unknown kind', { kind: 'Exploded' }, 'kind'],
    ['a cycle below 1', { cycle: 0 }, 'cycle'],
    ['half a cycle', { cycle: 1.5 }, 'cycle'],
    ['a time without a zone', { at: '2026-03-02T09:00:00' }, 'at'],
    ['a time that is none', { at: 'yesterday' }, 'at'],
    ['a place that is none', { detail: { place: { routeId: 'r' } } }, 'place'],
    ['a negative count in its proof', { detail: { proof: { delivered: [{ sku: 's', quantity: -1 }] } } }, 'quantity'],
    ['an initiator that is neither', { detail: { initiator: 'neighbour' } }, 'initiator'],
  ])('with %s is refused by the name of the field, and nothing is kept', async (_, change, field) => {
    const world = orderWorld();
    await expect(signalOrder(JSON.stringify({ ...signal, ...change }), world.ports)).rejects.toThrow(field);
    expect(world.tables.all('ledger')).toEqual([]);
  });

  test.each([
    ['no promise', undefined],
    ['a promise that ends before it starts', { from: clock('16:00'), to: clock('15:00') }],
    ['a promise that ends when it starts', { from: clock('16:00'), to: '2026-03-02T17:00:00+01:00' }],
  ])('that amends the order with %s is refused: it would stop the execution', async (_, promise) => {
    const message = JSON.stringify({ ...amended, detail: { promise } });
    await expect(signalOrder(message, orderWorld().ports)).rejects.toThrow('promise');
  });

  test('that is not JSON is refused', async () => {
    await expect(signalOrder('{"kind":', orderWorld().ports)).rejects.toThrow();
  });
});
