import { describe, expect, test } from '@jest/globals';
import { awaitRequest, clock, orderFrame, orderWorld } from '../platform/testing/order-world.ts';
import { awaitSignal } from './await-signal.ts';

const frame = orderFrame({ reached: { kind: 'RoutePlanned', at: clock('08:30') } });
const event = awaitRequest({ frame, awaits: 'RouteAccepted' });
const accepted = {
  schemaVersion: 1 as const,
  signalId: 'RouteAccepted#o-1#1',
  orderId: 'o-1',
  kind: 'RouteAccepted' as const,
  cycle: 1,
  at: clock('08:40'),
  detail: {},
};

describe('a state that waits for a signal', () => {
  test('records what was reached and opens the wait', async () => {
    const world = orderWorld();
    expect(await awaitSignal(event, world.ports)).toEqual({ outcome: 'opened' });
    expect(world.order()).toMatchObject({ status: 'PLANNED', times: { plannedAt: clock('08:30') } });
    expect((await world.ledgerItem()).wait).toMatchObject({
      awaits: 'RouteAccepted',
      cycle: 1,
      token: 'token-1',
      openedAt: clock('09:00'),
      executionArn: 'arn:execution',
    });
  });

  test('is answered at once by a signal that came before it', async () => {
    const world = orderWorld();
    await world.ledger.accept(accepted, clock('08:41'));
    await awaitSignal(event, world.ports);
    expect(world.answered).toEqual([['token-1', 'success', accepted.signalId]]);
  });

  test('asked again is the same wait, and an older try of it is stale', async () => {
    const world = orderWorld();
    const second = { ...event, token: 'token-2', retryCount: 1 };
    await awaitSignal(second, world.ports);
    expect(await awaitSignal(second, world.ports)).toEqual({ outcome: 'same' });
    expect(await awaitSignal(event, world.ports)).toEqual({ outcome: 'stale' });
    expect(world.events()).toEqual(['OrderStatusChanged#1#PLANNED']);
  });

  test('after an amendment stands behind it', async () => {
    const world = orderWorld();
    const amendedThrough = { at: clock('08:50'), arrival: 4 };
    await awaitSignal({ ...event, frame: { ...frame, amendedThrough } }, world.ports);
    expect((await world.ledgerItem()).wait?.amendedThrough).toEqual(amendedThrough);
  });

  test('opens no wait for an order that is unknown, and refuses a request of another shape', async () => {
    const world = orderWorld();
    const unknown = { ...event, frame: { ...frame, orderId: 'o-9' } };
    await expect(awaitSignal(unknown, world.ports)).rejects.toThrow('o-9');
    await expect(awaitSignal({ ...event, awaits: 'Cancelled' }, world.ports)).rejects.toThrow('awaits');
    expect(world.tables.all('ledger')).toEqual([]);
  });
});
