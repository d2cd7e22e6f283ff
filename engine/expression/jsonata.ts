/**
 * Compiles a JSONata expression of a definition: a fast synchronous evaluator where the expression allows it, and the
 * `jsonata` package for everything else, with AWS's functions, limits and error texts.
 */
import jsonata from 'jsonata';
import { LocatedError } from '../errors.ts';
import type { JsonValue } from '../json.ts';
import { jsonTypeName, toText } from '../json.ts';
import { type Expression, SLOW } from './expression.ts';
import { BoundError, Budget, bound, boundedBuiltIns, boundedOptions, markCompared } from './jsonata-bounds.ts';
import { compileFast, type FastEvaluator } from './jsonata-fast.ts';
import { type Ambient, registerFunctions } from './jsonata-functions.ts';
import { checkRegex } from './regex-match.ts';
import { PatternError } from './regex-pattern.ts';
import type { Scope } from './scope.ts';
import { FAULT_TEXTS, measure } from './value-bounds.ts';

const QUERY_ERROR = 'States.QueryEvaluationError';

export type ResultCheck = 'any' | 'array' | 'boolean';

export class JsonataSyntaxError extends Error {}

const DELIMITED = /^\{%([\s\S]*)%\}$/;

/** The expression between `{%` and `%}`, or undefined when the text is a plain string. */
export function jsonataSource(text: string): string | undefined {
  return DELIMITED.exec(text)?.[1]?.trim();
}

interface Names {
  /** Every `$name` that is read. */
  readonly read: Set<string>;
  /** Those the expression binds itself: `$x := ...` and parameters of functions. */
  readonly bound: Set<string>;
  readonly called: Set<string>;
}

function collectNames(node: unknown, names: Names): void {
  if (Array.isArray(node)) {
    for (const item of node) collectNames(item, names);
    return;
  }
  if (typeof node !== 'object' || node === null) return;
  markCompared(node);
  const { type, value, lhs, arguments: args, procedure, ...rest } = node as Record<string, unknown>;
  if (value instanceof RegExp) checkRegex(value);
  const nameOf = (variable: unknown): string =>
    String((variable as Record<string, unknown> | undefined)?.['value'] ?? '');
  if (type === 'variable') names.read.add(String(value));
  if (type === 'bind') names.bound.add(nameOf(lhs));
  else collectNames(lhs, names);
  if (type === 'lambda') for (const parameter of args as unknown[]) names.bound.add(nameOf(parameter));
  else collectNames(args, names);
  if ((procedure as Record<string, unknown> | undefined)?.['type'] === 'variable') names.called.add(nameOf(procedure));
  else collectNames(procedure, names);
  collectNames(Object.values(rest), names);
}

/** Throws JsonataSyntaxError with the position of the fault. */
export function compileJsonata(
  source: string,
  location: string,
  ambient: Ambient,
  check: ResultCheck = 'any',
): Expression {
  const budget = new Budget();
  const names: Names = { read: new Set(), bound: new Set(), called: new Set() };
  let compiled: jsonata.Expression;
  let fast: FastEvaluator | undefined;
  try {
    compiled = jsonata(source, boundedOptions(budget));
    const ast = compiled.ast();
    fast = compileFast(ast, ambient);
    collectNames(ast, names);
  } catch (thrown) {
    throw new JsonataSyntaxError(syntaxFault(thrown, source));
  }
  bound(compiled, budget);
  const outside = (name: string): boolean => name !== '' && name !== '$' && name !== 'states';
  const variables = [...names.read].filter((name) => outside(name) && !names.bound.has(name)).sort();
  const bindable = [...new Set([...names.read, ...names.called])].filter(outside);
  const usesStates = names.read.has('states');
  registerFunctions(compiled, ambient);
  let builtIns: Readonly<Record<string, unknown>> | undefined;

  const fail = (detail: string): LocatedError =>
    new LocatedError(
      QUERY_ERROR,
      `The JSONata expression '${source}' specified for the field '${location}' ${detail}`,
      {
        location,
      },
    );
  const verify = (value: unknown): JsonValue => {
    if (value === undefined) throw fail('returned nothing (undefined).');
    if (typeof value === 'function' || isJsonataFunction(value)) throw fail('returned an unsupported result type.');
    if (check === 'any' || jsonTypeName(value) === check) return value as JsonValue;
    throw fail(
      `returned an unexpected result type. Expected '${check}', but was '${jsonTypeName(value)}' for value: ${shownText(value)}`,
    );
  };
  return {
    language: 'JSONata',
    source,
    location,
    variables,
    now(scope: Scope) {
      const value = fast === undefined ? SLOW : fast(scope);
      return value === SLOW ? SLOW : verify(value);
    },
    async later(scope: Scope) {
      builtIns ??= await boundedBuiltIns(bindable, budget);
      const bindings: Record<string, unknown> = { ...builtIns };
      for (const name of bindable) {
        const value = scope.variable(name);
        if (value !== undefined) bindings[name] = value;
      }
      if (usesStates) bindings['states'] = scope.states;
      let value: unknown;
      try {
        budget.refill();
        value = await compiled.evaluate(undefined, bindings);
      } catch (thrown) {
        throw fail(`threw an error during evaluation. ${reasonOf(thrown)}`);
      }
      const verified = verify(value);
      const measured = measure(verified);
      if (typeof measured === 'string') throw fail(`returned a value that is ${FAULT_TEXTS[measured]}.`);
      return verified;
    },
  };
}

/** What is longer than a cause may be is cut. */
const MAX_SHOWN_CHARACTERS = 32_768;

function shownText(value: unknown): string {
  const measured = measure(value);
  if (typeof measured === 'string') return `(${FAULT_TEXTS[measured]})`;
  return toText(value).slice(0, MAX_SHOWN_CHARACTERS);
}

function syntaxFault(thrown: unknown, source: string): string {
  if (thrown instanceof PatternError) return `${thrown.message}, in '${source}'`;
  if (thrown instanceof RangeError) return `The expression is nested too deep: '${source.slice(0, 200)}...'`;
  const { message, position } = thrown as jsonata.JsonataError;
  return `${message} at position ${position ?? 0} of '${source}'`;
}

function isJsonataFunction(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return '_jsonata_function' in value || '_jsonata_lambda' in value;
}

function reasonOf(thrown: unknown): string {
  if (thrown instanceof BoundError) return thrown.message;
  if (thrown instanceof RangeError && thrown.message === 'Invalid string length') return 'A text is too long.';
  if (thrown instanceof RangeError) return 'D1011: Stack overflow. Check for non-terminating recursive function.';
  const { code, message } = thrown as Partial<jsonata.JsonataError>;
  const reason = code === undefined ? String(message ?? thrown) : `${code}: ${message ?? ''}`;
  return reason.slice(0, MAX_SHOWN_CHARACTERS);
}
