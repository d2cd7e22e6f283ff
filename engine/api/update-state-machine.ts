/** UpdateStateMachine: executions that run keep the definition and the role they started with. */

import { EngineError } from '../errors.ts';
import type { StateMachine } from '../state/state-machine.ts';
import type { Action } from './action.ts';
import { machineAt } from './arns.ts';
import { checkDefinition, checkRole } from './create-state-machine.ts';
import { encryptionOf, loggingOf } from './machine-configuration.ts';
import { checkPublishing, describedAs, publishVersion } from './publish.ts';

export interface UpdateStateMachineInput {
  readonly stateMachineArn: string;
  readonly definition?: string | null;
  readonly roleArn?: string | null;
  readonly loggingConfiguration?: object;
  readonly tracingConfiguration?: object;
  readonly encryptionConfiguration?: object;
  readonly publish?: boolean;
  readonly versionDescription?: string;
}

export const updateStateMachine: Action<UpdateStateMachineInput> = (turn, input) => {
  const machine = machineAt(turn, input.stateMachineArn);
  const { definition, roleArn, loggingConfiguration, tracingConfiguration, encryptionConfiguration } = input;
  if (
    typeof definition !== 'string' &&
    typeof roleArn !== 'string' &&
    !loggingConfiguration &&
    !tracingConfiguration &&
    !encryptionConfiguration
  ) {
    throw new EngineError(
      'MissingRequiredParameter',
      'Either the definition, the role ARN, the LoggingConfiguration, or the TracingConfiguration must be specified',
    );
  }
  checkPublishing(input);
  if (typeof definition === 'string') checkDefinition(turn, definition, machine.settings.type);
  if (typeof roleArn === 'string') checkRole(roleArn);
  const saved = {
    type: 'StateMachineSaved',
    at: turn.nowMs,
    arn: machine.arn,
    name: machine.name,
    roleArn: roleArn ?? machine.roleArn,
    definitionText: definition ?? machine.definitionText,
    settings: {
      ...machine.settings,
      ...(loggingConfiguration && { loggingConfiguration: loggingOf(loggingConfiguration) }),
      ...(tracingConfiguration && { tracingConfiguration }),
      ...(encryptionConfiguration && { encryptionConfiguration: encryptionOf(encryptionConfiguration) }),
    },
    tags: machine.tags,
  } as const;
  // An update that changes nothing keeps the revision.
  const revisionId = changes(machine, saved) ? turn.settings.ambient.host.uuid() : machine.revisionId;
  turn.recordAccount({ ...saved, ...(revisionId !== undefined && { revisionId }) });
  const published =
    input.publish === true
      ? publishVersion(turn, machineAt(turn, machine.arn), describedAs(input.versionDescription))
      : undefined;
  return { updateDate: new Date(turn.nowMs), ...(revisionId !== undefined && { revisionId }), ...published };
};

type Configured = Pick<StateMachine, 'definitionText' | 'roleArn' | 'settings'>;

function changes(before: Configured, after: Configured): boolean {
  const text = ({ definitionText, roleArn, settings }: Configured): string =>
    JSON.stringify([definitionText, roleArn, settings]);
  return text(before) !== text(after);
}
