/** CreateStateMachineAlias: idempotent on name, description and routing configuration. */
import { EngineError } from '../errors.ts';
import type { Action } from './action.ts';
import { aliasArn, type RoutingConfiguration, routesOf } from './aliases.ts';

export interface CreateAliasInput {
  readonly name: string;
  readonly description?: string;
  readonly routingConfiguration: RoutingConfiguration;
}

const MOST_ALIASES = 100;

export const createStateMachineAlias: Action<CreateAliasInput> = (turn, input) => {
  const { name, description } = input;
  const { machine, routes } = routesOf(turn, input.routingConfiguration);
  const { aliases } = machine.versioning;
  const before = aliases.get(name);
  const stateMachineAliasArn = aliasArn(machine, name);
  if (before !== undefined) {
    const same = before.description === description && JSON.stringify(before.routes) === JSON.stringify(routes);
    if (same) return { stateMachineAliasArn, creationDate: new Date(before.createdMs) };
    throw new EngineError(
      'ConflictException',
      'Failed to create alias because an alias with the same name and a different routing configuration already exists.',
    );
  }
  if (aliases.size >= MOST_ALIASES) {
    throw new EngineError(
      'ServiceQuotaExceededException',
      `${machine.arn} has ${MOST_ALIASES} aliases, which is the most there may be; delete one`,
    );
  }
  turn.recordAccount({
    type: 'AliasSaved',
    at: turn.nowMs,
    machineArn: machine.arn,
    name,
    routes,
    ...(description !== undefined && { description }),
  });
  return { stateMachineAliasArn, creationDate: new Date(turn.nowMs) };
};
