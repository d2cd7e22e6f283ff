/** What the asynchronous evaluator has said of the expressions of one scope. */
import type { JsonValue } from '../json.ts';

/** Thrown where an answer is missing. */
export class Unanswered {
  /** The expression that is to be asked. */
  readonly asked: object;
  constructor(asked: object) {
    this.asked = asked;
  }
}

export class Answers {
  private readonly known = new Map<object, JsonValue>();

  /** @throws Unanswered */
  of(expression: object): JsonValue {
    const value = this.known.get(expression);
    if (value === undefined) throw new Unanswered(expression);
    return value;
  }

  keep(expression: object, answer: JsonValue): void {
    this.known.set(expression, answer);
  }
}
