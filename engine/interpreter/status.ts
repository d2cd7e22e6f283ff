/** The detail of "Step Functions Execution Status Change". */
import type { ExecutionStatusDetail } from '../contract.ts';
import type { ExecutionState } from '../state/execution.ts';

export function statusDetail(execution: ExecutionState): ExecutionStatusDetail {
  return {
    executionArn: execution.arn,
    stateMachineArn: execution.machine.arn,
    name: execution.name,
    status: execution.status,
    startDate: execution.startMs,
    stopDate: execution.stopMs ?? null,
    input: execution.input,
    output: execution.output ?? null,
    ...(execution.error !== undefined && { error: execution.error }),
    ...(execution.cause !== undefined && { cause: execution.cause }),
  };
}
