/**
 * Matches regular expressions in time that grows with the text times the pattern, whatever the pattern: all ways of
 * matching advance together, one character at a time, in the order in which a backtracking matcher would try them. The
 * first match is JavaScript's, except where a loop's body can match nothing.
 */
import { type CharTest, isWord, type Pattern, PatternError, type PatternNode, parsePattern } from './regex-pattern.ts';

type Instruction =
  | { readonly op: 'set'; readonly test: CharTest }
  /** Tries `first`, then `second`. */
  | { readonly op: 'split'; first: number; second: number }
  | { readonly op: 'jump'; to: number }
  | { readonly op: 'save'; readonly slot: number }
  /** A new round of a loop forgets what its groups held. */
  | { readonly op: 'forget'; readonly from: number; readonly to: number }
  | { readonly op: 'assert'; readonly what: Extract<PatternNode, { kind: 'assert' }>['what'] }
  | { readonly op: 'look'; readonly program: Program; readonly negative: boolean }
  | { readonly op: 'match' };
type Program = readonly Instruction[];
/** Where each group begins and ends; -1 for one that took no part. */
type Captures = readonly number[];

/** Repetitions such as `{1000}` are written out; this is how much may be. */
const MAX_INSTRUCTIONS = 2_000;

/** Told of work, in steps of the matcher; may throw to end it. */
export type Charge = (steps: number) => void;

const compiled = new WeakMap<RegExp, { readonly pattern: Pattern; readonly program: Program }>();

function programOf(regexp: RegExp): { readonly pattern: Pattern; readonly program: Program } {
  const known = compiled.get(regexp);
  if (known !== undefined) return known;
  const pattern = parsePattern(regexp);
  const program: Instruction[] = [];
  emit(pattern.root, program, regexp);
  program.push({ op: 'match' });
  const made = { pattern, program };
  compiled.set(regexp, made);
  return made;
}

function emit(node: PatternNode, program: Instruction[], regexp: RegExp): void {
  if (program.length > MAX_INSTRUCTIONS) {
    const remedy = `it comes to more than ${MAX_INSTRUCTIONS} steps; shorten it or its repetitions`;
    throw new PatternError(`the regular expression /${regexp.source.slice(0, 200)}/ is too long: ${remedy}`);
  }
  switch (node.kind) {
    case 'set':
      program.push({ op: 'set', test: node.test });
      return;
    case 'sequence':
      for (const part of node.of) emit(part, program, regexp);
      return;
    case 'assert':
      program.push({ op: 'assert', what: node.what });
      return;
    case 'group':
      program.push({ op: 'save', slot: 2 * node.index });
      emit(node.of, program, regexp);
      program.push({ op: 'save', slot: 2 * node.index + 1 });
      return;
    case 'look': {
      const inner: Instruction[] = [];
      emit(node.of, inner, regexp);
      inner.push({ op: 'match' });
      program.push({ op: 'look', program: inner, negative: node.negative });
      return;
    }
    case 'choice':
      emitChoice(node.of, program, regexp);
      return;
    case 'repeat':
      emitRepeat(node, program, regexp);
      return;
  }
}

function emitChoice(of: readonly PatternNode[], program: Instruction[], regexp: RegExp): void {
  const ends: { op: 'jump'; to: number }[] = [];
  for (const [index, way] of of.entries()) {
    if (index === of.length - 1) {
      emit(way, program, regexp);
      continue;
    }
    const split = { op: 'split' as const, first: program.length + 1, second: 0 };
    program.push(split);
    emit(way, program, regexp);
    const end = { op: 'jump' as const, to: 0 };
    program.push(end);
    ends.push(end);
    split.second = program.length;
  }
  for (const end of ends) end.to = program.length;
}

function emitRepeat(node: Extract<PatternNode, { kind: 'repeat' }>, program: Instruction[], regexp: RegExp): void {
  const [from, to] = node.groups;
  const round = (): void => {
    if (from < to) program.push({ op: 'forget', from: 2 * from, to: 2 * to });
    emit(node.of, program, regexp);
  };
  for (let n = 0; n < node.min; n += 1) round();
  const splits: { op: 'split'; first: number; second: number }[] = [];
  const optional = (): { op: 'split'; first: number; second: number } => {
    const split = { op: 'split' as const, first: program.length + 1, second: program.length + 1 };
    program.push(split);
    splits.push(split);
    round();
    return split;
  };
  if (node.max === Infinity) {
    const start = program.length;
    optional();
    program.push({ op: 'jump', to: start });
  } else {
    for (let n = node.min; n < node.max; n += 1) optional();
  }
  for (const split of splits) {
    if (node.greedy) split.second = program.length;
    else split.first = program.length;
  }
}

interface Thread {
  readonly at: number;
  readonly captures: Captures;
}

class Matcher {
  private readonly text: string;
  private readonly multiline: boolean;
  private readonly charge: Charge;
  constructor(text: string, multiline: boolean, charge: Charge) {
    this.text = text;
    this.multiline = multiline;
    this.charge = charge;
  }

  /** The captures of the first match at or, unless `here`, after `from`; slots 0 and 1 are those of the whole. */
  run(program: Program, from: number, captures: Captures, here: boolean): Captures | undefined {
    const { text } = this;
    const marks = new Int32Array(program.length).fill(-1);
    let threads: Thread[] = [];
    let found: Captures | undefined;
    for (let position = from; position <= text.length; position += 1) {
      if (found === undefined && (position === from || !here)) {
        this.follow(program, 0, position, captures.with(0, position), threads, marks);
      }
      if (threads.length === 0 && (found !== undefined || here)) break;
      this.charge(threads.length + 1);
      const code = text.charCodeAt(position);
      const next: Thread[] = [];
      for (const thread of threads) {
        const instruction = program[thread.at];
        if (instruction?.op === 'match') {
          found = thread.captures.with(1, position);
          break;
        }
        if (instruction?.op === 'set' && position < text.length && instruction.test(code)) {
          this.follow(program, thread.at + 1, position + 1, thread.captures, next, marks);
        }
      }
      threads = next;
    }
    return found;
  }

  /** Adds what can be reached without taking a character, in order of preference, each instruction once. */
  private follow(
    program: Program,
    start: number,
    position: number,
    given: Captures,
    threads: Thread[],
    marks: Int32Array,
  ): void {
    const open: Thread[] = [{ at: start, captures: given }];
    for (let thread = open.pop(); thread !== undefined; thread = open.pop()) {
      const { at, captures } = thread;
      if (marks[at] === position) continue;
      marks[at] = position;
      const instruction = program[at];
      switch (instruction?.op) {
        case 'jump':
          open.push({ at: instruction.to, captures });
          break;
        case 'split':
          open.push({ at: instruction.second, captures }, { at: instruction.first, captures });
          break;
        case 'save':
          open.push({ at: at + 1, captures: captures.with(instruction.slot, position) });
          break;
        case 'forget':
          open.push({ at: at + 1, captures: captures.map((slot, i) => (isIn(instruction, i) ? -1 : slot)) });
          break;
        case 'assert':
          if (this.holds(instruction.what, position)) open.push({ at: at + 1, captures });
          break;
        case 'look': {
          const seen = this.run(instruction.program, position, captures, true);
          if ((seen === undefined) !== instruction.negative) break;
          const [begin = -1, end = -1] = captures;
          open.push({
            at: at + 1,
            captures: instruction.negative || !seen ? captures : seen.with(0, begin).with(1, end),
          });
          break;
        }
        default:
          threads.push(thread);
      }
    }
  }

  private holds(what: Extract<Instruction, { op: 'assert' }>['what'], position: number): boolean {
    const { text } = this;
    const isLineEnd = (at: number): boolean => this.multiline && /[\n\r\u2028\u2029]/.test(text.charAt(at));
    if (what === 'start') return position === 0 || isLineEnd(position - 1);
    if (what === 'end') return position === text.length || isLineEnd(position);
    const isEdge = isWord(text.charCodeAt(position - 1)) !== isWord(text.charCodeAt(position));
    return isEdge === (what === 'edge');
  }
}

const isIn = ({ from, to }: { readonly from: number; readonly to: number }, slot: number): boolean =>
  slot >= from && slot < to;

export interface RegexMatch extends Array<string | undefined> {
  index: number;
}

/** Throws PatternError for what cannot be matched in bounded time. */
export function checkRegex(regexp: RegExp): void {
  programOf(regexp);
}

/** The first match from a position on, in the shape of RegExp.exec. Throws PatternError. */
export function matchRegex(regexp: RegExp, text: string, from: number, charge: Charge): RegexMatch | null {
  const { pattern, program } = programOf(regexp);
  const none = new Array<number>(2 * (pattern.groups + 1)).fill(-1);
  const found = new Matcher(text, regexp.multiline, charge).run(program, from, none, false);
  if (found === undefined) return null;
  const groups = Array.from({ length: pattern.groups + 1 }, (_unused, group) => {
    const [begin = -1, end = -1] = found.slice(2 * group, 2 * group + 2);
    return begin < 0 || end < 0 ? undefined : text.slice(begin, end);
  });
  return Object.assign(groups, { index: found[0] ?? 0 });
}
