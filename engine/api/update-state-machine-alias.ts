/** UpdateStateMachineAlias: another description, other routes, or both. */
import { EngineError } from '../errors.ts';
import type { Action } from './action.ts';
import { aliasAt, type RoutingConfiguration, routesOf } from './aliases.ts';

export interface UpdateAliasInput {
  readonly stateMachineAliasArn: string;
  readonly description?: string;
  readonly routingConfiguration?: RoutingConfiguration;
}

export const updateStateMachineAlias: Action<UpdateAliasInput> = (turn, input) => {
  const { machine, alias } = aliasAt(turn, input.stateMachineAliasArn);
  const { routingConfiguration } = input;
  if (input.description === undefined && routingConfiguration === undefined) {
    throw new EngineError(
      'ValidationException',
      'Either the description or the RoutingConfiguration must be specified',
    );
  }
  const routed = routingConfiguration === undefined ? undefined : routesOf(turn, routingConfiguration);
  if (routed !== undefined && routed.machine.arn !== machine.arn) {
    throw new EngineError(
      'ValidationException',
      `The alias ${input.stateMachineAliasArn} cannot lead to versions of ${routed.machine.arn}`,
    );
  }
  const description = input.description ?? alias.description;
  turn.recordAccount({
    type: 'AliasSaved',
    at: turn.nowMs,
    machineArn: machine.arn,
    name: alias.name,
    routes: routed?.routes ?? alias.routes,
    ...(description !== undefined && { description }),
  });
  return { updateDate: new Date(turn.nowMs) };
};
