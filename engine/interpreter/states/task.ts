/**
 * Task: works out what to ask for, writes the request down, and hands it to the host. The answer comes back as a
 * command, in another turn.
 */

import type { TaskState, Template } from '../../definition/model.ts';
import { LocatedError } from '../../errors.ts';
import { after, computed, type Eventually } from '../../expression/computed.ts';
import { evaluate } from '../../expression/template.ts';
import type { Draft, ScheduledTask } from '../../history/records.ts';
import { isObject, type JsonValue, toText } from '../../json.ts';
import type { Frame } from '../../state/execution.ts';
import { argumentsOf, checkedSize, effectiveInput, type Payload } from '../data-flow.ts';
import { ExecutionScope } from '../execution-scope.ts';
import { newTaskToken, taskIdOf } from '../identifiers.ts';
import { testOf } from '../pending.ts';
import type { Running } from '../running.ts';
import { checkRequestFormat } from './request-format.ts';

const MAX_SECONDS = 99_999_999;

interface Request {
  readonly input: Payload;
  readonly timeoutSeconds: number | undefined;
  readonly heartbeatSeconds: number | undefined;
  readonly credentials: JsonValue | undefined;
  readonly token: string | undefined;
}

export function beginTask(run: Running, frame: Frame, state: TaskState): Eventually<void> {
  return after(requestOf(run, frame, state), (request) => ask(run, frame, state, request));
}

function ask(run: Running, frame: Frame, state: TaskState, request: Request): void {
  if (state.target.pattern === 'activity') {
    const activity = run.turn.account.activities.get(state.target.resource);
    if (activity === undefined) {
      throw new LocatedError('States.Runtime', `The activity ${state.target.resource} does not exist.`);
    }
    run.emit(frame, scheduled(run, state, request));
    activity.waiting.push(taskIdOf(run.execution, frame));
  } else {
    run.emit(frame, scheduled(run, state, request));
    run.emit(frame, started(state));
    invoke(run, frame, state, request);
  }
  const { nowMs } = run.turn;
  if (request.timeoutSeconds !== undefined) run.setTimer(frame, 'timeout', nowMs + request.timeoutSeconds * 1_000);
  if (request.heartbeatSeconds !== undefined && state.target.pattern !== 'activity') {
    run.setTimer(frame, 'heartbeat', nowMs + request.heartbeatSeconds * 1_000);
  }
}

function requestOf(run: Running, frame: Frame, state: TaskState): Eventually<Request> {
  const { execution, turn } = run;
  const { pattern } = state.target;
  // A job that `.sync` waits for may answer by token, too.
  const needsToken = pattern !== 'requestResponse' && pattern !== 'lambdaArn';
  const mark = execution.lastEventId + 1;
  const token = needsToken
    ? newTaskToken({ serial: execution.serial, frame: frame.id, mark }, turn.settings.ambient.host.uuid())
    : undefined;
  const scope = new ExecutionScope(execution, frame, { taskToken: token });
  return computed(scope, () => {
    const effective = effectiveInput(state.flow, frame.data, scope);
    const input = argumentsOf(state.flow, effective, scope);
    checkedSize(input.text, state);
    checkRequestFormat(state.target.service, input, state.flow.language === 'JSONata' ? 'Arguments' : 'Parameters');
    return {
      input,
      timeoutSeconds: secondsOf(state.timeoutSeconds, 'TimeoutSeconds', scope),
      heartbeatSeconds: secondsOf(state.heartbeatSeconds, 'HeartbeatSeconds', scope),
      credentials: state.credentials === undefined ? undefined : evaluate(state.credentials, scope),
      token,
    };
  });
}

function secondsOf(template: Template | undefined, field: string, scope: ExecutionScope): number | undefined {
  if (template === undefined) return undefined;
  const value = evaluate(template, scope);
  if (typeof value === 'number' && value > 0 && value <= MAX_SECONDS) return value;
  const expression = template.kind === 'expression' ? template.expression : undefined;
  if (expression?.language === 'JSONPath') {
    throw new LocatedError(
      'States.Runtime',
      `The ${field}Path parameter does not reference a positive number: ${expression.source} == ${toText(value)}`,
    );
  }
  throw new LocatedError(
    'States.QueryEvaluationError',
    `The JSONata expression '${expression?.source ?? ''}' specified for the field '${field}' returned ${toText(value)}, which is not a number from 1 to ${MAX_SECONDS}.`,
    { location: field },
  );
}

function credentialsOf(request: Request): { taskCredentials?: { roleArn: string } } {
  const roleArn = isObject(request.credentials) ? request.credentials['RoleArn'] : undefined;
  return typeof roleArn === 'string' ? { taskCredentials: { roleArn } } : {};
}

function scheduled(run: Running, state: TaskState, request: Request): Draft {
  const { target } = state;
  const { timeoutSeconds, heartbeatSeconds, token } = request;
  const task: ScheduledTask = {
    ...(token !== undefined && { taskToken: token }),
    ...(heartbeatSeconds !== undefined && { heartbeatSeconds }),
  };
  const timeout = timeoutSeconds === undefined ? {} : { timeoutInSeconds: timeoutSeconds };
  const heartbeat = heartbeatSeconds === undefined ? {} : { heartbeatInSeconds: heartbeatSeconds };
  const input = request.input.text;
  if (target.pattern === 'lambdaArn') {
    const details = { resource: target.resource, input, ...timeout, ...credentialsOf(request) };
    return { type: 'LambdaFunctionScheduled', details, task };
  }
  if (target.pattern === 'activity') {
    return { type: 'ActivityScheduled', details: { resource: target.resource, input, ...timeout, ...heartbeat }, task };
  }
  const details = {
    resourceType: target.eventResourceType,
    resource: target.eventResource,
    region: run.turn.settings.region,
    parameters: input,
    ...timeout,
    ...heartbeat,
    ...credentialsOf(request),
  };
  return { type: 'TaskScheduled', details, task };
}

function started(state: TaskState): Draft {
  const { target } = state;
  if (target.pattern === 'lambdaArn') return { type: 'LambdaFunctionStarted' };
  return { type: 'TaskStarted', details: { resourceType: target.eventResourceType, resource: target.eventResource } };
}

function invoke(run: Running, frame: Frame, state: TaskState, request: Request): void {
  const { target } = state;
  run.turn.effects.push({
    kind: 'invokeTask',
    taskId: taskIdOf(run.execution, frame),
    resource: target.resource,
    service: target.service,
    action: target.action,
    pattern: target.pattern,
    input: request.input.value(),
    roleArn: run.execution.machine.roleArn,
    executionArn: run.execution.arn,
    stateName: state.name,
    ...(request.token !== undefined && target.pattern === 'waitForTaskToken' && { taskToken: request.token }),
    ...(request.credentials !== undefined && { credentials: request.credentials }),
    ...testOf(run.execution, frame),
  });
}
