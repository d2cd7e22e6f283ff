/** DeleteStateMachineAlias: executions that it started go on. */
import type { Action } from './action.ts';
import { findAlias } from './aliases.ts';

export const deleteStateMachineAlias: Action<{ stateMachineAliasArn: string }> = (turn, input) => {
  const found = findAlias(turn, input.stateMachineAliasArn);
  if (found === undefined) return {};
  turn.recordAccount({ type: 'AliasDeleted', machineArn: found.machine.arn, name: found.alias.name });
  return {};
};
