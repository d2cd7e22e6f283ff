/** PublishStateMachineVersion: a version of the present revision; idempotent for a revision that has one. */
import { EngineError } from '../errors.ts';
import type { Action } from './action.ts';
import { machineAt } from './arns.ts';
import { describedAs, INITIAL_REVISION, versionArn, versionFor } from './publish.ts';

export interface PublishInput {
  readonly stateMachineArn: string;
  readonly revisionId?: string;
  readonly description?: string;
}

/** Throws ConflictException when `revisionId` is not that of the machine. */
export const publishStateMachineVersion: Action<PublishInput> = (turn, input) => {
  const machine = machineAt(turn, input.stateMachineArn);
  const current = machine.revisionId ?? INITIAL_REVISION;
  if (input.revisionId !== undefined && input.revisionId !== current) {
    throw new EngineError(
      'ConflictException',
      `Failed to publish the State Machine version for revision ${input.revisionId}. The current State Machine revision is ${current}.`,
    );
  }
  const version = versionFor(turn, machine, describedAs(input.description));
  return {
    creationDate: new Date(version.createdMs),
    stateMachineVersionArn: versionArn(machine, version.number),
  };
};
