/** An expected failure of an AWS call, with the wire code and HTTP status that AWS gives it. */
export class AwsError extends Error {
  readonly httpStatus: number;
  readonly fault: 'client' | 'server';
  readonly fields: Readonly<Record<string, unknown>>;

  /**
   * @param name wire code, e.g. `ConditionalCheckFailedException`
   * @param fields further members of the error's shape, e.g. `CancellationReasons` or `Item`
   */
  constructor(name: string, message: string, httpStatus = 400, fields: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.name = name;
    this.httpStatus = httpStatus;
    this.fault = httpStatus >= 500 ? 'server' : 'client';
    this.fields = fields;
  }
}

/** The region was given something it does not know: a resource type, a property, an API call. Never skipped. */
export class UnknownToRegionError extends Error {
  constructor(what: string, where: string, remedy: string) {
    super(`${what} (${where}): ${remedy}`);
    this.name = 'UnknownToRegionError';
  }
}
