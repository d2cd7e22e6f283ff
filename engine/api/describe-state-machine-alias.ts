/** DescribeStateMachineAlias. */
import type { Action } from './action.ts';
import { aliasArn, aliasAt, routingConfigurationOf } from './aliases.ts';

export const describeStateMachineAlias: Action<{ stateMachineAliasArn: string }> = (turn, input) => {
  const place = aliasAt(turn, input.stateMachineAliasArn);
  const { machine, alias } = place;
  return {
    stateMachineAliasArn: aliasArn(machine, alias.name),
    name: alias.name,
    ...(alias.description !== undefined && { description: alias.description }),
    routingConfiguration: routingConfigurationOf(place),
    creationDate: new Date(alias.createdMs),
    updateDate: new Date(alias.updatedMs),
  };
};
