/**
 * GetActivityTask: hands the oldest waiting task to a worker. The engine answers at once; a host that long-polls asks
 * again until its 60 s are over, and then passes on the answer without a token.
 */
import { findTask } from '../interpreter/tasks.ts';
import type { Action } from './action.ts';
import { activityAt } from './arns.ts';

export const getActivityTask: Action<{ activityArn: string; workerName?: string }> = async (turn, input) => {
  const activity = activityAt(turn, input.activityArn);
  for (let taskId = activity.waiting.shift(); taskId !== undefined; taskId = activity.waiting.shift()) {
    const task = findTask(turn, taskId);
    if (task === undefined || task.frame.task === undefined) continue;
    const { run, frame } = task;
    const { token, heartbeatSeconds, scheduledEvent } = task.frame.task;
    const details = input.workerName === undefined ? {} : { workerName: input.workerName };
    await run.proceed(() => {
      run.emit(frame, { type: 'ActivityStarted', details });
      if (heartbeatSeconds !== undefined) run.setTimer(frame, 'heartbeat', turn.nowMs + heartbeatSeconds * 1_000);
    });
    // The start was the event that a full history has no room for.
    if (run.execution.status !== 'RUNNING') continue;
    const scheduled = run.execution.journal.all().find(({ id }) => id === scheduledEvent);
    return { taskToken: token, input: scheduled?.type === 'ActivityScheduled' ? scheduled.details.input : '{}' };
  }
  return {};
};
