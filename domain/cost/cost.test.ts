import { describe, expect, test } from '@jest/globals';
import { costPerOrder, totalDollars } from './cost-per-order.ts';

describe('the cost per order', () => {
  test('is counted per service, the dearest first', () => {
    const costs = costPerOrder({ sfnTransitions: 1000, lambdaRequests: 1000, lambdaGbSeconds: 100 }, 100);
    expect(costs.map(({ service }) => service)).toEqual(['Step Functions', 'Lambda']);
    expect(costs[0]?.units).toEqual({ sfnTransitions: 10 });
    expect(costs[0]?.dollars).toBeCloseTo(0.00025, 10);
    expect(costs[1]?.dollars).toBeCloseTo((1000 * 0.0000002 + 100 * 0.0000166667) / 100, 10);
    expect(totalDollars(costs)).toBeCloseTo(0.00025 + 0.0000186667, 9);
  });

  test('refuses a counter without a price, by name', () => {
    expect(() => costPerOrder({ carrierPigeons: 3 }, 1)).toThrow("usage unit 'carrierPigeons' has no price");
    expect(() => costPerOrder({ toString: 3 } as Record<string, number>, 1)).toThrow("'toString'");
  });

  test('refuses amounts that are none, and a run without orders', () => {
    expect(() => costPerOrder({ s3Puts: Number.NaN }, 1)).toThrow('s3Puts');
    expect(() => costPerOrder({ s3Puts: -1 }, 1)).toThrow('s3Puts');
    expect(() => costPerOrder({ s3Puts: 1 }, 0)).toThrow('at least one order');
  });
});
