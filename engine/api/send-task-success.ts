/** SendTaskSuccess: the answer to a task token or an activity task. */
import { EngineError } from '../errors.ts';
import { taskSucceeded } from '../interpreter/tasks.ts';
import { exceedsBytes, MAX_PAYLOAD_BYTES } from '../json.ts';
import type { Action } from './action.ts';
import { checkJson } from './json-input.ts';
import { taskOfToken } from './task-token.ts';

export const sendTaskSuccess: Action<{ taskToken: string; output: string }> = async (turn, input) => {
  const output = checkJson(input.output, (reason) => new EngineError('InvalidOutput', `Invalid Output: '${reason}'`));
  if (exceedsBytes(output, MAX_PAYLOAD_BYTES)) {
    throw new EngineError('InvalidOutput', `Invalid Output: 'The output has more than ${MAX_PAYLOAD_BYTES} bytes'`);
  }
  await taskSucceeded(taskOfToken(turn, input.taskToken), output);
  return {};
};
