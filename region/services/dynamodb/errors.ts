/** The failures that DynamoDB answers with, by the names and texts that AWS uses. */
import { AwsError } from '../../errors.ts';
import type { Item } from './item.ts';

export function validationError(message: string): AwsError {
  return new AwsError('ValidationException', message);
}

export function invalidParameter(detail: string): AwsError {
  return validationError(`One or more parameter values were invalid: ${detail}`);
}

export function tableNotFound(): AwsError {
  return new AwsError('ResourceNotFoundException', 'Requested resource not found');
}

/** @param item the item that failed the condition, when the caller asked for it */
export function conditionFailed(item: Item | undefined): AwsError {
  const fields = item === undefined ? {} : { Item: item };
  return new AwsError('ConditionalCheckFailedException', 'The conditional request failed', 400, fields);
}

export interface CancellationReason {
  readonly Code: string;
  readonly Message?: string;
  readonly Item?: Item;
}

export function transactionCancelled(reasons: readonly CancellationReason[]): AwsError {
  const codes = reasons.map((reason) => reason.Code).join(', ');
  const message = `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`;
  return new AwsError('TransactionCanceledException', message, 400, { CancellationReasons: reasons });
}
