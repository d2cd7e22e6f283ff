/**
 * Content filtering of events, as EventBridge rules, Pipes and Lambda's `FilterCriteria` share it. A pattern is
 * compiled once into closures; matching an event then allocates nothing. Fields of a pattern are a conjunction, the
 * elements of a leaf array a disjunction, and a value that is itself an array matches when any element does.
 */
import { AwsError } from '../../errors.ts';
import { isObject } from './known-fields.ts';

/** Whether an event matches. Events are JSON values. */
export type EventMatcher = (event: unknown) => boolean;

type LeafTest = (value: unknown) => boolean;

interface Leaf {
  /** Runs on each scalar that the field holds. */
  readonly tests: readonly LeafTest[];
  /** `{ exists: false }` stands among the alternatives. */
  readonly absent: boolean;
}

const compiled = new Map<string, EventMatcher>();

/**
 * Compiles a pattern given as an object or as JSON text.
 * Throws `InvalidEventPatternException` for anything EventBridge would refuse.
 */
export function compilePattern(pattern: unknown): EventMatcher {
  const text = typeof pattern === 'string' ? pattern : JSON.stringify(pattern);
  let matcher = compiled.get(text);
  if (matcher === undefined) {
    matcher = compileObject(parse(text), 'pattern');
    compiled.set(text, matcher);
  }
  return matcher;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid(`the filter is not valid JSON: ${text.slice(0, 120)}`);
  }
}

function invalid(reason: string): AwsError {
  return new AwsError('InvalidEventPatternException', `Event pattern is not valid. Reason: ${reason}`);
}

function compileObject(pattern: unknown, path: string): EventMatcher {
  if (!isObject(pattern)) throw invalid(`${path} must be an object`);
  const entries = Object.entries(pattern);
  if (entries.length === 0) throw invalid(`empty objects are not allowed at ${path}`);
  const parts = entries.map(([key, value]) =>
    key === '$or' ? compileOr(value, path) : compileField(key, value, `${path}.${key}`),
  );
  return (event) => parts.every((part) => part(event));
}

function compileOr(alternatives: unknown, path: string): EventMatcher {
  if (!Array.isArray(alternatives) || alternatives.length < 2) {
    throw invalid(`$or at ${path} must be an array of at least two patterns`);
  }
  const matchers = alternatives.map((alternative, index) => compileObject(alternative, `${path}.$or[${index}]`));
  return (event) => matchers.some((matcher) => matcher(event));
}

function compileField(key: string, value: unknown, path: string): EventMatcher {
  if (Array.isArray(value)) {
    const leaf = compileLeaf(value, path);
    return (event) => matchLeaf(leaf, fieldOf(event, key));
  }
  if (!isObject(value)) throw invalid(`"${path}" must be an object or an array`);
  const inner = compileObject(value, path);
  return (event) => {
    const child = fieldOf(event, key);
    return Array.isArray(child) ? child.some(inner) : inner(child);
  };
}

function fieldOf(event: unknown, key: string): unknown {
  return isObject(event) ? event[key] : undefined;
}

function matchLeaf(leaf: Leaf, value: unknown): boolean {
  if (Array.isArray(value)) {
    if (value.length === 0) return leaf.absent;
    return value.some((element) => matchLeaf(leaf, element));
  }
  // A filter looks at leaves only: a field that holds an object does not exist as a leaf.
  if (value === undefined || isObject(value)) return leaf.absent;
  return leaf.tests.some((test) => test(value));
}

function compileLeaf(alternatives: readonly unknown[], path: string): Leaf {
  if (alternatives.length === 0) throw invalid(`empty arrays are not allowed at ${path}`);
  const tests: LeafTest[] = [];
  let absent = false;
  for (const alternative of alternatives) {
    if (!isObject(alternative)) {
      if (Array.isArray(alternative)) throw invalid(`nested arrays are not allowed at ${path}`);
      tests.push((value) => value === alternative);
      continue;
    }
    const [[type, argument] = ['', undefined], ...more] = Object.entries(alternative);
    if (more.length > 0 || type === '') throw invalid(`only one key is allowed in a match expression at ${path}`);
    if (type === 'exists') {
      if (typeof argument !== 'boolean') throw invalid(`exists at ${path} must be either true or false`);
      if (argument) tests.push(() => true);
      else absent = true;
      continue;
    }
    tests.push(compileTest(type, argument, path));
  }
  return { tests, absent };
}

const TESTS: Readonly<Record<string, (argument: unknown, path: string) => LeafTest>> = {
  prefix: (argument, path) => affixTest(argument, path, 'prefix'),
  suffix: (argument, path) => affixTest(argument, path, 'suffix'),
  'equals-ignore-case': (argument, path) => {
    const wanted = text(argument, path).toLowerCase();
    return (value) => typeof value === 'string' && value.toLowerCase() === wanted;
  },
  wildcard: (argument, path) => wildcardTest(text(argument, path), path),
  numeric: numericTest,
  cidr: cidrTest,
  'anything-but': anythingBut,
};

function compileTest(type: string, argument: unknown, path: string): LeafTest {
  const build = Object.hasOwn(TESTS, type) ? TESTS[type] : undefined;
  if (build === undefined) throw invalid(`Unrecognized match type ${type} at ${path}`);
  return build(argument, path);
}

function text(argument: unknown, path: string): string {
  if (typeof argument !== 'string' || argument === '') throw invalid(`the match at ${path} needs a string`);
  return argument;
}

function affixTest(argument: unknown, path: string, side: 'prefix' | 'suffix'): LeafTest {
  const found = (value: string, wanted: string) =>
    side === 'prefix' ? value.startsWith(wanted) : value.endsWith(wanted);
  if (isObject(argument)) {
    const wanted = text(argument['equals-ignore-case'], path).toLowerCase();
    return (value) => typeof value === 'string' && found(value.toLowerCase(), wanted);
  }
  const wanted = text(argument, path);
  return (value) => typeof value === 'string' && found(value, wanted);
}

function wildcardTest(wildcard: string, path: string): LeafTest {
  if (wildcard.includes('**')) throw invalid(`consecutive wildcard characters at ${path}`);
  // A backslash makes the star or the backslash after it literal.
  const source = wildcard.replace(/\\([\\*])|\*|[^*\\]+|\\/g, (token, escaped: string | undefined) => {
    if (escaped !== undefined) return escapeRegExp(escaped);
    return token === '*' ? '.*' : escapeRegExp(token);
  });
  const expression = new RegExp(`^${source}$`, 's');
  return (value) => typeof value === 'string' && expression.test(value);
}

function escapeRegExp(literal: string): string {
  return literal.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

const COMPARISONS: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  '=': (value, bound) => value === bound,
  '<': (value, bound) => value < bound,
  '<=': (value, bound) => value <= bound,
  '>': (value, bound) => value > bound,
  '>=': (value, bound) => value >= bound,
};

function numericTest(argument: unknown, path: string): LeafTest {
  if (!Array.isArray(argument) || (argument.length !== 2 && argument.length !== 4)) {
    throw invalid(`numeric at ${path} must be an array of one or two comparisons`);
  }
  const tests: ((value: number) => boolean)[] = [];
  for (let index = 0; index < argument.length; index += 2) {
    const compare = COMPARISONS[String(argument[index])];
    const bound: unknown = argument[index + 1];
    if (compare === undefined) throw invalid(`Unrecognized numeric range operator ${argument[index]} at ${path}`);
    if (typeof bound !== 'number') throw invalid(`Value of ${argument[index]} must be numeric at ${path}`);
    tests.push((value) => compare(value, bound));
  }
  return (value) => typeof value === 'number' && tests.every((test) => test(value));
}

function cidrTest(argument: unknown, path: string): LeafTest {
  const [address = '', bits = ''] = text(argument, path).split('/');
  const network = ipv4(address);
  const length = Number(bits);
  if (network === undefined || bits === '' || !(length >= 0 && length <= 32)) {
    throw invalid(`cidr ${String(argument)} at ${path}: the region matches IPv4 blocks, for example 10.0.0.0/24`);
  }
  const size = 2 ** (32 - length);
  const block = Math.floor(network / size);
  return (value) => {
    const candidate = typeof value === 'string' ? ipv4(value) : undefined;
    return candidate !== undefined && Math.floor(candidate / size) === block;
  };
}

function ipv4(address: string): number | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(address);
  if (match === null) return undefined;
  const octets = match.slice(1).map(Number);
  if (octets.some((octet) => octet > 255)) return undefined;
  return octets.reduce((sum, octet) => sum * 256 + octet, 0);
}

/** `anything-but` of a value, of a list of values, or of an inner string match with one value or a list. */
function anythingBut(argument: unknown, path: string): LeafTest {
  let excluded: LeafTest[];
  if (isObject(argument)) {
    const [[type, inner] = ['', undefined], ...more] = Object.entries(argument);
    if (more.length > 0 || !['prefix', 'suffix', 'wildcard', 'equals-ignore-case'].includes(type)) {
      throw invalid(`Unsupported anything-but pattern ${type} at ${path}`);
    }
    excluded = (Array.isArray(inner) ? inner : [inner]).map((one) => compileTest(type, one, path));
  } else {
    const values: readonly unknown[] = Array.isArray(argument) ? argument : [argument];
    if (values.length === 0 || values.some((value) => typeof value === 'object' && value !== null)) {
      throw invalid(`anything-but at ${path} must hold strings or numbers`);
    }
    excluded = values.map((wanted) => (value) => value === wanted);
  }
  return (value) => !excluded.some((test) => test(value));
}
