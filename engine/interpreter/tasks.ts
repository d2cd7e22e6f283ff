/** Answers to tasks: submitted, succeeded, failed, timed out, from the host, from a token or from a child execution. */

import type { TaskState } from '../definition/model.ts';
import type { StateError } from '../errors.ts';
import { after, type Eventually } from '../expression/computed.ts';
import type { Draft } from '../history/records.ts';
import { exceedsBytes, type JsonObject, type JsonValue, MAX_PAYLOAD_BYTES, toText } from '../json.ts';
import type { ExecutionState, Frame } from '../state/execution.ts';
import { fromText } from './data-flow.ts';
import { TaskError } from './failure.ts';
import { parseId } from './identifiers.ts';
import { Run } from './run.ts';
import { exitWithResult } from './states/leave.ts';
import type { Turn } from './turn.ts';

export interface OpenTask {
  readonly run: Run;
  readonly frame: Frame;
  readonly state: TaskState;
}

/** The task with this id, or undefined when it is over or never was. */
export function findTask(turn: Turn, taskId: string): OpenTask | undefined {
  const address = parseId(taskId);
  const execution = address === undefined ? undefined : turn.account.bySerial.get(address.serial);
  const frame = address === undefined ? undefined : execution?.frames.get(address.frame);
  if (execution === undefined || frame?.task?.scheduledEvent !== address?.mark || frame?.task === undefined)
    return undefined;
  const run = new Run(turn, execution);
  const state = run.stateOf(frame);
  return state.Type === 'Task' ? { run, frame, state } : undefined;
}

function resourceOf(state: TaskState): { resourceType: string; resource: string } {
  return { resourceType: state.target.eventResourceType, resource: state.target.eventResource };
}

/** `output` is JSON text. The child of a `states:startExecution.sync` in this engine is followed from here on. */
export function taskSubmitted({ run, frame, state }: OpenTask, taskId: string, output: string): Eventually<void> {
  const { target } = state;
  const childArn =
    target.service === 'states' && (target.pattern === 'sync' || target.pattern === 'sync2')
      ? (JSON.parse(output) as { ExecutionArn?: string }).ExecutionArn
      : undefined;
  const child = childArn === undefined ? undefined : run.turn.account.executions.get(childArn);
  const awaits = child === undefined ? {} : { awaits: child.arn };
  const submitted = run.proceed(() => {
    run.emit(frame, { type: 'TaskSubmitted', details: { ...resourceOf(state), output }, ...awaits });
  });
  return after(submitted, () => {
    if (child === undefined) return;
    if (child.status !== 'RUNNING') {
      run.turn.endedChildren.push({ taskId, child });
      return;
    }
    const { waiters } = run.turn.account;
    waiters.set(child.arn, [...(waiters.get(child.arn) ?? []), taskId]);
  });
}

function succeeded(state: TaskState, output: string): Draft {
  if (state.target.pattern === 'lambdaArn') return { type: 'LambdaFunctionSucceeded', details: { output } };
  if (state.target.pattern === 'activity') return { type: 'ActivitySucceeded', details: { output } };
  return { type: 'TaskSucceeded', details: { ...resourceOf(state), output } };
}

function unsuccessful(state: TaskState, kind: 'Failed' | 'TimedOut', failure: StateError): Draft {
  const details = {
    ...(failure.error !== undefined && { error: failure.error }),
    ...(failure.cause !== undefined && { cause: failure.cause }),
  };
  if (state.target.pattern === 'lambdaArn') return { type: `LambdaFunction${kind}`, details };
  if (state.target.pattern === 'activity') return { type: `Activity${kind}`, details };
  return { type: `Task${kind}`, details: { ...resourceOf(state), ...details } };
}

export function taskSucceeded(task: OpenTask, output: string): Eventually<void> {
  const { run, frame, state } = task;
  if (exceedsBytes(output, MAX_PAYLOAD_BYTES)) {
    const what = state.target.pattern === 'lambdaArn' ? state.target.resource : state.target.service;
    const cause = `The state/task '${what}' returned a result with a size exceeding the maximum number of bytes service limit.`;
    return taskFailed(task, new TaskError('States.DataLimitExceeded', cause));
  }
  return run.proceed(() => {
    run.cancelTimers(frame);
    run.emit(frame, succeeded(state, output));
    return run.attempt(frame, () => exitWithResult(run, frame, state, fromText(output)));
  });
}

export function taskFailed({ run, frame, state }: OpenTask, failure: StateError): Eventually<void> {
  return run.proceed(() =>
    run.attempt(frame, () => {
      run.cancelTimers(frame);
      run.emit(frame, unsuccessful(state, 'Failed', failure));
      throw failure;
    }),
  );
}

/** Tasks of one execution whose time is up at once: each is written down before the first has its consequences. */
export async function tasksTimedOut(tasks: readonly OpenTask[], heartbeat: boolean): Promise<void> {
  const run = tasks[0]?.run;
  if (run === undefined) return;
  const failure = new TaskError('States.Timeout', undefined, heartbeat);
  await run.proceed(async () => {
    for (const { frame, state } of tasks) {
      run.cancelTimers(frame);
      run.emit(frame, unsuccessful(state, 'TimedOut', failure));
    }
    for (const { frame } of tasks) {
      // The failure of one may have ended the branch of another.
      if (run.execution.status !== 'RUNNING' || run.execution.frames.get(frame.id) !== frame) continue;
      await run.attempt(frame, () => Promise.reject(failure));
    }
  });
}

/** A child execution ended that the task waited for. */
export function childEnded(turn: Turn, taskId: string, child: ExecutionState): Eventually<void> {
  const task = findTask(turn, taskId);
  if (task === undefined) return;
  const description = describeChild(child, task.state.target.pattern === 'sync2');
  if (child.status === 'SUCCEEDED') return taskSucceeded(task, toText(description));
  return taskFailed(task, new TaskError('States.TaskFailed', toText(description)));
}

/** The answer of `startExecution.sync`; with `.sync:2` the output is JSON instead of text. */
function describeChild(child: ExecutionState, parsed: boolean): JsonObject {
  const read = (text: string): JsonValue => (parsed ? (JSON.parse(text) as JsonValue) : text);
  return {
    ...(child.cause !== undefined && { Cause: child.cause }),
    ...(child.error !== undefined && { Error: child.error }),
    ExecutionArn: child.arn,
    Input: read(child.input),
    InputDetails: { Included: true },
    Name: child.name,
    ...(child.output !== undefined && { Output: read(child.output), OutputDetails: { Included: true } }),
    StartDate: child.startMs,
    StateMachineArn: child.machine.arn,
    Status: child.status,
    StopDate: child.stopMs ?? null,
  };
}
