/** CreateStateMachine: idempotent on name, definition, type, logging, tracing and encryption. */
import { describeDiagnostics } from '../definition/diagnostics.ts';
import { parseDefinition } from '../definition/parse-definition.ts';
import { EngineError } from '../errors.ts';
import type { Turn } from '../interpreter/turn.ts';
import type { MachineSettings, Tag } from '../state/account.ts';
import type { Action } from './action.ts';
import { arnOf, checkName } from './arns.ts';

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
}

const DEFAULT_LOGGING = { level: 'OFF', includeExecutionData: false };
const DEFAULT_TRACING = { enabled: false };
const DEFAULT_ENCRYPTION = { type: 'AWS_OWNED_KEY' };

export const createStateMachine: Action<CreateStateMachineInput> = (turn, input) => {
  const name = checkName(input.name);
  const settings = settingsOf(input);
  checkRole(input.roleArn);
  checkDefinition(turn, input.definition);
  const arn = arnOf(turn.settings, 'stateMachine', name);
  const before = turn.account.machines.get(arn);
  if (before !== undefined) {
    const same =
      before.definitionText === input.definition && JSON.stringify(before.settings) === JSON.stringify(settings);
    if (!same) throw new EngineError('StateMachineAlreadyExists', `State Machine Already Exists: '${arn}'`);
    return { stateMachineArn: arn, creationDate: new Date(before.createdMs) };
  }
  turn.recordAccount({
    type: 'StateMachineSaved',
    at: turn.nowMs,
    arn,
    name,
    roleArn: input.roleArn,
    definitionText: input.definition,
    settings,
    tags: input.tags ?? [],
  });
  return { stateMachineArn: arn, creationDate: new Date(turn.nowMs) };
};

function settingsOf(input: CreateStateMachineInput): MachineSettings {
  const type = input.type ?? 'STANDARD';
  if (type !== 'STANDARD') {
    throw new EngineError(
      'InvalidDefinition',
      `Invalid State Machine Definition: 'type ${type} is not run by this engine; use STANDARD'`,
    );
  }
  if (input.publish === true) {
    throw new EngineError(
      'ValidationException',
      "'publish' is not supported by this engine: it has no versions; leave it out",
    );
  }
  return {
    type,
    loggingConfiguration: { ...DEFAULT_LOGGING, ...input.loggingConfiguration },
    tracingConfiguration: input.tracingConfiguration ?? DEFAULT_TRACING,
    encryptionConfiguration: input.encryptionConfiguration ?? DEFAULT_ENCRYPTION,
  };
}

export function checkRole(roleArn: unknown): void {
  if (typeof roleArn === 'string' && /^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/.test(roleArn)) return;
  throw new EngineError('InvalidArn', `Invalid Arn: 'Invalid Role Arn: ${String(roleArn)}'`);
}

/** Throws InvalidDefinition with every fault of the definition. */
export function checkDefinition(turn: Turn, text: unknown): void {
  if (typeof text !== 'string' || text === '') {
    throw new EngineError(
      'ValidationException',
      `1 validation error detected: Value '${String(text)}' at 'definition' failed to satisfy constraint: Member must be a JSON text`,
    );
  }
  const { definition, diagnostics } = parseDefinition(text, turn.settings.ambient);
  if (definition !== undefined) return;
  throw new EngineError('InvalidDefinition', `Invalid State Machine Definition: '${describeDiagnostics(diagnostics)}'`);
}
