/**
 * Sorted storage of a table or an index: partitions by key in a map, each a sorted array found by binary search.
 * A scan goes through the partitions in the order of a hash of their keys, so that a page can be continued even when
 * the partition it ended in has gone.
 */
import type { StoredKey } from './key-schema.ts';

export interface Entry<Value> extends StoredKey {
  /** Orders entries with the same sort key: the table's key in an index, empty in a table. */
  readonly tie: string;
  readonly value: Value;
}

export interface Place extends StoredKey {
  readonly tie: string;
}

interface Partition<Value> {
  readonly key: string;
  readonly hash: number;
  readonly entries: Entry<Value>[];
}

/** FNV-1a over code units. */
function hashOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < key.length; index += 1) {
    hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}

function isBefore(entry: Place, sort: string, tie: string): boolean {
  return entry.sort === sort ? entry.tie < tie : entry.sort < sort;
}

/** Index of the first entry that is not before `(sort, tie)`. */
function lowerBound(entries: readonly Place[], sort: string, tie: string): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const entry = entries[middle];
    if (entry !== undefined && isBefore(entry, sort, tie)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function firstIndex<T>(elements: readonly T[], holds: (element: T) => boolean): number {
  let low = 0;
  let high = elements.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const element = elements[middle];
    if (element !== undefined && !holds(element)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Which sort keys of a partition are wanted; each bound tells whether a sort text lies at or past it. */
export interface SortRange {
  readonly fromHere: (sort: string) => boolean;
  readonly pastIt: (sort: string) => boolean;
}

export class Collection<Value> {
  readonly #partitions = new Map<string, Partition<Value>>();
  #scanOrder: Partition<Value>[] | undefined;
  #count = 0;

  get count(): number {
    return this.#count;
  }

  find(partition: string, sort: string, tie: string): Entry<Value> | undefined {
    const entries = this.#partitions.get(partition)?.entries;
    if (entries === undefined) return undefined;
    const entry = entries[entries.length === 1 ? 0 : lowerBound(entries, sort, tie)];
    return entry?.sort === sort && entry.tie === tie ? entry : undefined;
  }

  insert(entry: Entry<Value>): void {
    const partition = this.#partitions.get(entry.partition);
    this.#count += 1;
    if (partition === undefined) {
      const created = { key: entry.partition, hash: hashOf(entry.partition), entries: [entry] };
      this.#partitions.set(entry.partition, created);
      this.#scanOrder = undefined;
      return;
    }
    const { entries } = partition;
    const last = entries.at(-1);
    if (last !== undefined && isBefore(last, entry.sort, entry.tie)) entries.push(entry);
    else entries.splice(lowerBound(entries, entry.sort, entry.tie), 0, entry);
  }

  remove(entry: Entry<Value>): void {
    const partition = this.#partitions.get(entry.partition);
    if (partition === undefined) return;
    const at = lowerBound(partition.entries, entry.sort, entry.tie);
    if (partition.entries[at] !== entry) return;
    this.#count -= 1;
    partition.entries.splice(at, 1);
    if (partition.entries.length > 0) return;
    this.#partitions.delete(entry.partition);
    this.#scanOrder = undefined;
  }

  /** Entries of one partition in order of sort key, or backwards, after the place `after`. */
  *query(partition: string, range: SortRange | undefined, forward: boolean, after?: Place): Iterable<Entry<Value>> {
    const entries = this.#partitions.get(partition)?.entries ?? [];
    let from = range === undefined ? 0 : firstIndex(entries, (entry) => range.fromHere(entry.sort));
    let to = range === undefined ? entries.length : firstIndex(entries, (entry) => range.pastIt(entry.sort));
    if (after !== undefined) {
      const at = lowerBound(entries, after.sort, after.tie);
      if (!forward) {
        to = Math.min(to, at);
      } else {
        const found = entries[at];
        from = Math.max(from, found?.sort === after.sort && found.tie === after.tie ? at + 1 : at);
      }
    }
    const count = to - from;
    for (let step = 0; step < count; step += 1) {
      const entry = entries[forward ? from + step : to - 1 - step];
      if (entry !== undefined) yield entry;
    }
  }

  /** All entries of one of `segments` equal parts of the hash space, after the place `after`. */
  *scan(segment: number, segments: number, after?: Place): Iterable<Entry<Value>> {
    const order = this.#inScanOrder();
    const low = (segment / segments) * 2 ** 32;
    const high = ((segment + 1) / segments) * 2 ** 32;
    let at = firstIndex(order, (partition) => partition.hash >= low);
    if (after !== undefined) {
      const hash = hashOf(after.partition);
      at = firstIndex(order, ({ hash: other, key }) => other > hash || (other === hash && key >= after.partition));
    }
    for (let partition = order[at]; partition !== undefined && partition.hash < high; partition = order[at]) {
      at += 1;
      const resume = after?.partition === partition.key ? after : undefined;
      yield* this.query(partition.key, undefined, true, resume);
    }
  }

  #inScanOrder(): readonly Partition<Value>[] {
    this.#scanOrder ??= [...this.#partitions.values()].sort((a, b) => a.hash - b.hash || (a.key < b.key ? -1 : 1));
    return this.#scanOrder;
  }
}
