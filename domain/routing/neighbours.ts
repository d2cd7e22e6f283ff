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
    const list = Int32Array.from({ length: stopCount }, (_, index) => index + 1)
      .sort(nearer)
      .slice(0, MAX_NEIGHBOURS);
    this.#lists[node] = list;
    return list;
  }
}
