import { beforeAll, describe, expect, test } from '@jest/globals';
import type { SimulatedDay } from '../../cli/simulation/simulated-day.ts';
import type { Order } from '../../domain/index.ts';
import type { LineReport } from '../../operations/index.ts';
import { runDay, smallDay } from './days.ts';

const day = smallDay(6, 2);
const [good, ...others] = day.orders as [Order, ...Order[]];
const bad = (orderId: string, change: object): object => ({ ...good, orderId, ...change });

/** Line by line; the field that is refused, or undefined for a line that is an order or repeats one. */
const LINES: readonly (readonly [line: object | string, field: string | undefined])[] = [
  [good, undefined],
  ['{"orderId": "cut-off", "placedAt": ', '$'],
  [bad('no-position', { deliverTo: {} }), 'deliverTo.position'],
  [bad('off-the-globe', { deliverTo: { position: [-18.5, 91] } }), 'deliverTo.position[1]'],
  [bad('reversed', { promise: { from: good.promise.to, to: good.promise.from } }), 'promise.to'],
  [bad('negative', { items: [{ sku: 'a', quantity: 1, volumeM3: -1 }] }), 'items[0].volumeM3'],
  [bad('empty', { items: [] }), 'items'],
  [bad('nowhere', { depotId: 'ATLANTIS' }), 'depotId'],
  [good, undefined],
  [{ ...good, serviceSeconds: good.serviceSeconds + 1 }, 'orderId'],
  [bad('huge', { note: 'x'.repeat(300 * 1024) }), '$'],
  [bad('bell', { customer: { customerId: 'c', name: 'ring' } }), undefined],
  ['{"orderId": "no id that could be one"}', 'orderId'],
  ['not an order \u0007', '$'],
  ...others.map((order) => [order, undefined] as const),
];

describe('a file of good and bad lines', () => {
  let result: SimulatedDay;
  const reported = (line: number): LineReport => result.report.orders[line - 1] as LineReport;

  beforeAll(async () => {
    result = await runDay(
      LINES.map(([line]) => line),
      { fleet: day.fleet },
    );
  });

  test('has one line in the report for each of its lines, in their order', () => {
    expect(result.report.lost).toEqual([]);
    expect(result.report.unfinished).toEqual([]);
    expect(result.report.orders).toHaveLength(LINES.length);
  });

  test('has its good orders delivered', () => {
    const delivered = result.report.orders.filter(({ status }) => status === 'ARCHIVED');
    expect(delivered).toHaveLength(day.orders.length + 2);
    for (const order of day.orders) {
      expect(delivered.map(({ orderId }) => orderId)).toContain(order.orderId);
    }
  });

  test('has each bad line refused with its line, the field, the value and a remedy', () => {
    for (const [index, [, field]] of LINES.entries()) {
      const { status, line, refusals } = reported(index + 1);
      expect([index + 1, status, refusals?.[0]?.field]).toEqual([
        index + 1,
        field === undefined ? 'ARCHIVED' : 'REJECTED',
        field,
      ]);
      if (field === undefined) continue;
      expect(line).toBe(index + 1);
      expect(refusals?.[0]?.remedy).toMatch(/\w+ \w+/);
      expect(refusals?.[0]).toHaveProperty('value');
    }
  });

  test('repeats the record for a line that says the same, and refuses the one that says something else', () => {
    const [original, same, other] = [reported(1), reported(9), reported(10)];
    expect(same).toMatchObject({ orderId: good.orderId, duplicateOfLine: 1, times: original.times });
    expect(other).toMatchObject({ orderId: good.orderId, status: 'REJECTED' });
    expect(original).not.toHaveProperty('duplicateOfLine');
  });

  test('counts accepted orders only in the share of perfect orders', () => {
    const { perfectOrder, byStatus, lines, orders } = result.report.summary;
    expect(lines).toBe(LINES.length);
    expect(orders).toBe(day.orders.length + 1);
    expect(perfectOrder.counted).toBe(orders);
    expect(byStatus['REJECTED']).toBe(LINES.filter(([, field]) => field !== undefined).length);
  });
});
