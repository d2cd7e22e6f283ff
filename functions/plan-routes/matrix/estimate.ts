/**
 * Estimates of the ways that nobody has asked for, learnt from those that were. Two witnesses are heard. The straight line
 * times the ratio that ways of its length have is right on average and sees no river. The shortest chain of known ways is
 * what one could drive, and far too long where few ways are known. The shorter of the two is believed.
 */
import FlatQueue from 'flatqueue';
import { haversineMeters, type Position } from '../../../domain/index.ts';
import type { PairTable } from './pair-table.ts';

export interface Estimates {
  readonly seconds: Float64Array;
  readonly meters: Float64Array;
  /** The share by which known ways contradict each other; 0 where roads alone make them long. */
  readonly doubt: number;
}

/** Before anything is known: a way is 1.3 times its line, and driven at 30 km/h. */
const DETOUR_FACTOR = 1.3;
const TOWN_SECONDS_PER_METER = 3.6 / 30;
/** Upper ends of the bands by length of the line; ways of one band have about the same ratio. */
const BAND_METERS = [250, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 64_000, Number.POSITIVE_INFINITY];
/** Fewer say nothing of a band. */
const MIN_SAMPLES = 8;
/** Two places of one house: a line this short makes any ratio. */
const SHORTEST_METERS = 25;
/** So much of what known ways imply for others is believed, beyond the doubt that they leave themselves. */
const METRIC_SHARE = 0.9;
/** Of known ways so many agree within the doubt; the rest may be jams of their own, which should not hide a river. */
const AGREED_SHARE = 0.99;

/** Everything known stays; the rest is estimated. No pair is left without a number. */
export function estimatePairs(positions: readonly Position[], table: PairTable): Estimates {
  const seconds = table.seconds.slice();
  const meters = table.meters.slice();
  const line = lineEstimator(positions, table);
  const ways = knownWays(table.size, (from, to) => table.seconds[from * table.size + to] as number);
  const doubt = doubtOf(table, ways);
  const chains = new Chains(table, ways);
  const detours = leastSeconds(table, ways, doubt);
  for (let from = 0; from < table.size; from += 1) {
    const row = from * table.size;
    chains.from(from);
    for (let to = 0; to < table.size; to += 1) {
      if (!Number.isNaN(seconds[row + to] as number)) continue;
      const straight = line(from, to);
      const detour = Math.max(1, (METRIC_SHARE * (detours[row + to] as number)) / straight.seconds);
      const isChain = (chains.seconds[to] as number) < straight.seconds * detour;
      seconds[row + to] = isChain ? (chains.seconds[to] as number) : straight.seconds * detour;
      meters[row + to] = isChain ? (chains.meters[to] as number) : straight.meters * detour;
    }
  }
  return { seconds, meters, doubt };
}

/**
 * What the known ways leave no less for others: who drives from i over a and b to j drives no shorter than from i to j.
 * @returns seconds by pair; 0 where nothing is said
 */
function leastSeconds(table: PairTable, out: readonly Int32Array[], doubt: number): Float64Array {
  const { size, seconds } = table;
  const into = knownWays(size, (to, from) => seconds[from * size + to] as number);
  // From a to j, by the ways from i to both.
  const over = new Float64Array(size * size);
  const [less, more] = [1 - doubt, 1 + doubt];
  for (let from = 0; from < size; from += 1) {
    for (const to of out[from] as Int32Array) {
      const way = less * (seconds[from * size + to] as number);
      for (const near of out[from] as Int32Array) {
        const cell = near * size + to;
        over[cell] = Math.max(over[cell] as number, way - more * (seconds[from * size + near] as number));
      }
      over[from * size + to] = Math.max(over[from * size + to] as number, way);
    }
  }
  const least = over.slice();
  for (let near = 0; near < size; near += 1) {
    for (let to = 0; to < size; to += 1) {
      const way = over[near * size + to] as number;
      if (way === 0) continue;
      for (const before of into[to] as Int32Array) {
        const cell = near * size + before;
        least[cell] = Math.max(least[cell] as number, way - more * (seconds[before * size + to] as number));
      }
    }
  }
  return least;
}

/**
 * Ways of which each has traffic of its own contradict each other: one is longer than two that lead to the same place. By
 * the share by which both sides have to give way, differences of long ways say nothing of short ones.
 * @returns the share within which all but a few of the known ways agree
 */
function doubtOf({ size, seconds }: PairTable, out: readonly Int32Array[]): number {
  const shares: number[] = [];
  for (let from = 0; from < size; from += 1) {
    for (const to of out[from] as Int32Array) {
      const way = seconds[from * size + to] as number;
      let chain = Number.POSITIVE_INFINITY;
      for (const over of out[from] as Int32Array) {
        const second = seconds[over * size + to] as number;
        if (over !== to && second >= 0) chain = Math.min(chain, (seconds[from * size + over] as number) + second);
      }
      if (chain < Number.POSITIVE_INFINITY && way + chain > 0) shares.push(Math.max(0, (way - chain) / (way + chain)));
    }
  }
  return Float64Array.from(shares).sort()[Math.floor(AGREED_SHARE * (shares.length - 1))] ?? 0;
}

function knownWays(size: number, way: (from: number, to: number) => number): Int32Array[] {
  return Array.from({ length: size }, (_, from) => {
    const known: number[] = [];
    for (let to = 0; to < size; to += 1) if (to !== from && way(from, to) < Number.POSITIVE_INFINITY) known.push(to);
    return Int32Array.from(known);
  });
}

/** Shortest ways over known pairs alone, from one place at a time. */
class Chains {
  readonly seconds: Float64Array;
  readonly meters: Float64Array;
  readonly #table: PairTable;
  readonly #ways: readonly Int32Array[];
  readonly #queue = new FlatQueue<number>();

  constructor(table: PairTable, ways: readonly Int32Array[]) {
    this.#table = table;
    this.#ways = ways;
    this.seconds = new Float64Array(table.size);
    this.meters = new Float64Array(table.size);
  }

  from(source: number): void {
    const { size } = this.#table;
    this.seconds.fill(Number.POSITIVE_INFINITY);
    this.meters.fill(Number.POSITIVE_INFINITY);
    this.seconds[source] = 0;
    this.meters[source] = 0;
    this.#queue.push(source, 0);
    while (this.#queue.length > 0) {
      const reachedAt = this.#queue.peekValue() as number;
      const place = this.#queue.pop() as number;
      if (reachedAt > (this.seconds[place] as number)) continue;
      for (const to of this.#ways[place] as Int32Array) {
        const way = place * size + to;
        const reached = reachedAt + (this.#table.seconds[way] as number);
        if (reached >= (this.seconds[to] as number)) continue;
        this.seconds[to] = reached;
        this.meters[to] = (this.meters[place] as number) + (this.#table.meters[way] as number);
        this.#queue.push(to, reached);
      }
    }
  }
}

type LineEstimator = (from: number, to: number) => { readonly seconds: number; readonly meters: number };

/** Straight lines times the middle ratio of their band; a band without samples takes the nearest one's. */
export function lineEstimator(positions: readonly Position[], table: PairTable): LineEstimator {
  const lineMeters = (from: number, to: number): number =>
    Math.max(SHORTEST_METERS, haversineMeters(positions[from] as Position, positions[to] as Position));
  const bandOf = (meters: number): number => BAND_METERS.findIndex((end) => meters <= end);
  const samples = BAND_METERS.map(() => ({ seconds: [] as number[], meters: [] as number[] }));
  for (let from = 0; from < table.size; from += 1) {
    for (let to = 0; to < table.size; to += 1) {
      const seconds = table.seconds[from * table.size + to] as number;
      if (from === to || !(seconds < Number.POSITIVE_INFINITY)) continue;
      const line = lineMeters(from, to);
      const sample = samples[bandOf(line)];
      sample?.seconds.push(seconds / line);
      sample?.meters.push((table.meters[from * table.size + to] as number) / line);
    }
  }
  const learnt = samples.map((sample) =>
    sample.seconds.length < MIN_SAMPLES
      ? undefined
      : { seconds: median(sample.seconds), meters: median(sample.meters) },
  );
  const nearest = (band: number) => {
    for (let away = 0; away < learnt.length; away += 1) {
      const found = learnt[band - away] ?? learnt[band + away];
      if (found !== undefined) return found;
    }
    return { seconds: DETOUR_FACTOR * TOWN_SECONDS_PER_METER, meters: DETOUR_FACTOR };
  };
  const ratios = BAND_METERS.map((_, band) => nearest(band));
  return (from, to) => {
    const line = lineMeters(from, to);
    const ratio = ratios[bandOf(line)] as { seconds: number; meters: number };
    return { seconds: line * ratio.seconds, meters: line * ratio.meters };
  };
}

/** Of an even number the lower. */
export function median(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.floor((sorted.length - 1) / 2)] as number;
}
