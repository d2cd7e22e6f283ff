import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Milestone, Signal, SignalKind } from '../../../workflows/order-lifecycle/contracts.ts';
import type { StoredWait } from '../tables.ts';
import { clock, type OrderWorld, orderWorld } from '../testing/order-world.ts';
import { epochOf } from './ledger.ts';

let world: OrderWorld;

const signal = (kind: SignalKind, rest: Partial<Signal> = {}): Signal => ({
  schemaVersion: 1,
  signalId: `${kind}#${rest.cycle ?? 1}`,
  orderId: 'o-1',
  kind,
  cycle: 1,
  at: clock('09:00'),
  detail: {},
  ...rest,
});
const waitFor = (awaits: Milestone, token: string, enteredAt: string): StoredWait => ({
  awaits,
  cycle: 1,
  token,
  epoch: epochOf({ enteredAt, redriveCount: 0, cycle: 1, amendment: 0, stage: 0, retryCount: 0 }),
  openedAt: enteredAt,
  executionArn: 'arn:execution',
});
const accept = (kind: SignalKind, rest?: Partial<Signal>) => world.ledger.accept(signal(kind, rest), world.at);
const open = (awaits: Milestone, token: string, enteredAt = world.at) =>
  world.ledger.open('o-1', waitFor(awaits, token, enteredAt));
const fates = async () => {
  const entries = Object.entries((await world.ledgerItem()).fates);
  return Object.fromEntries(entries.map(([id, { fate }]) => [id, fate]));
};

beforeEach(() => {
  world = orderWorld();
});

describe('the ledger', () => {
  test('R3: answers a wait whichever half comes second, and leaves nothing to the sweep', async () => {
    await open('RoutePlanned', 't1');
    await accept('RoutePlanned');
    await accept('RouteAccepted');
    await open('RouteAccepted', 't2', clock('09:01'));
    expect(world.answered).toEqual([
      ['t1', 'success', 'RoutePlanned#1'],
      ['t2', 'success', 'RouteAccepted#1'],
    ]);
    expect(await fates()).toEqual({ 'RoutePlanned#1': 'delivered', 'RouteAccepted#1': 'delivered' });
    expect((await world.ledgerItem()).isUnsettled).toBe(false);
  });

  test('keeps a signal that precedes the execution, and rests', async () => {
    await accept('Delivered');
    const item = await world.ledgerItem();
    expect(item).toMatchObject({ fates: {}, isUnsettled: false, arrivals: 1 });
    expect(item.signals).toMatchObject([{ kind: 'Delivered', arrival: 1, acceptedAt: world.at }]);
    expect(world.answered).toEqual([]);
  });

  test('R2: takes a signal id once and answers a wait once', async () => {
    await open('RoutePlanned', 't1');
    await accept('RoutePlanned');
    await accept('RoutePlanned', { at: clock('09:30') });
    await accept('Cancelled', { cycle: undefined } as Partial<Signal>);
    expect(world.answered).toHaveLength(1);
    expect((await world.ledgerItem()).signals.map(({ at }) => at)).toEqual([clock('09:00'), clock('09:00')]);
  });

  test('fails the wait with the kind of the signal as the error', async () => {
    await open('RouteAccepted', 't1');
    await accept('RouteWithdrawn');
    expect(world.answered).toEqual([['t1', 'RouteWithdrawn', 'RouteWithdrawn#1']]);
  });

  test('R1: records what can never apply any more as superseded and a notice as noted', async () => {
    await open('ArrivedAtStop', 't1');
    await accept('DepartedDepot');
    await accept('EtaSlipped');
    await accept('RoutePlanned', { cycle: 2 });
    expect(await fates()).toEqual({ 'DepartedDepot#1': 'superseded', 'EtaSlipped#1': 'noted' });
    expect(world.answered).toEqual([]);
  });

  test('supersedes at the end of the order what was not delivered and what still comes', async () => {
    await open('Delivered', 't1');
    await accept('RoutePlanned', { cycle: 2 });
    await world.ledger.close('o-1', clock('12:00'));
    await world.ledger.close('o-1', clock('12:05'));
    await accept('Cancelled');
    expect(await fates()).toEqual({ 'RoutePlanned#2': 'superseded', 'Cancelled#1': 'superseded' });
    expect(await world.ledgerItem()).toMatchObject({ closedAt: clock('12:00'), isUnsettled: false });
    expect(world.answered).toEqual([]);
  });

  test('R2: notes an answer to a token that is gone as unconfirmed, and answers the wait that follows again', async () => {
    world.tokens = 'gone';
    await open('RoutePlanned', 't1');
    await accept('RoutePlanned');
    expect(await fates()).toEqual({ 'RoutePlanned#1': 'unconfirmed' });
    world.tokens = 'known';
    await open('RoutePlanned', 't2', clock('09:10'));
    expect(world.answered.at(-1)).toEqual(['t2', 'success', 'RoutePlanned#1']);
    expect(await fates()).toEqual({ 'RoutePlanned#1': 'delivered' });
  });

  test('R4: gives a wait that is opened again the answer it had', async () => {
    await open('RoutePlanned', 't1');
    await accept('RoutePlanned');
    await open('RoutePlanned', 't2', clock('09:10'));
    expect(world.answered).toEqual([
      ['t1', 'success', 'RoutePlanned#1'],
      ['t2', 'success', 'RoutePlanned#1'],
    ]);
  });

  test('does not let an opener that was overtaken put its dead token over a living one', async () => {
    expect(await open('RoutePlanned', 't2', clock('09:10'))).toBe('opened');
    expect(await open('RoutePlanned', 't1', clock('09:05'))).toBe('stale');
    expect(await open('RoutePlanned', 't2', clock('09:10'))).toBe('same');
    expect((await world.ledgerItem()).wait?.token).toBe('t2');
  });

  test('R3: completes in the sweep, or in the sender’s retry, what a failing answer left', async () => {
    await open('RoutePlanned', 't1');
    world.tokens = new Error('throttled');
    await expect(accept('RoutePlanned')).rejects.toThrow('throttled');
    expect(await fates()).toEqual({ 'RoutePlanned#1': 'sent' });
    expect((await world.ledgerItem()).isUnsettled).toBe(true);
    world.tokens = 'known';
    expect(await world.ledger.sweep(clock('08:59'), clock('09:05'), 10)).toBe(0);
    expect(await world.ledger.sweep(clock('09:04'), clock('09:05'), 10)).toBe(1);
    expect(await world.ledger.sweep(clock('09:04'), clock('09:05'), 10)).toBe(0);
    expect(world.answered).toEqual([['t1', 'success', 'RoutePlanned#1']]);
    expect(await fates()).toEqual({ 'RoutePlanned#1': 'delivered' });
    await accept('RoutePlanned');
    expect(world.answered).toHaveLength(1);
  });
});

describe('the epoch of a wait', () => {
  const entry = { enteredAt: clock('09:00'), redriveCount: 0, cycle: 1, amendment: 0, stage: 3, retryCount: 0 };

  test('grows as text with each re-entry, redrive, cycle, amendment, stage and retry', () => {
    const later = [
      { enteredAt: clock('09:01') },
      { redriveCount: 1 },
      { cycle: 12 },
      { amendment: 1 },
      { stage: 4 },
      { retryCount: 10 },
    ];
    for (const change of later) expect(epochOf({ ...entry, ...change }) > epochOf(entry)).toBe(true);
    expect(epochOf({ ...entry, retryCount: 10 }) > epochOf({ ...entry, retryCount: 9 })).toBe(true);
  });

  test('compares times of different precision by time', () => {
    const coarse = epochOf({ ...entry, enteredAt: '2026-03-02T09:00:00Z' });
    expect(epochOf({ ...entry, enteredAt: '2026-03-02T09:00:00.001Z' }) > coarse).toBe(true);
  });
});
