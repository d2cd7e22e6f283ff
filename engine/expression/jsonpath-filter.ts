/** Filter expressions of JSONPath: `[?(@.price < 10 && @.title =~ /a.*x/)]`, parsed once into data. */
import type { JsonValue } from '../json.ts';
import { type Filter, type Operand, type ParsedPath, PathSyntaxError } from './jsonpath-model.ts';
import { type Charge, checkRegex, matchRegex } from './regex-match.ts';

/** The two functions of paths that a filter needs; paths hold filters, so they are passed in. */
type ParsePath = (text: string) => ParsedPath;
type SelectPath = (path: ParsedPath, root: JsonValue) => JsonValue | undefined;

const TOKEN =
  /\s*(?:(&&|\|\||==|!=|<=|>=|=~|<|>|!|\(|\))|'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|\/((?:[^/\\]|\\.)+)\/([a-z]*)|(-?\d+(?:\.\d+)?)|(true|false|null)\b|(@(?:\.[A-Za-z0-9_-]+|\[[^\]]*\])*))/y;

type Token =
  | { readonly kind: 'symbol'; readonly text: string }
  | { readonly kind: 'value'; readonly value: JsonValue }
  | { readonly kind: 'pattern'; readonly pattern: RegExp }
  | { readonly kind: 'path'; readonly path: ParsedPath };

/** Reads from `[?(` to `)]`; throws PathSyntaxError. */
export function parseFilter(text: string, whole: string, parsePath: ParsePath): { filter: Filter; length: number } {
  const tokens: Token[] = [];
  let at = '[?'.length;
  while (!/^\s*\]/.test(text.slice(at))) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    if (match === null) throw new PathSyntaxError(`The filter of '${whole}' cannot be read at '${text.slice(at)}'`);
    tokens.push(tokenOf(match, parsePath));
    at = TOKEN.lastIndex;
  }
  const parser = new FilterParser(tokens, whole);
  const filter = parser.either();
  parser.end();
  return { filter, length: text.indexOf(']', at) + 1 };
}

function tokenOf(match: RegExpExecArray, parsePath: ParsePath): Token {
  const [, symbol, single, double, pattern, flags, number, word, path] = match;
  if (symbol !== undefined) return { kind: 'symbol', text: symbol };
  if (single !== undefined) return { kind: 'value', value: single.replace(/\\(.)/g, '$1') };
  if (double !== undefined) return { kind: 'value', value: double.replace(/\\(.)/g, '$1') };
  if (pattern !== undefined) return { kind: 'pattern', pattern: wholeText(pattern, flags ?? '') };
  if (number !== undefined) return { kind: 'value', value: Number(number) };
  if (word !== undefined) return { kind: 'value', value: JSON.parse(word) as JsonValue };
  return { kind: 'path', path: parsePath(`$${(path ?? '@').slice(1)}`) };
}

/** A pattern that a text matches as a whole. Throws PathSyntaxError. */
function wholeText(source: string, flags: string): RegExp {
  try {
    const pattern = new RegExp(`^(?:${source})$`, flags);
    checkRegex(pattern);
    return pattern;
  } catch (thrown) {
    throw new PathSyntaxError(`The pattern /${source}/${flags} cannot be read: ${(thrown as Error).message}`);
  }
}

class FilterParser {
  private position = 0;
  private readonly tokens: readonly Token[];
  private readonly whole: string;
  constructor(tokens: readonly Token[], whole: string) {
    this.tokens = tokens;
    this.whole = whole;
  }

  either(): Filter {
    const of = [this.both()];
    while (this.symbol('||')) of.push(this.both());
    return of.length === 1 && of[0] ? of[0] : { kind: 'or', of };
  }

  end(): void {
    if (this.position !== this.tokens.length) throw this.unreadable();
  }

  private both(): Filter {
    const of = [this.unary()];
    while (this.symbol('&&')) of.push(this.unary());
    return of.length === 1 && of[0] ? of[0] : { kind: 'and', of };
  }

  private unary(): Filter {
    if (this.symbol('!')) return { kind: 'not', of: this.unary() };
    if (this.symbol('(')) {
      const inner = this.either();
      if (!this.symbol(')')) throw this.unreadable();
      return inner;
    }
    const left = this.operand();
    const token = this.tokens[this.position];
    if (token?.kind !== 'symbol' || !['==', '!=', '<', '<=', '>', '>=', '=~'].includes(token.text)) {
      if (left.kind !== 'path') throw this.unreadable();
      return { kind: 'exists', path: left.path };
    }
    this.position += 1;
    const next = this.tokens[this.position];
    if (token.text === '=~') {
      if (next?.kind !== 'pattern' || left.kind !== 'path') throw this.unreadable();
      this.position += 1;
      return { kind: 'matches', path: left.path, pattern: next.pattern };
    }
    return { kind: 'compare', operator: token.text, left, right: this.operand() };
  }

  private operand(): Operand {
    const token = this.tokens[this.position];
    if (token?.kind !== 'path' && token?.kind !== 'value') throw this.unreadable();
    this.position += 1;
    return token;
  }

  private symbol(text: string): boolean {
    const token = this.tokens[this.position];
    if (token?.kind !== 'symbol' || token.text !== text) return false;
    this.position += 1;
    return true;
  }

  private unreadable(): PathSyntaxError {
    return new PathSyntaxError(`The filter of '${this.whole}' is not complete`);
  }
}

/** `charge` is told of the work of regular expressions. */
export function passes(filter: Filter, value: JsonValue, selectPath: SelectPath, charge: Charge): boolean {
  switch (filter.kind) {
    case 'and':
      return filter.of.every((part) => passes(part, value, selectPath, charge));
    case 'or':
      return filter.of.some((part) => passes(part, value, selectPath, charge));
    case 'not':
      return !passes(filter.of, value, selectPath, charge);
    case 'exists':
      return selectPath(filter.path, value) !== undefined;
    case 'matches': {
      const text = selectPath(filter.path, value);
      return typeof text === 'string' && matchRegex(filter.pattern, text, 0, charge) !== null;
    }
    case 'compare':
      return compare(
        filter.operator,
        operandValue(filter.left, value, selectPath),
        operandValue(filter.right, value, selectPath),
      );
  }
}

function operandValue(operand: Operand, value: JsonValue, selectPath: SelectPath): JsonValue | undefined {
  return operand.kind === 'value' ? operand.value : selectPath(operand.path, value);
}

function compare(operator: string, left: JsonValue | undefined, right: JsonValue | undefined): boolean {
  if (operator === '==') return left === right;
  if (operator === '!=') return left !== right;
  const comparable =
    (typeof left === 'number' && typeof right === 'number') || (typeof left === 'string' && typeof right === 'string');
  if (!comparable) return false;
  if (operator === '<') return left < right;
  if (operator === '<=') return left <= right;
  return operator === '>' ? left > right : left >= right;
}
