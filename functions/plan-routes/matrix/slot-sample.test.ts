import { describe, expect, test } from '@jest/globals';
import { PairTable } from './pair-table.ts';
import { inSlot, ratiosOf, sampleBlocks } from './slot-sample.ts';

const DEPOT = 0;

/** Places on a line, so many seconds from one to the next; every way is known. */
function lineTable(places: number, seconds: number): PairTable {
  const table = new PairTable(places);
  for (let from = 0; from < places; from += 1) {
    for (let to = 0; to < places; to += 1) table.learn(from, to, Math.abs(from - to) * seconds, 0);
  }
  return table;
}

const answered = (table: PairTable, blocks: ReturnType<typeof sampleBlocks>, factorOf: (way: number) => number) =>
  blocks.map(({ origins, destinations }) => {
    const ways = destinations.map((to) => table.seconds[origins[0]! * table.size + to]!);
    const seconds = Float64Array.from(ways, (way) => way * factorOf(way));
    return { seconds, meters: seconds };
  });

const everyPlace = ({ size }: PairTable): number[] => Array.from({ length: size }, (_, place) => place);

describe('the sample of a slot', () => {
  test('is of so many ways, near and far, from the depot and from places of the whole plan', () => {
    const table = lineTable(61, 40);
    const blocks = sampleBlocks(table, DEPOT, everyPlace(table), 36);
    expect(blocks.map(({ origins }) => origins[0])).toEqual([0, 1, 16, 31, 45, 60]);
    expect(blocks.every(({ destinations }) => destinations.length === 6)).toBe(true);
    // Shorter than a minute is only the next place.
    expect(blocks[0]?.destinations[0]).toBe(2);
    expect(blocks[0]?.destinations.at(-1)).toBe(60);
  });

  test('is no larger than the wave, and has no way twice', () => {
    const table = lineTable(4, 100);
    const blocks = sampleBlocks(table, DEPOT, [1, 2, 3, 2], 36);
    const pairs = blocks.flatMap(({ origins, destinations }) => destinations.map((to) => `${origins[0]}>${to}`));
    expect(pairs).toHaveLength(4);
    expect(new Set(pairs).size).toBe(4);
    expect(sampleBlocks(new PairTable(4), DEPOT, [1, 2, 3], 36)).toEqual([]);
  });

  test('tells near ways from far ones where it has enough of both', () => {
    const table = lineTable(61, 40);
    const blocks = sampleBlocks(table, DEPOT, everyPlace(table), 60);
    const ratios = ratiosOf(
      table,
      blocks,
      answered(table, blocks, (way) => (way <= 720 ? 2 : 1.2)),
    )!;
    expect(ratios.ways).toBe(60);
    const [near, middle, far] = [...inSlot(Float64Array.of(100, 700, 1_000), ratios)];
    expect(middle).toBeCloseTo(1_400, 6);
    expect(far).toBeCloseTo(1_200, 6);
    expect(near).toBeCloseTo(200, 6);
    expect([...inSlot(Float64Array.of(0, Number.POSITIVE_INFINITY), ratios)]).toEqual([0, Number.POSITIVE_INFINITY]);
  });

  test('counts with the middle of all where it has few', () => {
    const table = lineTable(61, 40);
    const blocks = sampleBlocks(table, DEPOT, everyPlace(table), 6);
    const ratios = ratiosOf(
      table,
      blocks,
      answered(table, blocks, (way) => (way <= 720 ? 2 : 1.2)),
    )!;
    expect(ratios).toMatchObject({ ways: 6, byBand: [ratios.ratio, ratios.ratio, ratios.ratio] });
    expect(ratios.ratio).toBeCloseTo(1.2, 9);
  });

  test('hears only what was answered', () => {
    const table = lineTable(10, 100);
    const blocks = sampleBlocks(table, DEPOT, everyPlace(table), 12);
    expect(
      ratiosOf(
        table,
        blocks,
        blocks.map(() => undefined),
      ),
    ).toBeUndefined();
    const [first, ...rest] = answered(table, blocks, () => 1.5);
    const strange = { ...first!, seconds: first!.seconds.map((way, n) => [Number.NaN, 0, Infinity][n] ?? way) };
    const ways = first!.seconds.length - 3;
    expect(ratiosOf(table, blocks, [strange, ...rest.map(() => undefined)])).toMatchObject({ ways, ratio: 1.5 });
  });
});
