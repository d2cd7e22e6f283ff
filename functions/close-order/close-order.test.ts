import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Proof } from '../../workflows/order-lifecycle/contracts.ts';
import { OrderStateError } from '../../workflows/order-lifecycle/errors.ts';
import { requestKey } from '../platform/route-requests.ts';
import { clock, type OrderWorld, orderFrame, orderRecord, orderWorld } from '../platform/testing/order-world.ts';
import { closeOrder } from './close-order.ts';

let world: OrderWorld;
const KEY = requestKey('D1', 'o-1', 1);
const PROOF: Proof = { photoKey: 'p.jpg', receivedBy: 'Ada' };
const delivered = (proof: unknown = PROOF, at = clock('12:00')) => ({
  frame: orderFrame({ reached: { kind: 'Delivered', at, by: 'driver-1', detail: { proof, arrival: 6 } } }),
});

beforeEach(() => {
  world = orderWorld(orderRecord({ status: 'ARRIVING', deadlines: { deliver: clock('14:00') } }));
  world.tables.put('planning', { ...KEY, state: 'ASSIGNED' });
  world.at = clock('12:02');
});

describe('the closing of an order', () => {
  test('writes delivery, proof and verdict, takes the request back and closes the ledger', async () => {
    expect(await closeOrder(delivered(), world.ports)).toEqual({ perfect: true });
    expect(world.order()).toMatchObject({
      status: 'DELIVERED',
      statusAt: clock('12:00'),
      attempts: 1,
      proof: PROOF,
      verdict: { perfect: true, excluded: false, reasons: [] },
      times: { deliveredAt: clock('12:00'), closedAt: clock('12:02') },
      deadlines: { close: clock('13:00') },
    });
    const event = world.tables.get('orders', 'o-1', 'EVENT#OrderStatusChanged#1#DELIVERED');
    expect(event).toMatchObject({ status: 'DELIVERED', attempt: 1 });
    expect(JSON.parse(String(event?.['facts']))).toEqual({ by: 'driver-1' });
    expect(world.tables.get('planning', KEY.pk, KEY.sk)).toBeUndefined();
    expect((await world.ledgerItem()).closedAt).toBe(clock('12:02'));
  });

  test.each([
    ['late', delivered(PROOF, clock('14:00').replace('00.000', '01.000')), ['LATE']],
    ['short', delivered({ ...PROOF, delivered: [{ sku: 'parcel', quantity: 1 }] }), ['SHORT']],
    ['damaged', delivered({ ...PROOF, damaged: true }), ['DAMAGED']],
    ['without a document', delivered({ receivedBy: 'Ada' }), ['NO_DOCUMENT']],
    ['with a proof that is none', delivered({ photoKey: 5 }), ['NO_PROOF', 'NO_PROOF', 'NO_PROOF']],
  ])('is not perfect when the order was delivered %s', async (_, event, codes) => {
    expect(await closeOrder(event, world.ports)).toEqual({ perfect: false });
    expect(world.order().verdict?.reasons.map(({ code }) => code)).toEqual(codes);
  });

  test('leaves no time of the way later than the delivery', async () => {
    const times = { acceptedAt: clock('08:01'), approachedAt: clock('11:50'), arrivedAt: clock('12:01') };
    world.tables.put('orders', { ...world.order(), times });
    await closeOrder(delivered(), world.ports);
    expect(world.order().times).toEqual({
      acceptedAt: clock('08:01'),
      approachedAt: clock('11:50'),
      arrivedAt: clock('12:00'),
      deliveredAt: clock('12:00'),
      closedAt: clock('12:02'),
    });
  });

  test('can be made twice: the same answer, nothing new', async () => {
    await closeOrder(delivered(), world.ports);
    const record = world.order();
    world.at = clock('12:10');
    expect(await closeOrder(delivered(), world.ports)).toEqual({ perfect: true });
    expect(world.order()).toEqual(record);
    expect(world.events()).toHaveLength(1);
    expect((await world.ledgerItem()).closedAt).toBe(clock('12:02'));
  });

  test('is refused on anything but a delivery', async () => {
    const frame = orderFrame({ reached: { kind: 'ArrivedAtStop', at: clock('12:00') } });
    await expect(closeOrder({ frame }, world.ports)).rejects.toThrow(OrderStateError);
    await expect(closeOrder({ frame: orderFrame() }, world.ports)).rejects.toThrow('only Delivered closes');
    expect(world.order().status).toBe('ARRIVING');
  });
});
