/**
 * StartExecution. A name with the same input answers the running execution; with another input, or once that
 * execution has closed, it is taken, and free again 90 days after the close.
 */
import { EngineError } from '../errors.ts';
import { newTimerId } from '../interpreter/identifiers.ts';
import { Run } from '../interpreter/run.ts';
import { statusDetail } from '../interpreter/status.ts';
import { exceedsBytes, MAX_PAYLOAD_BYTES } from '../json.ts';
import type { Action } from './action.ts';
import { arnOf, checkName, machineAt } from './arns.ts';
import { checkJson } from './json-input.ts';

export interface StartExecutionInput {
  readonly stateMachineArn: string;
  readonly name?: string;
  readonly input?: string;
  readonly traceHeader?: string;
}

const NAME_KEPT_MS = 90 * 24 * 3_600_000;

export const startExecution: Action<StartExecutionInput> = async (turn, request) => {
  const machine = machineAt(turn, request.stateMachineArn);
  const name = request.name === undefined ? turn.settings.ambient.host.uuid() : checkName(request.name);
  const input = request.input ?? '{}';
  checkInput(input);
  const arn = arnOf(turn.settings, 'execution', machine.name, name);
  const before = turn.account.executions.get(arn);
  if (before !== undefined && (before.stopMs === undefined || turn.nowMs < before.stopMs + NAME_KEPT_MS)) {
    if (before.status === 'RUNNING' && before.input === input) {
      return { executionArn: arn, startDate: new Date(before.startMs) };
    }
    throw new EngineError('ExecutionAlreadyExists', `Execution Already Exists: '${arn}'`);
  }
  turn.recordAccount({
    type: 'ExecutionCreated',
    at: turn.nowMs,
    serial: turn.account.nextSerial,
    arn,
    name,
    machineArn: machine.arn,
    input,
    ...(request.traceHeader !== undefined && { traceHeader: request.traceHeader }),
  });
  const execution = turn.account.executions.get(arn);
  if (execution === undefined) throw new Error(`The execution ${arn} was not created`);
  const run = new Run(turn, execution);
  turn.record(execution, 0, 0, { type: 'ExecutionStarted', details: { input, roleArn: machine.roleArn } });
  turn.effects.push({ kind: 'executionStatusChanged', detail: statusDetail(execution) });
  const { timeoutSeconds } = machine.definition;
  if (timeoutSeconds !== undefined) {
    const timer = { timerId: newTimerId(execution, 0), dueMs: turn.nowMs + timeoutSeconds * 1_000 };
    turn.record(execution, 0, 0, { type: 'TimerSet', purpose: 'execution', ...timer });
    turn.effects.push({ kind: 'setTimer', ...timer });
  }
  const root = execution.frames.get(0);
  if (root !== undefined) run.enqueue(root);
  await run.proceed();
  return { executionArn: arn, startDate: new Date(execution.startMs) };
};

function checkInput(input: string): void {
  if (exceedsBytes(input, MAX_PAYLOAD_BYTES)) {
    throw new EngineError(
      'InvalidExecutionInput',
      `Invalid State Machine Execution Input: 'The input has more than ${MAX_PAYLOAD_BYTES} bytes.'`,
    );
  }
  checkJson(
    input,
    (reason) => new EngineError('InvalidExecutionInput', `Invalid State Machine Execution Input: '${reason}'`),
  );
}
