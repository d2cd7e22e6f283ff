/**
 * What IAM must allow for each action of Step Functions: on the machine, the execution, the Map run or the activity it
 * names. A version or alias is checked as its machine, with the qualifier as the key `states:StateMachineQualifier`. Who
 * gives a machine its role must be allowed to pass it.
 */
import { ACTION_NAMES } from '../../../engine/index.ts';
import type { CorePorts } from '../../core-ports.ts';
import { AwsError } from '../../errors.ts';
import type { Permission, Service } from '../../service.ts';

interface Input {
  readonly stateMachineArn?: string;
  readonly stateMachineVersionArn?: string;
  readonly stateMachineAliasArn?: string;
  readonly routingConfiguration?: readonly { readonly stateMachineVersionArn: string }[];
  readonly executionArn?: string;
  readonly mapRunArn?: string;
  readonly activityArn?: string;
  readonly resourceArn?: string;
  readonly name?: string;
  readonly roleArn?: string;
  readonly taskToken?: string;
}

/** `action` on a machine, or on the machine of a version or alias. */
export function machinePermission(action: string, arn: string): Permission {
  const [bare = arn] = arn.split('#');
  const parts = bare.split(':');
  const qualifier = parts[7];
  const resource = parts.slice(0, 7).join(':');
  return qualifier === undefined
    ? { action, resource }
    : { action, resource, conditions: { 'states:StateMachineQualifier': qualifier } };
}

function namedMachine(input: Input): string | undefined {
  return (
    input.stateMachineArn ??
    input.stateMachineVersionArn ??
    input.stateMachineAliasArn ??
    input.routingConfiguration?.[0]?.stateMachineVersionArn
  );
}

export function sfnPermissions(
  { partition, region, accountId }: Pick<CorePorts, 'partition' | 'region' | 'accountId'>,
  ownerOfToken: (taskToken: string) => string | undefined,
): Service['permissions'] {
  const madeBy: Readonly<Record<string, string>> = { CreateStateMachine: 'stateMachine', CreateActivity: 'activity' };
  const resourceOf = (name: string, input: Input): string => {
    const kind = madeBy[name];
    if (kind !== undefined) return `arn:${partition}:states:${region}:${accountId}:${kind}:${input.name}`;
    return input.executionArn ?? input.mapRunArn ?? input.activityArn ?? input.resourceArn ?? '*';
  };
  const passedRole = ({ roleArn }: Input): readonly Permission[] =>
    roleArn === undefined
      ? []
      : [{ action: 'iam:PassRole', resource: roleArn, conditions: { 'iam:PassedToService': 'states.amazonaws.com' } }];
  const permissionsFor =
    (name: string) =>
    (input: Input): readonly Permission[] => {
      const action = `states:${name}`;
      if (name.startsWith('SendTask')) {
        // A token that was never given out belongs to nobody: the answer is InvalidToken, not a missing grant.
        const resource = ownerOfToken(String(input.taskToken));
        return resource === undefined ? [] : [{ action, resource }];
      }
      const machine = namedMachine(input);
      const permission =
        machine === undefined ? { action, resource: resourceOf(name, input) } : machinePermission(action, machine);
      return [permission, ...passedRole(input)];
    };
  return Object.fromEntries(ACTION_NAMES.map((name) => [name, permissionsFor(name)]));
}

/** What the engine asks of its host before a machine acts as its role. */
export function whyDenied({ authorize }: Pick<CorePorts, 'authorize'>) {
  return (roleArn: string, action: string, resource: string): string | undefined => {
    try {
      authorize({ kind: 'role', arn: roleArn }, [{ action, resource }]);
      return undefined;
    } catch (error) {
      if (error instanceof AwsError) return error.message;
      throw error;
    }
  };
}
