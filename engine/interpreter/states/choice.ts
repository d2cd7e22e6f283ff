/** Choice: the first rule whose condition holds, else Default, else States.NoChoiceMatched. */
import type { ChoiceState, Condition } from '../../definition/model.ts';
import { StateError } from '../../errors.ts';
import { evaluate } from '../../expression/template.ts';
import type { Frame } from '../../state/execution.ts';
import { effectiveInput, fromText, jsonataOutcome } from '../data-flow.ts';
import { ExecutionScope } from '../execution-scope.ts';
import type { Running } from '../running.ts';
import { compareValues } from './compare.ts';
import { exitState, unchanged } from './leave.ts';

export async function beginChoice(run: Running, frame: Frame, state: ChoiceState): Promise<void> {
  const scope = new ExecutionScope(run.execution, frame);
  await effectiveInput(state.flow, frame.data, scope);
  for (const [index, rule] of state.choices.entries()) {
    if (!(await holds(rule.condition, scope))) continue;
    run.turn.observe(run.execution, frame, 'rule', index);
    const outcome =
      state.flow.language === 'JSONata'
        ? await jsonataOutcome(rule.output ?? state.flow.output, rule.assign, fromText(frame.data), scope)
        : await unchanged(state, frame, scope, rule);
    exitState(run, frame, state, outcome, rule.next);
    return;
  }
  if (state.otherwise === null) {
    throw new StateError(
      'States.NoChoiceMatched',
      `No choice rule of the state '${state.name}' matched and it has no Default.`,
    );
  }
  run.turn.observe(run.execution, frame, 'default', 0);
  exitState(run, frame, state, await unchanged(state, frame, scope), state.otherwise);
}

async function holds(condition: Condition, scope: ExecutionScope): Promise<boolean> {
  switch (condition.kind) {
    case 'jsonata':
      return (await evaluate(condition.template, scope)) === true;
    case 'and':
      for (const part of condition.of) if (!(await holds(part, scope))) return false;
      return true;
    case 'or':
      for (const part of condition.of) if (await holds(part, scope)) return true;
      return false;
    case 'not':
      return !(await holds(condition.of, scope));
    case 'compare':
      return compareValues(condition, scope);
  }
}
