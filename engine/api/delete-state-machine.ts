/** DeleteStateMachine: succeeds for a machine that is not there; its executions go on with what they started with. */
import type { Action } from './action.ts';
import { checkArn } from './arns.ts';

export const deleteStateMachine: Action<{ stateMachineArn: string }> = (turn, input) => {
  const arn = checkArn(input.stateMachineArn, 'stateMachine');
  if (turn.account.machines.has(arn)) turn.recordAccount({ type: 'StateMachineDeleted', arn });
  return {};
};
