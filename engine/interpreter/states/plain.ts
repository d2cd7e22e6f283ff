/** Pass, Succeed and Fail: done as soon as they are entered. */
import type { FailState, PassState, SucceedState, Template } from '../../definition/model.ts';
import { StateError } from '../../errors.ts';
import { evaluate } from '../../expression/template.ts';
import { toText } from '../../json.ts';
import type { Frame } from '../../state/execution.ts';
import { argumentsOf, effectiveInput, fromText, jsonataOutcome, outcomeOf } from '../data-flow.ts';
import { ExecutionScope } from '../execution-scope.ts';
import type { Running } from '../running.ts';
import { exitState, unchanged } from './leave.ts';

export async function beginPass(run: Running, frame: Frame, state: PassState): Promise<void> {
  const scope = new ExecutionScope(run.execution, frame);
  if (state.flow.language === 'JSONata') {
    const outcome = await jsonataOutcome(state.flow.output, state.assign, fromText(frame.data), scope);
    exitState(run, frame, state, outcome, state.next);
    return;
  }
  const input = await effectiveInput(state.flow, frame.data, scope);
  const given = await argumentsOf(state.flow, input, scope);
  const result = state.result?.kind === 'literal' ? fromText(state.result.text) : given;
  exitState(run, frame, state, await outcomeOf(state, frame.data, input, result, scope), state.next);
}

export async function beginSucceed(run: Running, frame: Frame, state: SucceedState): Promise<void> {
  const scope = new ExecutionScope(run.execution, frame);
  exitState(run, frame, state, await unchanged(state, frame, scope), null);
}

export async function beginFail(run: Running, frame: Frame, state: FailState): Promise<void> {
  const scope = new ExecutionScope(run.execution, frame);
  scope.root = state.flow.language === 'JSONPath' ? scope.input : null;
  const error = await textOf(state.error, scope);
  const cause = await textOf(state.cause, scope);
  throw new StateError(error, cause);
}

async function textOf(template: Template | undefined, scope: ExecutionScope): Promise<string | undefined> {
  if (template === undefined) return undefined;
  const value = await evaluate(template, scope);
  return typeof value === 'string' ? value : toText(value);
}
