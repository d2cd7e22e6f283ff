/** CreateStateMachine: idempotent on name, definition, type, logging, tracing and encryption. */

import { describeDiagnostics } from '../definition/diagnostics.ts';
import { parseDefinition } from '../definition/parse-definition.ts';
import { EngineError } from '../errors.ts';
import type { Turn } from '../interpreter/turn.ts';
import type { MachineSettings, Tag } from '../state/state-machine.ts';
import type { Action } from './action.ts';
import { arnOf, checkName, machineAt } from './arns.ts';
import { encryptionOf, loggingOf } from './machine-configuration.ts';
import { checkPublishing, describedAs, publishVersion } from './publish.ts';
import { withTags } from './tagged-resource.ts';

export interface CreateStateMachineInput {
  readonly name: string;
  readonly definition: string;
  readonly roleArn: string;
  readonly type?: string;
  readonly loggingConfiguration?: object;
  readonly tracingConfiguration?: object;
  readonly encryptionConfiguration?: object;
  readonly tags?: readonly Tag[];
  readonly publish?: boolean;
  readonly versionDescription?: string;
}

const DEFAULT_TRACING = { enabled: false };

export const createStateMachine: Action<CreateStateMachineInput> = (turn, input) => {
  const name = checkName(input.name);
  const settings = settingsOf(input);
  checkPublishing(input);
  checkRole(input.roleArn);
  checkDefinition(turn, input.definition, settings.type);
  const arn = arnOf(turn.settings, 'stateMachine', name);
  const publishedAs = input.publish === true ? describedAs(input.versionDescription) : undefined;
  const before = turn.account.machines.get(arn);
  if (before !== undefined) {
    const same =
      before.definitionText === input.definition &&
      JSON.stringify(before.settings) === JSON.stringify(settings) &&
      JSON.stringify(before.publishedAs) === JSON.stringify(publishedAs);
    if (!same) throw new EngineError('StateMachineAlreadyExists', `State Machine Already Exists: '${arn}'`);
    const creationDate = new Date(before.createdMs);
    return { stateMachineArn: arn, creationDate, ...(publishedAs && publishVersion(turn, before, publishedAs)) };
  }
  turn.recordAccount({
    type: 'StateMachineSaved',
    at: turn.nowMs,
    arn,
    name,
    roleArn: input.roleArn,
    definitionText: input.definition,
    settings,
    tags: withTags(arn, [], input.tags ?? []),
    ...(publishedAs && { publishedAs }),
  });
  const made = machineAt(turn, arn);
  return {
    stateMachineArn: arn,
    creationDate: new Date(turn.nowMs),
    ...(publishedAs && publishVersion(turn, made, publishedAs)),
  };
};

function settingsOf(input: CreateStateMachineInput): MachineSettings {
  const type = input.type ?? 'STANDARD';
  if (type !== 'STANDARD' && type !== 'EXPRESS') {
    throw new EngineError(
      'ValidationException',
      `1 validation error detected: Value '${type}' at 'type' failed to satisfy constraint: Member must satisfy enum value set: [STANDARD, EXPRESS]`,
    );
  }
  return {
    type,
    loggingConfiguration: loggingOf(input.loggingConfiguration),
    tracingConfiguration: input.tracingConfiguration ?? DEFAULT_TRACING,
    encryptionConfiguration: encryptionOf(input.encryptionConfiguration),
  };
}

export function checkRole(roleArn: unknown): void {
  if (typeof roleArn === 'string' && /^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/.test(roleArn)) return;
  throw new EngineError('InvalidArn', `Invalid Arn: 'Invalid Role Arn: ${String(roleArn)}'`);
}

/** Throws InvalidDefinition with every fault of the definition. */
export function checkDefinition(turn: Turn, text: unknown, type: MachineSettings['type']): void {
  if (typeof text !== 'string' || text === '') {
    throw new EngineError(
      'ValidationException',
      `1 validation error detected: Value '${String(text)}' at 'definition' failed to satisfy constraint: Member must be a JSON text`,
    );
  }
  const { definition, diagnostics } = parseDefinition(text, turn.settings.ambient, type);
  if (definition !== undefined) return;
  throw new EngineError('InvalidDefinition', `Invalid State Machine Definition: '${describeDiagnostics(diagnostics)}'`);
}
