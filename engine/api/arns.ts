/** ARNs of this account: how they are made and how those of callers are checked. */
import { EngineError } from '../errors.ts';
import type { EngineSettings, Turn } from '../interpreter/turn.ts';
import type { Activity, StateMachine } from '../state/account.ts';
import type { ExecutionState } from '../state/execution.ts';

type Kind = 'stateMachine' | 'execution' | 'activity';

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

export function executionAt(turn: Turn, arn: unknown): ExecutionState {
  const execution = turn.account.executions.get(checkArn(arn, 'execution'));
  if (execution === undefined)
    throw new EngineError('ExecutionDoesNotExist', `Execution Does Not Exist: '${String(arn)}'`);
  return execution;
}

export function activityAt(turn: Turn, arn: unknown): Activity {
  const activity = turn.account.activities.get(checkArn(arn, 'activity'));
  if (activity === undefined)
    throw new EngineError('ActivityDoesNotExist', `Activity Does Not Exist: '${String(arn)}'`);
  return activity;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: the rule forbids control characters in names
const BAD_NAME = /[\s?*<>{}[\]"#%\\^|~`$&,;:/\u0000-\u001f\u007f-\u009f]/;

/** Names of machines, executions and activities: 1 to 80 characters without white space or special characters. */
export function checkName(name: unknown): string {
  if (typeof name !== 'string' || name.length < 1 || name.length > 80 || BAD_NAME.test(name)) {
    throw new EngineError('InvalidName', `Invalid Name: '${String(name)}'`);
  }
  return name;
}
