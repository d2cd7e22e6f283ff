/** Timers that fire: the end of a wait, of a retry's delay, of a task's time, of an execution's time. */
import type { Eventually } from '../expression/computed.ts';
import type { ExecutionState, Frame } from '../state/execution.ts';
import { parseId, taskIdOf } from './identifiers.ts';
import { Run } from './run.ts';
import { endWait } from './states/wait.ts';
import { findTask, type OpenTask, tasksTimedOut } from './tasks.ts';
import type { Turn } from './turn.ts';

/** A timer that was taken back, or belongs to what is over, does nothing. */
export async function timerFired(turn: Turn, timerId: string): Promise<void> {
  const address = parseId(timerId);
  const execution = address === undefined ? undefined : turn.account.bySerial.get(address.serial);
  if (address === undefined || execution === undefined) return;
  if (execution.timeout?.timerId === timerId) {
    endByTimeout(turn, execution);
    return;
  }
  const frame = execution.frames.get(address.frame);
  const [purpose] = Object.entries(frame?.timers ?? {}).find(([, timer]) => timer.timerId === timerId) ?? [];
  if (frame === undefined || purpose === undefined) return;
  if (purpose === 'timeout') await taskTimedOut(turn, execution, frame, timerId, false);
  else if (purpose === 'heartbeat') await heartbeatDue(turn, execution, frame, timerId);
  else await resume(new Run(turn, execution), frame, purpose === 'wait' ? 'wait' : 'retry');
}

function resume(run: Run, frame: Frame, purpose: 'wait' | 'retry'): Eventually<void> {
  return run.proceed(() => {
    run.emit(frame, { type: 'TimerEnded', purpose });
    const state = run.stateOf(frame);
    if (purpose === 'wait' && state.Type === 'Wait') return run.attempt(frame, () => endWait(run, frame, state));
    run.enqueue(frame);
  });
}

async function taskTimedOut(
  turn: Turn,
  execution: ExecutionState,
  frame: Frame,
  timerId: string,
  heartbeat: boolean,
): Promise<void> {
  const task = findTask(turn, taskIdOf(execution, frame));
  if (task === undefined) return;
  // The host has dropped the timer that fired; only the others are to be taken back.
  task.run.firedTimer = timerId;
  await tasksTimedOut([task, ...(heartbeat ? [] : dueBeside(turn, task))], heartbeat);
}

/** Other tasks of the execution whose time is up at this very moment: all of them are, before any has consequences. */
function dueBeside(turn: Turn, { run, frame: first }: OpenTask): OpenTask[] {
  const due: OpenTask[] = [];
  for (const frame of run.execution.frames.values()) {
    const timer = frame === first ? undefined : frame.timers?.timeout;
    const state = timer !== undefined && timer.dueMs <= turn.nowMs ? run.stateOf(frame) : undefined;
    if (state?.Type === 'Task' && frame.task !== undefined) due.push({ run, frame, state });
  }
  return due;
}

/** A heartbeat moves no timer: the timer looks, when it fires, for how long there has been none. */
async function heartbeatDue(turn: Turn, execution: ExecutionState, frame: Frame, timerId: string): Promise<void> {
  const { task } = frame;
  if (task?.heartbeatSeconds === undefined) return;
  const dueMs = task.lastHeartbeatMs + task.heartbeatSeconds * 1_000;
  if (dueMs <= turn.nowMs) await taskTimedOut(turn, execution, frame, timerId, true);
  else new Run(turn, execution).setTimer(frame, 'heartbeat', dueMs);
}

function endByTimeout(turn: Turn, execution: ExecutionState): void {
  const run = new Run(turn, execution);
  run.firedTimer = execution.timeout?.timerId;
  run.end({ type: 'ExecutionTimedOut', details: {} }, 0);
}
