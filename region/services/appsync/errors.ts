/** Errors inside a GraphQL answer, in the members AppSync gives them. */
import { GraphQLError } from 'graphql';
import { AwsError } from '../../errors.ts';

/** An error that a resolver raises and the answer carries. */
export class ResolverError extends Error {
  readonly errorType: string;
  readonly data: unknown;
  readonly errorInfo: unknown;

  constructor(message: string, errorType: string, data: unknown = null, errorInfo: unknown = null) {
    super(message);
    this.name = 'ResolverError';
    this.errorType = errorType;
    this.data = data;
    this.errorInfo = errorInfo;
  }
}

export function notAuthorized(fieldName: string, typeName: string): ResolverError {
  return new ResolverError(`Not Authorized to access ${fieldName} on type ${typeName}`, 'Unauthorized');
}

export interface AppSyncError {
  readonly message: string;
  readonly errorType: string;
  readonly path: readonly (string | number)[] | null;
  readonly data: unknown;
  readonly errorInfo: unknown;
  readonly locations: readonly { readonly line: number; readonly column: number; readonly sourceName: null }[] | null;
}

/** Rethrows what no resolver raised on purpose: a defect of the region must not hide in an answer. */
export function toAppSyncError(error: GraphQLError, errorType = 'ValidationError'): AppSyncError {
  const original = error.originalError;
  let type = errorType;
  if (original instanceof ResolverError) type = original.errorType;
  else if (original instanceof AwsError) type = original.name;
  else if (original !== undefined && original !== null && !(original instanceof GraphQLError)) {
    // graphql-js itself raises plain errors for null in a non-null field and the like.
    if (original.name !== 'Error' && original.name !== 'TypeError') throw original;
    type = 'DataError';
  }
  return {
    message: error.message,
    errorType: type,
    path: error.path ?? null,
    data: original instanceof ResolverError ? original.data : null,
    errorInfo: original instanceof ResolverError ? original.errorInfo : null,
    locations: error.locations?.map(({ line, column }) => ({ line, column, sourceName: null })) ?? null,
  };
}
