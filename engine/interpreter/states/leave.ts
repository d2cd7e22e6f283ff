/** Leaving a state: its exit event, with what it passes on and where it goes. */

import type { State } from '../../definition/model.ts';
import { after, computed, type Eventually } from '../../expression/computed.ts';
import { STATE_EXITED } from '../../history/records.ts';
import type { Frame } from '../../state/execution.ts';
import {
  assign,
  checkedSize,
  effectiveInput,
  fromText,
  jsonataOutcome,
  type Outcome,
  outcomeOf,
  type Payload,
  passedOn,
} from '../data-flow.ts';
import { ExecutionScope } from '../execution-scope.ts';
import type { Running } from '../running.ts';

export function exitState(run: Running, frame: Frame, state: State, outcome: Outcome, next: string | null): void {
  if (state.Type === 'Fail') return;
  const { output, assignedVariables } = outcome;
  const details = { name: state.name, output, ...(assignedVariables && { assignedVariables }) };
  run.emit(frame, { type: STATE_EXITED[state.Type], details, next });
}

/** The state's work gave a result: select, place, assign, go on. */
export function exitWithResult(run: Running, frame: Frame, state: State, result: Payload): Eventually<void> {
  const scope = new ExecutionScope(run.execution, frame, { result });
  const outcome = computed(scope, () => {
    const input = effectiveInput(state.flow, frame.data, scope);
    return outcomeOf(state, frame.data, input, result, scope);
  });
  return after(outcome, (known) => exitState(run, frame, state, known, 'next' in state ? state.next : null));
}

/** For states without a result of their own: Wait, Succeed and Choice pass their input on. Within `computed`. */
export function unchanged(
  state: State,
  frame: Frame,
  scope: ExecutionScope,
  rule: Pick<State, 'assign'> = state,
): Outcome {
  if (state.flow.language === 'JSONata')
    return jsonataOutcome(state.flow.output, rule.assign, fromText(frame.data), scope);
  const input = effectiveInput(state.flow, frame.data, scope);
  const assignedVariables = assign(rule.assign, scope);
  const output = checkedSize(passedOn(state.flow, input, scope), state);
  return { output, assignedVariables };
}
