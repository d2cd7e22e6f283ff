/** What operators did, and the replays that they began: keys and items of the Actions table. */
import type { OrderFailure } from './tables.ts';

// Actions table: pk, sk; what operators did, and the work they began. GSI `byOrder`: orderId + at, sparse.
//   pk = 'ACTION#<day>',                        sk = '<ISO time>#<action id>'  an action: asked, then done or refused
//   pk = 'JOB#<jobId>',                         sk = 'META'                    a replay job
//   pk = 'JOB#<jobId>',                         sk = 'ITEM#<n, 6 digits>'      one order of the job
//   pk = 'REPLAY#<executionArn>#<redriveCount>', sk = 'CLAIM'                  ReplayClaim, written by operate-order alone

export const ACTIONS_BY_ORDER_INDEX = 'byOrder';

/** Keys of the items of the Actions table. Times are ISO 8601 UTC with milliseconds. */
export const ACTION_KEYS = {
  action: (at: string, actionId: string) => ({ pk: `ACTION#${at.slice(0, 10)}`, sk: `${at}#${actionId}` }),
  actionsOfDay: (day: string) => `ACTION#${day}`,
  job: (jobId: string) => ({ pk: `JOB#${jobId}`, sk: 'META' }),
  jobItem: (jobId: string, number: number) => ({ pk: `JOB#${jobId}`, sk: `ITEM#${String(number).padStart(6, '0')}` }),
  claim: (executionArn: string, redriveCount: number) => ({
    pk: `REPLAY#${executionArn}#${redriveCount}`,
    sk: 'CLAIM',
  }),
} as const;

/** That this run of an execution is taken up, once, whoever asks. */
export interface ReplayClaim {
  readonly pk: string;
  readonly sk: 'CLAIM';
  readonly orderId: string;
  readonly at: string;
  readonly mode: 'redrive' | 'resume';
  /** The N of the order's Nth replay, and of `orderId.rN`. */
  readonly replay: number;
  /** The execution that goes on: the same on a redrive. */
  readonly replayedArn: string;
  /** Of a resume: name and input of the execution that is started. */
  readonly start?: { readonly name: string; readonly input: string };
  /** What the order failed with, to be put back should Step Functions refuse. */
  readonly failure: OrderFailure;
  readonly by: string;
  readonly why: string;
  readonly jobId?: string;
  /** CLAIMED: the order was taken up, its execution is being set going. REFUSED: Step Functions would not; free again. */
  readonly state: 'CLAIMED' | 'STARTED' | 'REFUSED';
  readonly reason?: string;
}
