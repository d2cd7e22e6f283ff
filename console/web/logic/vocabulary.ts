/**
 * What the screens call things, and in which tone: statuses, promise states, stages and verdict codes, each a record
 * that the compiler proves complete.
 */
import type { OrderStatus, Stage, VerdictCode, VerdictPart } from '../../../domain/index.ts';
import type { PromiseState, ReplayItemState, StuckKind } from '../api/shapes.ts';

/** Tones of the whole console; colours stand in the theme. */
export type Tone = 'quiet' | 'moving' | 'good' | 'warn' | 'bad';

export interface Word {
  readonly label: string;
  readonly tone: Tone;
}

export const STATUS_WORDS: Readonly<Record<OrderStatus, Word>> = {
  PLACED: { label: 'Placed', tone: 'quiet' },
  PLANNED: { label: 'Planned', tone: 'moving' },
  DISPATCHED: { label: 'Dispatched', tone: 'moving' },
  OUT_FOR_DELIVERY: { label: 'Out for delivery', tone: 'moving' },
  ARRIVING: { label: 'Arriving', tone: 'moving' },
  DELIVERED: { label: 'Delivered', tone: 'good' },
  ARCHIVED: { label: 'Archived', tone: 'good' },
  REJECTED: { label: 'Rejected', tone: 'warn' },
  CANCELLED: { label: 'Cancelled', tone: 'quiet' },
  ATTEMPT_FAILED: { label: 'Attempt failed', tone: 'warn' },
  RETURNED: { label: 'Returned', tone: 'warn' },
  FAILED: { label: 'Failed', tone: 'bad' },
};

export const PROMISE_WORDS: Readonly<Record<PromiseState, Word>> = {
  ON_TIME: { label: 'On time', tone: 'quiet' },
  AT_RISK: { label: 'At risk', tone: 'warn' },
  LATE: { label: 'Late', tone: 'bad' },
  MET: { label: 'Met', tone: 'good' },
  MISSED: { label: 'Missed', tone: 'bad' },
  EXCLUDED: { label: 'Excluded', tone: 'quiet' },
};

export const STAGE_WORDS: Readonly<Record<Stage, string>> = {
  accept: 'Accept',
  plan: 'Plan',
  dispatch: 'Dispatch',
  depart: 'Depart',
  deliver: 'Deliver',
  close: 'Close',
};

export const VERDICT_WORDS: Readonly<Record<VerdictCode, string>> = {
  LATE: 'Late',
  EARLY: 'Early',
  SHORT: 'Short',
  EXCESS: 'Excess',
  DAMAGED: 'Damaged',
  NO_PROOF: 'No proof',
  NO_DOCUMENT: 'Document missing',
  REJECTED: 'Rejected',
  CANCELLED: 'Cancelled',
  RETURNED: 'Returned',
  FAILED: 'Failed',
  NOT_DELIVERED: 'Not delivered',
};

export const PART_WORDS: Readonly<Record<VerdictPart, string>> = {
  onTime: 'On time',
  inFull: 'In full',
  undamaged: 'Undamaged',
  documented: 'Documented',
};

export const ITEM_WORDS: Readonly<Record<ReplayItemState, Word>> = {
  PENDING: { label: 'Pending', tone: 'quiet' },
  STARTED: { label: 'Started', tone: 'moving' },
  RUNNING: { label: 'Running', tone: 'moving' },
  SUCCEEDED: { label: 'Succeeded', tone: 'good' },
  FAILED_AGAIN: { label: 'Failed again', tone: 'bad' },
  SKIPPED: { label: 'Skipped', tone: 'quiet' },
  REFUSED: { label: 'Refused', tone: 'warn' },
};

export const STUCK_WORDS: Readonly<Record<StuckKind, { readonly label: string; readonly meaning: string }>> = {
  OVERDUE_WAIT: { label: 'Overdue wait', meaning: 'Open for longer than its policy allows.' },
  TOKEN_WITHOUT_WAIT: {
    label: 'Token without a wait',
    meaning: 'The ledger holds a token whose execution no longer waits for it.',
  },
  WAIT_WITHOUT_TOKEN: {
    label: 'Wait without a token',
    meaning: 'The execution waits, and the ledger has no open wait for it.',
  },
  SIGNAL_WITHOUT_TAKER: { label: 'Signal without a taker', meaning: 'A signal lies there and no wait takes it.' },
  EXECUTION_OUTLIVES_ORDER: {
    label: 'Execution outlives its order',
    meaning: 'The order has ended, its execution has not.',
  },
};

/** The keys of a complete record, as the type says them. */
export const keysOf = <K extends string>(record: Readonly<Record<K, unknown>>): readonly K[] =>
  Object.keys(record) as K[];

export const wordOf = (words: Readonly<Record<string, Word>>, key: string): Word =>
  words[key] ?? { label: key, tone: 'quiet' };
