import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { groupStops, relaxOverdueWindows, type StopRequest } from './group-stops.ts';

const order = (orderId: string, changes: Partial<StopRequest> = {}): StopRequest => ({
  orderId,
  customerId: 'c-1',
  position: [-117, 33],
  window: { fromMs: 100, toMs: 200 },
  serviceSeconds: 30,
  load: [0.5, 2],
  ...changes,
});

describe('orders become stops', () => {
  test('of one customer at one position in one window', () => {
    const stops = groupStops([order('b', { priority: 2 }), order('a', { window: { fromMs: 150, toMs: 300 } })]);
    expect(stops).toEqual([
      {
        stopId: 'stop-a',
        orderIds: ['a', 'b'],
        position: [-117, 33],
        serviceSeconds: 60,
        window: { fromMs: 150, toMs: 200 },
        load: [1, 4],
        priority: 2,
      },
    ]);
  });

  test('apart when customer, position or time differ', () => {
    const others = [
      order('b', { customerId: 'c-2' }),
      order('c', { position: [-117, 33.0001] }),
      order('d', { window: { fromMs: 200, toMs: 300 } }),
    ];
    expect(groupStops([order('a'), ...others])).toHaveLength(4);
  });

  test('apart when no vehicle holds them together', () => {
    expect(groupStops([order('a'), order('b'), order('c')], [1, Infinity]).map(({ orderIds }) => orderIds)).toEqual([
      ['a', 'b'],
      ['c'],
    ]);
  });

  test('with every order in exactly one stop that keeps its window and carries its load', () => {
    const request = fc.record({
      customer: fc.nat(2),
      fromMs: fc.nat(50),
      lasts: fc.integer({ min: 1, max: 50 }),
      volume: fc.nat(5),
    });
    fc.assert(
      fc.property(fc.array(request, { maxLength: 30 }), (requests) => {
        const orders = requests.map(({ customer, fromMs, lasts, volume }, index) =>
          order(`o${index}`, {
            customerId: `c${customer}`,
            window: { fromMs, toMs: fromMs + lasts },
            load: [volume, 0],
          }),
        );
        const stops = groupStops(orders, [10, Infinity]);
        expect(stops.flatMap(({ orderIds }) => orderIds).sort()).toEqual(orders.map(({ orderId }) => orderId).sort());
        for (const stop of stops) {
          const served = orders.filter(({ orderId }) => stop.orderIds.includes(orderId));
          expect(stop.window.fromMs).toBe(Math.max(...served.map(({ window }) => window.fromMs)));
          expect(stop.window.toMs).toBe(Math.min(...served.map(({ window }) => window.toMs)));
          expect(stop.window.fromMs).toBeLessThan(stop.window.toMs);
          expect(stop.load[0]).toBe(served.reduce((sum, { load }) => sum + load[0]!, 0));
          expect(stop.load[0]).toBeLessThanOrEqual(10);
        }
      }),
    );
  });
});

describe('a window that has passed', () => {
  test('is opened until the end of the shift, and named', () => {
    const [stop] = groupStops([order('a')]);
    expect(relaxOverdueWindows([stop!], 200, 900)).toEqual({ stops: [stop], relaxedStopIds: [] });
    const { stops, relaxedStopIds } = relaxOverdueWindows([stop!], 201, 900);
    expect(stops[0]?.window).toEqual({ fromMs: 100, toMs: 900 });
    expect(relaxedStopIds).toEqual(['stop-a']);
  });
});
