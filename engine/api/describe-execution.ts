/** DescribeExecution. */

import type { Action } from './action.ts';
import { executionAt, qualifiersOf } from './arns.ts';
import { redriveDetails } from './redrive-status.ts';

export const describeExecution: Action<{ executionArn: string }> = (turn, input) => {
  const execution = executionAt(turn, input.executionArn);
  return {
    executionArn: execution.arn,
    stateMachineArn: execution.machine.arn,
    ...qualifiersOf(execution),
    name: execution.name,
    status: execution.status,
    startDate: new Date(execution.startMs),
    ...(execution.stopMs !== undefined && { stopDate: new Date(execution.stopMs) }),
    input: execution.input,
    inputDetails: { included: true },
    ...(execution.output !== undefined && { output: execution.output, outputDetails: { included: true } }),
    ...(execution.error !== undefined && { error: execution.error }),
    ...(execution.cause !== undefined && { cause: execution.cause }),
    ...(execution.traceHeader !== undefined && { traceHeader: execution.traceHeader }),
    ...(execution.childOf && { mapRunArn: execution.childOf.run.arn }),
    ...redriveDetails(turn, execution),
  };
};
