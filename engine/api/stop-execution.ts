/** StopExecution: aborts a running execution; a closed one answers when it closed. */
import { EngineError } from '../errors.ts';
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
  checkFailure(input);
  if (execution.status === 'RUNNING') {
    const details = {
      ...(input.error !== undefined && { error: input.error }),
      ...(input.cause !== undefined && { cause: input.cause }),
    };
    new Run(turn, execution).end({ type: 'ExecutionAborted', details }, 0);
  }
  return { stopDate: new Date(execution.stopMs ?? turn.nowMs) };
};

const MAX_ERROR = 256;
const MAX_CAUSE = 32_768;

/** Throws ValidationException for an error or a cause that is too long. */
export function checkFailure({ error, cause }: { readonly error?: string; readonly cause?: string }): void {
  for (const [field, value, limit] of [
    ['error', error, MAX_ERROR],
    ['cause', cause, MAX_CAUSE],
  ] as const) {
    if (value === undefined || value.length <= limit) continue;
    throw new EngineError(
      'ValidationException',
      `1 validation error detected: Value at '${field}' failed to satisfy constraint: Member must have length less than or equal to ${limit}`,
    );
  }
}
