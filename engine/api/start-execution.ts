/**
 * StartExecution. A name with the same input answers the running execution; with another input, or once that
 * execution has closed, it is taken, and free again 90 days after the close.
 */

import { EngineError } from '../errors.ts';
import { after } from '../expression/computed.ts';
import { launch } from '../interpreter/launch.ts';
import type { Turn } from '../interpreter/turn.ts';
import { exceedsBytes, MAX_PAYLOAD_BYTES } from '../json.ts';
import type { ExecutionState } from '../state/execution.ts';
import type { Alias } from '../state/state-machine.ts';
import type { Action } from './action.ts';
import { arnOf, checkName, qualifiedMachineAt } from './arns.ts';
import { type NewExpressExecution, startExpress } from './express.ts';
import { checkJson } from './json-input.ts';

export interface StartExecutionInput {
  readonly stateMachineArn: string;
  readonly name?: string;
  readonly input?: string;
  readonly traceHeader?: string;
  /** Not AWS's, but Step Functions Local's, which has it behind a `#` of the ARN: the test case whose mocks answer. */
  readonly testCase?: string;
}

const NAME_KEPT_MS = 90 * 24 * 3_600_000;

export const startExecution: Action<StartExecutionInput> = (turn, request) => {
  const qualified = qualifiedMachineAt(turn, request.stateMachineArn, (routed) =>
    versionByChance(routed, turn.settings.ambient.host.random),
  );
  const { machine, version, alias } = qualified;
  const asked = newExecutionOf(turn, request);
  if (machine.settings.type === 'EXPRESS') {
    return after(startExpress(turn, qualified, asked, false), answerFor);
  }
  const { name, input } = asked;
  const arn = arnOf(turn.settings, 'execution', machine.name, name);
  const before = turn.account.executions.get(arn);
  if (before !== undefined && (before.stopMs === undefined || turn.nowMs < before.stopMs + NAME_KEPT_MS)) {
    if (before.status === 'RUNNING' && before.input === input) {
      return answerFor(before);
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
    ...(request.testCase !== undefined && { testCase: request.testCase }),
    ...(version && { version: version.number }),
    ...(alias && { alias: alias.name }),
  });
  const execution = turn.account.executions.get(arn);
  if (execution === undefined) throw new Error(`The execution ${arn} was not created`);
  return after(launch(turn, execution), () => answerFor(execution));
};

function answerFor({ arn, startMs }: ExecutionState) {
  return { executionArn: arn, startDate: new Date(startMs) };
}

/** Name and input of what is to start, checked. Throws InvalidName and InvalidExecutionInput. */
export function newExecutionOf(turn: Turn, request: StartExecutionInput): NewExpressExecution {
  const name = request.name === undefined ? turn.settings.ambient.host.uuid() : checkName(request.name);
  const { input = '{}', traceHeader, testCase } = request;
  checkInput(input);
  return {
    name,
    input,
    ...(traceHeader !== undefined && { traceHeader }),
    ...(testCase !== undefined && { testCase }),
  };
}

/** Takes as many of a hundred executions to a version as it weighs. */
export function versionByChance({ routes }: Alias, random: () => number): number {
  const drawn = random() * 100;
  let sum = 0;
  for (const { version, weight } of routes) {
    sum += weight;
    if (drawn < sum) return version;
  }
  return routes[0]?.version ?? 0;
}

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
