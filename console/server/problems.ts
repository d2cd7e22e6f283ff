/**
 * What can be wrong, as the API says it: a stable code with its HTTP status, what happened with the value, and what to
 * do. The codes of the operations are the API's too, so that a page and a command say the same.
 */
import { type OperationErrorCode, operationErrorOf } from '../../operations/index.ts';

/** HTTP status per code. */
export const PROBLEM_STATUS = {
  BAD_INPUT: 400,
  TOKEN_MISSING: 401,
  LOGIN_EXPIRED: 401,
  FOREIGN_PAGE: 403,
  FORBIDDEN: 403,
  NO_SUCH_ADDRESS: 404,
  UNKNOWN_ORDER: 404,
  UNKNOWN_EXECUTION: 404,
  UNKNOWN_JOB: 404,
  UNKNOWN_GROUP: 404,
  UNKNOWN_DEPOT: 404,
  WRONG_STATE: 409,
  NO_ROUTES: 409,
  WAVE_RUNNING: 409,
  WAVE_FAILED: 409,
  WAVE_UNENDED: 409,
  TOO_LARGE: 413,
  NOT_JSON: 415,
  NOTHING_SELECTED: 422,
  TOO_MANY: 422,
  THROTTLED: 429,
  INTERNAL: 500,
  NOT_DEPLOYED: 502,
  UNREACHABLE: 503,
} as const satisfies Readonly<Record<OperationErrorCode, number>> & Readonly<Record<string, number>>;
export type ProblemCode = keyof typeof PROBLEM_STATUS;
export type ProblemStatus = (typeof PROBLEM_STATUS)[ProblemCode];

export interface ProblemBody {
  readonly error: { readonly code: ProblemCode; readonly message: string; readonly remedy: string };
}

export class Problem extends Error {
  readonly code: ProblemCode;
  readonly remedy: string;

  constructor(code: ProblemCode, message: string, remedy: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'Problem';
    this.code = code;
    this.remedy = remedy;
  }

  get status(): ProblemStatus {
    return PROBLEM_STATUS[this.code];
  }

  get body(): ProblemBody {
    return { error: { code: this.code, message: this.message, remedy: this.remedy } };
  }
}

/** What an error means for who looks at the console. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const known = operationErrorOf(error);
  if (known !== undefined) return new Problem(known.code, known.message, known.remedy, { cause: error });
  const message = error instanceof Error ? error.message : String(error);
  const remedy = "Try again; if it stays, look at the output of the console's server.";
  return new Problem('INTERNAL', message, remedy, { cause: error });
}

/** Problems that concern everything the console shows, and may pass by themselves. */
const OUTAGES: ReadonlySet<ProblemCode> = new Set(['UNREACHABLE', 'LOGIN_EXPIRED', 'NOT_DEPLOYED']);

export const isOutage = ({ code }: Problem): boolean => OUTAGES.has(code);
