/** The detail of "Step Functions Execution Status Change". */
import type { ExecutionStatusDetail } from '../contract.ts';
import type { ExecutionState } from '../state/execution.ts';
import { redriveStatusOf, whyNotRedrivable } from './redrivable.ts';
import type { Turn } from './turn.ts';

export function statusDetail(turn: Turn, execution: ExecutionState): ExecutionStatusDetail {
  const { arn } = execution.machine;
  const reason = whyNotRedrivable(turn, execution);
  return {
    executionArn: execution.arn,
    stateMachineArn: arn,
    stateMachineVersionArn: execution.version === undefined ? null : `${arn}:${execution.version}`,
    stateMachineAliasArn: execution.alias === undefined ? null : `${arn}:${execution.alias}`,
    name: execution.name,
    status: execution.status,
    startDate: execution.startMs,
    stopDate: execution.stopMs ?? null,
    input: execution.input,
    output: execution.output ?? null,
    ...(execution.error !== undefined && { error: execution.error }),
    ...(execution.cause !== undefined && { cause: execution.cause }),
    redriveCount: execution.redriveCount,
    redriveDate: execution.redrives.at(-1)?.atMs ?? null,
    redriveStatus: redriveStatusOf(execution, reason),
    redriveStatusReason: reason ?? null,
  };
}
