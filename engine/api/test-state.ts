/**
 * TestState: runs one state by itself. With a mock, and for the states that only compute, the answer is there at once.
 * A task without a mock is asked of the host like any other, under an id of its own: there is no response yet, and the
 * apply that reports the task answers the call. Nothing of it is kept: a restart forgets the test, as its caller does.
 */
import { describeDiagnostics } from '../definition/diagnostics.ts';
import { parseTestedState } from '../definition/parse-tested-state.ts';
import { EngineError } from '../errors.ts';
import { outcomeOfTest } from '../inspection/tested-outcome.ts';
import { checkMock, type TestStateInput } from '../inspection/tested-request.ts';
import { TestedRun } from '../inspection/tested-run.ts';
import type { Turn } from '../interpreter/turn.ts';
import { exceedsBytes, isObject, type JsonValue, MAX_PAYLOAD_BYTES, toText } from '../json.ts';
import type { Action } from './action.ts';
import { checkRole } from './create-state-machine.ts';
import { checkJson } from './json-input.ts';

/** TestState runs for at most five minutes. */
const MAX_TEST_MS = 300_000;

export const testState: Action<TestStateInput> = async (turn, input) => {
  if (input.roleArn !== undefined) checkRole(input.roleArn);
  const tested = parseTestedState(input.definition, input.stateName, turn.settings.ambient);
  if (tested.kind === 'missing') throw new EngineError('ValidationException', 'State not found in definition');
  if (tested.kind === 'invalid') {
    const faults = describeDiagnostics(tested.diagnostics);
    throw new EngineError('InvalidDefinition', `Invalid State Machine Definition: '${faults}'`);
  }
  const { state, fields } = tested;
  const { mock, context, configuration } = checkMock(input, state, fields);
  if (mock === undefined && state.Type === 'Task') checkRole(input.roleArn);
  const run = new TestedRun(turn, {
    state,
    fields,
    input: inputOf(input.input),
    variables: variablesOf(input.variables),
    roleArn: input.roleArn,
    context,
    configuration,
  });
  const inspected = input.inspectionLevel === 'DEBUG' || input.inspectionLevel === 'TRACE';
  if (mock !== undefined && (state.Type === 'Map' || state.Type === 'Parallel')) {
    await run.join(mock);
    return outcomeOfTest(run, inspected);
  }
  await run.begin();
  if (mock !== undefined) await run.answer(mock);
  else if (run.frame.phase === 'tasking') return askHost(turn, run, inspected);
  return outcomeOfTest(run, inspected);
};

/** The request leaves with the id of the test; `answerTest` finishes what begins here. */
function askHost(turn: Turn, run: TestedRun, inspected: boolean): undefined {
  const request = run.turn.effects.find((effect) => effect.kind === 'invokeTask');
  if (request === undefined) return undefined;
  const { tests } = turn.account;
  tests.last += 1;
  const taskId = `test.${tests.last}`;
  tests.open.set(taskId, async (outcome) => {
    await run.answer(outcome);
    return outcomeOfTest(run, inspected);
  });
  turn.effects.push({ ...request, taskId });
  turn.effects.push({ kind: 'setTimer', timerId: taskId, dueMs: turn.nowMs + MAX_TEST_MS, purpose: 'timeout' });
  return undefined;
}

function inputOf(text: string | undefined): string {
  if (text === undefined) return '{}';
  const refuse = (reason: string): Error =>
    new EngineError('InvalidExecutionInput', `Invalid State Machine Execution Input: '${reason}'`);
  if (exceedsBytes(text, MAX_PAYLOAD_BYTES)) throw refuse(`The input has more than ${MAX_PAYLOAD_BYTES} bytes.`);
  return checkJson(text, refuse);
}

function variablesOf(text: string | undefined): Record<string, string> {
  if (text === undefined) return {};
  const refuse = (reason: string): Error => new EngineError('ValidationException', `Invalid variables: ${reason}`);
  const value = JSON.parse(checkJson(text, refuse)) as JsonValue;
  if (!isObject(value)) throw refuse('a JSON object by variable name is wanted');
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, toText(each)]));
}
