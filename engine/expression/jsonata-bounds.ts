/**
 * Ends JSONata expressions that recurse or loop for ever, or that build what would fill the memory. Work is counted, not
 * timed, so that an expression ends at the same step on every machine: each node of the expression counts, with the size
 * of what it gave, and built-in functions whose work or result outgrows their arguments are asked first.
 */
import jsonata from 'jsonata';
import { matchRegex, type RegexMatch } from './regex-match.ts';
import { FAULT_TEXTS, MAX_VALUE_CHARACTERS, measure } from './value-bounds.ts';

/** A step is the evaluation of one node: 0.5 to 2 microseconds. */
const MAX_STEPS = 1_000_000;
/** What costs as much as one step. */
const ITEMS_PER_STEP = 100;
const CHARACTERS_PER_STEP = 1_000;
const MATCHER_STEPS_PER_STEP = 8;
const MAX_RANGE_ITEMS = 873_782;

export class BoundError extends Error {}

export class Budget {
  private left = MAX_STEPS;

  refill(): void {
    this.left = MAX_STEPS;
  }

  /** Throws BoundError when the expression has used up its steps. */
  charge(steps: number): void {
    this.left -= steps;
    if (this.left < 0)
      throw new BoundError(`The evaluation takes more than ${MAX_STEPS} steps. Check for infinite loop`);
  }

  /** Charges for handling a value: its items or characters, not what is inside of them. */
  chargeFor(value: unknown): void {
    if (typeof value === 'string') {
      if (value.length > MAX_VALUE_CHARACTERS) throw tooLarge();
      this.charge(value.length / CHARACTERS_PER_STEP);
    } else if (Array.isArray(value)) this.charge(value.length / ITEMS_PER_STEP);
  }

  /** Charges for walking through all of a value, which may hold the same part many times. */
  chargeForAllOf(value: unknown): void {
    const characters = measure(value);
    if (typeof characters === 'string') throw new BoundError(`A value is ${FAULT_TEXTS[characters]}`);
    this.charge(characters / CHARACTERS_PER_STEP);
  }
}

function tooLarge(): BoundError {
  return new BoundError(`A text has more than ${MAX_VALUE_CHARACTERS} characters`);
}

interface SyntaxNode {
  readonly type: string;
  readonly value?: unknown;
  lhs?: { compared?: boolean };
  rhs?: { compared?: boolean };
  compared?: boolean;
}

const NODE_EVALUATED = Symbol.for('jsonata.__evaluate_exit');

/** Bounds the evaluation of a compiled expression, given the options that `boundedOptions` made. */
export function bound(expression: jsonata.Expression, budget: Budget): void {
  // The declaration knows names of text only; the hook is looked up by this symbol.
  expression.assign(
    NODE_EVALUATED as unknown as string,
    (node: SyntaxNode, _input: unknown, _env: unknown, result: unknown) => {
      budget.charge(1);
      budget.chargeFor(result);
      // Equality looks at all of both sides, and answers only a boolean.
      if (node.compared === true && typeof result === 'object') budget.chargeForAllOf(result);
    },
  );
}

/** Marks the sides of a comparison, before the first evaluation. */
export function markCompared(node: object): void {
  const { type, value, lhs, rhs } = node as SyntaxNode;
  if (type !== 'binary' || !['=', '!=', 'in'].includes(String(value))) return;
  if (lhs !== undefined) lhs.compared = true;
  if (rhs !== undefined) rhs.compared = true;
}

/** Options for compiling an expression whose evaluations draw on the budget. */
export function boundedOptions(budget: Budget): jsonata.JsonataOptions {
  class BoundedRegex {
    lastIndex = 0;
    private readonly regexp: RegExp;
    constructor(regexp: RegExp) {
      this.regexp = regexp;
    }
    exec(text: string): RegexMatch | null {
      const match = matchRegex(this.regexp, text, this.lastIndex, (steps) => {
        budget.charge(steps / MATCHER_STEPS_PER_STEP);
      });
      this.lastIndex = match === null ? 0 : match.index + (match[0]?.length ?? 0);
      return match;
    }
  }
  const options = { stack: 4_000, sequence: MAX_RANGE_ITEMS, RegexEngine: BoundedRegex };
  return options as unknown as jsonata.JsonataOptions;
}

/** Asked before a built-in runs, for work and results out of proportion to the sizes of its arguments. */
type Guard = (budget: Budget, args: readonly unknown[]) => void;

const walked: Guard = (budget, args) => {
  for (const arg of args) if (typeof arg === 'object') budget.chargeForAllOf(arg);
};
const keysOf: Guard = (budget, args) => {
  for (const arg of args.flat()) {
    if (typeof arg === 'object' && arg !== null) budget.charge(Object.keys(arg).length / ITEMS_PER_STEP);
  }
};
const GUARDS: Readonly<Record<string, Guard>> = {
  string: walked,
  clone: walked,
  keys: keysOf,
  each: keysOf,
  spread: keysOf,
  sift: keysOf,
  merge: keysOf,
  pad: (_budget, [, width]) => {
    if (Math.abs(Number(width)) > MAX_VALUE_CHARACTERS) throw tooLarge();
  },
  join: (_budget, [parts, separator]) => {
    if (!Array.isArray(parts)) return;
    let characters = parts.length * String(separator ?? '').length;
    for (const part of parts) characters += String(part).length;
    if (characters > MAX_VALUE_CHARACTERS) throw tooLarge();
  },
  distinct: (budget, [items]) => {
    // Each object is compared with every one before it; what holds none is answered by distinctScalars.
    if (Array.isArray(items) && items.some(isObjectLike)) budget.charge(items.length ** 2 / ITEMS_PER_STEP);
  },
};
const BUILT_INS: readonly string[] = [
  ...Object.keys(GUARDS),
  ...['sum', 'max', 'min', 'average', 'reverse', 'sort', 'zip', 'append', 'count', 'map', 'filter', 'reduce', 'single'],
  ...[
    'substring',
    'substringBefore',
    'substringAfter',
    'lowercase',
    'uppercase',
    'length',
    'trim',
    'match',
    'contains',
  ],
  ...['replace', 'split', 'number', 'boolean', 'not', 'exists', 'lookup', 'type', 'toMillis', 'parseInteger'],
  ...['base64encode', 'base64decode', 'encodeUrlComponent', 'encodeUrl', 'decodeUrlComponent', 'decodeUrl'],
];

/** A function as the `jsonata` package holds it. */
interface BuiltIn {
  readonly _jsonata_function: true;
  readonly signature: unknown;
  readonly implementation: (this: unknown, ...args: unknown[]) => unknown;
}

const isObjectLike = (value: unknown): boolean => typeof value === 'object' && value !== null;

/** `$distinct` in linear time; undefined where objects have to be compared. */
function distinctScalars(this: { createSequence(): unknown[] }, items: unknown): unknown[] | undefined {
  if (!Array.isArray(items) || items.length <= 1 || items.some(isObjectLike)) return undefined;
  const result = 'sequence' in items ? this.createSequence() : [];
  for (const item of new Set<unknown>(items)) result.push(item);
  return result;
}

/** The built-ins among these names, each charging the budget for what it is given. */
export async function boundedBuiltIns(names: Iterable<string>, budget: Budget): Promise<Record<string, BuiltIn>> {
  const found: Record<string, BuiltIn> = {};
  for (const name of names) {
    if (!BUILT_INS.includes(name)) continue;
    const { signature, implementation } = (await jsonata(`$${name}`).evaluate(undefined)) as BuiltIn;
    const guard = GUARDS[name];
    const bounded = function (this: unknown, ...args: unknown[]): unknown {
      budget.charge(1);
      for (const arg of args) budget.chargeFor(arg);
      guard?.(budget, args);
      const quick =
        name === 'distinct' ? distinctScalars.call(this as { createSequence(): unknown[] }, args[0]) : undefined;
      return quick ?? implementation.apply(this, args);
    };
    // How many arguments a function takes decides what `$map` and its like pass to it.
    Object.defineProperty(bounded, 'length', { value: implementation.length });
    found[name] = { _jsonata_function: true, signature, implementation: bounded };
  }
  return found;
}
