import { describe, expect, test } from '@jest/globals';
import { createPrng, haversineMeters, type Position } from '../../../domain/index.ts';
import { estimatePairs } from './estimate.ts';
import { PairTable } from './pair-table.ts';

/** A river runs along the 47.05th parallel; who crosses it drives half an hour to a bridge. */
const BRIDGE_SECONDS = 1_800;
const places = (count: number, seed: string): Position[] => {
  const prng = createPrng(seed);
  return Array.from({ length: count }, () => [8 + prng.next() / 10, 47 + prng.next() / 10]);
};
const isNorth = ([, latitude]: Position): boolean => latitude > 47.05;
const overRiver = (from: Position, to: Position): number =>
  haversineMeters(from, to) / 8 + (isNorth(from) === isNorth(to) ? 0 : BRIDGE_SECONDS);

function tableOf(
  positions: readonly Position[],
  way: (from: Position, to: Position) => number,
  isAsked: (from: number, to: number) => boolean,
): PairTable {
  const table = new PairTable(positions.length);
  for (const [from, start] of positions.entries()) {
    for (const [to, end] of positions.entries()) {
      if (from !== to && isAsked(from, to)) table.learn(from, to, way(start, end), 10 * way(start, end));
    }
  }
  return table;
}

/** Natural logarithms of estimate over truth, of the pairs that were not asked. */
function errors(positions: readonly Position[], table: PairTable, way: (from: Position, to: Position) => number) {
  const { seconds } = estimatePairs(positions, table);
  return positions.flatMap((start, from) =>
    positions.flatMap((end, to) =>
      table.isKnown(from, to) ? [] : [Math.log((seconds[from * positions.length + to] as number) / way(start, end))],
    ),
  );
}

const nearest = (positions: readonly Position[], count: number) => {
  const near = positions.map((start, from) =>
    positions
      .map((end, to) => ({ to, meters: haversineMeters(start, end) }))
      .filter(({ to }) => to !== from)
      .sort((one, other) => one.meters - other.meters)
      .slice(0, count)
      .map(({ to }) => to),
  );
  return (from: number, to: number): boolean => from === 0 || to === 0 || (near[from] as number[]).includes(to);
};

describe('ways that nobody has asked for', () => {
  test('are told before anything is known, each with a number above zero', () => {
    const positions = places(5, 'a');
    const { seconds, meters } = estimatePairs(positions, new PairTable(5));
    for (const [pair, estimate] of seconds.entries()) {
      if (pair % 6 === 0) continue;
      expect(estimate).toBeGreaterThan(0);
      expect(meters[pair]).toBeGreaterThan(0);
      expect(Number.isFinite(estimate)).toBe(true);
    }
  });

  test('are what the line says where roads are even, also where few ways are known and their chains lead over the depot', () => {
    const positions = places(60, 'b');
    const even = (from: Position, to: Position): number => haversineMeters(from, to) / 8;
    for (const error of errors(positions, tableOf(positions, even, nearest(positions, 2)), even)) {
      expect(Math.abs(error)).toBeLessThan(0.05);
    }
  });

  test('are no longer than a chain of known ones', () => {
    // A fast road along the first three places, and what lines tell of anything else is ten times that.
    const positions: Position[] = [[8, 47], [8.01, 47], [8.02, 47], ...places(20, 'c')];
    const way = (from: Position, to: Position): number =>
      haversineMeters(from, to) / (from[1] === 47 && to[1] === 47 ? 30 : 3);
    const isNext = (from: number, to: number): boolean => from < 3 && to < 3 && Math.abs(from - to) === 1;
    const table = tableOf(
      positions,
      way,
      (from, to) => isNext(from, to) || (from > 2 && to > 2 && (from + to) % 3 === 0),
    );
    const { seconds, meters } = estimatePairs(positions, table);
    const [first = 0, second = 0] = [table.seconds[1], table.seconds[positions.length + 2]];
    expect(seconds[2]).toBeCloseTo(first + second, 6);
    expect(meters[2]).toBeCloseTo(10 * (first + second), 5);
  });

  test('hear of a river from the ways that cross it', () => {
    const positions = places(60, 'd');
    // Beside the nearest, three places of each bank have asked for all ways.
    const few = [true, false].flatMap((north) =>
      positions.flatMap((position, place) => (isNorth(position) === north ? [place] : [])).slice(0, 3),
    );
    const isNear = nearest(positions, 4);
    const asked = tableOf(
      positions,
      overRiver,
      (from, to) => isNear(from, to) || few.includes(from) || few.includes(to),
    );
    const crossing = errors(positions, asked, overRiver);
    for (const error of crossing) expect(Math.abs(error)).toBeLessThan(0.5);
    const blind = errors(
      positions,
      tableOf(positions, overRiver, (from, to) => isNear(from, to) && from !== 0 && to !== 0),
      overRiver,
    );
    expect(Math.min(...blind)).toBeLessThan(-1);
  });

  test('are not made longer by the differences of long ways that have jams of their own', () => {
    const positions = places(60, 'f');
    const isAsked = nearest(positions, 4);
    const even = (from: Position, to: Position): number => haversineMeters(from, to) / 8;
    const jammed = (from: Position, to: Position): number =>
      even(from, to) * Math.exp(createPrng(`${from.join()}>${to.join()}`).normal(0, 0.15));
    const doubtOf = (way: typeof even) => estimatePairs(positions, tableOf(positions, way, isAsked)).doubt;
    expect(doubtOf(even)).toBeCloseTo(0, 9);
    expect(doubtOf(jammed)).toBeGreaterThan(0.1);
    const wrong = errors(positions, tableOf(positions, jammed, isAsked), jammed)
      .map(Math.abs)
      .sort((a, b) => a - b);
    expect(wrong[Math.floor(0.9 * wrong.length)]).toBeLessThan(0.4);
  });

  test('leave what is known, and where there is no way, as it is', () => {
    const positions = places(6, 'e');
    const table = new PairTable(6);
    table.learn(1, 2, Number.POSITIVE_INFINITY, 0);
    table.learn(2, 1, 33, 44);
    const { seconds, meters } = estimatePairs(positions, table);
    expect([seconds[8], seconds[13], meters[13]]).toEqual([Number.POSITIVE_INFINITY, 33, 44]);
    expect(seconds.filter((each) => !Number.isFinite(each))).toHaveLength(1);
  });
});
