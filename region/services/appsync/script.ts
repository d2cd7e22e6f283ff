/**
 * APPSYNC_JS code of resolvers and functions: an ES module with `request` and `response` that imports from
 * `@aws-appsync/utils`. It is evaluated as a function body with the few globals the runtime has; anything the region's
 * `util` does not offer is an error by name.
 */
import { AwsError, UnknownToRegionError } from '../../errors.ts';
import { notAuthorized, ResolverError } from './errors.ts';

/** What resolver code may know of the region while it runs: the time, new ids, and the field it resolves. */
export interface ScriptHost {
  readonly now: () => number;
  readonly uuid: () => string;
  readonly fieldName: () => string;
  readonly typeName: () => string;
}

export interface ScriptContext {
  arguments: unknown;
  args: unknown;
  identity: unknown;
  source: unknown;
  stash: Record<string, unknown>;
  prev: { result: unknown } | null;
  request: unknown;
  info: { readonly fieldName: string; readonly parentTypeName: string };
  env: Readonly<Record<string, string>>;
  result?: unknown;
  error?: unknown;
}

export interface Script {
  request(context: ScriptContext): unknown;
  response(context: ScriptContext): unknown;
}

/** Thrown by `runtime.earlyReturn`. */
export class EarlyReturn {
  readonly value: unknown;

  constructor(value: unknown) {
    this.value = value;
  }
}

const HIDDEN_GLOBALS = [
  'process',
  'require',
  'globalThis',
  'global',
  'fetch',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'Function',
];

export function compileScript(code: string, where: string, host: ScriptHost): Script {
  let body = code.replace(
    /^\s*import\s+\{([^}]*)\}\s+from\s+['"]([^'"]+)['"]\s*;?/gm,
    (_all, names: string, from: string) => {
      if (from !== '@aws-appsync/utils') {
        throw new UnknownToRegionError(
          `import from ${from}`,
          where,
          'import util, runtime or extensions from @aws-appsync/utils',
        );
      }
      return names
        .split(',')
        .map((name) => name.trim().split(/\s+as\s+/))
        .filter(([name]) => name !== '')
        .map(([name = '', alias = name]) => (alias === name ? '' : `const ${alias} = ${name};`))
        .join('');
    },
  );
  if (/^\s*import\s/m.test(body)) {
    throw new UnknownToRegionError(
      'an import of another form',
      where,
      "write import { util } from '@aws-appsync/utils'",
    );
  }
  body = body
    .replace(/^(\s*)export\s+(function|const|let|async)/gm, '$1$2')
    .replace(/^\s*export\s*\{[^}]*\}\s*;?/gm, '');
  const build = new Function(
    'util',
    'runtime',
    'extensions',
    'Date',
    ...HIDDEN_GLOBALS,
    `"use strict";\n${body}\nreturn { request, response };`,
  );
  const util = utilOf(where, host);
  return build(util, named('runtime', where, { earlyReturn }), named('extensions', where, {}), dateOf(host)) as Script;
}

function earlyReturn(value: unknown = null): never {
  throw new EarlyReturn(value);
}

/** An object whose missing members are errors that name them. */
function named(name: string, where: string, members: Readonly<Record<string, unknown>>): object {
  return new Proxy(members, {
    get(target, member) {
      if (typeof member === 'symbol' || Object.hasOwn(target, member)) return Reflect.get(target, member);
      throw new UnknownToRegionError(`${name}.${member}`, where, `the region has ${Object.keys(target).join(', ')}`);
    },
  });
}

function utilOf(where: string, host: ScriptHost): object {
  const iso = () => new Date(host.now()).toISOString();
  return named('util', where, {
    error: (message: string, type = 'Custom', data: unknown = null, info: unknown = null) => {
      throw new ResolverError(message, type, data, info);
    },
    unauthorized: () => {
      throw notAuthorized(host.fieldName(), host.typeName());
    },
    autoId: () => host.uuid(),
    isNull: (value: unknown) => value === null || value === undefined,
    isNullOrEmpty: (value: unknown) => value === null || value === undefined || value === '',
    isNullOrBlank: (value: unknown) => value === null || value === undefined || String(value).trim() === '',
    defaultIfNull: (value: unknown, other: unknown) => value ?? other,
    toJson: (value: unknown) => JSON.stringify(value),
    parseJson: (text: string) => JSON.parse(text) as unknown,
    base64Encode: (text: string) => Buffer.from(text).toString('base64'),
    base64Decode: (text: string) => Buffer.from(text, 'base64').toString('utf8'),
    validate: (condition: boolean, message: string, type = 'CustomTemplateException') => {
      if (!condition) throw new ResolverError(message, type);
    },
    time: named('util.time', where, {
      nowISO8601: iso,
      nowEpochSeconds: () => Math.floor(host.now() / 1000),
      nowEpochMilliSeconds: () => host.now(),
      parseISO8601ToEpochMilliSeconds: (text: string) => {
        const ms = Date.parse(text);
        if (Number.isNaN(ms)) throw new AwsError('RuntimeError', `Unable to parse time ${text}`);
        return ms;
      },
      epochMilliSecondsToISO8601: (ms: number) => new Date(ms).toISOString(),
    }),
  });
}

/** `Date` on the region's clock. */
function dateOf(host: ScriptHost): DateConstructor {
  return new Proxy(Date, {
    construct: (target, parameters) => Reflect.construct(target, parameters.length === 0 ? [host.now()] : parameters),
    get: (target, member) => (member === 'now' ? host.now : Reflect.get(target, member)),
  });
}
