/**
 * JSONPath with the meaning Step Functions gives it (that of the Jayway library): a definite path names one value or
 * nothing; one with a wildcard, a slice, a filter, a union or `..` gives the array of all matches. Parsed once into
 * segments, which are data.
 */
import { LocatedError } from '../errors.ts';
import { isObject, type JsonValue } from '../json.ts';
import { parseFilter, passes } from './jsonpath-filter.ts';
import { type ParsedPath, PathSyntaxError, type Segment } from './jsonpath-model.ts';

const ROOT = /^\$(\$|[A-Za-z_][A-Za-z0-9_]*)?/;
const NAME = /^[^\s.[\]()'",]+/;
const NAMES = /^\[\s*((?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")(?:\s*,\s*(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"))*)\s*\]/;
const INDEXES = /^\[\s*(-?\d+(?:\s*,\s*-?\d+)*)\s*\]/;
const SLICE = /^\[\s*(-?\d+)?\s*:\s*(-?\d+)?\s*(?::\s*(-?\d+)\s*)?\]/;

/** Throws PathSyntaxError. */
export function parsePath(text: string): ParsedPath {
  const root = ROOT.exec(text);
  if (root === null) throw new PathSyntaxError(`The path '${text}' does not start with $`);
  const segments: Segment[] = [];
  let rest = text.slice(root[0].length);
  while (rest !== '') {
    const [segment, length] = readSegment(rest, text);
    segments.push(...segment);
    rest = rest.slice(length);
  }
  const definite = segments.every(({ kind }) => kind === 'name' || kind === 'index');
  return Object.freeze({ root: root[1] ?? '', segments, definite });
}

function readSegment(rest: string, whole: string): [Segment[], number] {
  if (rest.startsWith('..')) {
    const after = rest.slice(2);
    if (after.startsWith('[')) return [[{ kind: 'descend' }], 2];
    const [next, length] = readDotted(after, whole);
    return [[{ kind: 'descend' }, next], length + 2];
  }
  if (rest.startsWith('.')) {
    const [next, length] = readDotted(rest.slice(1), whole);
    return [[next], length + 1];
  }
  const names = NAMES.exec(rest);
  if (names !== null) {
    const list = (names[1] ?? '').match(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/g) ?? [];
    const unquoted = list.map((quoted) => quoted.slice(1, -1).replace(/\\(['\\])/g, '$1'));
    const [first] = unquoted;
    if (unquoted.length === 1 && first !== undefined) return [[{ kind: 'name', name: first }], names[0].length];
    return [[{ kind: 'names', names: unquoted }], names[0].length];
  }
  const indexes = INDEXES.exec(rest);
  if (indexes !== null) {
    const list = (indexes[1] ?? '').split(',').map(Number);
    const [first] = list;
    if (list.length === 1 && first !== undefined) return [[{ kind: 'index', index: first }], indexes[0].length];
    return [[{ kind: 'indexes', indexes: list }], indexes[0].length];
  }
  const slice = SLICE.exec(rest);
  if (slice !== null) {
    const number = (text: string | undefined): number | undefined => (text === undefined ? undefined : Number(text));
    return [
      [{ kind: 'slice', from: number(slice[1]), to: number(slice[2]), step: number(slice[3]) ?? 1 }],
      slice[0].length,
    ];
  }
  if (rest.startsWith('[*]')) return [[{ kind: 'wildcard' }], 3];
  if (rest.startsWith('[?(')) {
    const { filter, length } = parseFilter(rest, whole, parsePath);
    return [[{ kind: 'filter', filter }], length];
  }
  throw new PathSyntaxError(`The path '${whole}' cannot be read at '${rest}'`);
}

function readDotted(rest: string, whole: string): [Segment, number] {
  if (rest.startsWith('*')) return [{ kind: 'wildcard' }, 1];
  const name = NAME.exec(rest)?.[0];
  if (name === undefined) throw new PathSyntaxError(`The path '${whole}' has no name at '${rest}'`);
  return [{ kind: 'name', name }, name.length];
}

/** What one selection may visit; more ends it, as a few wildcards after `..` visit everything many times over. */
const MAX_VISITS = 2_000_000;

const MATCHER_STEPS_PER_VISIT = 8;

/** Counts down through a selection and the filters inside it. */
interface Visits {
  left: number;
}

function visit(visits: Visits, values: number): void {
  visits.left -= values;
  if (visits.left < 0) {
    const remedy = 'use fewer wildcards, or name the fields';
    throw new LocatedError('States.Runtime', `A JSONPath visits more than ${MAX_VISITS} values; ${remedy}.`);
  }
}

/**
 * The value at a definite path, all matches of another, or undefined when a definite path leads nowhere. Throws
 * LocatedError when it would visit too much.
 */
export function selectPath(
  path: ParsedPath,
  root: JsonValue,
  visits: Visits = { left: MAX_VISITS },
): JsonValue | undefined {
  if (path.definite) {
    let value: JsonValue | undefined = root;
    for (const segment of path.segments)
      value = segment.kind === 'name' ? field(value, segment.name) : item(value, segment);
    return value;
  }
  let matches: JsonValue[] = [root];
  for (const segment of path.segments) {
    const next: JsonValue[] = [];
    for (const value of matches) {
      for (const found of step(segment, value, visits)) next.push(found);
    }
    matches = next;
  }
  return matches;
}

function field(value: JsonValue | undefined, name: string): JsonValue | undefined {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

function item(value: JsonValue | undefined, segment: Segment): JsonValue | undefined {
  return Array.isArray(value) && segment.kind === 'index' ? value.at(segment.index) : undefined;
}

const present = (values: (JsonValue | undefined)[]): JsonValue[] =>
  values.filter((value): value is JsonValue => value !== undefined);
const children = (value: JsonValue): JsonValue[] => {
  if (Array.isArray(value)) return value;
  return isObject(value) ? Object.values(value) : [];
};

/** The value and all below it, each before its children. */
function descendants(value: JsonValue, visits: Visits, into: JsonValue[] = []): JsonValue[] {
  visit(visits, 1);
  into.push(value);
  for (const child of children(value)) descendants(child, visits, into);
  return into;
}

function step(segment: Segment, value: JsonValue, visits: Visits): JsonValue[] {
  visit(visits, 1);
  switch (segment.kind) {
    case 'name':
      return present([field(value, segment.name)]);
    case 'index':
      return present([item(value, segment)]);
    case 'names':
      return present(segment.names.map((name) => field(value, name)));
    case 'indexes':
      return present(segment.indexes.map((index) => item(value, { kind: 'index', index })));
    case 'slice':
      return Array.isArray(value) ? slice(value, segment) : [];
    case 'wildcard': {
      const found = children(value);
      visit(visits, found.length);
      return found;
    }
    case 'descend':
      return descendants(value, visits);
    case 'filter': {
      const candidates = Array.isArray(value) ? value : [value];
      visit(visits, candidates.length);
      const select = (path: ParsedPath, root: JsonValue) => selectPath(path, root, visits);
      return candidates.filter((candidate) =>
        passes(segment.filter, candidate, select, (steps) => visit(visits, steps / MATCHER_STEPS_PER_VISIT)),
      );
    }
  }
}

function slice(value: JsonValue[], segment: Extract<Segment, { kind: 'slice' }>): JsonValue[] {
  const picked = value.slice(segment.from ?? 0, segment.to ?? value.length);
  return segment.step > 1 ? picked.filter((_value, index) => index % segment.step === 0) : picked;
}

/** The path in brackets, as Jayway writes it in its messages: `$['a'][0]`. */
export function bracketed(path: ParsedPath): string {
  const parts = path.segments.map((segment) => {
    if (segment.kind === 'name') return `['${segment.name}']`;
    return segment.kind === 'index' ? `[${segment.index}]` : '[*]';
  });
  return `$${parts.join('')}`;
}
