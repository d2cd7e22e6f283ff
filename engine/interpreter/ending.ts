/** What follows from the end of an execution: the status event, and the parent that waits for it in this engine. */

import type { ExecutionState } from '../state/execution.ts';
import { statusDetail } from './status.ts';
import type { Turn } from './turn.ts';

export function executionEnded(turn: Turn, execution: ExecutionState): void {
  turn.effects.push({ kind: 'executionStatusChanged', detail: statusDetail(execution) });
  const waiters = turn.account.waiters.get(execution.arn);
  if (waiters === undefined) return;
  turn.account.waiters.delete(execution.arn);
  for (const taskId of waiters) turn.endedChildren.push({ taskId, child: execution });
}
