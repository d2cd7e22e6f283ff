/** ListStateMachines: in the order of creation. */
import type { Action } from './action.ts';
import { type PageInput, pageOf } from './paging.ts';

export const listStateMachines: Action<PageInput> = (turn, input) => {
  const { items, nextToken } = pageOf([...turn.account.machines.values()], input, 'machines');
  return {
    stateMachines: items.map((machine) => ({
      stateMachineArn: machine.arn,
      name: machine.name,
      type: machine.settings.type,
      creationDate: new Date(machine.createdMs),
    })),
    ...(nextToken !== undefined && { nextToken }),
  };
};
