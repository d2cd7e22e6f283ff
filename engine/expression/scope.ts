/**
 * What an expression can see while it is evaluated: `$states`, the variables of its branch and of those around it, and
 * the input of the state. Everything is parsed only when an expression asks for it.
 */
import type { JsonObject, JsonValue } from '../json.ts';
import type { Answers } from './answers.ts';

export interface Scope {
  /** `$` of JSONPath: what the paths of this field apply to. */
  readonly root: JsonValue;
  /** The `$states` object of JSONata. Its fields are own properties, computed on first use. */
  readonly states: JsonObject;
  /** One field of `states`, for scopes that can give it without making the object. */
  stateField?(name: string): JsonValue | undefined;
  /** The context object, `$$` of JSONPath. */
  readonly context: JsonObject;
  /** For the expressions that cannot be evaluated at once. */
  readonly answers: Answers;
  /** The value of a variable, or undefined when none is assigned. */
  variable(name: string): JsonValue | undefined;
}

/** An own, enumerable property that computes its value once, on first use. */
export function lazily<T>(target: object, key: string, compute: () => T): void {
  let known = false;
  let value: T | undefined;
  Object.defineProperty(target, key, {
    enumerable: true,
    configurable: true,
    get: () => {
      if (!known) {
        value = compute();
        known = true;
      }
      return value;
    },
  });
}
