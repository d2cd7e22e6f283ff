/**
 * What a state gets and what it passes on, in both languages: JSONata's Arguments, Output and Assign; JSONPath's
 * InputPath, Parameters, ResultSelector, ResultPath and OutputPath. Payloads that no field touches keep their text. What
 * takes a scope is to be called within `computed`.
 */
import type { Assign, DataFlow, State, Template } from '../definition/model.ts';
import { LocatedError, StateError } from '../errors.ts';
import { evaluate } from '../expression/template.ts';
import { FAULT_TEXTS, measure } from '../expression/value-bounds.ts';
import type { AssignedVariables } from '../history/records.ts';
import {
  exceedsBytes,
  isObject,
  type JsonObject,
  type JsonValue,
  MAX_PAYLOAD_BYTES,
  toText,
  utf8Bytes,
} from '../json.ts';
import type { ExecutionScope } from './execution-scope.ts';

/** A value with its text, either of which may be computed on demand. */
export interface Payload {
  readonly text: string;
  value(): JsonValue;
}

export function fromText(text: string): Payload {
  let known: JsonValue | undefined;
  return {
    text,
    value() {
      known ??= JSON.parse(text) as JsonValue;
      return known;
    },
  };
}

/** Throws StateError or LocatedError for a value that is too much to be written. */
export function fromValue(value: JsonValue): Payload {
  const measured = measure(value);
  if (measured === 'large') throw tooLarge();
  if (typeof measured === 'string')
    throw new LocatedError('States.Runtime', `A computed value is ${FAULT_TEXTS[measured]}.`);
  return { text: toText(value), value: () => value };
}

function fromTemplate(template: Template, scope: ExecutionScope): Payload {
  if (template.kind === 'literal') return { text: template.text, value: () => template.value };
  return fromValue(evaluate(template, scope));
}

/** The input a state works on: after InputPath in JSONPath, the raw input in JSONata. Sets `$` of the scope. */
export function effectiveInput(flow: DataFlow, raw: string, scope: ExecutionScope): Payload {
  if (flow.language === 'JSONata') return fromText(raw);
  if (flow.inputPath === undefined) {
    const input: Payload = { text: raw, value: () => scope.input };
    scope.rootFrom(input);
    scope.inspection?.note('afterInputPath', raw);
    return input;
  }
  if (flow.inputPath === null) {
    scope.root = {};
    scope.inspection?.note('afterInputPath', '{}');
    return fromValue({});
  }
  scope.root = scope.input;
  scope.root = evaluate(flow.inputPath, scope);
  scope.inspection?.note('afterInputPath', toText(scope.root));
  return fromValue(scope.root);
}

/** What a Task, Parallel or Pass hands to its work: Arguments or Parameters, else the effective input. */
export function argumentsOf(flow: DataFlow, input: Payload, scope: ExecutionScope): Payload {
  const template = flow.language === 'JSONata' ? flow.arguments : flow.parameters;
  const given = template === undefined ? input : fromTemplate(template, scope);
  scope.inspection?.note(flow.language === 'JSONata' ? 'afterArguments' : 'afterParameters', given.text);
  return given;
}

export interface Outcome {
  readonly output: string;
  readonly assignedVariables: AssignedVariables | undefined;
}

/** Turns the result of a state into its output and the variables it assigns. */
export function outcomeOf(state: State, raw: string, input: Payload, result: Payload, scope: ExecutionScope): Outcome {
  if (state.flow.language === 'JSONata') return jsonataOutcome(state.flow.output, state.assign, result, scope);
  const { flow } = state;
  let selected = result;
  if (flow.resultSelector !== undefined) {
    scope.root = result.value();
    selected = fromTemplate(flow.resultSelector, scope);
  }
  scope.inspection?.note('afterResultSelector', selected.text);
  scope.rootFrom(selected);
  const assignedVariables = assign(state.assign, scope);
  const merged = place(flow.resultPath, raw, input, selected);
  scope.inspection?.note('afterResultPath', merged.text);
  const output = outputPath(flow, merged, scope);
  return { output: checkedSize(output, state), assignedVariables };
}

/** Output and Assign of JSONata, as a state, a Choice rule and a Catch have them. */
export function jsonataOutcome(
  output: Template | undefined,
  assigned: Assign | undefined,
  otherwise: Payload,
  scope: ExecutionScope,
): Outcome {
  const payload = output === undefined ? otherwise : fromTemplate(output, scope);
  const assignedVariables = assign(assigned, scope);
  return { output: checkedSize(payload.text), assignedVariables };
}

/** Where ResultPath puts a result; absent replaces the input, null keeps it. */
export function place(
  steps: readonly (string | number)[] | null | undefined,
  raw: string,
  input: Payload,
  result: Payload,
): Payload {
  if (steps === undefined || (steps !== null && steps.length === 0)) return result;
  const base = fromText(raw);
  if (steps === null) return base;
  return fromValue(placed(base.value(), steps, result.value(), input));
}

function placed(base: JsonValue, steps: readonly (string | number)[], value: JsonValue, input: Payload): JsonValue {
  const [step, ...rest] = steps;
  if (step === undefined) return value;
  if (typeof step === 'number') {
    if (!Array.isArray(base) || base[step] === undefined) throw mismatch(input);
    return base.map((item, index) => (index === step ? placed(item, rest, value, input) : item));
  }
  const object: JsonObject = base === null ? {} : isObject(base) ? base : fail(input);
  const inner = Object.hasOwn(object, step) ? (object[step] ?? null) : {};
  return { ...object, [step]: placed(inner, rest, value, input) };
}

function mismatch(input: Payload): StateError {
  return new StateError('States.ResultPathMatchFailure', `Unable to apply ReferencePath to input ${input.text}`);
}
function fail(input: Payload): never {
  throw mismatch(input);
}

function outputPath(flow: DataFlow, payload: Payload, scope: ExecutionScope): string {
  if (flow.language === 'JSONata' || flow.outputPath === undefined) return payload.text;
  if (flow.outputPath === null) return '{}';
  scope.root = payload.value();
  return toText(evaluate(flow.outputPath, scope));
}

/** Output of a state that changes nothing (Choice, Wait, Succeed in JSONPath): InputPath, then OutputPath. */
export function passedOn(flow: DataFlow, input: Payload, scope: ExecutionScope): string {
  return outputPath(flow, input, scope);
}

/** UTF-8 bytes of one variable, and of what one Assign sets. */
const MAX_VARIABLES_BYTES = 262_144;
/** UTF-8 bytes of all variables that an execution holds at a time. */
const MAX_EXECUTION_VARIABLES_BYTES = 10 * 1_048_576;

export function assign(entries: Assign | undefined, scope: ExecutionScope): AssignedVariables | undefined {
  if (entries === undefined || entries.length === 0) return undefined;
  const assigned: Record<string, string> = {};
  let bytes = 0;
  for (const [name, template] of entries) {
    const { text } = fromTemplate(template, scope);
    assigned[name] = text;
    bytes += utf8Bytes(text);
    if (bytes > MAX_VARIABLES_BYTES) {
      throw new LocatedError(
        'States.DataLimitExceeded',
        `The variable '${name}' makes the Assign exceed the maximum of ${MAX_VARIABLES_BYTES} bytes.`,
      );
    }
  }
  if (scope.variablesBytesWith(assigned) > MAX_EXECUTION_VARIABLES_BYTES) {
    throw new LocatedError(
      'States.DataLimitExceeded',
      `The Assign makes the variables of the execution exceed the maximum of ${MAX_EXECUTION_VARIABLES_BYTES} bytes.`,
    );
  }
  return assigned;
}

export function checkedSize(text: string, state?: State): string {
  if (!exceedsBytes(text, MAX_PAYLOAD_BYTES)) return text;
  throw tooLarge(state);
}

function tooLarge(state?: State): StateError {
  const what = state === undefined ? 'The state' : `The state/task '${state.name}'`;
  return new StateError(
    'States.DataLimitExceeded',
    `${what} returned a result with a size exceeding the maximum number of bytes service limit.`,
  );
}

/** The JSON texts as one array, not put together when it is too large. */
export function checkedArray(texts: readonly string[], state: State): string {
  let characters = 0;
  for (const text of texts) characters += text.length;
  if (characters > MAX_PAYLOAD_BYTES) throw tooLarge(state);
  return checkedSize(`[${texts.join(',')}]`, state);
}
