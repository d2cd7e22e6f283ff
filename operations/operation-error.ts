/**
 * What an operation refuses, or what it could not reach: each with a stable code, what went wrong and what to do about
 * it. Errors of AWS that an operator can do something about are brought to the same form.
 */

export const OPERATION_ERRORS = [
  /** No order, job, group or depot of that id. */
  'UNKNOWN_ORDER',
  'UNKNOWN_JOB',
  'UNKNOWN_GROUP',
  'UNKNOWN_DEPOT',
  /** The filter or the selection matches nothing. */
  'NOTHING_SELECTED',
  'TOO_MANY',
  'BAD_INPUT',
  /** The order does not stand where the operation needs it. */
  'WRONG_STATE',
  /** The depot has no route that could change. */
  'NO_ROUTES',
  /** A wave of the depot is under way, or the one that was started came to nothing or did not end in time. */
  'WAVE_RUNNING',
  'WAVE_FAILED',
  'WAVE_UNENDED',
  'NOT_DEPLOYED',
  'LOGIN_EXPIRED',
  'FORBIDDEN',
  'UNREACHABLE',
  'THROTTLED',
] as const;
export type OperationErrorCode = (typeof OPERATION_ERRORS)[number];

export class OperationError extends Error {
  override readonly name = 'OperationError';
  readonly code: OperationErrorCode;
  /** What to do, one sentence. */
  readonly remedy: string;

  constructor(code: OperationErrorCode, message: string, remedy: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.remedy = remedy;
  }
}

const EXPIRED = [
  'ExpiredToken',
  'ExpiredTokenException',
  'UnrecognizedClientException',
  'InvalidClientTokenId',
  'CredentialsProviderError',
  'SSOTokenProviderFailure',
  'InvalidSignatureException',
];
const FORBIDDEN = ['AccessDenied', 'AccessDeniedException', 'AuthorizationErrorException', 'UnauthorizedOperation'];
const UNREACHABLE = ['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH'];
const THROTTLED = ['ThrottlingException', 'TooManyRequestsException', 'ProvisionedThroughputExceededException'];
const NOT_THERE = ['ResourceNotFoundException', 'StateMachineDoesNotExist', 'QueueDoesNotExist', 'ParameterNotFound'];

/** @returns the error in the operators' form, or undefined for one that is a fault of this program */
export function operationErrorOf(error: unknown): OperationError | undefined {
  if (error instanceof OperationError) return error;
  if (!isError(error)) return undefined;
  const names = namesOf(error);
  const made = (code: OperationErrorCode, remedy: string) =>
    new OperationError(code, error.message === '' ? error.name : error.message, remedy, { cause: error });
  const isOne = (list: readonly string[]): boolean => names.some((name) => list.includes(name));
  if (isOne(EXPIRED)) return made('LOGIN_EXPIRED', 'Log in again (for example `aws sso login`), then repeat this.');
  if (isOne(FORBIDDEN)) {
    return made('FORBIDDEN', 'Assume a role that may do this: PerfectOrderOperator for every change.');
  }
  // The SDK wraps some of the host's errors in its own, with their text alone.
  if (isOne(UNREACHABLE) || UNREACHABLE.some((code) => error.message.includes(code))) {
    return made('UNREACHABLE', 'Check that the region runs (`npm start`) or that the network reaches AWS.');
  }
  if (isOne(THROTTLED)) return made('THROTTLED', 'Wait a moment and repeat this, at a lower rate.');
  if (isOne(NOT_THERE)) return made('NOT_DEPLOYED', 'Deploy this version of the app to this account and region.');
  return undefined;
}

/** By its shape: an error of the host's network comes from another realm where this runs in a sandbox. */
const isError = (error: unknown): error is Error =>
  typeof error === 'object' && error !== null && 'name' in error && 'message' in error;

/** Of the error and what it was caused by: the SDK wraps the host's errors. */
function namesOf(error: Error): string[] {
  const names: string[] = [];
  for (let at: unknown = error; isError(at) && names.length < 10; at = at.cause) {
    names.push(at.name);
    const { code } = at as { readonly code?: unknown };
    if (typeof code === 'string') names.push(code);
  }
  return names;
}
