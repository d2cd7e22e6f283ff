/**
 * Estimates of the ways that nobody has asked for, learnt from those that were. Two witnesses are heard. The shortest
 * chain of known ways is what one could drive at most; it sees rivers and one-way streets, and is a little too long, by a
 * share that the known ways themselves tell. The straight line times the ratio that ways of its length have is right on
 * average and sees nothing; it speaks where no chain leads.
 */
import { haversineMeters, type Position } from '../../../domain/index.ts';
import type { PairTable } from './pair-table.ts';

export interface Estimates {
  readonly seconds: Float64Array;
  readonly meters: Float64Array;
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
/** Chains cost the cube of the places; a second for this many. */
export const MOST_CHAINED_PLACES = 1_200;

/** Everything known stays; the rest is estimated. No pair is left without a number. */
export function estimatePairs(positions: readonly Position[], table: PairTable): Estimates {
  const seconds = table.seconds.slice();
  const meters = table.meters.slice();
  const line = lineEstimator(positions, table);
  const chains = table.size <= MOST_CHAINED_PLACES ? new Chains(table) : undefined;
  for (let from = 0; from < table.size; from += 1) {
    const row = from * table.size;
    let chained = false;
    for (let to = 0; to < table.size; to += 1) {
      if (!Number.isNaN(seconds[row + to] as number)) continue;
      if (chains !== undefined && !chained) {
        chains.from(from);
        chained = true;
      }
      const guess = line(from, to);
      const chainSeconds = (chains?.seconds[to] ?? Number.POSITIVE_INFINITY) * (chains?.share ?? 1);
      const isChain = chainSeconds < Number.POSITIVE_INFINITY;
      seconds[row + to] = isChain ? chainSeconds : guess.seconds;
      meters[row + to] = isChain ? (chains?.meters[to] as number) * (chains?.share as number) : guess.meters;
    }
  }
  return { seconds, meters };
}

/** Shortest ways over known pairs alone, from one place at a time; without a heap, since each place has many neighbours. */
class Chains {
  readonly seconds: Float64Array;
  readonly meters: Float64Array;
  /** What a way is of the best chain of two others between its ends, as the middle one of those that are known. */
  readonly share: number;
  readonly #table: PairTable;
  readonly #ways: readonly Int32Array[];
  readonly #isDone: Uint8Array;

  constructor(table: PairTable) {
    this.#table = table;
    this.seconds = new Float64Array(table.size);
    this.meters = new Float64Array(table.size);
    this.#isDone = new Uint8Array(table.size);
    this.#ways = Array.from({ length: table.size }, (_, from) => {
      const ways: number[] = [];
      for (let to = 0; to < table.size; to += 1) {
        if (to !== from && (table.seconds[from * table.size + to] as number) < Number.POSITIVE_INFINITY) ways.push(to);
      }
      return Int32Array.from(ways);
    });
    this.share = this.#shareOfChains();
  }

  from(source: number): void {
    const { size } = this.#table;
    this.seconds.fill(Number.POSITIVE_INFINITY);
    this.meters.fill(Number.POSITIVE_INFINITY);
    this.#isDone.fill(0);
    this.seconds[source] = 0;
    this.meters[source] = 0;
    for (;;) {
      let next = -1;
      let least = Number.POSITIVE_INFINITY;
      for (let place = 0; place < size; place += 1) {
        if (this.#isDone[place] === 0 && (this.seconds[place] as number) < least) {
          least = this.seconds[place] as number;
          next = place;
        }
      }
      if (next < 0) return;
      this.#isDone[next] = 1;
      for (const to of this.#ways[next] as Int32Array) {
        const way = next * size + to;
        const reached = least + (this.#table.seconds[way] as number);
        if (reached < (this.seconds[to] as number)) {
          this.seconds[to] = reached;
          this.meters[to] = (this.meters[next] as number) + (this.#table.meters[way] as number);
        }
      }
    }
  }

  #shareOfChains(): number {
    const { size, seconds } = this.#table;
    const shares: number[] = [];
    for (let from = 1; from < size; from += 1) {
      for (const to of this.#ways[from] as Int32Array) {
        let chain = Number.POSITIVE_INFINITY;
        for (const over of this.#ways[from] as Int32Array) {
          const second = seconds[over * size + to] as number;
          if (over === to || over === 0 || Number.isNaN(second)) continue;
          chain = Math.min(chain, (seconds[from * size + over] as number) + second);
        }
        if (to !== 0 && chain > 0 && chain < Number.POSITIVE_INFINITY) {
          shares.push((seconds[from * size + to] as number) / chain);
        }
      }
    }
    return shares.length < MIN_SAMPLES ? 1 : Math.min(1, median(shares));
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

function median(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.floor((sorted.length - 1) / 2)] as number;
}
