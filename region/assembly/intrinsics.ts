/**
 * Resolves CloudFormation's intrinsic functions in a template value. The scope answers what depends on the stack; this
 * file knows only the functions. One that is not in the table is an error that names it and where it stands.
 */
import { UnknownToRegionError } from '../errors.ts';

export interface Scope {
  /** For messages: `Stack/LogicalId`. */
  readonly where: string;
  ref(name: string): unknown;
  attribute(logicalId: string, name: string): string;
  importValue(exportName: string): unknown;
  condition(name: string): boolean;
  mapping(map: string, first: string, second: string): unknown;
  readonly region: string;
}

/** Stands for `AWS::NoValue`: the property or list element that holds it is left out. */
export const NO_VALUE = Symbol('AWS::NoValue');

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : [value]);

function substitute(argument: unknown, scope: Scope): string {
  const [text, variables] = Array.isArray(argument) ? [String(argument[0]), argument[1]] : [String(argument), {}];
  const named = resolve(variables, scope) as Record<string, unknown>;
  return text.replace(/\$\{([^}]+)\}/g, (_whole, raw: string) => {
    const name = raw.trim();
    if (name.startsWith('!')) return `\${${name.slice(1)}}`;
    if (Object.hasOwn(named, name)) return String(named[name]);
    const dot = name.indexOf('.');
    return dot < 0 ? String(scope.ref(name)) : scope.attribute(name.slice(0, dot), name.slice(dot + 1));
  });
}

/** `Fn::Cidr`: `count` blocks of `cidrBits` host bits, cut from an IPv4 block. */
function cidrBlocks(block: string, count: number, hostBits: number): string[] {
  const [address = '', prefix = ''] = block.split('/');
  const base = address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
  if (Number.isNaN(base) || prefix === '') throw new RangeError(`Fn::Cidr of "${block}": give an IPv4 block`);
  return Array.from({ length: count }, (_, index) => {
    const start = base + index * 2 ** hostBits;
    return `${[24, 16, 8, 0].map((shift) => Math.floor(start / 2 ** shift) % 256).join('.')}/${32 - hostBits}`;
  });
}

function select(argument: unknown, scope: Scope): unknown {
  const [index, from] = list(argument);
  const values = list(resolve(from, scope));
  const at = Number(resolve(index, scope));
  if (values[at] === undefined) throw new RangeError(`${scope.where}: Fn::Select ${at} of ${values.length} values`);
  return values[at];
}

function getAttribute(argument: unknown, scope: Scope): string {
  const [logicalId, name] = typeof argument === 'string' ? splitOnce(argument) : (argument as [string, unknown]);
  return scope.attribute(logicalId, String(resolve(name, scope)));
}

function splitOnce(text: string): [string, string] {
  const dot = text.indexOf('.');
  return [text.slice(0, dot), text.slice(dot + 1)];
}

const FUNCTIONS: Readonly<Record<string, (argument: unknown, scope: Scope) => unknown>> = {
  Ref: (argument, scope) => scope.ref(String(argument)),
  'Fn::GetAtt': getAttribute,
  'Fn::Join': (argument, scope) => {
    const [separator, values] = list(argument);
    return list(resolve(values, scope)).map(String).join(String(separator));
  },
  'Fn::Sub': substitute,
  'Fn::Select': select,
  'Fn::Split': (argument, scope) => {
    const [separator, text] = list(argument);
    return String(resolve(text, scope)).split(String(separator));
  },
  'Fn::ImportValue': (argument, scope) => scope.importValue(String(resolve(argument, scope))),
  'Fn::FindInMap': (argument, scope) => {
    const [map, first, second] = list(resolve(argument, scope)).map(String);
    return scope.mapping(map ?? '', first ?? '', second ?? '');
  },
  'Fn::GetAZs': (argument, scope) => {
    const region = String(resolve(argument, scope) || scope.region);
    return ['a', 'b', 'c'].map((zone) => `${region}${zone}`);
  },
  'Fn::Base64': (argument, scope) => Buffer.from(String(resolve(argument, scope))).toString('base64'),
  'Fn::Cidr': (argument, scope) => {
    const [block, count, bits] = list(resolve(argument, scope));
    return cidrBlocks(String(block), Number(count), Number(bits));
  },
  'Fn::If': (argument, scope) => {
    const [name, whenTrue, whenFalse] = list(argument);
    return resolve(scope.condition(String(name)) ? whenTrue : whenFalse, scope);
  },
  'Fn::Equals': (argument, scope) => {
    const [left, right] = list(resolve(argument, scope));
    return JSON.stringify(left) === JSON.stringify(right);
  },
  'Fn::And': (argument, scope) => list(argument).every((term) => resolve(term, scope) === true),
  'Fn::Or': (argument, scope) => list(argument).some((term) => resolve(term, scope) === true),
  'Fn::Not': (argument, scope) => resolve(list(argument)[0], scope) !== true,
  Condition: (argument, scope) => scope.condition(String(argument)),
};

/** The intrinsic function that a value is, if it is one: an object with the single key `Ref`, `Fn::...` or `Condition`. */
export function intrinsicOf(value: unknown): { readonly name: string; readonly argument: unknown } | undefined {
  if (!isRecord(value)) return undefined;
  const keys = Object.keys(value);
  const [name] = keys;
  if (keys.length !== 1 || name === undefined) return undefined;
  if (name === 'Condition' && typeof value[name] !== 'string') return undefined;
  return name === 'Ref' || name === 'Condition' || name.startsWith('Fn::')
    ? { name, argument: value[name] }
    : undefined;
}

/** The value with every intrinsic function resolved; what holds `AWS::NoValue` is left out. */
export function resolve(value: unknown, scope: Scope): unknown {
  if (Array.isArray(value)) return value.map((item) => resolve(item, scope)).filter((item) => item !== NO_VALUE);
  if (typeof value === 'string' && value.includes('{{resolve:')) {
    throw new UnknownToRegionError(`dynamic reference ${value}`, scope.where, 'pass the value through the template');
  }
  if (!isRecord(value)) return value;
  const intrinsic = intrinsicOf(value);
  if (intrinsic !== undefined) {
    const call = FUNCTIONS[intrinsic.name];
    if (call !== undefined) return call(intrinsic.argument, scope);
    throw new UnknownToRegionError(
      `intrinsic function ${intrinsic.name}`,
      scope.where,
      `use one of ${Object.keys(FUNCTIONS).join(', ')}`,
    );
  }
  const resolved: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) {
    const inner = resolve(item, scope);
    if (inner !== NO_VALUE) resolved[key] = inner;
  }
  return resolved;
}
