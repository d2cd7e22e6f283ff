/** DescribeStateMachine and DescribeStateMachineForExecution. */

import type { MachineRevision } from '../state/execution.ts';
import type { MachineSettings } from '../state/state-machine.ts';
import type { Action } from './action.ts';
import { executionAt, qualifiedMachineAt } from './arns.ts';
import { versionArn } from './publish.ts';

export const describeStateMachine: Action<{ stateMachineArn: string }> = (turn, input) => {
  const { machine, version } = qualifiedMachineAt(turn, input.stateMachineArn);
  const description = version?.description;
  return {
    ...shared(machine, machine.settings),
    ...(version && { stateMachineArn: versionArn(machine, version.number) }),
    ...(description !== undefined && { description }),
    status: 'ACTIVE',
    type: machine.settings.type,
    creationDate: new Date(version?.createdMs ?? machine.createdMs),
  };
};

export const describeStateMachineForExecution: Action<{ executionArn: string }> = (turn, input) => {
  const { machine, childOf } = executionAt(turn, input.executionArn);
  const settings = (machine as Partial<{ settings: MachineSettings }>).settings;
  const run = childOf && { mapRunArn: childOf.run.arn, label: childOf.run.settings.label };
  return { ...shared(machine, settings), ...run, updateDate: new Date(machine.updatedMs) };
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
