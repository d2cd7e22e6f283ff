/** What IAM must allow for each action of Step Functions: on the machine, the execution or the activity it names. */
import { ACTION_NAMES } from '../../../engine/index.ts';
import type { Permission, Service } from '../../service.ts';

interface Input {
  readonly stateMachineArn?: string;
  readonly executionArn?: string;
  readonly mapRunArn?: string;
  readonly activityArn?: string;
  readonly taskToken?: string;
}

/** A version or alias is checked as the machine. */
const unqualified = (arn: string): string => arn.split(':').slice(0, 7).join(':');

function resourceOf(input: Input): string {
  if (input.stateMachineArn !== undefined) return unqualified(input.stateMachineArn);
  return input.executionArn ?? input.mapRunArn ?? input.activityArn ?? '*';
}

export function sfnPermissions(machineOfToken: (taskToken: string) => string | undefined): Service['permissions'] {
  const permissionsFor =
    (action: string) =>
    (input: Input): readonly Permission[] => {
      if (!action.startsWith('SendTask')) return [{ action: `states:${action}`, resource: resourceOf(input) }];
      // A token that was never given out belongs to no machine: the answer is InvalidToken, not a missing grant.
      const resource = machineOfToken(String(input.taskToken));
      return resource === undefined ? [] : [{ action: `states:${action}`, resource }];
    };
  return Object.fromEntries(ACTION_NAMES.map((action) => [action, permissionsFor(action)]));
}
