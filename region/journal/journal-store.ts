/**
 * Where the decisions of the Step Functions engine are kept: an append-only journal. What is appended together is there
 * after a crash together or not at all.
 */
import type { AppliedEvent, Effect } from '../../engine/index.ts';

/** An effect that the events do not give back: it is asked for again until it is known to be done. */
export interface OutboxEffect {
  /** Unique in the journal. */
  readonly id: number;
  readonly effect: Extract<Effect, { readonly kind: 'executionStatusChanged' }>;
}

/** What one apply decided. */
export interface JournalBatch {
  /** Time of the apply, ms since the epoch. */
  readonly at: number;
  readonly events: readonly AppliedEvent[];
  readonly outbox: readonly OutboxEffect[];
  /** Ids of outbox effects of earlier batches that are done. */
  readonly done: readonly number[];
}

/** Bounds what a burst keeps waiting. */
export const LARGEST_GROUP = 256;

export interface JournalStore {
  /** How often this journal has been opened, this time included: what is seeded is seeded anew with each. */
  readonly generation: number;
  /** Time of the last batch that was found at opening, ms since the epoch; 0 for an empty journal. */
  readonly lastMs: number;
  /** How many applies of a burst one append is given at most; 1 where an append costs nothing. */
  readonly largestGroup: number;
  /** Stores the batches in order, in one transaction; they survive the process when this returns. @throws JournalError */
  append(batches: readonly JournalBatch[]): void;
  /** Every batch in the order of appending. @throws JournalError for a journal that was damaged */
  load(): Iterable<JournalBatch>;
  close(): void;
}

export type JournalFault =
  /** Another format than this version reads. */
  | 'JOURNAL_VERSION'
  /** What is stored is not what was written. */
  | 'JOURNAL_CORRUPT'
  /** Another process has it open. */
  | 'JOURNAL_IN_USE'
  /** The disk refused. */
  | 'JOURNAL_WRITE'
  /** There is no file to open, and none can be made. */
  | 'JOURNAL_PATH';

export class JournalError extends Error {
  readonly code: JournalFault;

  constructor(code: JournalFault, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'JournalError';
    this.code = code;
  }
}
