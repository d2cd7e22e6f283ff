/** What happens when a state fails: a retrier, else a catcher, else whatever encloses the state fails with it. */

import type { Catcher, Retrier, State } from '../definition/model.ts';
import { StateError } from '../errors.ts';
import { after, computed, type Eventually, recovering } from '../expression/computed.ts';
import type { JsonObject } from '../json.ts';
import type { Frame } from '../state/execution.ts';
import { dropBranches } from './branches.ts';
import { assign, checkedSize, effectiveInput, fromValue, jsonataOutcome, type Outcome, place } from './data-flow.ts';
import { ExecutionScope } from './execution-scope.ts';
import type { Running } from './running.ts';
import { exitState } from './states/leave.ts';

/** A failure that a task reported, as opposed to one of the state itself: `States.TaskFailed` matches only these. */
export class TaskError extends StateError {
  readonly heartbeat: boolean;
  constructor(error: string | undefined, cause: string | undefined, heartbeat = false) {
    super(error, cause);
    this.heartbeat = heartbeat;
  }
}

/** Whether a Retry or Catch with these ErrorEquals takes the failure. */
export function matches(names: readonly string[], failure: StateError): boolean {
  return matchingName(names, failure) >= 0;
}

/** Position of the first name that takes the failure; -1 when none does. */
function matchingName(names: readonly string[], failure: StateError): number {
  const reported = failure instanceof TaskError;
  return names.findIndex((name) => {
    if (name === failure.error) return true;
    if (name === 'States.HeartbeatTimeout') return reported && failure.heartbeat;
    if (name === 'States.TaskFailed') return reported && failure.error !== 'States.Timeout';
    if (name !== 'States.ALL') return false;
    return reported || (failure.error !== 'States.DataLimitExceeded' && failure.error !== 'States.Runtime');
  });
}

/** `branchFailed`: the failure comes from a branch, so the Parallel or Map itself had started. */
export function failState(run: Running, frame: Frame, failure: StateError, branchFailed = false): Eventually<void> {
  const state = run.stateOf(frame);
  if (failure.evaluation !== undefined) {
    const { location } = failure.evaluation;
    const details = { error: failure.error ?? '', cause: failure.cause ?? '', state: state.name };
    const draft = {
      type: 'EvaluationFailed',
      details: { ...details, ...(location !== undefined && { location }) },
    } as const;
    run.emit(frame, draft, beforeState(run, frame));
  }
  run.cancelTimers(frame);
  // The state fails while branches of it still run: the item of the next iteration could not be made.
  if (frame.join !== undefined && frame.join.finished < frame.join.started) dropBranches(run, frame);
  if ('retry' in state && retry(run, frame, state.retry, failure)) return;
  const shown = branchFailed || failure.evaluation !== undefined;
  if (shown && (state.Type === 'Parallel' || state.Type === 'Map'))
    run.emit(frame, { type: `${state.Type}StateFailed` });
  const catchers = 'catch' in state ? state.catch : [];
  const catcher = catchers.find((entry) => matches(entry.errorEquals, failure));
  if (catcher === undefined) return failFrame(run, frame, failure);
  const name = matchingName(catcher.errorEquals, failure);
  run.turn.observe(run.execution, frame, 'catcher', catchers.indexOf(catcher), name);
  return recovering(
    () =>
      after(caught(run, frame, state, catcher, failure), (outcome) =>
        exitState(run, frame, state, outcome, catcher.next),
      ),
    (thrown) => failFrame(run, frame, run.located(frame, thrown)),
  );
}

/** AWS has the event of an expression that fails first thing in a state follow what the state's entry follows. */
function beforeState(run: Running, frame: Frame): number {
  if (frame.lastEvent !== frame.enteredEvent) return frame.lastEvent;
  const entered = run.execution.journal.all().findLast(({ id }) => id === frame.enteredEvent);
  return entered?.previousEventId ?? frame.lastEvent;
}

/** The frame cannot go on: the execution fails, or the state whose branch it is. */
function failFrame(run: Running, frame: Frame, failure: StateError): Eventually<void> {
  const parent = frame.parent === undefined ? undefined : run.execution.frames.get(frame.parent);
  if (parent === undefined) {
    const details = {
      ...(failure.error !== undefined && { error: failure.error }),
      ...(failure.cause !== undefined && { cause: failure.cause }),
    };
    run.end({ type: 'ExecutionFailed', details }, frame.lastEvent);
    return;
  }
  dropBranches(run, parent, frame);
  // The branch has said where its expression failed; the state around it only passes the failure on.
  const passedOn = failure.evaluation === undefined ? failure : new StateError(failure.error, failure.cause);
  return after(failState(run, parent, passedOn, true), () => {
    if (parent.phase === 'enter' || parent.phase === 'active') run.enqueue(parent);
  });
}

/** Uses the first retrier that matches; false when there is none or it is used up. */
function retry(run: Running, frame: Frame, retriers: readonly Retrier[], failure: StateError): boolean {
  const index = retriers.findIndex((entry) => matches(entry.errorEquals, failure));
  const retrier = retriers[index];
  if (retrier === undefined) return false;
  run.turn.observe(run.execution, frame, 'retrier', index, matchingName(retrier.errorEquals, failure));
  const used = frame.retries?.[index] ?? 0;
  if (used >= retrier.maxAttempts) return false;
  run.emit(frame, { type: 'RetryScheduled', retrier: index });
  run.setTimer(frame, 'retry', run.turn.nowMs + retryDelayMs(retrier, used, run));
  return true;
}

function retryDelayMs(retrier: Retrier, used: number, run: Running): number {
  const seconds = Math.min(retrier.intervalSeconds * retrier.backoffRate ** used, retrier.maxDelaySeconds ?? Infinity);
  const share = retrier.fullJitter ? run.turn.settings.ambient.host.random() : 1;
  return Math.round(seconds * 1_000 * share);
}

function caught(run: Running, frame: Frame, state: State, catcher: Catcher, failure: StateError): Eventually<Outcome> {
  const errorOutput: JsonObject = { Error: failure.error ?? null, Cause: failure.cause ?? null };
  const scope = new ExecutionScope(run.execution, frame, { errorOutput });
  return computed(scope, () => {
    if (state.flow.language === 'JSONata') {
      return jsonataOutcome(catcher.output, catcher.assign, fromValue(errorOutput), scope);
    }
    const input = effectiveInput({ language: 'JSONPath' }, frame.data, scope);
    scope.root = errorOutput;
    const assignedVariables = assign(catcher.assign, scope);
    const output = place(catcher.resultPath, frame.data, input, fromValue(errorOutput));
    return { output: checkedSize(output.text, state), assignedVariables };
  });
}
