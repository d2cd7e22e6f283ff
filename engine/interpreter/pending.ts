/** What is outstanding in an execution, as effects: what a host has to do again after a restart. */
import type { Effect } from '../contract.ts';
import type { JournalRecord } from '../history/records.ts';
import type { JsonValue } from '../json.ts';
import type { ExecutionState, Frame } from '../state/execution.ts';
import { taskIdOf } from './identifiers.ts';
import { mapCallEffect } from './map-run/calls.ts';

export function pendingEffects(execution: ExecutionState): Effect[] {
  if (execution.status !== 'RUNNING') return [];
  const effects: Effect[] = execution.timeout === undefined ? [] : [{ kind: 'setTimer', ...execution.timeout }];
  for (const frame of execution.frames.values()) {
    for (const timer of Object.values(frame.timers ?? {})) effects.push({ kind: 'setTimer', ...timer });
    const call = mapCallEffect(execution, frame);
    if (call !== undefined) effects.push(call);
    const task = taskEffect(execution, frame);
    if (task !== undefined) effects.push(task);
  }
  return effects;
}

/** A task that the service has not taken yet is asked again: at least once, as Step Functions does. */
function taskEffect(execution: ExecutionState, frame: Frame): Effect | undefined {
  const state = frame.graph.states.get(frame.stateName);
  const { task } = frame;
  if (state?.Type !== 'Task' || task === undefined || task.submitted || state.target.pattern === 'activity')
    return undefined;
  const scheduled = execution.journal.find(({ id }) => id === task.scheduledEvent);
  const { target } = state;
  return {
    kind: 'invokeTask',
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
  };
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
