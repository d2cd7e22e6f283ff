/** Wait: sets a timer for its time, and goes on when the timer has fired. */

import type { Template, WaitState } from '../../definition/model.ts';
import { parseTimestampMs } from '../../definition/timestamp.ts';
import { LocatedError } from '../../errors.ts';
import { after, computed, type Eventually } from '../../expression/computed.ts';
import { evaluate } from '../../expression/template.ts';
import { type JsonValue, toText } from '../../json.ts';
import type { Frame } from '../../state/execution.ts';
import { effectiveInput } from '../data-flow.ts';
import { ExecutionScope } from '../execution-scope.ts';
import type { Running } from '../running.ts';
import { exitState, unchanged } from './leave.ts';

/** Seconds that AWS's timers can hold: 24,855 days. */
const MAX_WAIT_MS = 2_147_483_647_000;

export function beginWait(run: Running, frame: Frame, state: WaitState): Eventually<void> {
  const scope = new ExecutionScope(run.execution, frame);
  const { nowMs } = run.turn;
  const due = computed(scope, () => {
    effectiveInput(state.flow, frame.data, scope);
    return state.seconds ? nowMs + secondsOf(state.seconds, state, scope) * 1_000 : timestampOf(state, scope);
  });
  return after(due, (dueMs) => {
    if (dueMs - nowMs > MAX_WAIT_MS) throw new LocatedError('States.Runtime', 'Wait state delay is too long.');
    if (dueMs <= nowMs) return endWait(run, frame, state);
    run.setTimer(frame, 'wait', dueMs);
  });
}

export function endWait(run: Running, frame: Frame, state: WaitState): Eventually<void> {
  const scope = new ExecutionScope(run.execution, frame);
  const outcome = computed(scope, () => unchanged(state, frame, scope));
  return after(outcome, (known) => exitState(run, frame, state, known, state.next));
}

function sourceOf(template: Template): string {
  return template.kind === 'expression' ? template.expression.source : '';
}

function secondsOf(template: Template, state: WaitState, scope: ExecutionScope): number {
  const path = sourceOf(template);
  const byPath = state.flow.language === 'JSONPath' && template.kind === 'expression';
  const value = evaluate(template, scope);
  if (typeof value === 'number' && value >= 0 && Number.isInteger(value)) return value;
  if (byPath) {
    throw new LocatedError(
      'States.Runtime',
      `The SecondsPath parameter does not reference a positive integer value: ${path} == ${toText(value)}`,
    );
  }
  throw unexpected(path, 'Seconds', value);
}

function timestampOf(state: WaitState, scope: ExecutionScope): number {
  const { timestamp } = state;
  if (timestamp === undefined) return 0;
  const value = evaluate(timestamp, scope);
  const ms = typeof value === 'string' ? parseTimestampMs(value) : undefined;
  if (ms !== undefined) return ms;
  const path = sourceOf(timestamp);
  if (state.flow.language === 'JSONPath') {
    const shown = typeof value === 'string' ? value : toText(value);
    throw new LocatedError(
      'States.Runtime',
      `The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format string: ${path} == ${shown}`,
    );
  }
  throw unexpected(path, 'Timestamp', value);
}

function unexpected(source: string, field: string, value: JsonValue): LocatedError {
  const wanted = field === 'Seconds' ? 'a whole number of seconds from 0' : 'an ISO-8601 timestamp with offset';
  return new LocatedError(
    'States.QueryEvaluationError',
    `The JSONata expression '${source}' specified for the field '${field}' returned ${toText(value)}, which is not ${wanted}.`,
    { location: field },
  );
}
