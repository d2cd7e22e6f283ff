/** StopExecution: aborts a running execution; a closed one answers when it closed. */
import { Run } from '../interpreter/run.ts';
import type { Action } from './action.ts';
import { executionAt } from './arns.ts';

export interface StopExecutionInput {
  readonly executionArn: string;
  readonly error?: string;
  readonly cause?: string;
}

export const stopExecution: Action<StopExecutionInput> = (turn, input) => {
  const execution = executionAt(turn, input.executionArn);
  if (execution.status === 'RUNNING') {
    const details = {
      ...(input.error !== undefined && { error: input.error }),
      ...(input.cause !== undefined && { cause: input.cause }),
    };
    new Run(turn, execution).end({ type: 'ExecutionAborted', details }, 0);
  }
  return { stopDate: new Date(execution.stopMs ?? turn.nowMs) };
};
