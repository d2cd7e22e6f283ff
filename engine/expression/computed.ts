/**
 * How synchronous code uses expressions that only the asynchronous evaluator can answer: the computation stops there,
 * waits for the answer, and is made again with it. A computation has no effects, so making it twice is safe; nearly all
 * need no answer, and make no promise.
 */
import { Unanswered } from './answers.ts';
import type { Expression } from './expression.ts';
import type { Scope } from './scope.ts';

/** At once, or when a promise is fulfilled. */
export type Eventually<T> = T | Promise<T>;

/** `compute` evaluates templates in `scope` and has no other effect; what it throws comes as it is, or as a rejection. */
export function computed<T>(scope: Scope, compute: () => T): Eventually<T> {
  try {
    return compute();
  } catch (thrown) {
    if (!(thrown instanceof Unanswered)) throw thrown;
    const expression = thrown.asked as Expression;
    return expression.later(scope).then((answer) => {
      scope.answers.keep(expression, answer);
      return computed(scope, compute);
    });
  }
}

/** `next` with the value, at once if it is there. */
export function after<T, U>(value: Eventually<T>, next: (value: T) => Eventually<U>): Eventually<U> {
  return value instanceof Promise ? value.then(next) : next(value);
}

/** What `work` comes to, or `recover` makes of what it throws. */
export function recovering<T>(work: () => Eventually<T>, recover: (thrown: unknown) => Eventually<T>): Eventually<T> {
  try {
    const value = work();
    return value instanceof Promise ? value.catch(recover) : value;
  } catch (thrown) {
    return recover(thrown);
  }
}
