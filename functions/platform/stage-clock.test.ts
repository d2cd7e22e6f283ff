import { describe, expect, test } from '@jest/globals';
import { advanceClock, breachOf, dueOf } from './stage-clock.ts';
import { clock, orderRecord } from './testing/order-world.ts';

const deliver = clock('14:00');

describe('the SLA clock of an order', () => {
  test('sets the deadline of the stage that begins and drops that of the stage that ends', () => {
    const { set, events } = advanceClock(orderRecord(), 'PLANNED', clock('09:00'));
    // The dispatch of a standard order is due after 45 % of the window, or 45 minutes, whichever is later.
    expect(set.deadlines).toEqual({ dispatch: clock('11:48'), deliver });
    expect([set.dueShard, set.dueAt]).toEqual(['DUE', clock('11:48')]);
    expect([set.breaches, events]).toEqual([[], []]);
    const late = advanceClock(orderRecord(), 'PLANNED', clock('11:30'));
    expect(late.set.deadlines['dispatch']).toBe(clock('12:15'));
  });

  test('leaves the deadlines alone while the stage stays the same', () => {
    const deadlines = { deliver };
    const record = orderRecord({ status: 'OUT_FOR_DELIVERY', deadlines });
    expect(advanceClock(record, 'ARRIVING', clock('16:00'))).toMatchObject({ set: { deadlines }, events: [] });
  });

  test('fires a breach with the change that ends a stage too late', () => {
    const record = orderRecord({ deadlines: { plan: clock('09:00'), deliver } });
    const { set, events } = advanceClock(record, 'PLANNED', clock('09:01'));
    const firedAt = clock('09:01');
    expect(set.breaches).toEqual([{ stage: 'plan', deadline: clock('09:00'), promiseVersion: 1, firedAt }]);
    expect(events).toMatchObject([{ key: 'SlaBreached#plan#v1', detailType: 'SlaBreached', status: 'PLACED' }]);
    expect(advanceClock(record, 'PLANNED', clock('09:00')).events).toEqual([]);
  });

  test('fires once per stage and promise version', () => {
    const fired = { stage: 'plan', deadline: clock('08:30'), promiseVersion: 1, firedAt: clock('08:31') };
    const deadlines = { plan: clock('09:00') };
    const again = advanceClock(orderRecord({ deadlines, breaches: [fired] }), 'PLANNED', clock('10:00'));
    expect([again.events, again.set.breaches]).toEqual([[], [fired]]);
    const promise = { ...orderRecord().promise, version: 2 };
    const next = advanceClock(orderRecord({ deadlines, breaches: [fired], promise }), 'PLANNED', clock('10:00'));
    expect(next.events.map(({ key }) => key)).toEqual(['SlaBreached#plan#v2']);
    expect(next.set.breaches).toHaveLength(2);
    expect(breachOf(orderRecord({ breaches: [fired] }), 'dispatch', deliver, deliver)).toBeDefined();
  });

  test('keeps the deadline of the delivery open over a plan that is made again', () => {
    const record = orderRecord({ status: 'OUT_FOR_DELIVERY', deadlines: { deliver } });
    const { set, events } = advanceClock(record, 'PLACED', clock('15:00'));
    expect(set.deadlines).toEqual({ plan: clock('16:00'), deliver });
    expect(set.dueAt).toBe(deliver);
    expect(events).toEqual([]);
  });

  test('does not open the deadline of the delivery again once the watch has fired it', () => {
    const record = orderRecord({ status: 'DISPATCHED', deadlines: { depart: clock('15:00') } });
    expect(advanceClock(record, 'OUT_FOR_DELIVERY', clock('14:30')).set.deadlines).toEqual({});
  });

  test('ends the delivery with the handover, late or not, and starts the closing', () => {
    const record = orderRecord({ status: 'ARRIVING', deadlines: { deliver } });
    expect(advanceClock(record, 'DELIVERED', deliver)).toMatchObject({
      set: { deadlines: { close: clock('15:00') }, breaches: [] },
      events: [],
    });
    const late = advanceClock(record, 'DELIVERED', clock('14:01'));
    expect(late.events.map(({ key }) => key)).toEqual(['SlaBreached#deliver#v1']);
  });

  test('stops with the order, telling what was late by then', () => {
    const record = orderRecord({ deadlines: { plan: clock('11:36'), deliver } });
    const { set, events } = advanceClock(record, 'RETURNED', clock('12:00'));
    expect(set).toMatchObject({ deadlines: {}, dueShard: undefined, dueAt: undefined });
    expect(events.map(({ key }) => key)).toEqual(['SlaBreached#plan#v1']);
  });

  test('is due at its earliest deadline', () => {
    expect(dueOf({ deliver, plan: clock('11:00') })).toEqual({ dueShard: 'DUE', dueAt: clock('11:00') });
    expect(dueOf({})).toEqual({ dueShard: undefined, dueAt: undefined });
  });
});
