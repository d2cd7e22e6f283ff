/** DeleteStateMachineVersion: succeeds for a version that is not there; refused while an alias leads to it. */
import { EngineError } from '../errors.ts';
import type { Action } from './action.ts';
import { checkArn, splitMachineArn } from './arns.ts';

export const deleteStateMachineVersion: Action<{ stateMachineVersionArn: string }> = (turn, input) => {
  const arn = checkArn(input.stateMachineVersionArn, 'stateMachine');
  const { machineArn, qualifier } = splitMachineArn(arn);
  if (qualifier === undefined || !/^\d+$/.test(qualifier)) {
    throw new EngineError('ValidationException', `'${arn}' is not the ARN of a version; it has to end in a number`);
  }
  const number = Number(qualifier);
  const versioning = turn.account.machines.get(machineArn)?.versioning;
  if (versioning?.versions.has(number) !== true) return {};
  const names = [...versioning.aliases.values()]
    .filter(({ routes }) => routes.some(({ version }) => version === number))
    .map(({ name }) => name);
  if (names.length > 0) {
    throw new EngineError(
      'ConflictException',
      `Version to be deleted must not be referenced by an alias. Current list of aliases referencing this version: [${names.join(', ')}]`,
    );
  }
  turn.recordAccount({ type: 'VersionDeleted', machineArn, number });
  return {};
};
