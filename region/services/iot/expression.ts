/**
 * Expressions of the IoT rules language: literals, message paths, the operators of `WHERE`, and the functions a rule
 * may call. An expression is compiled once; a function the region does not have is an error by name.
 */
import { UnknownToRegionError } from '../../errors.ts';
import { isObject } from '../eventbridge/known-fields.ts';

export interface Message {
  readonly topic: string;
  readonly segments: readonly string[];
  readonly clientId: string | undefined;
  readonly body: unknown;
  readonly receivedMs: number;
  readonly newUuid: () => string;
}

/** `undefined` is what the language calls undefined. */
export type Expression = (message: Message) => unknown;

interface Token {
  readonly kind: 'word' | 'number' | 'string' | 'operator' | 'end';
  readonly text: string;
}

const TOKEN = /\s+|([A-Za-z_][A-Za-z0-9_]*)|(\d+(?:\.\d+)?)|'((?:[^']|'')*)'|"([^"]*)"|(<>|<=|>=|[-=<>+*/%().,])/y;

function tokenize(text: string, where: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (match === null)
      throw new UnknownToRegionError(`"${text.slice(at, at + 20)}" in SQL`, where, 'check the statement');
    const [, word, number, single, double, operator] = match;
    if (word !== undefined) tokens.push({ kind: 'word', text: word });
    else if (number !== undefined) tokens.push({ kind: 'number', text: number });
    else if (single !== undefined) tokens.push({ kind: 'string', text: single.replaceAll("''", "'") });
    else if (double !== undefined) tokens.push({ kind: 'string', text: double });
    else if (operator !== undefined) tokens.push({ kind: 'operator', text: operator });
  }
  tokens.push({ kind: 'end', text: '' });
  return tokens;
}

/** Reads a rule's SQL, or one expression of a substitution template. */
export class ExpressionParser {
  readonly #tokens: readonly Token[];
  readonly #where: string;
  #index = 0;

  constructor(text: string, where: string) {
    this.#tokens = tokenize(text, where);
    this.#where = where;
  }

  get next(): Token {
    return this.#tokens[this.#index] ?? { kind: 'end', text: '' };
  }

  take(): Token {
    const token = this.next;
    this.#index += 1;
    return token;
  }

  /** Takes a keyword or operator when it is next. */
  accept(text: string): boolean {
    const { kind, text: found } = this.next;
    if (kind === 'string' || found.toUpperCase() !== text) return false;
    this.#index += 1;
    return true;
  }

  expect(text: string): void {
    if (!this.accept(text)) throw this.error(`expected ${text}, found "${this.next.text}"`);
  }

  end(): void {
    if (this.next.kind !== 'end') throw this.error(`cannot read "${this.next.text}"`);
  }

  error(problem: string): UnknownToRegionError {
    return new UnknownToRegionError(problem, this.#where, 'use what the region knows of the IoT rules language');
  }

  expression(): Expression {
    let left = this.#and();
    while (this.accept('OR')) {
      const [a, b] = [left, this.#and()];
      left = (message) => a(message) === true || b(message) === true;
    }
    return left;
  }

  #and(): Expression {
    let left = this.#not();
    while (this.accept('AND')) {
      const [a, b] = [left, this.#not()];
      left = (message) => a(message) === true && b(message) === true;
    }
    return left;
  }

  #not(): Expression {
    if (!this.accept('NOT')) return this.#comparison();
    const inner = this.#not();
    return (message) => inner(message) !== true;
  }

  #comparison(): Expression {
    const left = this.#sum();
    const compare = COMPARISONS[this.next.text];
    if (this.next.kind !== 'operator' || compare === undefined) return left;
    this.take();
    const right = this.#sum();
    return (message) => compare(left(message), right(message));
  }

  #sum(): Expression {
    return this.#chain(['+', '-'], () => this.#product());
  }

  #product(): Expression {
    return this.#chain(['*', '/', '%'], () => this.#primary());
  }

  #chain(operators: readonly string[], operand: () => Expression): Expression {
    let left = operand();
    while (this.next.kind === 'operator' && operators.includes(this.next.text)) {
      const calculate = ARITHMETIC[this.take().text];
      if (calculate === undefined) throw this.error('unknown operator');
      const [a, b] = [left, operand()];
      left = (message) => calculate(a(message), b(message));
    }
    return left;
  }

  #primary(): Expression {
    const token = this.take();
    if (token.kind === 'string') return () => token.text;
    if (token.kind === 'number') return constant(Number(token.text));
    if (token.text === '-') {
      const inner = this.#primary();
      return (message) => -Number(inner(message));
    }
    if (token.text === '(') {
      const inner = this.expression();
      this.expect(')');
      return inner;
    }
    if (token.kind !== 'word') throw this.error(`cannot read "${token.text}"`);
    if (this.next.text === '(' && this.next.kind === 'operator') return this.#call(token.text);
    const literal = LITERALS.get(token.text.toLowerCase());
    return literal ?? this.#path(token.text);
  }

  #path(first: string): Expression {
    const names = [first];
    while (this.next.kind === 'operator' && this.accept('.')) names.push(this.take().text);
    return (message) => {
      let value = message.body;
      for (const name of names) value = isObject(value) ? value[name] : undefined;
      return value;
    };
  }

  #call(name: string): Expression {
    this.expect('(');
    const parameters: Expression[] = [];
    while (!this.accept(')')) {
      if (parameters.length > 0) this.expect(',');
      parameters.push(this.expression());
    }
    const build = Object.hasOwn(FUNCTIONS, name.toLowerCase()) ? FUNCTIONS[name.toLowerCase()] : undefined;
    if (build === undefined) throw this.error(`function ${name}()`);
    return build(parameters);
  }
}

function constant(value: unknown): Expression {
  return () => value;
}

const LITERALS = new Map<string, Expression>([
  ['true', constant(true)],
  ['false', constant(false)],
  ['null', constant(null)],
]);

const COMPARISONS: Readonly<Record<string, (left: unknown, right: unknown) => boolean>> = {
  '=': (left, right) => left === right,
  '<>': (left, right) => left !== right && left !== undefined && right !== undefined,
  '<': ordered((order) => order < 0),
  '<=': ordered((order) => order <= 0),
  '>': ordered((order) => order > 0),
  '>=': ordered((order) => order >= 0),
};

/** Two numbers or two strings have an order, anything else has none. */
function ordered(holds: (order: number) => boolean): (left: unknown, right: unknown) => boolean {
  return (left, right) => {
    if (typeof left === 'number' && typeof right === 'number') return holds(left - right);
    if (typeof left !== 'string' || typeof right !== 'string') return false;
    return holds(left === right ? 0 : left < right ? -1 : 1);
  };
}

function numeric(calculate: (a: number, b: number) => number): (a: unknown, b: unknown) => unknown {
  return (a, b) => (typeof a === 'number' && typeof b === 'number' ? calculate(a, b) : undefined);
}

const ARITHMETIC: Readonly<Record<string, (a: unknown, b: unknown) => unknown>> = {
  '+': (a, b) => (typeof a === 'number' && typeof b === 'number' ? a + b : `${String(a)}${String(b)}`),
  '-': numeric((a, b) => a - b),
  '*': numeric((a, b) => a * b),
  '/': numeric((a, b) => a / b),
  '%': numeric((a, b) => a % b),
};

const FUNCTIONS: Readonly<Record<string, (parameters: readonly Expression[]) => Expression>> = {
  topic:
    ([index]) =>
    (message) =>
      index === undefined ? message.topic : message.segments[Number(index(message)) - 1],
  timestamp: () => (message) => message.receivedMs,
  clientid: () => (message) => message.clientId ?? 'N/A',
  newuuid: () => (message) => message.newUuid(),
  lower: onText((text) => text.toLowerCase()),
  upper: onText((text) => text.toUpperCase()),
  isundefined:
    ([value]) =>
    (message) =>
      value?.(message) === undefined,
  isnull:
    ([value]) =>
    (message) =>
      value?.(message) === null,
};

function onText(change: (text: string) => string): (parameters: readonly Expression[]) => Expression {
  return ([value]) =>
    (message) => {
      const text = value?.(message);
      return typeof text === 'string' ? change(text) : undefined;
    };
}

/** Compiles text with `${expression}` inside. */
export function compileTemplate(text: string, where: string): (message: Message) => string {
  const parts = text.split(/\$\{([^}]*)\}/).map((part, index) => {
    if (index % 2 === 0) return constant(part);
    const parser = new ExpressionParser(part, where);
    const expression = parser.expression();
    parser.end();
    return expression;
  });
  return (message) => parts.map((part) => String(part(message) ?? 'undefined')).join('');
}
