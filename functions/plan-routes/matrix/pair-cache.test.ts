import { beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DocumentTables } from '../../platform/testing/document-tables.ts';
import { type CachedWay, MOST_WAYS, packWays, unpackWays } from './cached-row.ts';
import { PairCache } from './pair-cache.ts';
import { PairTable } from './pair-table.ts';
import { placesOf } from './places.ts';

const DAY_MS = 86_400_000;
const places = placesOf([
  [8, 47],
  [8.01, 47],
  [8.02, 47],
]);
let tables: DocumentTables;
let failures: string[];
let nowMs: number;

const cache = (slot = 'midday', over: object = {}) =>
  new PairCache(places, slot, 30, {
    documents: tables.client,
    planningTable: 'planning',
    now: () => new Date(nowMs),
    onCacheFailure: (what) => failures.push(what),
    ...over,
  });
const learnt = (...ways: [from: number, to: number, seconds: number, meters: number][]): PairTable => {
  const table = new PairTable(3);
  for (const way of ways) table.learn(...way);
  return table;
};

beforeEach(() => {
  tables = new DocumentTables({ planning: ['pk', 'sk'] });
  failures = [];
  nowMs = Date.parse('2026-03-02T08:00:00Z');
});

describe('the cache', () => {
  test('gives back what was paid for, the want of a way included, in the same slot only', async () => {
    const paid = learnt([0, 1, 61.5, 700], [1, 2, Number.POSITIVE_INFINITY, 0]);
    await cache().keep(paid, [
      { from: 0, to: 1 },
      { from: 1, to: 2 },
    ]);
    const table = new PairTable(3);
    expect(await cache().fill(table)).toBe(2);
    expect([table.seconds[1], table.meters[1], table.seconds[5]]).toEqual([61.5, 700, Number.POSITIVE_INFINITY]);
    expect(await cache('evening').fill(new PairTable(3))).toBe(0);
    expect(failures).toEqual([]);
  });

  test('forgets each way when its own lifetime is over, whatever was added to its row since', async () => {
    await cache().keep(learnt([0, 1, 60, 700]), [{ from: 0, to: 1 }]);
    nowMs += 20 * DAY_MS;
    const later = cache();
    await later.fill(new PairTable(3));
    await later.keep(learnt([0, 2, 90, 900]), [{ from: 0, to: 2 }]);
    nowMs += 11 * DAY_MS;
    const table = new PairTable(3);
    expect(await cache().fill(table)).toBe(1);
    expect([table.isKnown(0, 1), table.isKnown(0, 2)]).toEqual([false, true]);
    expect(tables.all('planning')[0]?.['expiresAt']).toBe((Date.parse('2026-03-02T08:00:00Z') + 50 * DAY_MS) / 1000);
  });

  test('loses nothing when two planners write the same row', async () => {
    const [one, other] = [cache(), cache()];
    await one.fill(new PairTable(3));
    await other.fill(new PairTable(3));
    await one.keep(learnt([0, 1, 60, 700]), [{ from: 0, to: 1 }]);
    await other.keep(learnt([0, 2, 90, 900]), [{ from: 0, to: 2 }]);
    expect(await cache().fill(new PairTable(3))).toBe(2);
    expect(failures).toEqual([]);
  });

  test('reports a row that is not one, knows nothing from it, and replaces it', async () => {
    await cache().keep(learnt([0, 1, 60, 700]), [{ from: 0, to: 1 }]);
    const row = tables.all('planning')[0] as Record<string, unknown>;
    for (const ways of [Uint8Array.of(9, 9), 'text', Uint8Array.of(1, 2, 3)]) {
      tables.put('planning', { ...row, ways });
      failures = [];
      expect(await cache().fill(new PairTable(3))).toBe(0);
      expect(failures).toEqual(['row not understood']);
    }
    const again = cache();
    await again.fill(new PairTable(3));
    await again.keep(learnt([0, 2, 90, 900]), [{ from: 0, to: 2 }]);
    expect(await cache().fill(new PairTable(3))).toBe(1);
  });

  test('that throttles costs no plan', async () => {
    const documents = { send: async () => Promise.reject(new Error('throttled')) } as never;
    expect(await cache('midday', { documents }).fill(new PairTable(3))).toBe(0);
    await cache('midday', { documents }).keep(learnt([0, 1, 60, 700]), [{ from: 0, to: 1 }]);
    expect(failures).toEqual(['rows not read', 'row not kept']);
  });

  test('counts what it reads and writes', async () => {
    const kept = cache();
    await kept.fill(new PairTable(3));
    await kept.keep(learnt([0, 1, 60, 700]), [{ from: 0, to: 1 }]);
    expect(kept.units).toEqual({ readUnits: 1.5, writeUnits: 1 });
  });
});

describe('a row', () => {
  const way = fc.record<CachedWay>({
    to: fc.tuple(fc.integer({ min: -1_800_000, max: 1_800_000 }), fc.integer({ min: -900_000, max: 900_000 })),
    seconds: fc.oneof(
      fc.nat({ max: 1_000_000 }).map((tenths) => tenths / 10),
      fc.constant(Number.POSITIVE_INFINITY),
    ),
    meters: fc.nat({ max: 10_000_000 }),
    expiresAt: fc.constant(1_800_000_000),
  });

  test('is unpacked as it was packed', () => {
    fc.assert(
      fc.property(fc.array(way, { maxLength: 30 }), (ways) => {
        const unpacked = unpackWays(packWays(ways)) ?? [];
        const sorted = (list: readonly CachedWay[]) => list.map((each) => JSON.stringify(each)).sort();
        expect(sorted(unpacked)).toEqual(sorted(ways));
      }),
    );
  });

  test('keeps the ways that hold longest when there are too many, within an item', () => {
    const ways = Array.from({ length: MOST_WAYS + 10 }, (_, index) => ({
      to: [index, 0] as const,
      seconds: 1,
      meters: 1,
      expiresAt: 1_000 + index,
    }));
    const bytes = packWays(ways);
    expect(bytes.length).toBeLessThan(400 * 1024);
    expect(Math.min(...(unpackWays(bytes) ?? []).map(({ expiresAt }) => expiresAt))).toBe(1_010);
  });
});
