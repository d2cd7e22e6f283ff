/** SendTaskHeartbeat: AWS writes no event for it; the engine's journal does. */
import type { Action } from './action.ts';
import { taskOfToken } from './task-token.ts';

export const sendTaskHeartbeat: Action<{ taskToken: string }> = (turn, input) => {
  const { run, frame } = taskOfToken(turn, input.taskToken);
  run.emit(frame, { type: 'HeartbeatReceived' });
  return {};
};
