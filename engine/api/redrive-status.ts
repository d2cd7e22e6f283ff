/** What Describe and List answer about redriving an execution. */
import { redriveStatusOf, whyNotRedrivable } from '../interpreter/redrivable.ts';
import type { Turn } from '../interpreter/turn.ts';
import type { ExecutionState } from '../state/execution.ts';

export function redriveDetails(turn: Turn, execution: ExecutionState) {
  const reason = whyNotRedrivable(turn, execution);
  return {
    ...redriveHistory(execution),
    redriveStatus: redriveStatusOf(execution, reason),
    ...(reason !== undefined && { redriveStatusReason: reason }),
  };
}

/** How often and when last: what ListExecutions answers, too. */
export function redriveHistory({ redriveCount, redrives }: ExecutionState) {
  const last = redrives.at(-1);
  return { redriveCount, ...(last !== undefined && { redriveDate: new Date(last.atMs) }) };
}
