/**
 * The stops near each stop, nearest first, computed when they are first asked for: a run of few iterations on many
 * stops needs few of them.
 */
import type { RoutingModel } from './model.ts';

const MAX_NEIGHBOURS = 128;

export class Neighbours {
  readonly #model: RoutingModel;
  readonly #lists: Int32Array[] = [];
  readonly #keys: Float64Array;

  constructor(model: RoutingModel) {
    this.#model = model;
    this.#keys = new Float64Array(model.size);
  }

  /** Itself first. */
  of(node: number): Int32Array {
    const known = this.#lists[node];
    if (known !== undefined) return known;
    const { stopCount, size, travel, inward } = this.#model;
    const keys = this.#keys;
    for (let other = 1; other <= stopCount; other += 1) {
      keys[other] = (travel[node * size + other] as number) + (inward[node * size + other] as number);
    }
    keys[node] = -1;
    // Two infinite distances are equal, and their difference would be NaN.
    const nearer = (a: number, b: number): number => {
      const [left, right] = [keys[a] as number, keys[b] as number];
      return left === right ? a - b : left < right ? -1 : 1;
    };
    // To sort all of 10,000 for each of them takes longer than what the lists are for.
    const nearest: number[] = [];
    let limit = Infinity;
    const trim = (): void => {
      nearest.sort(nearer);
      if (nearest.length <= MAX_NEIGHBOURS) return;
      nearest.length = MAX_NEIGHBOURS;
      limit = keys[nearest[MAX_NEIGHBOURS - 1] as number] as number;
    };
    for (let other = 1; other <= stopCount; other += 1) {
      // As near as the last of a full list is not nearer: it comes later.
      if (nearest.length >= MAX_NEIGHBOURS && (keys[other] as number) >= limit) continue;
      nearest.push(other);
      if (nearest.length === 2 * MAX_NEIGHBOURS) trim();
    }
    trim();
    const list = Int32Array.from(nearest);
    this.#lists[node] = list;
    return list;
  }
}
