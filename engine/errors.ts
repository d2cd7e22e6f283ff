/**
 * The engine's three kinds of error: an EngineError is what an API caller gets (AWS code, message, HTTP status), a
 * StateError is an error inside an execution that Retry and Catch can see, and an assertion failure is a defect.
 */
export class EngineError extends Error {
  readonly httpStatus: number;
  override readonly name: string;
  constructor(name: string, message: string, httpStatus = 400) {
    super(message);
    this.name = name;
    this.httpStatus = httpStatus;
  }
}

/** Where and why an expression failed; becomes an EvaluationFailed event. */
export interface EvaluationFailure {
  readonly location?: string;
}

/** An error of a state, with the name that ErrorEquals matches. `error` and `cause` may be absent, as in AWS. */
export class StateError extends Error {
  readonly error: string | undefined;
  override readonly cause: string | undefined;
  readonly evaluation: EvaluationFailure | undefined;
  constructor(error: string | undefined, cause: string | undefined, evaluation?: EvaluationFailure) {
    super(`${error ?? '(no error)'}: ${cause ?? '(no cause)'}`);
    this.error = error;
    this.cause = cause;
    this.evaluation = evaluation;
  }
}

/**
 * A failure whose cause needs "An error occurred while executing the state ..." in front, which only the interpreter
 * can write: it knows the state and the event that entered it.
 */
export class LocatedError extends Error {
  readonly error: string;
  readonly evaluation: EvaluationFailure | undefined;
  constructor(error: string, detail: string, evaluation?: EvaluationFailure) {
    super(detail);
    this.error = error;
    this.evaluation = evaluation;
  }
}

export function assertEngine(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`Engine invariant broken: ${message}`);
}
