/**
 * Pages of a list: a token says, for one list, how much of it was given, counted from its oldest item, so that items which
 * are added while a caller pages neither repeat nor hide any.
 */
import { EngineError } from '../errors.ts';

export interface PageInput {
  /** 0 to 1000; 0 and absent mean 100. */
  readonly maxResults?: number;
  readonly nextToken?: string;
}
export interface Page<T> {
  readonly items: T[];
  readonly nextToken: string | undefined;
}

const DEFAULT_RESULTS = 100;

/** `all` is oldest first; `list` names what is paged, and a token of another list is refused with InvalidToken. */
export function pageOf<T>(all: readonly T[], input: PageInput, list: string, { newestFirst = false } = {}): Page<T> {
  const wanted = input.maxResults ?? 0;
  const size = wanted === 0 ? DEFAULT_RESULTS : wanted;
  const start = newestFirst ? all.length : 0;
  const from = input.nextToken === undefined ? start : offsetOf(input.nextToken, list);
  if (newestFirst) {
    const to = Math.max(0, from - size);
    return { items: all.slice(to, from).reverse(), nextToken: to > 0 ? tokenFor(list, to) : undefined };
  }
  const to = from + size;
  return { items: all.slice(from, to), nextToken: to < all.length ? tokenFor(list, to) : undefined };
}

function tokenFor(list: string, offset: number): string {
  return Buffer.from(`${list}@${offset}`, 'utf8').toString('base64url');
}

function offsetOf(token: string, list: string): number {
  const text = Buffer.from(token, 'base64url').toString('utf8');
  const at = text.lastIndexOf('@');
  const offset = Number(text.slice(at + 1));
  if (at < 0 || text.slice(0, at) !== list || !Number.isInteger(offset) || offset < 0) {
    throw new EngineError('InvalidToken', "Invalid Token: 'Invalid token'");
  }
  return offset;
}
