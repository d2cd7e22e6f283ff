/** ARNs of this account: how they are made and how those of callers are checked. */

import { EngineError } from '../errors.ts';
import type { EngineSettings, Turn } from '../interpreter/turn.ts';
import type { Activity } from '../state/account.ts';
import type { ExecutionState, MapRunState } from '../state/execution.ts';
import type { Alias, MachineVersion, StateMachine } from '../state/state-machine.ts';

type Kind = 'stateMachine' | 'execution' | 'express' | 'activity' | 'mapRun';

export function arnOf({ region, accountId }: EngineSettings, kind: Kind, ...names: string[]): string {
  return ['arn:aws:states', region, accountId, kind, ...names].join(':');
}

/** Throws InvalidArn unless the text is an ARN of that kind. */
export function checkArn(text: unknown, kind: Kind): string {
  if (typeof text !== 'string' || !/^arn:aws[a-z-]*:/.test(text)) {
    throw new EngineError('InvalidArn', `Invalid Arn: 'Invalid ARN prefix: ${String(text)}'`);
  }
  const found = text.split(':')[5];
  if (found !== kind)
    throw new EngineError('InvalidArn', `Invalid Arn: 'Resource type not valid in this context: ${String(found)}'`);
  return text;
}

export function machineAt(turn: Turn, arn: unknown): StateMachine {
  const machine = turn.account.machines.get(checkArn(arn, 'stateMachine'));
  if (machine === undefined)
    throw new EngineError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${String(arn)}'`);
  return machine;
}

/** A machine as an ARN names it: its present revision, or the one of a version, whether by number or by alias. */
export interface QualifiedMachine {
  readonly machine: StateMachine;
  readonly version?: MachineVersion;
  readonly alias?: Alias;
}

/** Takes ARNs of machines, versions and aliases. `choose` picks the version of an alias. */
export function qualifiedMachineAt(
  turn: Turn,
  arn: unknown,
  choose: (alias: Alias) => number = ({ routes }) => routes[0]?.version ?? 0,
): QualifiedMachine {
  const { machineArn, qualifier } = splitMachineArn(checkArn(arn, 'stateMachine'));
  const machine = turn.account.machines.get(machineArn);
  if (machine !== undefined && qualifier === undefined) return { machine };
  const alias = qualifier === undefined ? undefined : machine?.versioning.aliases.get(qualifier);
  const version = machine?.versioning.versions.get(alias === undefined ? Number(qualifier) : choose(alias));
  if (version === undefined)
    throw new EngineError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${String(arn)}'`);
  return { machine: version.machine, version, ...(alias && { alias }) };
}

export function splitMachineArn(arn: string): { readonly machineArn: string; readonly qualifier?: string } {
  const parts = arn.split(':');
  const qualifier = parts[7];
  return { machineArn: parts.slice(0, 7).join(':'), ...(qualifier !== undefined && { qualifier }) };
}

/** Throws ResourceNotFound. */
export function mapRunAt(turn: Turn, arn: unknown): MapRunState {
  const run = turn.account.mapRuns.get(checkArn(arn, 'mapRun'));
  if (run === undefined) throw new EngineError('ResourceNotFound', `Resource not found: '${String(arn)}'`);
  return run;
}

export function executionAt(turn: Turn, arn: unknown): ExecutionState {
  const execution = turn.account.executions.get(checkArn(arn, 'execution'));
  if (execution === undefined)
    throw new EngineError('ExecutionDoesNotExist', `Execution Does Not Exist: '${String(arn)}'`);
  return execution;
}

/** The ARNs of the version that an execution runs and of the alias that chose it, where it was started by one. */
export function qualifiersOf({ machine, version, alias }: ExecutionState) {
  return {
    ...(version !== undefined && { stateMachineVersionArn: `${machine.arn}:${version}` }),
    ...(alias !== undefined && { stateMachineAliasArn: `${machine.arn}:${alias}` }),
  };
}

export function activityAt(turn: Turn, arn: unknown): Activity {
  const activity = turn.account.activities.get(checkArn(arn, 'activity'));
  if (activity === undefined)
    throw new EngineError('ActivityDoesNotExist', `Activity Does Not Exist: '${String(arn)}'`);
  return activity;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: the rule forbids control characters in names
const BAD_NAME = /[\s?*<>{}[\]"#%\\^|~`$&,;:/\u0000-\u001f\u007f-\u009f]/;

const HALF_A_PAIR = /\p{Surrogate}/u;

/** Names of machines, executions and activities: 1 to 80 characters without white space or special characters. */
export function checkName(name: unknown): string {
  if (
    typeof name !== 'string' ||
    name.length < 1 ||
    name.length > 80 ||
    BAD_NAME.test(name) ||
    HALF_A_PAIR.test(name)
  ) {
    throw new EngineError('InvalidName', `Invalid Name: '${String(name)}'`);
  }
  return name;
}
