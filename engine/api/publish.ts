/** Publishing a version, by its own action or with the creation or update of the machine. */

import { EngineError } from '../errors.ts';
import type { Turn } from '../interpreter/turn.ts';
import type { MachineVersion, StateMachine } from '../state/state-machine.ts';

/** Name of the revision of a machine that was never updated. */
export const INITIAL_REVISION = 'INITIAL';
const MOST_VERSIONS = 1_000;

export function versionArn(machine: StateMachine, number: number): string {
  return `${machine.arn}:${number}`;
}

export function describedAs(description: string | undefined): { readonly description?: string } {
  return description === undefined ? {} : { description };
}

/** Throws ValidationException for a description of a version that is not to be published. */
export function checkPublishing(input: { readonly publish?: boolean; readonly versionDescription?: string }): void {
  if (input.publish === true || input.versionDescription === undefined) return;
  throw new EngineError('ValidationException', 'Version description can only be set when publish is true');
}

/** The version of the machine's present revision: the one it has, with its description, or else a new one. */
export function versionFor(
  turn: Turn,
  machine: StateMachine,
  described: { readonly description?: string },
): MachineVersion {
  const { versioning, arn: machineArn } = machine;
  for (const version of versioning.versions.values()) {
    if (version.machine.revisionId === machine.revisionId) return version;
  }
  if (versioning.versions.size >= MOST_VERSIONS) {
    throw new EngineError(
      'ServiceQuotaExceededException',
      `${machineArn} has ${MOST_VERSIONS} versions, which is the most there may be; delete one`,
    );
  }
  const number = versioning.lastNumber + 1;
  turn.recordAccount({ type: 'VersionPublished', at: turn.nowMs, machineArn, number, ...described });
  const version = versioning.versions.get(number);
  if (version === undefined) throw new Error(`Version ${number} of ${machineArn} was not published`);
  return version;
}

/** The part of an answer that names the version. */
export function publishVersion(
  turn: Turn,
  machine: StateMachine,
  described: { readonly description?: string },
): { readonly stateMachineVersionArn: string } {
  return { stateMachineVersionArn: versionArn(machine, versionFor(turn, machine, described).number) };
}
