/** SendTaskSuccess: the answer to a task token or an activity task. */

import { EngineError } from '../errors.ts';
import { after } from '../expression/computed.ts';
import { taskSucceeded } from '../interpreter/tasks.ts';
import { exceedsBytes, MAX_PAYLOAD_BYTES } from '../json.ts';
import type { Action } from './action.ts';
import { checkJson } from './json-input.ts';
import { taskOfToken } from './task-token.ts';

export const sendTaskSuccess: Action<{ taskToken: string; output: string }> = (turn, input) => {
  // AWS looks at the token first: a token that it does not know is refused whatever the output.
  const task = taskOfToken(turn, input.taskToken);
  const refuse = (reason: string): Error => new EngineError('InvalidOutput', `Invalid Output: '${reason}'`);
  if (exceedsBytes(input.output, MAX_PAYLOAD_BYTES))
    throw refuse(`The output has more than ${MAX_PAYLOAD_BYTES} bytes`);
  const output = checkJson(input.output, refuse);
  return after(taskSucceeded(task, output), () => ({}));
};
