import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type BlockLimits, BOUNDED_LIMITS, buildBlocks, pairsOf, UNBOUNDED_LIMITS } from './blocks.ts';

const wish = fc
  .array(fc.tuple(fc.nat({ max: 60 }), fc.nat({ max: 130 })), { minLength: 1, maxLength: 400 })
  .map((pairs) => {
    const wanted = new Map<number, number[]>();
    for (const [from, to] of pairs) wanted.set(from, [...(wanted.get(from) ?? []), to]);
    return wanted;
  });
const bought = (blocks: readonly { origins: readonly number[]; destinations: readonly number[] }[]) =>
  new Set(blocks.flatMap(({ origins, destinations }) => origins.flatMap((o) => destinations.map((d) => `${o}>${d}`))));

describe('blocks', () => {
  test.each<[string, BlockLimits]>([
    ['bounded', BOUNDED_LIMITS],
    ['unbounded', UNBOUNDED_LIMITS],
    ['tight', { origins: 3, destinations: 7, pairs: 12 }],
  ])('cover every wanted pair within the %s limits, and are the same every time', (_, limits) => {
    fc.assert(
      fc.property(wish, fc.integer({ min: 1, max: 40 }), (wanted, most) => {
        const blocks = buildBlocks(wanted, most, limits);
        const paid = bought(blocks);
        for (const [from, destinations] of wanted)
          for (const to of destinations) expect(paid).toContain(`${from}>${to}`);
        for (const block of blocks) {
          expect(block.origins.length).toBeLessThanOrEqual(limits.origins);
          expect(block.destinations.length).toBeLessThanOrEqual(limits.destinations);
          expect(pairsOf(block)).toBeLessThanOrEqual(limits.pairs);
        }
        expect(buildBlocks(wanted, most, limits)).toEqual(blocks);
      }),
      { numRuns: 60 },
    );
  });

  test('are as many as allowed, and waste nothing when there is one for each origin', () => {
    fc.assert(
      fc.property(wish, fc.integer({ min: 1, max: 40 }), (wanted, most) => {
        const pairs = [...wanted.values()].reduce((sum, destinations) => sum + new Set(destinations).size, 0);
        expect(buildBlocks(wanted, most).length).toBeLessThanOrEqual(Math.max(1, most));
        expect(buildBlocks(wanted, wanted.size).reduce((sum, block) => sum + pairsOf(block), 0)).toBe(pairs);
      }),
      { numRuns: 60 },
    );
  });

  test('put origins together that want the same, so that little is wasted', () => {
    const wanted = new Map<number, number[]>();
    for (let origin = 0; origin < 40; origin += 1) {
      const town = origin % 4;
      wanted.set(
        origin,
        Array.from({ length: 12 }, (_, index) => town * 20 + ((index + origin) % 14)),
      );
    }
    const blocks = buildBlocks(wanted, 4);
    expect(blocks).toHaveLength(4);
    expect(blocks.reduce((sum, block) => sum + pairsOf(block), 0)).toBe(4 * 10 * 14);
  });
});
