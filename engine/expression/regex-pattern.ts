/**
 * Reads a regular expression into data, for the matcher whose time is bounded (regex-match.ts). The syntax is that of
 * JavaScript without the `u` flag, and is checked by the RegExp constructor first; what cannot be matched in bounded
 * time, back references and lookbehind, is refused by name.
 */
export class PatternError extends Error {}

export type CharTest = (code: number) => boolean;
export type PatternNode =
  | { readonly kind: 'set'; readonly test: CharTest }
  | { readonly kind: 'sequence' | 'choice'; readonly of: readonly PatternNode[] }
  | { readonly kind: 'group'; readonly index: number; readonly of: PatternNode }
  | {
      readonly kind: 'repeat';
      readonly of: PatternNode;
      readonly min: number;
      readonly max: number;
      readonly greedy: boolean;
      /** The capturing groups inside: from the first, to before the second. */
      readonly groups: readonly [number, number];
    }
  | { readonly kind: 'assert'; readonly what: 'start' | 'end' | 'edge' | 'noEdge' }
  | { readonly kind: 'look'; readonly of: PatternNode; readonly negative: boolean };

export interface Pattern {
  readonly root: PatternNode;
  /** Capturing groups, without the whole match. */
  readonly groups: number;
}

const between =
  (from: number, to: number): CharTest =>
  (code) =>
    code >= from && code <= to;
const anyOf =
  (tests: readonly CharTest[]): CharTest =>
  (code) =>
    tests.some((test) => test(code));
const not =
  (test: CharTest): CharTest =>
  (code) =>
    !test(code);
const byExpression =
  (pattern: RegExp): CharTest =>
  (code) =>
    pattern.test(String.fromCharCode(code));

const isDigit = between(0x30, 0x39);
export const isWord = anyOf([between(0x61, 0x7a), between(0x41, 0x5a), isDigit, between(0x5f, 0x5f)]);
const isSpace = byExpression(/\s/);
const isLineEnd = byExpression(/[\n\r\u2028\u2029]/);
const CLASSES: Readonly<Record<string, CharTest>> = {
  d: isDigit,
  D: not(isDigit),
  w: isWord,
  W: not(isWord),
  s: isSpace,
  S: not(isSpace),
};
const CONTROLS: Readonly<Record<string, number>> = { t: 9, n: 10, v: 11, f: 12, r: 13, '0': 0 };
const QUANTIFIER = /(?:([*+?])|\{(\d+)(,(\d*))?\})(\??)/y;

/** Throws PatternError. */
export function parsePattern({ source, ignoreCase, dotAll }: RegExp): Pattern {
  const reader = new PatternReader(source, ignoreCase, dotAll);
  const root = reader.choice();
  return { root, groups: reader.groups };
}

class PatternReader {
  groups = 0;
  private at = 0;
  private readonly source: string;
  private readonly ignoreCase: boolean;
  private readonly dotAll: boolean;
  constructor(source: string, ignoreCase: boolean, dotAll: boolean) {
    this.source = source;
    this.ignoreCase = ignoreCase;
    this.dotAll = dotAll;
  }

  choice(): PatternNode {
    const of = [this.sequence()];
    while (this.took('|')) of.push(this.sequence());
    return of.length === 1 && of[0] ? of[0] : { kind: 'choice', of };
  }

  private sequence(): PatternNode {
    const of: PatternNode[] = [];
    while (this.at < this.source.length && !'|)'.includes(this.source[this.at] ?? '')) {
      const before = this.groups + 1;
      of.push(this.quantified(this.atom(), before));
    }
    return { kind: 'sequence', of };
  }

  private quantified(of: PatternNode, firstGroup: number): PatternNode {
    QUANTIFIER.lastIndex = this.at;
    const match = QUANTIFIER.exec(this.source);
    if (match === null) return of;
    this.at = QUANTIFIER.lastIndex;
    const [, sign, least, open, most, lazy] = match;
    const min = sign === undefined ? Number(least) : sign === '+' ? 1 : 0;
    const unbounded = sign === undefined ? open !== undefined && most === '' : sign !== '?';
    const max = unbounded ? Infinity : sign === undefined ? Number(open === undefined ? least : most) : 1;
    return { kind: 'repeat', of, min, max, greedy: lazy === '', groups: [firstGroup, this.groups + 1] };
  }

  private atom(): PatternNode {
    const character = this.source[this.at] ?? '';
    this.at += 1;
    if (character === '^') return { kind: 'assert', what: 'start' };
    if (character === '$') return { kind: 'assert', what: 'end' };
    if (character === '(') return this.group();
    if (character === '[') return { kind: 'set', test: this.characterClass() };
    if (character === '.') return { kind: 'set', test: this.dotAll ? () => true : not(isLineEnd) };
    if (character !== '\\') return { kind: 'set', test: this.cased(character.charCodeAt(0)) };
    const escaped = this.source[this.at] ?? '';
    if (escaped === 'b' || escaped === 'B') {
      this.at += 1;
      return { kind: 'assert', what: escaped === 'b' ? 'edge' : 'noEdge' };
    }
    if (/[1-9k]/.test(escaped)) throw this.unbounded(`the back reference \\${escaped}`);
    const found = this.escape();
    return { kind: 'set', test: typeof found === 'number' ? this.cased(found) : found };
  }

  private group(): PatternNode {
    const look = this.took('?=') ? 'ahead' : this.took('?!') ? 'not' : undefined;
    if (this.source.startsWith('?<=', this.at) || this.source.startsWith('?<!', this.at))
      throw this.unbounded('lookbehind');
    const captures = look === undefined && !this.took('?:');
    if (captures && this.took('?<')) this.at = this.source.indexOf('>', this.at) + 1;
    if (captures) this.groups += 1;
    const index = this.groups;
    const of = this.choice();
    this.at += 1;
    if (look !== undefined) return { kind: 'look', of, negative: look === 'not' };
    return captures ? { kind: 'group', index, of } : of;
  }

  private characterClass(): CharTest {
    const negative = this.took('^');
    const tests: CharTest[] = [];
    while (this.source[this.at] !== ']') {
      const from = this.classMember();
      const isRange = this.source[this.at] === '-' && this.source[this.at + 1] !== ']';
      if (!isRange || typeof from !== 'number') {
        tests.push(typeof from === 'number' ? between(from, from) : from);
        continue;
      }
      this.at += 1;
      const to = this.classMember();
      tests.push(typeof to === 'number' ? between(from, to) : anyOf([between(from, from), between(0x2d, 0x2d), to]));
    }
    this.at += 1;
    const exact = anyOf(tests);
    const test: CharTest = this.ignoreCase ? (code) => variants(code).some(exact) : exact;
    return negative ? not(test) : test;
  }

  private classMember(): number | CharTest {
    const code = this.source.charCodeAt(this.at);
    this.at += 1;
    if (code !== 0x5c) return code;
    if (this.took('b')) return 8;
    return this.escape();
  }

  /** What follows a backslash: a class, or the code of one character. */
  private escape(): number | CharTest {
    const character = this.source[this.at] ?? '';
    this.at += 1;
    const known = Object.hasOwn(CLASSES, character) ? CLASSES[character] : undefined;
    if (known !== undefined) return known;
    const control = Object.hasOwn(CONTROLS, character) ? CONTROLS[character] : undefined;
    if (control !== undefined) return control;
    const hex = /^(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4}))/.exec(this.source.slice(this.at - 1, this.at + 4));
    if (hex !== null) {
      this.at += hex[0].length - 1;
      return Number.parseInt(hex[1] ?? hex[2] ?? '', 16);
    }
    return character.charCodeAt(0);
  }

  private cased(wanted: number): CharTest {
    if (!this.ignoreCase) return (code) => code === wanted;
    const same = variants(wanted);
    return (code) => same.includes(code) || variants(code).includes(wanted);
  }

  private took(text: string): boolean {
    if (!this.source.startsWith(text, this.at)) return false;
    this.at += text.length;
    return true;
  }

  private unbounded(what: string): PatternError {
    return new PatternError(
      `the regular expression /${this.source}/ uses ${what}, which cannot be matched in bounded time; write it without`,
    );
  }
}

/** The character and what it is in the other case, where that is one character too. */
function variants(code: number): number[] {
  const character = String.fromCharCode(code);
  const others = [character.toLowerCase(), character.toUpperCase()];
  // As in JavaScript, no character outside ASCII is the same as one inside.
  const same = others.filter((other) => other.length === 1 && (code < 128 || other.charCodeAt(0) >= 128));
  return [code, ...same.map((other) => other.charCodeAt(0))];
}
