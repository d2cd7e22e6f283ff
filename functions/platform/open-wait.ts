/** Turns a state's request into the ledger's wait: where it stands, its token, and its place among re-entries. */
import { type AwaitRequest, MILESTONES } from '../../workflows/order-lifecycle/contracts.ts';
import { epochOf, type NewWait } from './ledger/ledger.ts';

export function waitOf(request: AwaitRequest, openedAt: string): NewWait {
  const { frame, awaits, token, executionArn } = request;
  return {
    awaits,
    cycle: frame.cycle,
    token,
    executionArn,
    openedAt,
    epoch: epochOf({
      enteredAt: request.enteredAt,
      redriveCount: request.redriveCount,
      cycle: frame.cycle,
      amendment: frame.amendedThrough?.arrival ?? 0,
      stage: MILESTONES.indexOf(awaits),
      retryCount: request.retryCount,
    }),
    ...(frame.amendedThrough === undefined ? {} : { amendedThrough: frame.amendedThrough }),
  };
}
