/** Days on which something is missing or nobody answers: each order has an end, and its reason says why. */
import { describe, expect, test } from '@jest/globals';
import type { SimulatedDay } from '../../cli/simulation/simulated-day.ts';
import type { Fleet, Order } from '../../domain/index.ts';
import type { DriverProfile } from '../../fleet/index.ts';
import { at, orderOf, runDay, SMOOTH, smallDay, statusesOf } from './days.ts';

const expectEveryEnd = ({ report }: SimulatedDay): void => {
  expect(report.lost).toEqual([]);
  expect(report.unfinished.map(({ orderId, status }) => `${orderId} ${status}`)).toEqual([]);
};

describe('a fleet that is too small', () => {
  test('returns what does not fit, with the reason, and delivers the rest', async () => {
    const day = smallDay(8, 1);
    const tooBig = (order: Order, index: number): Order =>
      index % 2 === 0 ? order : { ...order, items: [{ sku: 'wardrobe', quantity: 1, volumeM3: 40 }] };
    const result = await runDay(day.orders.map(tooBig), { fleet: day.fleet });
    expectEveryEnd(result);
    expect(statusesOf(result)).toEqual(day.orders.map((_, index) => (index % 2 === 0 ? 'ARCHIVED' : 'RETURNED')));
    for (const order of result.report.orders.filter(({ status }) => status === 'RETURNED')) {
      expect(order.reason).toMatch(/volume|capacity/i);
      expect(order.verdict.perfect).toBe(false);
    }
  });

  test('returns what one shift can not reach, with the reason', async () => {
    const day = smallDay(10, 1);
    const [van] = day.fleet.vehicles as [Fleet['vehicles'][number]];
    const fleet = { ...day.fleet, vehicles: [{ ...van, shift: { from: at(35), to: at(75) } }] };
    const result = await runDay(day.orders, { fleet });
    expectEveryEnd(result);
    expect(new Set(statusesOf(result))).toEqual(new Set(['ARCHIVED', 'RETURNED']));
    for (const order of result.report.orders.filter(({ status }) => status === 'RETURNED')) {
      expect(order.reason).toMatch(/\w+ \w+/);
    }
  });
});

describe('an order promised in the past', () => {
  test('is delivered late and its verdict says so', async () => {
    const day = smallDay(4, 1);
    const [late, ...rest] = day.orders as [Order, ...Order[]];
    const promise = { from: at(-240), to: at(-60) };
    const result = await runDay([{ ...late, promise }, ...rest], { fleet: day.fleet });
    expectEveryEnd(result);
    const order = orderOf(result, late.orderId);
    expect(order.status).toBe('ARCHIVED');
    expect(order.verdict).toMatchObject({ perfect: false, onTime: false });
    expect(order.verdict.reasons[0]?.code).toBe('LATE');
    expect(order.breaches.map(({ stage }) => stage)).toContain('deliver');
  });
});

describe('a depot without vehicles', () => {
  test('returns its orders and says that there is no vehicle', async () => {
    const day = smallDay(4, 1);
    const fleet = {
      ...day.fleet,
      depots: [...day.fleet.depots, { depotId: 'ISLET', position: [-18.4, 41.2] as [number, number] }],
    };
    const [stranded, ...rest] = day.orders as [Order, ...Order[]];
    const result = await runDay([{ ...stranded, depotId: 'ISLET' }, ...rest], { fleet });
    expectEveryEnd(result);
    const order = orderOf(result, stranded.orderId);
    expect(order.status).toBe('RETURNED');
    expect(order.reason).toMatch(/vehicle/);
    expect(statusesOf(result).slice(1)).toEqual(rest.map(() => 'ARCHIVED'));
  });
});

describe('drivers who never answer', () => {
  test('cost an order its route again and again, until it is returned', async () => {
    const day = smallDay(3, 2);
    const profile: DriverProfile = { ...SMOOTH, name: 'mute', offers: { ...SMOOTH.offers, silenceRate: 1 } };
    const result = await runDay(day.orders, { fleet: day.fleet, profile });
    expectEveryEnd(result);
    expect(new Set(statusesOf(result))).toEqual(new Set(['RETURNED']));
    expect(result.statistics.silent).toBeGreaterThan(0);
    expect(result.report.routes).toEqual([]);
  });

  test('are passed over for one who does', async () => {
    const day = smallDay(3, 3);
    const profile: DriverProfile = {
      ...SMOOTH,
      name: 'reluctant',
      offers: { ...SMOOTH.offers, silenceRate: 0.4, declineRate: 0.4 },
    };
    const result = await runDay(day.orders, { fleet: day.fleet, profile, seed: 5 });
    expectEveryEnd(result);
    const { silent = 0, declined = 0 } = result.statistics;
    expect(silent + declined).toBeGreaterThan(0);
    expect(statusesOf(result)).toContain('ARCHIVED');
  });
});

describe('a vehicle that goes silent on its route', () => {
  test('loses the route, and every order that it had not delivered has an end', async () => {
    const day = smallDay(8, 2);
    const profile: DriverProfile = { ...SMOOTH, name: 'mortal', road: { ...SMOOTH.road, phoneDeathRate: 1 } };
    const result = await runDay(day.orders, { fleet: day.fleet, profile });
    expectEveryEnd(result);
    expect(result.statistics.silentForGood).toBeGreaterThan(0);
    expect(statusesOf(result).filter((status) => !['ARCHIVED', 'RETURNED'].includes(status))).toEqual([]);
    expect(statusesOf(result)).toContain('RETURNED');
  });
});
