/** What a caller asks of TestState, checked as far as that goes without running the state. */
import type { State } from '../definition/model.ts';
import { containsState } from '../definition/parse-tested-state.ts';
import { EngineError } from '../errors.ts';
import { isObject, type JsonObject, type JsonValue, nestingDepth } from '../json.ts';
import { parseContextObject } from './context-object.ts';
import { checkMockedResult, type FieldValidationMode } from './mock-schema.ts';

export interface StateConfiguration {
  readonly retrierRetryCount?: number;
  readonly errorCausedByState?: string;
  readonly mapIterationFailureCount?: number;
  readonly mapItemReaderData?: string;
}

export interface TestStateInput {
  readonly definition: string;
  readonly roleArn?: string;
  readonly input?: string;
  readonly inspectionLevel?: 'INFO' | 'DEBUG' | 'TRACE';
  readonly revealSecrets?: boolean;
  readonly variables?: string;
  readonly stateName?: string;
  readonly mock?: {
    readonly result?: string;
    readonly errorOutput?: { readonly error?: string; readonly cause?: string };
    readonly fieldValidationMode?: FieldValidationMode;
  };
  readonly context?: string;
  readonly stateConfiguration?: StateConfiguration;
}

export type Mock =
  | { readonly kind: 'result'; readonly text: string; readonly value: JsonValue }
  | { readonly kind: 'error'; readonly error: string | undefined; readonly cause: string | undefined };

export interface CheckedMock {
  readonly mock: Mock | undefined;
  readonly context: JsonObject | undefined;
  readonly configuration: StateConfiguration;
}

/** What is looked at recurses. */
const MAX_DEPTH = 1_000;
const MOCKED_TYPES: ReadonlySet<string> = new Set(['Task', 'Map', 'Parallel']);

function invalid(message: string): EngineError {
  return new EngineError('ValidationException', message);
}

/** Throws ValidationException and InvalidDefinition, in the order in which TestState looks at these things. */
export function checkMock(input: TestStateInput, state: State, fields: JsonObject): CheckedMock {
  const configuration = input.stateConfiguration ?? {};
  if (input.mock === undefined) {
    refuseWithoutMock(input, configuration);
    refuseUnmockable(state);
    return { mock: undefined, context: undefined, configuration };
  }
  if (!MOCKED_TYPES.has(state.Type)) {
    throw invalid(`State type '${state.Type}' is not supported when a mock is specified`);
  }
  if (input.revealSecrets === true) {
    throw invalid('TestState does not support RevealSecrets when a mock is specified.');
  }
  const mock = readMock(input.mock);
  const context = input.context === undefined ? undefined : parseContextObject(input.context);
  const { errorCausedByState } = configuration;
  if (errorCausedByState !== undefined && !containsState(state, errorCausedByState)) {
    throw invalid(`State '${errorCausedByState}' of errorCausedByState not found in state '${state.name}'`);
  }
  if (mock.kind === 'result') checkResult(mock.value, state, fields, input.mock.fieldValidationMode ?? 'STRICT');
  return { mock, context, configuration };
}

/** What needs a mock, by the names that AWS's messages have for it. */
function refuseWithoutMock(input: TestStateInput, configuration: StateConfiguration): void {
  const given = {
    RetrierRetryCount: configuration.retrierRetryCount,
    ErrorCausedByState: configuration.errorCausedByState,
    MapIterationFailureCount: configuration.mapIterationFailureCount,
    MapItemReaderData: configuration.mapItemReaderData,
    Context: input.context,
  };
  for (const [name, value] of Object.entries(given)) {
    if (value !== undefined) throw invalid(`TestState does not support ${name} when a mock is not specified.`);
  }
}

const RUN_BY_ITSELF = 'Supported state types include: [Task, Wait, Pass, Succeed, Fail, Choice]';

function refuseUnmockable(state: State): void {
  if (state.Type === 'Map' || state.Type === 'Parallel') {
    throw new EngineError(
      'InvalidDefinition',
      `TestState API does not support Map or Parallel states. ${RUN_BY_ITSELF}`,
    );
  }
  if (state.Type !== 'Task') return;
  const { pattern, resource } = state.target;
  if (pattern === 'requestResponse' || pattern === 'lambdaArn') return;
  const what = pattern === 'activity' ? 'Activity tasks' : `the resource ${resource}`;
  throw new EngineError('InvalidDefinition', `TestState API does not support ${what} when a mock is not specified.`);
}

function readMock(given: NonNullable<TestStateInput['mock']>): Mock {
  const { result, errorOutput } = given;
  if (errorOutput !== undefined && result === undefined) {
    return { kind: 'error', error: errorOutput.error, cause: errorOutput.cause };
  }
  if (result === undefined || errorOutput !== undefined) {
    throw invalid('A test mock should have only one of the following fields: [result, errorOutput].');
  }
  if (nestingDepth(result) > MAX_DEPTH) throw invalid(`Mocked result must be nested at most ${MAX_DEPTH} deep.`);
  try {
    return { kind: 'result', text: result, value: JSON.parse(result) as JsonValue };
  } catch (thrown) {
    throw invalid(`Mocked result must be valid JSON: ${(thrown as Error).message}`);
  }
}

function checkResult(value: JsonValue, state: State, fields: JsonObject, mode: FieldValidationMode): void {
  if (state.Type === 'Task') checkMockedResult(state.target, value, mode);
  else if (state.Type === 'Map' && Object.hasOwn(fields, 'ResultWriter')) {
    if (!isObject(value)) throw invalid('Mocked result must be a JSON object.');
  } else if (!Array.isArray(value)) throw invalid('Mocked result must be an array.');
  else if (state.Type === 'Parallel' && value.length !== state.branches.length) {
    throw invalid('Mocked result must contain the same number of items as number of Parallel branches.');
  }
}
