/** DescribeStateMachine and DescribeStateMachineForExecution. */

import type { MachineSettings } from '../state/account.ts';
import type { MachineRevision } from '../state/execution.ts';
import type { Action } from './action.ts';
import { executionAt, machineAt } from './arns.ts';

export const describeStateMachine: Action<{ stateMachineArn: string }> = (turn, input) => {
  const machine = machineAt(turn, input.stateMachineArn);
  return {
    ...shared(machine, machine.settings),
    status: 'ACTIVE',
    type: machine.settings.type,
    creationDate: new Date(machine.createdMs),
  };
};

export const describeStateMachineForExecution: Action<{ executionArn: string }> = (turn, input) => {
  const { machine } = executionAt(turn, input.executionArn);
  const settings = (machine as Partial<{ settings: MachineSettings }>).settings;
  return { ...shared(machine, settings), updateDate: new Date(machine.updatedMs) };
};

function shared(machine: MachineRevision, settings: MachineSettings | undefined) {
  const { variableReferences } = machine.definition;
  return {
    stateMachineArn: machine.arn,
    name: machine.name,
    definition: machine.definitionText,
    roleArn: machine.roleArn,
    ...(machine.revisionId !== undefined && { revisionId: machine.revisionId }),
    ...(Object.keys(variableReferences).length > 0 && { variableReferences }),
    ...(settings && {
      loggingConfiguration: settings.loggingConfiguration,
      tracingConfiguration: settings.tracingConfiguration,
      encryptionConfiguration: settings.encryptionConfiguration,
    }),
  };
}
