/**
 * Times and distances between many sources and many targets (Knopp, Sanders, Schultes, Schulz, Wagner 2007): each target
 * climbs once and leaves an entry in the bucket of every vertex that it settles; each source climbs once and looks into
 * the buckets it comes by. So a matrix costs a climb a place, not a search a pair.
 */
import { Climb, type Seed } from './climb.ts';
import { type Hierarchy, UNREACHED } from './hierarchy.ts';

/** Row by row, one per source; UNREACHED where there is no way. */
export interface WayMatrix {
  readonly ms: Int32Array;
  readonly cm: Int32Array;
}

interface Buckets {
  /** By vertex, and one entry more for the end. */
  readonly first: Uint32Array;
  readonly target: Uint32Array;
  readonly ms: Int32Array;
  readonly cm: Int32Array;
}

export class MatrixFinder {
  readonly #vertexCount: number;
  readonly #forward: Climb;
  readonly #backward: Climb;

  constructor(hierarchy: Hierarchy) {
    this.#vertexCount = hierarchy.upFirst.length - 1;
    this.#forward = new Climb(hierarchy, 'forward');
    this.#backward = new Climb(hierarchy, 'backward');
  }

  find(sources: readonly (readonly Seed[])[], targets: readonly (readonly Seed[])[]): WayMatrix {
    const buckets = this.#fillBuckets(targets);
    const ms = new Int32Array(sources.length * targets.length).fill(UNREACHED);
    const cm = new Int32Array(sources.length * targets.length).fill(UNREACHED);
    for (const [row, seeds] of sources.entries()) {
      const rowStart = row * targets.length;
      this.#climb(this.#forward, seeds, (vertex, behindMs, behindCm) => {
        for (let index = buckets.first[vertex] as number; index < (buckets.first[vertex + 1] as number); index += 1) {
          const cell = rowStart + (buckets.target[index] as number);
          const overMs = behindMs + (buckets.ms[index] as number);
          if (overMs > (ms[cell] as number)) continue;
          const overCm = behindCm + (buckets.cm[index] as number);
          if (overMs === ms[cell] && overCm >= (cm[cell] as number)) continue;
          ms[cell] = overMs;
          cm[cell] = overCm;
        }
      });
    }
    return { ms, cm };
  }

  #fillBuckets(targets: readonly (readonly Seed[])[]): Buckets {
    const first = new Uint32Array(this.#vertexCount + 1);
    const entries: number[] = [];
    for (const [target, seeds] of targets.entries()) {
      this.#climb(this.#backward, seeds, (vertex, ms, cm) => {
        entries.push(vertex, target, ms, cm);
        first[vertex + 1] = (first[vertex + 1] as number) + 1;
      });
    }
    for (let vertex = 0; vertex < this.#vertexCount; vertex += 1) {
      first[vertex + 1] = (first[vertex + 1] as number) + (first[vertex] as number);
    }
    const next = first.slice(0, this.#vertexCount);
    const count = entries.length / 4;
    const buckets = { first, target: new Uint32Array(count), ms: new Int32Array(count), cm: new Int32Array(count) };
    for (let entry = 0; entry < entries.length; entry += 4) {
      const vertex = entries[entry] as number;
      const place = next[vertex] as number;
      next[vertex] = place + 1;
      buckets.target[place] = entries[entry + 1] as number;
      buckets.ms[place] = entries[entry + 2] as number;
      buckets.cm[place] = entries[entry + 3] as number;
    }
    return buckets;
  }

  #climb(climb: Climb, seeds: readonly Seed[], settled: (vertex: number, ms: number, cm: number) => void): void {
    climb.start(seeds);
    while (climb.nextMs !== Number.POSITIVE_INFINITY) {
      const vertex = climb.step();
      if (vertex >= 0) settled(vertex, climb.ms[vertex] as number, climb.cm[vertex] as number);
    }
  }
}
