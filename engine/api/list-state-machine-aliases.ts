/** ListStateMachineAliases: in the order of creation; of a version, those that lead to it. */
import type { Action } from './action.ts';
import { aliasArn } from './aliases.ts';
import { qualifiedMachineAt } from './arns.ts';
import { type PageInput, pageOf } from './paging.ts';

export const listStateMachineAliases: Action<PageInput & { stateMachineArn: string }> = (turn, input) => {
  const { machine, version } = qualifiedMachineAt(turn, input.stateMachineArn);
  const found = [...machine.versioning.aliases.values()].filter(
    ({ routes }) => version === undefined || routes.some((route) => route.version === version.number),
  );
  const { items, nextToken } = pageOf(found, input, `aliases of ${input.stateMachineArn}`);
  return {
    stateMachineAliases: items.map(({ name, createdMs }) => ({
      stateMachineAliasArn: aliasArn(machine, name),
      creationDate: new Date(createdMs),
    })),
    ...(nextToken !== undefined && { nextToken }),
  };
};
