import { describe, expect, test } from '@jest/globals';
import { createPrng } from './random.ts';

const draw = (seed: number | string, count = 5) => {
  const prng = createPrng(seed);
  return Array.from({ length: count }, () => prng.next());
};

describe('the seeded generator', () => {
  test('gives the same numbers for the same seed, as number or text', () => {
    expect(draw(42)).toEqual(draw('42'));
  });

  test('gives other numbers for another seed, even a neighbouring one', () => {
    expect(draw(1)).not.toEqual(draw(2));
  });

  test('keeps its stream across versions, since recorded seeds must stay valid', () => {
    const prng = createPrng('perfect-order');
    expect([prng.int(1000), prng.int(1000), prng.int(1000)]).toEqual([270, 976, 199]);
  });

  test('spreads evenly', () => {
    const prng = createPrng(7);
    const counts = new Array<number>(10).fill(0);
    for (let index = 0; index < 20_000; index += 1) {
      const face = prng.int(10);
      counts[face] = (counts[face] ?? 0) + 1;
    }
    for (const count of counts) expect(Math.abs(count - 2000)).toBeLessThan(200);
  });

  test('draws normal numbers with the mean and deviation asked for', () => {
    const prng = createPrng(3);
    const values = Array.from({ length: 20_000 }, () => prng.normal(10, 2));
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    expect(mean).toBeCloseTo(10, 1);
    expect(Math.sqrt(variance)).toBeCloseTo(2, 1);
  });

  test('forks by label, whatever was drawn before', () => {
    const untouched = createPrng(5);
    const used = createPrng(5);
    used.next();
    expect(used.fork('drivers').next()).toBe(untouched.fork('drivers').next());
    expect(untouched.fork('drivers').next()).not.toBe(untouched.fork('vehicles').next());
  });

  test('refuses to pick from nothing and to draw below one', () => {
    expect(() => createPrng(1).pick([])).toThrow('the list is empty');
    expect(() => createPrng(1).int(0)).toThrow('not 0');
  });
});
