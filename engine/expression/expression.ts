/**
 * One compiled expression of a definition, in either language. `now` evaluates at once where it can and answers SLOW
 * where only the full JSONata evaluator, which is asynchronous, has the semantics; `later` is that evaluator.
 */
import type { JsonValue } from '../json.ts';
import type { Scope } from './scope.ts';

/** "This needs the asynchronous evaluator." */
export const SLOW: unique symbol = Symbol('slow');
export type Slow = typeof SLOW;

export interface Expression {
  readonly language: 'JSONata' | 'JSONPath';
  /** As it stands in the definition, without the JSONata delimiters. */
  readonly source: string;
  /** The field it was given for, e.g. `Arguments/FunctionName`. */
  readonly location: string;
  /** Variables it mentions, other than `$states`. */
  readonly variables: readonly string[];
  /** Throws LocatedError. */
  now(scope: Scope): JsonValue | Slow;
  /** Rejects with LocatedError. */
  later(scope: Scope): Promise<JsonValue>;
}
