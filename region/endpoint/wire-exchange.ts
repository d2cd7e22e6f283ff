/** One request on its way through the port, as the protocols see it. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { AwsError, UnknownToRegionError } from '../errors.ts';
import type { Principal } from '../service.ts';
import type { Serves } from './serves.ts';

export interface Exchange {
  readonly region: Serves;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly requestId: string;
  /** As whom the call is made. */
  readonly principal: Principal;
}

/** Path and query of a request's target, neither decoded but the parameters of the query. */
export function targetOf({ url = '/' }: IncomingMessage): { readonly path: string; readonly query: URLSearchParams } {
  const cut = url.indexOf('?');
  return cut < 0
    ? { path: url, query: new URLSearchParams() }
    : { path: url.slice(0, cut), query: new URLSearchParams(url.slice(cut + 1)) };
}

/** Any error as one of AWS's, by the conventions of the protocols that are not JSON's: who may not, gets a 403. */
export function refusalOfRest(error: unknown, deniedName = 'AccessDeniedException'): AwsError {
  if (error instanceof AwsError) {
    if (error.name !== 'AccessDeniedException') return error;
    return new AwsError(deniedName, error.message, 403, error.fields);
  }
  // No client tries a 501 again: it would be told the same.
  if (error instanceof UnknownToRegionError) return new AwsError('NotImplemented', error.message, 501);
  return new AwsError('InternalFailure', error instanceof Error ? error.message : String(error), 500);
}

/** @param remedy what the port does know */
export const notServed = (what: string, remedy: string): AwsError =>
  new AwsError('NotImplemented', `The region's port does not know ${what}: ${remedy}`, 501);
