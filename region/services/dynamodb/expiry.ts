/**
 * Time to live: which rows are due, found through a heap. Rows are deleted when their table is next used after the due
 * time, never by a timer, so that a far expiry does not keep a simulation running. DynamoDB promises no more: it
 * deletes "within a few days", and items that expired more than five years ago stay.
 */
import type { Item } from './attribute-value.ts';
import type { StoredKey } from './key-schema.ts';

const FIVE_YEARS_S = 5 * 365 * 24 * 3600;

interface Due extends StoredKey {
  readonly atSeconds: number;
}

/** Epoch seconds at which an item expires; `undefined` when it does not. */
export function expiryOf(attribute: string, item: Item): number | undefined {
  const text = item[attribute]?.N;
  return text === undefined ? undefined : Number(text);
}

export class ExpiryHeap {
  readonly #heap: Due[] = [];

  add(atSeconds: number, key: StoredKey): void {
    const heap = this.#heap;
    const due: Due = { atSeconds, partition: key.partition, sort: key.sort };
    let at = heap.length;
    heap.push(due);
    while (at > 0) {
      const parentAt = (at - 1) >>> 1;
      const parent = heap[parentAt];
      if (parent === undefined || parent.atSeconds <= atSeconds) break;
      heap[at] = parent;
      at = parentAt;
    }
    heap[at] = due;
  }

  /** Takes the earliest key that is due, whether or not its row still expires then. */
  take(nowSeconds: number): Due | undefined {
    for (;;) {
      const first = this.#heap[0];
      if (first === undefined || first.atSeconds > nowSeconds) return undefined;
      this.#removeFirst();
      if (first.atSeconds > nowSeconds - FIVE_YEARS_S) return first;
    }
  }

  #removeFirst(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let at = 0;
    for (;;) {
      let childAt = 2 * at + 1;
      let child = heap[childAt];
      const sibling = heap[childAt + 1];
      if (child !== undefined && sibling !== undefined && sibling.atSeconds < child.atSeconds) {
        childAt += 1;
        child = sibling;
      }
      if (child === undefined || child.atSeconds >= last.atSeconds) break;
      heap[at] = child;
      at = childAt;
    }
    heap[at] = last;
  }
}
