/**
 * What operators ask of the function `operate-order`, and what it answers: the contract between the tools and the one
 * function that may take a stopped order up again. Every request can be repeated; the answer to a repetition says what
 * became of the first.
 */
import * as z from 'zod';

const operator = {
  orderId: z.string().min(1).max(80),
  /** Who asks, e.g. the ARN that STS gives. */
  by: z.string().min(1).max(400),
  /** Why: required of every change. */
  why: z.string().trim().min(1, 'say why this is done').max(500),
};

/** How an order is taken up again: the same execution, or a new one of the definition as it is now. */
export const REPLAY_MODES = ['redrive', 'resume'] as const;

export const replayRequestSchema = z.object({
  operation: z.literal('replay'),
  ...operator,
  mode: z.enum(REPLAY_MODES),
  /** The run that stopped, as the failure names it: a replay of another run than the one that was looked at is refused. */
  executionArn: z.string().min(1),
  redriveCount: z.number().int().nonnegative(),
  jobId: z.string().min(1).max(100).optional(),
});
export type ReplayRequest = z.infer<typeof replayRequestSchema>;

/** Sends what was matched and not sent, matches what lies there. */
export const settleRequestSchema = z.object({ operation: z.literal('settle'), ...operator });
export type SettleRequest = z.infer<typeof settleRequestSchema>;

/** Marks a pending signal that nothing will ever take; no wait takes it from then on. */
export const supersedeRequestSchema = z.object({
  operation: z.literal('supersede'),
  ...operator,
  signalId: z.string().min(1).max(200),
});
export type SupersedeRequest = z.infer<typeof supersedeRequestSchema>;

export const operateRequestSchema = z.discriminatedUnion('operation', [
  replayRequestSchema,
  settleRequestSchema,
  supersedeRequestSchema,
]);
export type OperateRequest = z.infer<typeof operateRequestSchema>;

/**
 * `started`: this request set the execution going. `already`: an earlier request had (or nothing was left to do).
 * `skipped`: the order does not stand where the request says any more, e.g. it was delivered meanwhile; nothing was
 * touched. `refused`: it cannot be done this way; `reason` says what to do instead. `done`: settled or superseded.
 */
export type OperateOutcome = 'started' | 'already' | 'skipped' | 'refused' | 'done';

export interface OperateAnswer {
  readonly orderId: string;
  readonly operation: OperateRequest['operation'];
  readonly outcome: OperateOutcome;
  /** Of `skipped` and `refused`: one sentence with the remedy. */
  readonly reason?: string;
  /** Of a replay that goes on: how it was done, the execution that runs, and which replay of the order it is. */
  readonly mode?: (typeof REPLAY_MODES)[number];
  readonly replayedArn?: string;
  readonly replay?: number;
  /** Of `already`: who had asked. */
  readonly by?: string;
}
