/** The context that a handler gets with its event: a plain object, as the Lambda runtime gives it. */
import type { Clock } from '../../clock.ts';
import type { FunctionDefinition } from './function.ts';

export type Callback = (error?: unknown, result?: unknown) => void;

/** @param deadlineMs virtual time at which the invocation times out */
export function invocationContext(
  definition: FunctionDefinition,
  clock: Clock,
  requestId: string,
  deadlineMs: number,
  done: Callback,
): object {
  return {
    functionName: definition.name,
    functionVersion: '$LATEST',
    invokedFunctionArn: definition.arn,
    memoryLimitInMB: String(definition.memoryMb),
    awsRequestId: requestId,
    logGroupName: `/aws/lambda/${definition.name}`,
    logStreamName: '$LATEST',
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: remainingTime(clock, deadlineMs),
    done,
    succeed: succeed(done),
    fail: fail(done),
  };
}

// Made by functions: a function that is written into the object is given a name each time, which costs more than it.
const remainingTime = (clock: Clock, deadlineMs: number) => () => Math.max(0, deadlineMs - clock.now());
const succeed = (done: Callback) => (result: unknown) => done(null, result);
const fail = (done: Callback) => (error: unknown) => done(error ?? new Error('failed'));
