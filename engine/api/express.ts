/** Express executions as the API starts them: never refused for their name, gone when they have ended. */

import { EngineError } from '../errors.ts';
import { after, type Eventually } from '../expression/computed.ts';
import { launch } from '../interpreter/launch.ts';
import type { Turn } from '../interpreter/turn.ts';
import type { ExecutionState } from '../state/execution.ts';
import { arnOf, type QualifiedMachine } from './arns.ts';

export interface NewExpressExecution {
  readonly name: string;
  readonly input: string;
  readonly traceHeader?: string;
  readonly testCase?: string;
}

/** Each call starts an execution, whatever its name; `sync` when the caller waits for its end. */
export function startExpress(
  turn: Turn,
  { machine, version, alias }: QualifiedMachine,
  { name, input, traceHeader, testCase }: NewExpressExecution,
  sync: boolean,
): Eventually<ExecutionState> {
  const serial = turn.account.nextSerial;
  turn.recordAccount({
    type: 'ExecutionCreated',
    at: turn.nowMs,
    serial,
    arn: arnOf(turn.settings, 'express', machine.name, name, turn.settings.ambient.host.uuid()),
    name,
    machineArn: machine.arn,
    input,
    express: { sync },
    ...(traceHeader !== undefined && { traceHeader }),
    ...(testCase !== undefined && { testCase }),
    ...(version && { version: version.number }),
    ...(alias && { alias: alias.name }),
  });
  const execution = turn.account.bySerial.get(serial);
  if (execution === undefined) throw new Error(`The execution ${name} of ${machine.arn} was not created`);
  if (sync) turn.answering = execution;
  return after(launch(turn, execution), () => {
    turn.answering = undefined;
    return execution;
  });
}

export function typeNotSupported(): EngineError {
  return new EngineError(
    'StateMachineTypeNotSupported',
    'This operation is not supported by this type of state machine',
  );
}
