/** Choice: the first rule whose condition holds, else Default, else States.NoChoiceMatched. */

import type { ChoiceState, Condition } from '../../definition/model.ts';
import { StateError } from '../../errors.ts';
import { after, computed, type Eventually } from '../../expression/computed.ts';
import { evaluate } from '../../expression/template.ts';
import type { Frame } from '../../state/execution.ts';
import { effectiveInput, fromText, jsonataOutcome } from '../data-flow.ts';
import { ExecutionScope } from '../execution-scope.ts';
import type { Running } from '../running.ts';
import { compareValues } from './compare.ts';
import { exitState, unchanged } from './leave.ts';

export function beginChoice(run: Running, frame: Frame, state: ChoiceState): Eventually<void> {
  const scope = new ExecutionScope(run.execution, frame);
  const chosen = computed(scope, () => {
    effectiveInput(state.flow, frame.data, scope);
    return state.choices.findIndex(({ condition }) => holds(condition, scope));
  });
  return after(chosen, (index) => follow(run, frame, state, scope, index));
}

/** `index` of the rule that holds, -1 when none does. */
function follow(
  run: Running,
  frame: Frame,
  state: ChoiceState,
  scope: ExecutionScope,
  index: number,
): Eventually<void> {
  const rule = state.choices[index];
  const next = rule?.next ?? state.otherwise;
  if (next === null) {
    throw new StateError(
      'States.NoChoiceMatched',
      `No choice rule of the state '${state.name}' matched and it has no Default.`,
    );
  }
  if (rule === undefined) run.turn.observe(run.execution, frame, 'default', 0);
  else run.turn.observe(run.execution, frame, 'rule', index);
  const outcome = computed(scope, () =>
    rule !== undefined && state.flow.language === 'JSONata'
      ? jsonataOutcome(rule.output ?? state.flow.output, rule.assign, fromText(frame.data), scope)
      : unchanged(state, frame, scope, rule),
  );
  return after(outcome, (known) => exitState(run, frame, state, known, next));
}

function holds(condition: Condition, scope: ExecutionScope): boolean {
  switch (condition.kind) {
    case 'jsonata':
      return evaluate(condition.template, scope) === true;
    case 'and':
      return condition.of.every((part) => holds(part, scope));
    case 'or':
      return condition.of.some((part) => holds(part, scope));
    case 'not':
      return !holds(condition.of, scope);
    case 'compare':
      return compareValues(condition, scope);
  }
}
