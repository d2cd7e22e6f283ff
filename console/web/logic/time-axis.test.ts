import { describe, expect, test } from '@jest/globals';
import { axisTicks, timeAxis } from './time-axis.ts';

const HOUR = 3_600_000;
// Three quick states, a wait of four hours, two quick states.
const DAY = [0, 200, 900, 1500, 1500 + 4 * HOUR, 2000 + 4 * HOUR, 2600 + 4 * HOUR];

describe('the compressing time axis', () => {
  test('A1: a later time never lies before an earlier one', () => {
    const axis = timeAxis(DAY);
    let before = -1;
    for (let ms = -1000; ms <= 5 * HOUR; ms += 777) {
      expect(axis.at(ms)).toBeGreaterThanOrEqual(before);
      before = axis.at(ms);
    }
    expect(axis.at(0)).toBe(0);
    expect(axis.at(2600 + 4 * HOUR)).toBe(1);
  });

  test('gives a time back from where it lies', () => {
    const axis = timeAxis(DAY);
    for (const ms of [0, 100, 1500, HOUR, 3 * HOUR, 2600 + 4 * HOUR]) {
      expect(axis.timeAt(axis.at(ms))).toBeCloseTo(ms, 3);
    }
  });

  test('A2: a state of 200 ms beside a wait of four hours stays visible', () => {
    const axis = timeAxis(DAY);
    expect(axis.at(200) - axis.at(0)).toBeGreaterThan(0.015);
    expect(axis.at(1500 + 4 * HOUR) - axis.at(1500)).toBeLessThan(0.95);
  });

  test('A3: the wait is marked as compressed, the quick states are not', () => {
    expect(timeAxis(DAY).pieces.map(({ isCompressed }) => isCompressed)).toEqual([
      false,
      false,
      false,
      true,
      false,
      false,
    ]);
  });

  test('stands for a single moment and for none', () => {
    expect(timeAxis([5]).at(5)).toBe(0);
    expect(timeAxis([]).pieces).toEqual([]);
  });

  test('keeps 25,000 moments to a bounded number of pieces', () => {
    const axis = timeAxis(Array.from({ length: 25_000 }, (_, index) => index * 1000));
    expect(axis.pieces.length).toBeLessThanOrEqual(600);
    expect(axis.at(24_999_000)).toBe(1);
  });

  test('writes ticks that keep their distance, and both ends', () => {
    const ticks = axisTicks(timeAxis(DAY), 0.1);
    expect(ticks[0]?.position).toBe(0);
    expect(ticks.at(-1)?.position).toBe(1);
    for (let index = 1; index < ticks.length - 1; index++) {
      expect((ticks[index]?.position ?? 0) - (ticks[index - 1]?.position ?? 0)).toBeGreaterThanOrEqual(0.1);
    }
  });
});
