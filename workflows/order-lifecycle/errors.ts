/**
 * Errors by which functions and signals steer the order's execution. The literal names are what `ErrorEquals` matches;
 * the Retry and Catch lists of the definition are built from these classes, and a test checks both directions.
 */
export abstract class WorkflowError extends Error {
  abstract override readonly name: string;
}

/** Worth a retry: throttling, a lost race on a conditional write that the next read will settle. */
export class TransientError extends WorkflowError {
  static readonly errorName = 'TransientError';
  override readonly name = 'TransientError';
}

/** The order is not what the caller thinks it is (unknown, already closed): a retry cannot help. */
export class OrderStateError extends WorkflowError {
  static readonly errorName = 'OrderStateError';
  override readonly name = 'OrderStateError';
}

/** What AWS itself raises for a Lambda invocation that is worth a retry. */
export const LAMBDA_TRANSIENT_ERRORS = [
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.TooManyRequestsException',
] as const;
