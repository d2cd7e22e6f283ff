/** The journal of a region whose executions end with the process: it keeps nothing, and costs nothing. */
import type { JournalBatch, JournalStore } from './journal-store.ts';

export class VolatileJournal implements JournalStore {
  readonly generation = 1;
  readonly lastMs = 0;
  readonly largestGroup = 1;

  append(): void {}

  load(): Iterable<JournalBatch> {
    return [];
  }

  close(): void {}
}
