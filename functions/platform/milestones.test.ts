import { describe, expect, test } from '@jest/globals';
import type { Reached } from '../../workflows/order-lifecycle/contracts.ts';
import { OrderStateError } from '../../workflows/order-lifecycle/errors.ts';
import { IMPLIED_CAUSE, reachedChange, recordReached } from './milestones.ts';
import type { OrderRecord } from './tables.ts';
import { clock, orderFrame, orderRecord, orderWorld, place } from './testing/order-world.ts';

const reached = (kind: Reached['kind'], rest: Partial<Reached> = {}): Reached => ({
  kind,
  at: clock('09:00'),
  detail: {},
  ...rest,
});
const frameAt = (kind: Reached['kind'], rest: Partial<Reached> = {}) => orderFrame({ reached: reached(kind, rest) });

describe('a milestone that was reached', () => {
  test.each([
    ['RoutePlanned', 'PLANNED', 'plannedAt'],
    ['RouteAccepted', 'DISPATCHED', 'dispatchedAt'],
    ['DepartedDepot', 'OUT_FOR_DELIVERY', 'departedAt'],
    ['ApproachingStop', 'ARRIVING', 'approachedAt'],
  ] as const)('%s makes the order %s', async (kind, status, time) => {
    const world = orderWorld();
    await recordReached(world.ports.documents, 'orders', frameAt(kind));
    expect(world.order()).toMatchObject({ status, statusAt: clock('09:00'), cause: `signal ${kind}` });
    expect(world.order().times).toMatchObject({ placedAt: clock('08:00'), [time]: clock('09:00') });
    expect(world.events()).toEqual([`OrderStatusChanged#1#${status}`]);
  });

  test('ArrivedAtStop is a time and neither a status nor an event', async () => {
    const world = orderWorld(orderRecord({ status: 'ARRIVING' }));
    await recordReached(world.ports.documents, 'orders', frameAt('ArrivedAtStop'));
    expect(world.order()).toMatchObject({ status: 'ARRIVING', times: { arrivedAt: clock('09:00') } });
    expect(world.events()).toEqual([]);
  });

  test('brings the place on the route, onto the record and into the event', async () => {
    const world = orderWorld();
    await recordReached(world.ports.documents, 'orders', frameAt('RoutePlanned', { detail: { place, arrival: 1 } }));
    expect(world.order().place).toEqual(place);
    const event = world.tables.get('orders', 'o-1', 'EVENT#OrderStatusChanged#1#PLANNED');
    expect(JSON.parse(String(event?.['facts']))).toEqual({ place });
  });

  test('says so when a later one stood in for it', () => {
    const change = reachedChange(orderRecord(), frameAt('DepartedDepot', { implied: true }));
    expect(change).toMatchObject({ set: { cause: IMPLIED_CAUSE }, events: [{ cause: IMPLIED_CAUSE }] });
  });

  test('is written once', async () => {
    const world = orderWorld();
    await recordReached(world.ports.documents, 'orders', frameAt('RoutePlanned'));
    const before = world.order();
    await recordReached(world.ports.documents, 'orders', frameAt('RoutePlanned', { at: clock('09:30') }));
    expect(world.order()).toEqual(before);
    expect(world.events()).toHaveLength(1);
  });

  test('changes nothing in another cycle, on an order that is over, or where nothing was reached', () => {
    expect(reachedChange(orderRecord({ cycle: 2 }), frameAt('RoutePlanned'))).toBeUndefined();
    expect(reachedChange(orderRecord(), orderFrame())).toBeUndefined();
    expect(reachedChange(orderRecord(), frameAt('RouteWithdrawn'))).toBeUndefined();
    expect(reachedChange(orderRecord(), frameAt('Delivered'))).toBeUndefined();
    for (const status of ['CANCELLED', 'RETURNED', 'ARCHIVED'] as const) {
      expect(reachedChange(orderRecord({ status }), frameAt('RouteAccepted'))).toBeUndefined();
    }
  });

  test('moves the clock on in the same change', () => {
    const change = reachedChange(
      orderRecord({ deadlines: { plan: clock('08:30'), deliver: clock('14:00') } }),
      frameAt('RoutePlanned'),
    );
    expect(Object.keys(change?.set.deadlines ?? {})).toEqual(['deliver', 'dispatch']);
    expect(change?.events.map(({ key }) => key)).toEqual(['OrderStatusChanged#1#PLANNED', 'SlaBreached#plan#v1']);
  });

  test('refuses an order that was never accepted', async () => {
    const world = orderWorld();
    const frame = { ...frameAt('RoutePlanned'), orderId: 'o-2' };
    await expect(recordReached(world.ports.documents, 'orders', frame)).rejects.toThrow(OrderStateError);
  });
});

describe('a milestone of an execution that failed and was replayed', () => {
  const failedIn = (rest: Partial<OrderRecord>) =>
    orderRecord({ status: 'FAILED', statusAt: clock('10:00'), cause: 'Broken', ...rest });

  test('takes the order out of FAILED, though it was told before the failure', async () => {
    const world = orderWorld();
    await recordReached(world.ports.documents, 'orders', frameAt('RoutePlanned'));
    world.tables.put('orders', failedIn({ times: world.order().times }));
    await recordReached(world.ports.documents, 'orders', frameAt('RoutePlanned'));
    expect(world.order()).toMatchObject({ status: 'PLANNED', statusAt: clock('09:00'), cause: 'signal RoutePlanned' });
    expect(world.events()).toEqual([
      'OrderStatusChanged#1#PLANNED',
      `OrderStatusChanged#1#PLANNED#after ${clock('10:00')}`,
    ]);
  });

  test('ArrivedAtStop finds the order arriving', () => {
    expect(reachedChange(failedIn({}), frameAt('ArrivedAtStop'))?.set.status).toBe('ARRIVING');
  });
});
