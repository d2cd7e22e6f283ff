/** UpdateStateMachine: executions that run keep the definition and the role they started with. */
import { EngineError } from '../errors.ts';
import type { Action } from './action.ts';
import { machineAt } from './arns.ts';
import { checkDefinition, checkRole } from './create-state-machine.ts';

export interface UpdateStateMachineInput {
  readonly stateMachineArn: string;
  readonly definition?: string | null;
  readonly roleArn?: string | null;
  readonly loggingConfiguration?: object;
  readonly tracingConfiguration?: object;
  readonly encryptionConfiguration?: object;
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
  if (typeof definition === 'string') checkDefinition(turn, definition);
  if (typeof roleArn === 'string') checkRole(roleArn);
  const revisionId = turn.settings.ambient.host.uuid();
  turn.recordAccount({
    type: 'StateMachineSaved',
    at: turn.nowMs,
    arn: machine.arn,
    name: machine.name,
    roleArn: roleArn ?? machine.roleArn,
    definitionText: definition ?? machine.definitionText,
    revisionId,
    settings: {
      ...machine.settings,
      ...(loggingConfiguration && { loggingConfiguration }),
      ...(tracingConfiguration && { tracingConfiguration }),
      ...(encryptionConfiguration && { encryptionConfiguration }),
    },
    tags: machine.tags,
  });
  return { updateDate: new Date(turn.nowMs), revisionId };
};
