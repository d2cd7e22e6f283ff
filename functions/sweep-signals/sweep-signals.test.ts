import { describe, expect, test } from '@jest/globals';
import { clock, orderWorld } from '../platform/testing/order-world.ts';
import { sweepSignals } from './sweep-signals.ts';

describe('the sweep over the ledger', () => {
  test('R3: completes what was left unsettled a minute ago, and leaves younger work to whoever is doing it', async () => {
    const world = orderWorld();
    const unsettled = { unsettledShard: 'UNSETTLED', arrivals: 0 };
    world.tables.put(
      'ledger',
      { orderId: 'o-1', ...unsettled, unsettledAt: clock('08:58') },
      { orderId: 'o-2', ...unsettled, unsettledAt: clock('08:59') },
    );
    expect(await sweepSignals(world.ports)).toEqual({ swept: 1 });
    expect((await world.ledgerItem()).isUnsettled).toBe(false);
    expect(await sweepSignals(world.ports)).toEqual({ swept: 0 });
    world.at = clock('09:01');
    expect(await sweepSignals(world.ports)).toEqual({ swept: 1 });
  });
});
