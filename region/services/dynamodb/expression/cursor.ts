/**
 * What all expression parsers share: the tokens of a text, a cursor over them with AWS's syntax errors, and document
 * paths.
 */
import { validationError } from '../errors.ts';
import { isReservedWord } from './reserved-words.ts';
import type { ExpressionKind, Path, PathStep, ValueOperand } from './syntax.ts';

const TOKEN = /\s*(?:([A-Za-z_][A-Za-z0-9_]*|[#:][A-Za-z0-9_]+|\d+)|(<>|<=|>=|[=<>()[\].,+-]))/y;
const IDENTIFIER = /^[A-Za-z_]/;
const END = '<EOF>';

function tokenize(kind: ExpressionKind, text: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  let end = text.length;
  while (end > 0 && /\s/.test(text.charAt(end - 1))) end -= 1;
  while (TOKEN.lastIndex < end) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (match === null) {
      const rest = text.slice(at).trimStart();
      const token = rest.charAt(0);
      throw validationError(
        `Invalid ${kind}: Syntax error; token: "${token}", near: "${[...tokens.slice(-1), rest.slice(0, 8)].join(' ')}"`,
      );
    }
    tokens.push(match[1] ?? match[2] ?? '');
  }
  return tokens;
}

/** Reads one expression from left to right. */
export class Cursor {
  readonly kind: ExpressionKind;
  readonly names = new Set<string>();
  readonly values = new Set<string>();
  /** What the last closed pair of parentheses held: the same thing in two pairs is an error on AWS. */
  lastGroup: object | undefined;
  readonly #tokens: readonly string[];
  #at = 0;

  constructor(kind: ExpressionKind, text: string) {
    this.kind = kind;
    this.#tokens = tokenize(kind, text);
    if (this.#tokens.length === 0) throw this.error('The expression can not be empty;');
  }

  error(detail: string): Error {
    return validationError(`Invalid ${this.kind}: ${detail}`);
  }

  syntaxError(): Error {
    const near = this.#tokens.slice(Math.max(0, this.#at - 1), this.#at + 2).join(' ');
    return this.error(`Syntax error; token: "${this.peek()}", near: "${near}"`);
  }

  peek(ahead = 0): string {
    return this.#tokens[this.#at + ahead] ?? END;
  }

  /** The next token in upper case: keywords are read without regard to case. */
  keyword(): string {
    return this.peek().toUpperCase();
  }

  next(): string {
    const token = this.peek();
    if (token === END) throw this.syntaxError();
    this.#at += 1;
    return token;
  }

  /** Takes the token when it is the next one. */
  take(token: string): boolean {
    if (this.keyword() !== token) return false;
    this.#at += 1;
    return true;
  }

  expect(token: string): void {
    if (!this.take(token)) throw this.syntaxError();
  }

  end(): void {
    if (this.peek() !== END) throw this.syntaxError();
  }

  /** Whether the next two tokens begin a function call. */
  get atCall(): boolean {
    return this.peek(1) === '(' && IDENTIFIER.test(this.peek());
  }

  value(): ValueOperand {
    const name = this.peek();
    if (!name.startsWith(':')) throw this.syntaxError();
    this.next();
    this.values.add(name);
    return { kind: 'value', name };
  }

  path(): Path {
    const steps: PathStep[] = [this.#name()];
    for (;;) {
      if (this.take('.')) {
        steps.push(this.#name());
      } else if (this.take('[')) {
        if (!/^\d+$/.test(this.peek())) throw this.syntaxError();
        steps.push(Number(this.next()));
        this.expect(']');
      } else {
        const hasPlaceholder = steps.some((step) => typeof step === 'string' && step.startsWith('#'));
        return { kind: 'path', steps, hasPlaceholder };
      }
    }
  }

  #name(): string {
    const token = this.peek();
    if (token.startsWith('#')) {
      this.names.add(token);
      return this.next();
    }
    if (!IDENTIFIER.test(token)) throw this.syntaxError();
    if (isReservedWord(token)) {
      throw this.error(`Attribute name is a reserved keyword; reserved keyword: ${token}`);
    }
    return this.next();
  }
}
