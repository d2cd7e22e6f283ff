/** How an error travels in AWS's JSON protocols: its name in `__type` and a header, its fault and retries by the status. */
import { AwsError, UnknownToRegionError } from '../errors.ts';
import { inServiceWords } from './client-faults.ts';
import type { JsonService } from './json-services.ts';
import { SerializationError, toWireValue } from './json-shapes.ts';

export interface WireFailure {
  readonly status: number;
  /** Name without a namespace. */
  readonly code: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Errors that AWS's front end gives before a service sees the call. */
const FRONT_END: Readonly<Record<string, string>> = {
  UnknownOperationException: 'com.amazon.coral.service',
  SerializationException: 'com.amazon.coral.service',
  RequestEntityTooLarge: 'com.amazon.coral.service',
  UnsupportedMediaTypeException: 'com.amazon.coral.service',
  InternalFailure: 'com.amazon.coral.service',
  ValidationException: 'com.amazon.coral.validate',
};

/** @param input of the call, where it got so far */
export function toWireFailure(
  error: unknown,
  service?: JsonService,
  input: Readonly<Record<string, unknown>> = {},
): WireFailure {
  const { name, message, httpStatus, fields } = asAwsError(error, input);
  const namespace = FRONT_END[name] ?? service?.namespace ?? '';
  const queryCodes = service?.queryCodes;
  return {
    status: httpStatus,
    code: name,
    body: JSON.stringify({
      ...(toWireValue(fields) as object),
      __type: namespace === '' ? name : `${namespace}#${name}`,
      message,
    }),
    headers: {
      'x-amzn-errortype': name,
      ...(queryCodes !== undefined && {
        'x-amzn-query-error': `${queryCodes[name] ?? name};${httpStatus >= 500 ? 'Receiver' : 'Sender'}`,
      }),
    },
  };
}

function asAwsError(error: unknown, input: Readonly<Record<string, unknown>>): AwsError {
  if (error instanceof AwsError) return error.name === 'ParamValidationError' ? inServiceWords(error, input) : error;
  if (error instanceof SerializationError) return new AwsError('SerializationException', error.message);
  // No client tries a 501 again: it would be told the same.
  if (error instanceof UnknownToRegionError) return new AwsError('NotImplemented', error.message, 501);
  return new AwsError('InternalFailure', error instanceof Error ? error.message : String(error), 500);
}
