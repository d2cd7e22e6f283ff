/** Whether an execution can be redriven, in the words that AWS answers when it cannot. */
import { MAX_OPEN_MS } from '../state/account.ts';
import type { ExecutionState } from '../state/execution.ts';
import type { Turn } from './turn.ts';

/** Counted from the close. */
const REDRIVABLE_MS = 14 * 24 * 3_600_000;
/** ExecutionRedriven and one more event have to fit. */
const FIRST_FULL_EVENT = 24_999;

export type RedriveStatus = 'REDRIVABLE' | 'NOT_REDRIVABLE' | 'REDRIVABLE_BY_MAP_RUN';

export function redriveStatusOf(execution: ExecutionState, reason: string | undefined): RedriveStatus {
  if (reason !== undefined) return 'NOT_REDRIVABLE';
  return execution.childOf === undefined ? 'REDRIVABLE' : 'REDRIVABLE_BY_MAP_RUN';
}

/** The `redriveStatusReason`; undefined when the execution can be redriven now. */
export function whyNotRedrivable(turn: Turn, execution: ExecutionState): string | undefined {
  const { status, stopMs } = execution;
  if (status === 'RUNNING' || status === 'SUCCEEDED') return `Execution is ${status} and cannot be redriven`;
  // The processor of a distributed Map is named by its machine and a label.
  const [machineArn = ''] = execution.machine.arn.split('/');
  if (!turn.account.machines.has(machineArn)) return 'State machine is in DELETING status';
  if (execution.lastEventId >= FIRST_FULL_EVENT) return 'Execution history event limit exceeded';
  if (turn.nowMs - execution.startMs >= MAX_OPEN_MS) return 'Execution has exceeded the max execution time';
  if (stopMs !== undefined && turn.nowMs - stopMs > REDRIVABLE_MS) return 'Execution redrivable period exceeded';
  return undefined;
}
