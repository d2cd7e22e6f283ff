/** The engine's journal in one SQLite file: a row for each group of batches. */
import { decodeGroup, encodeGroup } from './batch-codec.ts';
import { type JournalBatch, type JournalStore, LARGEST_GROUP } from './journal-store.ts';
import { RowLog, type RowLogOptions } from './row-log.ts';

const FORMAT = { applicationId: 0x50_4f_53_46, version: 2 };

export type SqliteJournalOptions = RowLogOptions;

export class SqliteJournal implements JournalStore {
  readonly lastMs: number;
  readonly largestGroup = LARGEST_GROUP;
  readonly #rows: RowLog;

  /** Opens the file, or makes it. @throws JournalError */
  constructor(file: string, options: SqliteJournalOptions = {}) {
    this.#rows = new RowLog(file, FORMAT, options);
    this.lastMs = lastMsOf(this.#rows.last());
  }

  get generation(): number {
    return this.#rows.generation;
  }

  append(batches: readonly JournalBatch[]): void {
    this.#rows.append(encodeGroup(batches));
  }

  /** A page of rows at a time: a journal may be larger than memory. */
  *load(): Iterable<JournalBatch> {
    for (const bytes of this.#rows.load()) yield* decodeGroup(bytes);
  }

  /** Leaves one file without a write-ahead log beside it. */
  close(): void {
    this.#rows.close();
  }
}

function lastMsOf(row: Buffer | undefined): number {
  if (row === undefined) return 0;
  try {
    return decodeGroup(row).at(-1)?.at ?? 0;
  } catch {
    // Damaged: `load` checks every row, and says so.
    return 0;
  }
}
