/** What TestState answers about a state that was run: its status, its output, and the steps of its data flow. */
import { assertEngine } from '../errors.ts';
import type { StateType } from '../history/records.ts';
import { matches } from '../interpreter/failure.ts';
import type { JsonValue } from '../json.ts';
import { toText } from '../json.ts';
import type { TestedRun } from './tested-run.ts';

export interface TestStateOutput {
  readonly status: 'SUCCEEDED' | 'FAILED' | 'RETRIABLE' | 'CAUGHT_ERROR';
  readonly output?: string;
  readonly error?: string;
  readonly cause?: string;
  readonly nextState?: string;
  readonly inspectionData?: object;
}

interface ErrorDetails {
  readonly catchIndex?: number;
  readonly retryIndex?: number;
  readonly retryBackoffIntervalSeconds?: number;
}

/** The steps that TestState shows for a state of each type, of those that were taken. */
const STEPS: Readonly<Record<StateType, readonly string[]>> = {
  Task: ['afterInputPath', 'afterArguments', 'afterParameters', 'result', 'afterResultSelector', 'afterResultPath'],
  Pass: ['afterInputPath', 'afterParameters', 'result', 'afterResultPath'],
  Choice: ['afterInputPath'],
  Wait: ['afterInputPath'],
  Succeed: ['afterInputPath'],
  Fail: [],
  Parallel: ['afterArguments', 'afterParameters', 'afterResultSelector', 'afterResultPath'],
  Map: [
    'afterInputPath',
    'afterItemsPath',
    'afterItemSelector',
    'afterItemBatcher',
    'afterResultSelector',
    'afterResultPath',
  ],
};

export function outcomeOfTest(tested: TestedRun, inspected: boolean): TestStateOutput {
  const { frame, failure, execution } = tested;
  const left = frame.phase === 'enter' || frame.phase === 'ended';
  const status =
    execution.status === 'FAILED'
      ? 'FAILED'
      : frame.phase === 'retrying'
        ? 'RETRIABLE'
        : failure === undefined
          ? 'SUCCEEDED'
          : 'CAUGHT_ERROR';
  assertEngine(status === 'FAILED' || status === 'RETRIABLE' || left, `the state was not left but is ${frame.phase}`);
  const passedOn = status === 'SUCCEEDED' || status === 'CAUGHT_ERROR';
  return {
    ...(passedOn && { output: frame.data }),
    ...(failure?.error !== undefined && { error: failure.error }),
    ...(failure?.cause !== undefined && { cause: failure.cause }),
    ...(inspected && { inspectionData: inspectionData(tested, errorDetails(tested, status)) }),
    ...(passedOn && frame.phase === 'enter' && { nextState: frame.stateName }),
    status,
  };
}

function inspectionData(tested: TestedRun, details: ErrorDetails | undefined): object {
  const { state, input } = tested.test;
  const data: Record<string, unknown> = { input };
  for (const step of STEPS[state.Type]) {
    const text = tested.notes.get(step);
    if (text !== undefined) data[step] = text;
  }
  if (state.Type === 'Map') Object.assign(data, tested.limits);
  const variables = Object.entries(tested.frame.variables ?? {});
  if (variables.length > 0) {
    data['variables'] = toText(
      Object.fromEntries(variables.map(([name, text]) => [name, JSON.parse(text) as JsonValue])),
    );
  }
  if (details !== undefined) data['errorDetails'] = details;
  return data;
}

function errorDetails(tested: TestedRun, status: TestStateOutput['status']): ErrorDetails | undefined {
  const { execution, failure, turn } = tested;
  const { state } = tested.test;
  if (failure === undefined) return undefined;
  if (status === 'CAUGHT_ERROR' && 'catch' in state) {
    return { catchIndex: state.catch.findIndex((catcher) => matches(catcher.errorEquals, failure)) };
  }
  if (status !== 'RETRIABLE') return undefined;
  const used = execution.journal.all().findLast((record) => record.type === 'RetryScheduled');
  const timer = execution.journal.all().findLast((record) => record.type === 'TimerSet');
  assertEngine(used?.type === 'RetryScheduled' && timer?.type === 'TimerSet', 'a retry has its records');
  return {
    retryBackoffIntervalSeconds: Math.round((timer.dueMs - turn.nowMs) / 1_000),
    retryIndex: used.retrier,
  };
}
