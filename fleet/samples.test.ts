import { describe, expect, test } from '@jest/globals';
import {
  checkDepot,
  DEFAULT_WAVE_POLICY,
  haversineMeters,
  isWaveDue,
  orderLoad,
  type Position,
  parseFleet,
  parseOrder,
} from '../domain/index.ts';
import { sampleDay } from './samples.ts';

const settings = { seed: 1, orders: 60, vehicles: 3, startAt: '2026-01-31T08:00:00Z' };
const startMs = Date.parse(settings.startAt);

describe('A sample day', () => {
  const day = sampleDay(settings);

  test('is the same for the same seed and another for another', () => {
    expect(JSON.stringify(sampleDay(settings))).toBe(JSON.stringify(day));
    expect(JSON.stringify(sampleDay({ ...settings, seed: 2 }))).not.toBe(JSON.stringify(day));
  });

  test('has orders and a fleet that the intake takes', () => {
    expect(day.orders).toHaveLength(60);
    expect(new Set(day.orders.map((order) => order.orderId)).size).toBe(60);
    for (const order of day.orders) {
      const parsed = parseOrder(JSON.stringify(order));
      expect(parsed).toEqual({ ok: true, order });
      expect(checkDepot(order, ['PORTOLAN'])).toBeUndefined();
    }
    const fleet = parseFleet(JSON.stringify(day.fleet));
    expect(fleet).toMatchObject({ ok: true });
    expect(day.fleet.vehicles.map((vehicle) => vehicle.vehicleId)).toEqual(['van-1', 'van-2', 'van-3']);
  });

  test('places its orders in the first ten minutes, nearly all before a wave may run', () => {
    const placed = day.orders.map((order) => Date.parse(order.placedAt) - startMs);
    expect(placed[0]).toBe(0);
    expect(placed).toEqual([...placed].sort((left, right) => left - right));
    expect(placed.at(-1)).toBeLessThanOrEqual(600_000);
    const shiftFromMs = Date.parse(day.fleet.vehicles[0]?.shift.from ?? '');
    const waveMs = shiftFromMs - DEFAULT_WAVE_POLICY.leadMs;
    expect(placed.filter((ms) => startMs + ms <= waveMs).length).toBeGreaterThanOrEqual(50);
    const pending = day.orders.map((order) => ({
      placedAtMs: Date.parse(order.placedAt),
      promiseFromMs: Date.parse(order.promise.from),
      promiseToMs: Date.parse(order.promise.to),
    }));
    const vehicles = day.fleet.vehicles.map(({ vehicleId, shift }) => ({
      vehicleId,
      shiftFromMs: Date.parse(shift.from),
      shiftToMs: Date.parse(shift.to),
      busy: false,
    }));
    expect(isWaveDue({ pending, vehicles, nowMs: waveMs }).vehicles).toHaveLength(3);
    expect(isWaveDue({ pending, vehicles, nowMs: waveMs - 1 }).due).toBe(false);
  });

  test('keeps its addresses near and its promises open when the vans leave', () => {
    const depot = day.fleet.depots[0]?.position as Position;
    for (const order of day.orders) {
      const distance = haversineMeters(depot, order.deliverTo.position);
      expect(distance).toBeGreaterThan(990);
      expect(distance).toBeLessThan(4_010);
      expect(Date.parse(order.promise.from)).toBeLessThan(startMs + 35 * 60_000);
    }
    const doors = new Set(day.orders.map((order) => order.deliverTo.position.join()));
    expect(doors.size).toBeLessThan(60);
  });

  test('has room for everything, but only with every van', () => {
    const total = day.orders.reduce((sum, order) => sum + orderLoad(order).volumeM3, 0);
    const capacity = day.fleet.vehicles[0]?.capacity.volumeM3 ?? 0;
    expect(3 * capacity).toBeGreaterThan(total);
    expect(2 * capacity).toBeLessThan(0.85 * total);
  });

  test('refuses a count that is none', () => {
    expect(() => sampleDay({ ...settings, orders: 0 })).toThrow('orders is 0; give a whole number of 1 or more');
    expect(() => sampleDay({ ...settings, startAt: 'today' })).toThrow("'today' is not a time");
  });
});
