/**
 * How much slower or faster the ways of a wave are in another slot of the week, from a small sample: ways that are known
 * in the wave's own slot are asked again in the other. What is learnt is a ratio, by length of the way where there are
 * enough samples: traffic slows a short way through streets by another share than a long one over a motorway.
 */
import type { BlockAnswer } from '../road-network.ts';
import type { Block } from './blocks.ts';
import { median } from './estimate.ts';
import type { PairTable } from './pair-table.ts';

/** Ways asked from one origin: few, so that the sample is spread over the town. */
const WAYS_PER_ORIGIN = 6;
/** The service answers in whole seconds, which of shorter ways is more than the tolerance. */
const SHORTEST_SECONDS = 60;
/** Upper ends of the bands by length, in seconds of the wave's own slot. */
const BAND_SECONDS = [240, 720, Number.POSITIVE_INFINITY];
/** Fewer say nothing of a band by itself. */
const MIN_SAMPLES = 8;

export interface SlotRatios {
  /** Ways that were answered. */
  readonly ways: number;
  /** Of all of them. */
  readonly ratio: number;
  readonly byBand: readonly number[];
}

/**
 * Blocks of one origin each, so that all that is paid for is known in the wave's slot: the depot and places spread over
 * the plan, each with destinations from its nearest to its farthest.
 * @param visited places of the plan in their order
 */
export function sampleBlocks(table: PairTable, depot: number, visited: readonly number[], pairs: number): Block[] {
  const places = [...new Set(visited)].filter((place) => place !== depot);
  const origins = [depot, ...spread(places, Math.ceil(pairs / WAYS_PER_ORIGIN) - 1)];
  const blocks: Block[] = [];
  let left = Math.min(pairs, table.size);
  // Where ways are few, one origin does not use up its share; the others of the plan do.
  for (const origin of new Set([...origins, ...places])) {
    if (left <= 0) break;
    const destinations = spread(knownFrom(table, origin), Math.min(left, WAYS_PER_ORIGIN));
    if (destinations.length === 0) continue;
    blocks.push({ origins: [origin], destinations: destinations.sort((a, b) => a - b) });
    left -= destinations.length;
  }
  return blocks;
}

/** @returns undefined where nothing was answered */
export function ratiosOf(
  table: PairTable,
  blocks: readonly Block[],
  answers: readonly (BlockAnswer | undefined)[],
): SlotRatios | undefined {
  const all: number[] = [];
  const bands = BAND_SECONDS.map((): number[] => []);
  for (const [index, { origins, destinations }] of blocks.entries()) {
    for (const [column, to] of destinations.entries()) {
      const known = table.seconds[(origins[0] as number) * table.size + to] as number;
      const ratio = (answers[index]?.seconds[column] ?? Number.NaN) / known;
      if (!(ratio > 0 && ratio < Number.POSITIVE_INFINITY)) continue;
      all.push(ratio);
      bands[bandOf(known)]?.push(ratio);
    }
  }
  if (all.length === 0) return undefined;
  const ratio = median(all);
  return { ways: all.length, ratio, byBand: bands.map((some) => (some.length < MIN_SAMPLES ? ratio : median(some))) };
}

/** @param seconds ways of the wave's own slot */
export function inSlot(seconds: Float64Array, { byBand }: SlotRatios): Float64Array {
  return seconds.map((way) => way * (byBand[bandOf(way)] as number));
}

/** A way that does not exist is of the longest. */
const bandOf = (seconds: number): number => BAND_SECONDS.findIndex((end) => seconds <= end);

/** Nearest first. */
function knownFrom(table: PairTable, origin: number): number[] {
  const row = table.seconds.subarray(origin * table.size, (origin + 1) * table.size);
  const known: number[] = [];
  for (const [to, way] of row.entries()) {
    if (to !== origin && way >= SHORTEST_SECONDS && way < Number.POSITIVE_INFINITY) known.push(to);
  }
  return known.sort((a, b) => (row[a] as number) - (row[b] as number) || a - b);
}

/** So many of them at even distances, the first and the last among them. */
function spread(items: readonly number[], count: number): number[] {
  if (count >= items.length) return [...items];
  if (count <= 1) return items.slice(0, Math.max(0, count));
  return Array.from({ length: count }, (_, n) => items[Math.round((n * (items.length - 1)) / (count - 1))] as number);
}
