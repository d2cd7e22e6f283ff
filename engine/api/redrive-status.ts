/** What Describe and List answer about redriving an execution. */
import type { ExecutionState } from '../state/execution.ts';

const REASONS: Readonly<Record<string, string>> = {
  RUNNING: 'Execution is RUNNING and cannot be redriven',
  SUCCEEDED: 'Execution is SUCCEEDED and cannot be redriven',
};

export function redriveDetails(execution: ExecutionState) {
  const reason = REASONS[execution.status];
  if (reason === undefined) return { redriveCount: 0, redriveStatus: 'REDRIVABLE' };
  return { redriveCount: 0, redriveStatus: 'NOT_REDRIVABLE', redriveStatusReason: reason };
}
