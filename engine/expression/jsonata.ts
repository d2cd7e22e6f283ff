/**
 * Compiles a JSONata expression of a definition: a fast synchronous evaluator where the expression allows it, and the
 * `jsonata` package for everything else, with AWS's functions, limits and error texts.
 */
import jsonata from 'jsonata';
import { LocatedError } from '../errors.ts';
import type { JsonValue } from '../json.ts';
import { jsonTypeName, toText } from '../json.ts';
import { type Expression, SLOW } from './expression.ts';
import { compileFast } from './jsonata-fast.ts';
import { type Ambient, registerFunctions } from './jsonata-functions.ts';
import type { Scope } from './scope.ts';

const QUERY_ERROR = 'States.QueryEvaluationError';
/** Bounds for expressions that recurse or run for ever; the time bound ends an evaluation, it never alters a result. */
const LIMITS = { stack: 4_000, timeout: 10_000, sequence: 873_782 } as const;

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
  const { type, value, lhs, arguments: args, procedure, ...rest } = node as Record<string, unknown>;
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
  let compiled: jsonata.Expression;
  try {
    compiled = jsonata(source, LIMITS);
  } catch (thrown) {
    const { message, position } = thrown as jsonata.JsonataError;
    throw new JsonataSyntaxError(`${message} at position ${position ?? 0} of '${source}'`);
  }
  const ast = compiled.ast();
  const fast = compileFast(ast);
  const names: Names = { read: new Set(), bound: new Set(), called: new Set() };
  collectNames(ast, names);
  const outside = (name: string): boolean => name !== '' && name !== '$' && name !== 'states';
  const variables = [...names.read].filter((name) => outside(name) && !names.bound.has(name)).sort();
  const bindable = [...new Set([...names.read, ...names.called])].filter(outside);
  const usesStates = names.read.has('states');
  registerFunctions(compiled, ambient);

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
      `returned an unexpected result type. Expected '${check}', but was '${jsonTypeName(value)}' for value: ${toText(value)}`,
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
      const bindings: Record<string, unknown> = {};
      for (const name of bindable) {
        const value = scope.variable(name);
        if (value !== undefined) bindings[name] = value;
      }
      if (usesStates) bindings['states'] = scope.states;
      let value: unknown;
      try {
        value = await compiled.evaluate(undefined, bindings);
      } catch (thrown) {
        throw fail(`threw an error during evaluation. ${reasonOf(thrown)}`);
      }
      return verify(value);
    },
  };
}

function isJsonataFunction(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return '_jsonata_function' in value || '_jsonata_lambda' in value;
}

function reasonOf(thrown: unknown): string {
  if (thrown instanceof RangeError) return 'D1011: Stack overflow. Check for non-terminating recursive function.';
  const { code, message } = thrown as Partial<jsonata.JsonataError>;
  return code === undefined ? String(message ?? thrown) : `${code}: ${message ?? ''}`;
}
