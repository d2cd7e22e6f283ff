/**
 * Waits that are stuck, and what helps. Plain JSON, as the command line prints it, the HTTP API answers it and the
 * console draws it; times are ISO 8601 UTC with milliseconds, durations are in seconds and say so.
 */

export type StuckKind =
  /** Open for longer than its policy allows. */
  | 'OVERDUE_WAIT'
  /** The ledger has a token whose execution no longer waits for it. */
  | 'TOKEN_WITHOUT_WAIT'
  /** The execution waits and the ledger has no open wait for it. */
  | 'WAIT_WITHOUT_TOKEN'
  /** A signal lies there and no wait takes it. */
  | 'SIGNAL_WITHOUT_TAKER'
  /** The order has ended, its execution has not. */
  | 'EXECUTION_OUTLIVES_ORDER';

export type RemedyKind =
  /** Ask the ledger to settle the order again: send what was matched, match what lies there. */
  | 'settle'
  /** Send the milestone in the world's place. */
  | 'signal'
  | 'cancel'
  /** Stop the execution of an order that has ended. */
  | 'stop-execution'
  | 'redrive'
  /** Mark a signal that nothing will ever take. */
  | 'supersede';

export interface StuckWait {
  readonly kind: StuckKind;
  readonly orderId: string;
  readonly depotId: string;
  readonly since: string;
  readonly ageSeconds: number;
  readonly what: string;
  readonly executionArn?: string;
  readonly signalId?: string;
  readonly remedies: readonly { readonly kind: RemedyKind; readonly label: string }[];
}
