/**
 * What follows from the end of an execution: the status event, the caller of StartSyncExecution, the parent that waits
 * for it in this engine, the Map run whose child it is, and the children of its own Map runs.
 */
import type { ExecutionState } from '../state/execution.ts';
import { statusDetail } from './status.ts';
import { syncAnswer } from './sync-answer.ts';
import type { Turn } from './turn.ts';

export function executionEnded(turn: Turn, execution: ExecutionState): void {
  const { arn, childOf, express } = execution;
  if (express === undefined)
    turn.effects.push({ kind: 'executionStatusChanged', detail: statusDetail(turn, execution) });
  if (express?.sync === true && turn.answering !== execution) {
    turn.effects.push({ kind: 'syncExecutionEnded', executionArn: arn, response: syncAnswer(execution) });
  }
  for (const run of execution.mapRuns ?? []) {
    turn.orphans.push(...run.running.values());
    if (run.leaving !== undefined) turn.dueMapRuns.push(run);
  }
  if (childOf?.run.status === 'RUNNING') turn.dueMapRuns.push(childOf.run);
  const waiters = turn.account.waiters.get(arn);
  if (waiters === undefined) return;
  turn.account.waiters.delete(arn);
  for (const taskId of waiters) turn.endedChildren.push({ taskId, child: execution });
}
