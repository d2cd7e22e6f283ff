import { describe, expect, test } from '@jest/globals';
import { profileNamed } from '../../fleet/index.ts';
import { reportFiles } from '../../operations/index.ts';
import { runDay, smallDay, statusesOf } from './days.ts';

describe('a small day on which everything works', () => {
  test('ends with every order delivered on its first attempt and archived, by the wave of nine transitions', async () => {
    const day = smallDay();
    const { report, statistics } = await runDay(day.orders, { fleet: day.fleet });

    expect(report.orders.map(({ orderId }) => orderId)).toEqual(day.orders.map(({ orderId }) => orderId));
    expect(new Set(report.orders.map(({ status }) => status))).toEqual(new Set(['ARCHIVED']));
    expect(report.lost).toEqual([]);
    expect(report.unfinished).toEqual([]);
    for (const order of report.orders) {
      expect(order.attempts).toBe(1);
      expect(order.stateTransitions).toBe(9);
      expect(Object.values(order.times).filter((time) => time === null)).toEqual([]);
      expect([...Object.values(order.times)].sort()).toEqual(Object.values(order.times));
    }
    expect(statistics.deliveries).toBe(day.orders.length);
    expect(report.routes.flatMap(({ orderIds }) => orderIds).sort()).toEqual(
      day.orders.map(({ orderId }) => orderId).sort(),
    );
    const keys = report.notifications.map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
    expect(report.summary.notifications['delivered']).toBe(day.orders.length);
    expect(report.summary.cost.dollarsPerOrder).toBeGreaterThan(0);
  });
});

describe('the same day twice', () => {
  test('gives the same files byte for byte for the same seed, rough as it is, and others for another seed', async () => {
    const day = smallDay(20, 2);
    const run = async (seed: number): Promise<Readonly<Record<string, string>>> =>
      reportFiles((await runDay(day.orders, { fleet: day.fleet, seed, profile: profileNamed('rough') })).report);
    const [first, second, other] = [await run(3), await run(3), await run(4)];
    expect(second).toEqual(first);
    expect(other['orders.jsonl']).not.toBe(first['orders.jsonl']);
  });
});

describe('a rough day', () => {
  test.each([1, 2, 3])('with seed %i has an end for every order and no notification twice', async (seed) => {
    const day = smallDay(40, 4);
    const result = await runDay(day.orders, { fleet: day.fleet, seed, profile: profileNamed('rough') });
    const { report } = result;
    expect(report.lost).toEqual([]);
    expect(report.unfinished.map(({ orderId, status }) => `${orderId} ${status}`)).toEqual([]);
    expect(statusesOf(result).filter((status) => !['ARCHIVED', 'RETURNED'].includes(status))).toEqual([]);
    const keys = report.notifications.map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
    for (const { verdict, orderId } of report.orders) {
      if (!verdict.perfect) expect([orderId, verdict.reasons.length > 0]).toEqual([orderId, true]);
    }
  });
});
