/** Pass, Succeed and Fail: done as soon as they are entered. */

import type { FailState, PassState, SucceedState, Template } from '../../definition/model.ts';
import { StateError } from '../../errors.ts';
import { after, computed, type Eventually } from '../../expression/computed.ts';
import { evaluate } from '../../expression/template.ts';
import { toText } from '../../json.ts';
import type { Frame } from '../../state/execution.ts';
import { argumentsOf, effectiveInput, fromText, jsonataOutcome, outcomeOf } from '../data-flow.ts';
import { ExecutionScope } from '../execution-scope.ts';
import type { Running } from '../running.ts';
import { exitState, unchanged } from './leave.ts';

export function beginPass(run: Running, frame: Frame, state: PassState): Eventually<void> {
  const scope = new ExecutionScope(run.execution, frame);
  const outcome = computed(scope, () => {
    if (state.flow.language === 'JSONata')
      return jsonataOutcome(state.flow.output, state.assign, fromText(frame.data), scope);
    const input = effectiveInput(state.flow, frame.data, scope);
    const given = argumentsOf(state.flow, input, scope);
    const result = state.result?.kind === 'literal' ? fromText(state.result.text) : given;
    return outcomeOf(state, frame.data, input, result, scope);
  });
  return after(outcome, (known) => exitState(run, frame, state, known, state.next));
}

export function beginSucceed(run: Running, frame: Frame, state: SucceedState): Eventually<void> {
  const scope = new ExecutionScope(run.execution, frame);
  const outcome = computed(scope, () => unchanged(state, frame, scope));
  return after(outcome, (known) => exitState(run, frame, state, known, null));
}

export function beginFail(run: Running, frame: Frame, state: FailState): Eventually<void> {
  const scope = new ExecutionScope(run.execution, frame);
  return computed(scope, () => {
    scope.root = state.flow.language === 'JSONPath' ? scope.input : null;
    const error = textOf(state.error, scope);
    const cause = textOf(state.cause, scope);
    throw new StateError(error, cause);
  });
}

function textOf(template: Template | undefined, scope: ExecutionScope): string | undefined {
  if (template === undefined) return undefined;
  const value = evaluate(template, scope);
  return typeof value === 'string' ? value : toText(value);
}
