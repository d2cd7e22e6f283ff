/**
 * Compiles the expressions of JSONPath workflows: paths, intrinsic calls, payload templates (keys that end in `.$`)
 * and reference paths. All of it is synchronous.
 */
import type { Template } from '../definition/model.ts';
import { LocatedError } from '../errors.ts';
import { isObject, type JsonValue, toText } from '../json.ts';
import { literal } from './compile-template.ts';
import type { Expression } from './expression.ts';
import { INTRINSICS } from './intrinsics.ts';
import type { Ambient } from './jsonata-functions.ts';
import { bracketed, parsePath, selectPath } from './jsonpath.ts';
import { type ParsedPath, PathSyntaxError } from './jsonpath-model.ts';
import type { Scope } from './scope.ts';

export { PathSyntaxError } from './jsonpath-model.ts';

const INTRINSIC_CALL = /^\s*States\.([A-Za-z0-9]+)\s*\(/;
/** Fields whose failing path AWS reports in the words of its JSONPath library. */
const LIBRARY_WORDED = ['InputPath', 'OutputPath', 'ItemsPath', 'TimeoutSecondsPath', 'HeartbeatSecondsPath'];

/** A path that answers undefined instead of failing: Choice and the fields with their own wording need that. */
export interface PathExpression extends Expression {
  find(scope: Scope): JsonValue | undefined;
}

function expression(
  source: string,
  location: string,
  variables: readonly string[],
  find: (scope: Scope) => JsonValue | undefined,
  missing: (scope: Scope) => LocatedError,
): PathExpression {
  const now = (scope: Scope): JsonValue => {
    const value = find(scope);
    if (value === undefined) throw missing(scope);
    return value;
  };
  return { language: 'JSONPath', source, location, variables, find, now, later: async (scope) => now(scope) };
}

function rootOf(path: ParsedPath, scope: Scope): JsonValue | undefined {
  if (path.root === '') return scope.root;
  return path.root === '$' ? scope.context : scope.variable(path.root);
}

/** A path or an intrinsic call. Throws PathSyntaxError. */
export function compilePath(source: string, location: string, ambient: Ambient): PathExpression {
  if (INTRINSIC_CALL.test(source)) return compileIntrinsic(source, location, ambient);
  const path = parsePath(source);
  const variables = path.root === '' || path.root === '$' ? [] : [path.root];
  const find = (scope: Scope): JsonValue | undefined => {
    const root = rootOf(path, scope);
    return root === undefined ? undefined : selectPath(path, root);
  };
  const missing = (scope: Scope): LocatedError => {
    if (LIBRARY_WORDED.includes(location)) {
      return new LocatedError('States.Runtime', `Invalid path '${source}' : No results for path: ${bracketed(path)}`);
    }
    if (location === 'SecondsPath' || location === 'TimestampPath') {
      return new LocatedError(
        'States.Runtime',
        `The ${location} parameter does not reference an input value: ${source}`,
      );
    }
    const input = toText(rootOf(path, scope) ?? null);
    return new LocatedError(
      'States.Runtime',
      `The JSONPath '${source}' specified for the field '${location}' could not be found in the input '${input}'`,
    );
  };
  return expression(source, location, variables, find, missing);
}

type Argument = (scope: Scope) => JsonValue;

function compileIntrinsic(source: string, location: string, ambient: Ambient): PathExpression {
  const variables = new Set<string>();
  const reader = new IntrinsicReader(source, location, ambient, variables);
  const call = reader.call();
  reader.end();
  const missing = (): LocatedError => new LocatedError('States.Runtime', `The function '${source}' gave no value`);
  return expression(source, location, [...variables], call, missing);
}

const STRING_LITERAL = /\s*'((?:[^'\\]|\\[\s\S])*)'\s*/y;
const NUMBER_LITERAL = /\s*(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)\s*/y;
const WORD_LITERAL = /\s*(true|false|null)\b\s*/y;
const PATH_ARGUMENT = /\s*(\$(?:[^,()[\]]|\[\?\(.*?\)\]|\[[^\]]*\])*)\s*/y;
const CALL = /\s*States\.([A-Za-z0-9]+)\s*\(\s*/y;

/** AWS's limit. */
const MAX_NESTED_CALLS = 10;

class IntrinsicReader {
  private at = 0;
  private readonly source: string;
  private readonly location: string;
  private readonly ambient: Ambient;
  private readonly variables: Set<string>;
  constructor(source: string, location: string, ambient: Ambient, variables: Set<string>) {
    this.source = source;
    this.location = location;
    this.ambient = ambient;
    this.variables = variables;
  }

  call(depth = 1): Argument {
    const name = this.take(CALL);
    if (name === undefined) throw this.unreadable();
    if (depth > MAX_NESTED_CALLS) {
      throw new PathSyntaxError(
        `Intrinsic functions are nested at most ${MAX_NESTED_CALLS} deep, not as in '${this.source.slice(0, 200)}'`,
      );
    }
    const intrinsic = Object.hasOwn(INTRINSICS, name) ? INTRINSICS[name] : undefined;
    if (intrinsic === undefined) throw new PathSyntaxError(`There is no intrinsic function States.${name}`);
    const args: Argument[] = [];
    while (!this.symbol(')')) {
      if (args.length > 0 && !this.symbol(',')) throw this.unreadable();
      args.push(this.argument(depth));
    }
    const { source, ambient, location } = this;
    return (scope) => {
      const values = args.map((argument) => argument(scope));
      try {
        return intrinsic(values, ambient);
      } catch (thrown) {
        const reason = (thrown as Error).message;
        throw new LocatedError(
          'States.IntrinsicFailure',
          `The function '${source}' specified for the field '${location}' failed: ${reason}`,
        );
      }
    };
  }

  end(): void {
    if (this.source.slice(this.at).trim() !== '') throw this.unreadable();
  }

  private argument(depth: number): Argument {
    const text = this.take(STRING_LITERAL);
    if (text !== undefined) {
      const unescaped = text.replace(/\\([\s\S])/g, (whole, character: string) =>
        "'{}\\".includes(character) ? character : whole,
      );
      return () => unescaped;
    }
    CALL.lastIndex = this.at;
    if (CALL.test(this.source)) return this.call(depth + 1);
    const constant = this.take(NUMBER_LITERAL) ?? this.take(WORD_LITERAL);
    if (constant !== undefined) {
      const value = JSON.parse(constant) as JsonValue;
      return () => value;
    }
    const path = this.take(PATH_ARGUMENT);
    if (path === undefined) throw this.unreadable();
    const compiled = compilePath(path.trim(), this.location, this.ambient);
    for (const name of compiled.variables) this.variables.add(name);
    return (scope) => compiled.now(scope) as JsonValue;
  }

  private take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const match = pattern.exec(this.source);
    if (match === null) return undefined;
    this.at = pattern.lastIndex;
    return match[1];
  }

  private symbol(character: string): boolean {
    while (/\s/.test(this.source[this.at] ?? '')) this.at += 1;
    if (this.source[this.at] !== character) return false;
    this.at += 1;
    return true;
  }

  private unreadable(): PathSyntaxError {
    return new PathSyntaxError(`The intrinsic '${this.source}' cannot be read at '${this.source.slice(this.at)}'`);
  }
}

/** Throws PathSyntaxError. */
export function compilePayloadTemplate(value: JsonValue, location: string, ambient: Ambient): Template {
  if (Array.isArray(value)) {
    const items = value.map((item) => compilePayloadTemplate(item, location, ambient));
    return items.every((item) => item.kind === 'literal') ? literal(value) : { kind: 'array', items };
  }
  if (!isObject(value)) return literal(value);
  const entries = Object.entries(value).map(([key, entry]) => {
    if (!key.endsWith('.$')) return [key, compilePayloadTemplate(entry, location, ambient)] as const;
    if (typeof entry !== 'string')
      throw new PathSyntaxError(`The field '${key}' has to be a path or an intrinsic function`);
    return [
      key.slice(0, -2),
      { kind: 'expression', expression: compilePath(entry, key, ambient) } satisfies Template,
    ] as const;
  });
  const constant = entries.every(([key, entry]) => entry.kind === 'literal' && Object.hasOwn(value, key));
  return constant ? literal(value) : { kind: 'object', entries };
}

/** The steps of a reference path (`$.a.b[0]`); throws PathSyntaxError for any other path. */
export function parseReferencePath(source: string): readonly (string | number)[] {
  const path = parsePath(source);
  if (!path.definite || path.root !== '') throw new PathSyntaxError(`'${source}' is not a reference path`);
  return path.segments.map((segment) => {
    if (segment.kind === 'name') return segment.name;
    if (segment.kind === 'index') return segment.index;
    throw new PathSyntaxError(`'${source}' is not a reference path`);
  });
}
