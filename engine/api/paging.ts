/** Pages of a list: a token says how many items were given, for which list, and lives as long as the engine. */
import { EngineError } from '../errors.ts';

export interface PageInput {
  readonly maxResults?: number;
  readonly nextToken?: string;
}
export interface Page<T> {
  readonly items: T[];
  readonly nextToken: string | undefined;
}

const DEFAULT_RESULTS = 100;
const MOST_RESULTS = 1_000;
const MAX_TOKEN_LENGTH = 1_024;

/** `list` names what is paged; a token of another list is refused. */
export function pageOf<T>(all: readonly T[], input: PageInput, list: string): Page<T> {
  const wanted = input.maxResults ?? 0;
  if (wanted > MOST_RESULTS || wanted < 0) {
    const bound = wanted < 0 ? 'greater than or equal to 0' : `less than or equal to ${MOST_RESULTS}`;
    throw new EngineError(
      'ValidationException',
      `1 validation error detected: Value '${wanted}' at 'maxResults' failed to satisfy constraint: Member must have value ${bound}`,
    );
  }
  const from = input.nextToken === undefined ? 0 : offsetOf(input.nextToken, list);
  const to = from + (wanted === 0 ? DEFAULT_RESULTS : wanted);
  return { items: all.slice(from, to), nextToken: to < all.length ? tokenFor(list, to) : undefined };
}

function tokenFor(list: string, offset: number): string {
  return Buffer.from(`${list}@${offset}`, 'utf8').toString('base64url');
}

function offsetOf(token: string, list: string): number {
  if (token.length > MAX_TOKEN_LENGTH) {
    throw new EngineError(
      'ValidationException',
      `1 validation error detected: Value '${token}' at 'nextToken' failed to satisfy constraint: Member must have length less than or equal to ${MAX_TOKEN_LENGTH}`,
    );
  }
  const text = Buffer.from(token, 'base64url').toString('utf8');
  const at = text.lastIndexOf('@');
  const offset = Number(text.slice(at + 1));
  if (at < 0 || text.slice(0, at) !== list || !Number.isInteger(offset)) {
    throw new EngineError('InvalidToken', "Invalid Token: 'Invalid token'");
  }
  return offset;
}
