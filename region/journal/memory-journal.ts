/** A journal in memory: for tests, which hand it from one engine to the next as a disk would be. */
import { decodeGroup, encodeGroup } from './batch-codec.ts';
import { type JournalBatch, type JournalStore, LARGEST_GROUP } from './journal-store.ts';

export class MemoryJournal implements JournalStore {
  /** Encoded, so that no object is shared between the engine that wrote and the one that reads. */
  readonly #groups: Buffer[] = [];
  #generation = 1;

  readonly largestGroup = LARGEST_GROUP;
  #lastMs = 0;

  get lastMs(): number {
    return this.#lastMs;
  }

  get generation(): number {
    return this.#generation;
  }

  append(batches: readonly JournalBatch[]): void {
    this.#groups.push(Buffer.from(encodeGroup(batches)));
    this.#lastMs = batches.at(-1)?.at ?? this.#lastMs;
  }

  *load(): Iterable<JournalBatch> {
    for (const group of this.#groups) yield* decodeGroup(group);
  }

  /** As it would be found by the next process. */
  reopened(): this {
    this.#generation += 1;
    return this;
  }

  close(): void {}
}
