/** The context that a handler gets with its event. */
import type { Clock } from '../../clock.ts';
import type { FunctionDefinition } from './function.ts';

export type Callback = (error?: unknown, result?: unknown) => void;

export class InvocationContext {
  readonly functionName: string;
  readonly functionVersion = '$LATEST';
  readonly invokedFunctionArn: string;
  readonly memoryLimitInMB: string;
  readonly awsRequestId: string;
  readonly logGroupName: string;
  readonly logStreamName = '$LATEST';
  callbackWaitsForEmptyEventLoop = true;
  readonly done: Callback;
  readonly #clock: Clock;
  readonly #deadlineMs: number;

  /** @param deadlineMs virtual time at which the invocation times out */
  constructor(definition: FunctionDefinition, clock: Clock, requestId: string, deadlineMs: number, done: Callback) {
    this.functionName = definition.name;
    this.invokedFunctionArn = definition.arn;
    this.memoryLimitInMB = String(definition.memoryMb);
    this.awsRequestId = requestId;
    this.logGroupName = `/aws/lambda/${definition.name}`;
    this.done = done;
    this.#clock = clock;
    this.#deadlineMs = deadlineMs;
  }

  getRemainingTimeInMillis(): number {
    return Math.max(0, this.#deadlineMs - this.#clock.now());
  }

  succeed(result: unknown): void {
    this.done(null, result);
  }

  fail(error: unknown): void {
    this.done(error ?? new Error('failed'));
  }
}
