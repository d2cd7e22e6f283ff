/** SendTaskFailure. */
import { TaskError } from '../interpreter/failure.ts';
import { taskFailed } from '../interpreter/tasks.ts';
import type { Action } from './action.ts';
import { taskOfToken } from './task-token.ts';

export const sendTaskFailure: Action<{ taskToken: string; error?: string; cause?: string }> = async (turn, input) => {
  await taskFailed(taskOfToken(turn, input.taskToken), new TaskError(input.error, input.cause));
  return {};
};
