/** Aliases of a machine: how their ARNs and routing configurations are read and checked. */

import { EngineError } from '../errors.ts';
import type { Turn } from '../interpreter/turn.ts';
import type { Alias, Route, StateMachine } from '../state/state-machine.ts';
import { checkArn, splitMachineArn } from './arns.ts';
import { versionArn } from './publish.ts';

export type RoutingConfiguration = readonly { readonly stateMachineVersionArn: string; readonly weight: number }[];

export interface AliasPlace {
  readonly machine: StateMachine;
  readonly alias: Alias;
}

export function aliasArn(machine: StateMachine, name: string): string {
  return `${machine.arn}:${name}`;
}

/** Undefined when there is none of that ARN. */
export function findAlias(turn: Turn, arn: unknown): AliasPlace | undefined {
  const { machineArn, qualifier } = splitMachineArn(checkArn(arn, 'stateMachine'));
  const machine = turn.account.machines.get(machineArn);
  const alias = machine?.versioning.aliases.get(qualifier ?? '');
  return machine === undefined || alias === undefined ? undefined : { machine, alias };
}

/** Throws ResourceNotFound. */
export function aliasAt(turn: Turn, arn: unknown): AliasPlace {
  const found = findAlias(turn, arn);
  if (found === undefined) throw new EngineError('ResourceNotFound', `Resource not found: '${String(arn)}'`);
  return found;
}

/** Throws ValidationException unless the routes lead to distinct versions of one machine and weigh 100 together. */
export function routesOf(turn: Turn, routing: RoutingConfiguration): { machine: StateMachine; routes: Route[] } {
  const arns = routing.map(({ stateMachineVersionArn }) => stateMachineVersionArn);
  const received = `Received: [${arns.join(', ')}]`;
  const refuse = (rule: string): EngineError => new EngineError('ValidationException', `${rule}. ${received}`);
  if (new Set(arns).size < arns.length) {
    throw refuse('Routing configuration must contain distinct state machine version ARNs');
  }
  const weights = routing.map(({ weight }) => weight);
  if (weights.reduce((sum, weight) => sum + weight, 0) !== 100) {
    throw new EngineError(
      'ValidationException',
      `Sum of routing configuration weights must equal 100. Received: [${weights.join(', ')}]`,
    );
  }
  let machine: StateMachine | undefined;
  const routes: Route[] = [];
  for (const { stateMachineVersionArn, weight } of routing) {
    const { machineArn, qualifier } = splitMachineArn(checkArn(stateMachineVersionArn, 'stateMachine'));
    const number = Number(qualifier);
    const found = turn.account.machines.get(machineArn);
    if (found?.versioning.versions.has(number) !== true) {
      throw refuse('Routing configuration must contain state machine version ARNs');
    }
    if (machine !== undefined && machine.arn !== machineArn) {
      throw refuse('Routing configuration must contain versions of one state machine');
    }
    machine = found;
    routes.push({ version: number, weight });
  }
  if (machine === undefined) throw refuse('Routing configuration must contain state machine version ARNs');
  return { machine, routes };
}

export function routingConfigurationOf({ machine, alias }: AliasPlace): RoutingConfiguration {
  return alias.routes.map(({ version, weight }) => ({
    stateMachineVersionArn: versionArn(machine, version),
    weight,
  }));
}
