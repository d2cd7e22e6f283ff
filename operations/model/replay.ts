/**
 * Failures in groups, and jobs that replay them. Plain JSON, as the command line prints it, the HTTP API answers it and
 * the console draws it; times are ISO 8601 UTC with milliseconds, durations are in seconds and say so.
 */

export interface FailureGroup {
  /** Stable: hash of state, error and pattern. */
  readonly groupId: string;
  readonly state: string;
  readonly error: string;
  readonly pattern: string;
  readonly count: number;
  readonly firstAt: string;
  readonly lastAt: string;
  readonly byDepot: Readonly<Record<string, number>>;
  /** A few order ids and one whole cause. */
  readonly examples: readonly string[];
  readonly exampleCause: string;
}

/** How an order is taken up again. */
export type ReplayMode =
  /** The same execution, the same definition. */
  | 'redrive'
  /** A new execution `orderId.rN` of the definition as it is now, from the failed state with its recorded input. */
  | 'resume';

/** What is asked of a job: one way for all of it, or for each order the way that Step Functions leaves open. */
export type JobMode =
  | ReplayMode
  /** Redrive where Step Functions allows it, else resume. */
  | 'auto';

export type ReplayItemState = 'PENDING' | 'STARTED' | 'RUNNING' | 'SUCCEEDED' | 'FAILED_AGAIN' | 'SKIPPED' | 'REFUSED';

export interface ReplayItem {
  readonly orderId: string;
  readonly executionArn: string;
  readonly state: ReplayItemState;
  readonly mode?: ReplayMode;
  /** Execution that runs now: the same on a redrive, `orderId.rN` on a resume. */
  readonly replayedArn?: string;
  /** Why it was skipped or refused, e.g. "the order is DELIVERED". */
  readonly reason?: string;
  readonly startedAt?: string;
  readonly endedAt?: string;
}

/** A frozen selection and what became of it. Kept in a table, so that any tool can go on with it. */
export interface ReplayJob {
  readonly jobId: string;
  readonly createdAt: string;
  readonly by: string;
  /** Required: why this is done. */
  readonly why: string;
  readonly mode: JobMode;
  readonly ratePerSecond: number;
  /** What the selection was made from, for the record; the items are what counts. */
  readonly selectedFrom: {
    readonly groupIds?: readonly string[];
    readonly orderIds?: number;
    readonly depotId?: string;
  };
  readonly state: 'FROZEN' | 'RUNNING' | 'DONE' | 'STOPPED';
  readonly counts: Readonly<Record<ReplayItemState, number>>;
  readonly total: number;
}

/** What a dry run says of each: nothing has been done. */
export interface ReplayForecast {
  readonly total: number;
  readonly willRedrive: number;
  readonly willResume: number;
  readonly refused: readonly {
    readonly reason: string;
    readonly count: number;
    readonly examples: readonly string[];
  }[];
  readonly seconds: number;
  /** Redrives that would go on under another definition than is deployed now; of those that were asked about, a few of
   * a large job. Absent where none was found. */
  readonly underOlderDefinition?: { readonly count: number; readonly of: number };
}
