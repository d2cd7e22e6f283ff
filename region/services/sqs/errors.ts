/** The failures that SQS answers with, by the codes and texts that AWS uses. */
import { AwsError } from '../../errors.ts';

export function queueDoesNotExist(): AwsError {
  return new AwsError('QueueDoesNotExist', 'The specified queue does not exist.');
}

export function invalidReceiptHandle(handle: string): AwsError {
  return new AwsError('ReceiptHandleIsInvalid', `The input receipt handle "${handle}" is not a valid receipt handle.`);
}

export function invalidParameter(reason: string): AwsError {
  return new AwsError('InvalidParameterValue', reason);
}

export function missingParameter(name: string): AwsError {
  return new AwsError('MissingParameter', `The request must contain the parameter ${name}.`);
}

/** The failure of one entry in a batch answer. */
export interface BatchFailure {
  readonly Id: string;
  readonly SenderFault: boolean;
  readonly Code: string;
  readonly Message: string;
}

export function batchFailure(id: string, error: unknown): BatchFailure {
  if (!(error instanceof AwsError)) throw error;
  return { Id: id, SenderFault: error.fault === 'client', Code: error.name, Message: error.message };
}
