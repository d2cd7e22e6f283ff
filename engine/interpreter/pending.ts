/** What is outstanding in an execution, as effects: what a host has to do again after a restart. */
import type { Effect, InvokeTask } from '../contract.ts';
import type { JournalRecord, TimerPurpose } from '../history/records.ts';
import type { JsonValue } from '../json.ts';
import type { ExecutionState, Frame } from '../state/execution.ts';
import { taskIdOf } from './identifiers.ts';
import { mapCallEffect } from './map-run/calls.ts';

export function pendingEffects(execution: ExecutionState): Effect[] {
  const effects: Effect[] = [];
  for (const { leaving } of execution.mapRuns ?? []) {
    const call = leaving && mapCallEffect(execution, leaving);
    if (call !== undefined) effects.push(call);
  }
  if (execution.status !== 'RUNNING') return effects;
  if (execution.timeout !== undefined) effects.push({ kind: 'setTimer', ...execution.timeout, purpose: 'execution' });
  for (const frame of execution.frames.values()) {
    for (const [purpose, timer] of Object.entries(frame.timers ?? {}))
      effects.push({ kind: 'setTimer', ...timer, purpose: purpose as TimerPurpose });
    const call = mapCallEffect(execution, frame);
    if (call !== undefined) effects.push(call);
    const task = taskEffect(execution, frame);
    if (task !== undefined) effects.push(task);
  }
  return effects;
}

/**
 * A task that the service has not taken yet is asked again: at least once, as Step Functions does. A job that it has
 * taken is watched for its end, unless the engine runs it itself.
 */
function taskEffect(execution: ExecutionState, frame: Frame): Effect | undefined {
  const state = frame.graph.states.get(frame.stateName);
  const { task } = frame;
  if (state?.Type !== 'Task' || task === undefined || state.target.pattern === 'activity') return undefined;
  const { target } = state;
  const isJob = target.pattern === 'sync' || target.pattern === 'sync2';
  if (task.submitted && (!isJob || task.awaits !== undefined)) return undefined;
  const scheduled = execution.journal.all().find(({ id }) => id === task.scheduledEvent);
  const asked = {
    taskId: taskIdOf(execution, frame),
    resource: target.resource,
    service: target.service,
    action: target.action,
    pattern: target.pattern,
    input: JSON.parse(inputOf(scheduled)) as JsonValue,
    roleArn: execution.machine.roleArn,
    executionArn: execution.arn,
    stateName: state.name,
    ...(task.token !== undefined && target.pattern === 'waitForTaskToken' && { taskToken: task.token }),
    ...credentialsOf(scheduled),
    ...testOf(execution, frame),
  };
  if (!task.submitted) return { kind: 'invokeTask', ...asked };
  return { kind: 'watchTask', ...asked, submitted: answerOfService(execution, frame) };
}

/** For the effect of a task: which request of a test case it is. */
export function testOf({ test }: ExecutionState, { task }: Frame): Pick<InvokeTask, 'test'> {
  if (test === undefined || task?.invocation === undefined) return {};
  return { test: { testCase: test.testCase, invocation: task.invocation } };
}

function answerOfService({ journal }: ExecutionState, frame: Frame): string {
  const record = journal.all().findLast((entry) => entry.type === 'TaskSubmitted' && entry.frame === frame.id);
  return record?.type === 'TaskSubmitted' ? record.details.output : '{}';
}

function inputOf(scheduled: JournalRecord | undefined): string {
  if (scheduled?.type === 'TaskScheduled') return scheduled.details.parameters;
  return scheduled?.type === 'LambdaFunctionScheduled' ? scheduled.details.input : '{}';
}

function credentialsOf(scheduled: JournalRecord | undefined): { credentials?: JsonValue } {
  if (scheduled?.type !== 'TaskScheduled' && scheduled?.type !== 'LambdaFunctionScheduled') return {};
  const { taskCredentials } = scheduled.details;
  return taskCredentials === undefined ? {} : { credentials: { RoleArn: taskCredentials.roleArn } };
}
