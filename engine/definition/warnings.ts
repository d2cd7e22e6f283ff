/**
 * What is valid in a definition and probably not meant: paths and intrinsic calls in places where they stay text. Only
 * JSONPath has such places. Codes as ValidateStateMachineDefinition documents them.
 */
import { isObject, type JsonObject, type JsonValue } from '../json.ts';
import type { Diagnostic } from './diagnostics.ts';

const PATH = /^\$(?:$|[.[$])/;
const INTRINSIC = /^States\.[A-Za-z0-9]+\(/;
/** Payload templates, in which a key has to end in `.$` for its value to be evaluated. */
const TEMPLATES = ['Parameters', 'ItemSelector', 'ResultSelector', 'Assign'];
/** Fields with a sibling that ends in `Path`. */
const WITH_PATH_SIBLING = ['Seconds', 'TimeoutSeconds', 'HeartbeatSeconds', 'MaxConcurrency', 'Error', 'Cause'];
/** Fields of a choice rule that are no comparison. */
const NO_COMPARISON = ['Variable', 'Next', 'Comment', 'And', 'Or', 'Not', 'Assign', 'Condition', 'Output'];

const NO_DOLLAR = 'No .$ on a field that appears to be a JSONPath or Intrinsic Function.';
const NO_PATH = "Field value looks like a path, but field name does not end with 'Path'.";
const PASS_RESULT_IS_STATIC = 'Attempt to use a path in the result of a pass state.';

/** `root` is a definition that has been found valid. */
export function warningsOf(root: JsonValue): Diagnostic[] {
  const found: Diagnostic[] = [];
  const warn: Warn = (code, location, message) => found.push({ severity: 'WARNING', code, message, location });
  if (isObject(root)) inGraph(root, '', root['QueryLanguage'] === 'JSONata', warn);
  return found;
}

type Warn = (code: string, location: string, message: string) => void;

const isPath = (value: JsonValue): boolean => typeof value === 'string' && PATH.test(value);
const isExpression = (value: JsonValue): boolean =>
  typeof value === 'string' && (PATH.test(value) || INTRINSIC.test(value));

function inGraph(graph: JsonObject, pointer: string, jsonata: boolean, warn: Warn): void {
  const states = isObject(graph['States']) ? graph['States'] : {};
  for (const [name, state] of Object.entries(states)) {
    if (isObject(state)) inState(state, `${pointer}/States/${name}`, jsonata, warn);
  }
}

function inState(state: JsonObject, pointer: string, jsonataMachine: boolean, warn: Warn): void {
  const jsonata = jsonataMachine || state['QueryLanguage'] === 'JSONata';
  if (!jsonata) {
    for (const field of TEMPLATES) inTemplate(state[field], `${pointer}/${field}`, warn);
    for (const field of WITH_PATH_SIBLING) {
      if (isPath(state[field] ?? null)) warn('NO_PATH', `${pointer}/${field}`, NO_PATH);
    }
    if (state['Type'] === 'Pass') inResult(state['Result'], `${pointer}/Result`, warn);
    inRules(state['Choices'], `${pointer}/Choices`, warn);
  }
  const branches = Array.isArray(state['Branches']) ? state['Branches'] : [];
  for (const [index, branch] of branches.entries()) {
    if (isObject(branch)) inGraph(branch, `${pointer}/Branches[${index}]`, jsonataMachine, warn);
  }
  for (const field of ['ItemProcessor', 'Iterator']) {
    const processor = state[field];
    if (isObject(processor)) inGraph(processor, `${pointer}/${field}`, jsonataMachine, warn);
  }
}

function inTemplate(template: JsonValue | undefined, pointer: string, warn: Warn): void {
  if (typeof template !== 'object' || template === null) return;
  for (const [key, value] of Object.entries(template)) {
    const at = Array.isArray(template) ? `${pointer}[${key}]` : `${pointer}/${key}`;
    if (!key.endsWith('.$') && isExpression(value)) warn('NO_DOLLAR', at, NO_DOLLAR);
    inTemplate(value, at, warn);
  }
}

function inResult(result: JsonValue | undefined, pointer: string, warn: Warn): void {
  if (result === undefined || result === null) return;
  if (isExpression(result)) warn('PASS_RESULT_IS_STATIC', pointer, PASS_RESULT_IS_STATIC);
  if (typeof result !== 'object') return;
  for (const [key, value] of Object.entries(result)) {
    const at = Array.isArray(result) ? `${pointer}[${key}]` : `${pointer}/${key}`;
    if (key.endsWith('.$')) warn('PASS_RESULT_IS_STATIC', at, PASS_RESULT_IS_STATIC);
    else inResult(value, at, warn);
  }
}

function inRules(rules: JsonValue | undefined, pointer: string, warn: Warn): void {
  if (!Array.isArray(rules)) return;
  for (const [index, rule] of rules.entries()) {
    if (isObject(rule)) inRule(rule, `${pointer}[${index}]`, warn);
  }
}

function inRule(rule: JsonObject, pointer: string, warn: Warn): void {
  for (const [field, value] of Object.entries(rule)) {
    if (NO_COMPARISON.includes(field) || field.endsWith('Path')) continue;
    if (isPath(value)) warn('NO_PATH', `${pointer}/${field}`, NO_PATH);
  }
  for (const field of ['And', 'Or']) inRules(rule[field], `${pointer}/${field}`, warn);
  if (isObject(rule['Not'])) inRule(rule['Not'], `${pointer}/Not`, warn);
}
