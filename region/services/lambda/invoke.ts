/**
 * Invocations: synchronous, which answer with the outcome, and asynchronous, which Lambda queues, retries one and two
 * minutes after a failure, and at last hands to the on-failure destination or the dead-letter queue.
 */
import type { CorePorts } from '../../core-ports.ts';
import { AwsError } from '../../errors.ts';
import type { Delivery } from '../../service.ts';
import type { Outcome } from './environment.ts';
import type { LambdaStore } from './store.ts';

export interface InvokeInput {
  readonly FunctionName: string;
  readonly InvocationType?: 'RequestResponse' | 'Event' | 'DryRun';
  readonly Payload?: Uint8Array | string;
  readonly Qualifier?: string;
}

export interface InvokeOutput {
  readonly StatusCode: number;
  readonly ExecutedVersion?: string;
  readonly FunctionError?: string;
  readonly Payload?: Uint8Array;
}

const RETRY_DELAYS_MS = [60_000, 120_000];
const PAYLOAD_MAX_BYTES = 6 * 1024 * 1024;
const ASYNC_PAYLOAD_MAX_BYTES = 1024 * 1024;

function eventOf(input: InvokeInput): string {
  const { Payload } = input;
  const text =
    Payload === undefined ? '{}' : typeof Payload === 'string' ? Payload : Buffer.from(Payload).toString('utf8');
  const limit = input.InvocationType === 'Event' ? ASYNC_PAYLOAD_MAX_BYTES : PAYLOAD_MAX_BYTES;
  const size = Buffer.byteLength(text);
  if (size > limit) {
    throw new AwsError(
      'RequestTooLargeException',
      `${size} byte payload is too large for the ${input.InvocationType ?? 'RequestResponse'} invocation type (limit ${limit} bytes)`,
      413,
    );
  }
  try {
    JSON.parse(text);
  } catch (error) {
    throw new AwsError('InvalidRequestContentException', `Could not parse request body into json: ${String(error)}`);
  }
  return text === '' ? '{}' : text;
}

export async function invoke(ports: CorePorts, store: LambdaStore, input: InvokeInput): Promise<InvokeOutput> {
  const pool = store.pool(input.FunctionName);
  const event = eventOf(input);
  if (input.InvocationType === 'DryRun') return { StatusCode: 204 };
  if (input.InvocationType === 'Event') {
    queueInvocation(ports, store, pool.definition.name, event);
    return { StatusCode: 202 };
  }
  const outcome = await pool.invoke(event, true);
  return {
    StatusCode: 200,
    ExecutedVersion: '$LATEST',
    ...(outcome.functionError === undefined ? {} : { FunctionError: outcome.functionError }),
    Payload: Buffer.from(outcome.payload),
  };
}

/** Runs the event now, and again after failures; never throws to the caller. */
export function queueInvocation(ports: CorePorts, store: LambdaStore, name: string, event: string): void {
  const queuedMs = ports.clock.now();
  const attempt = async (tries: number): Promise<void> => {
    const pool = store.pool(name);
    const outcome = await pool.invoke(event, false);
    const settings = store.asyncSettings(name);
    if (outcome.functionError === undefined) {
      if (settings.onSuccessArn !== undefined) {
        await ports.deliver(destination(ports, store, name, settings.onSuccessArn, event, outcome, 'Success', tries));
      }
      return;
    }
    const delayMs = RETRY_DELAYS_MS[tries - 1];
    const isTooOld = ports.clock.now() + (delayMs ?? 0) - queuedMs > settings.maximumEventAgeMs;
    if (tries <= settings.maximumRetryAttempts && delayMs !== undefined && !isTooOld) {
      ports.clock.at(ports.clock.now() + delayMs, () => ports.spawn(() => attempt(tries + 1)));
      return;
    }
    const condition = isTooOld ? 'EventAgeExceeded' : 'RetriesExhausted';
    await abandon(ports, store, name, event, outcome, condition, tries);
  };
  ports.spawn(() => attempt(1));
}

async function abandon(
  ports: CorePorts,
  store: LambdaStore,
  name: string,
  event: string,
  outcome: Outcome,
  condition: string,
  tries: number,
): Promise<void> {
  const { deadLetterArn, roleArn } = store.pool(name).definition;
  const { onFailureArn } = store.asyncSettings(name);
  ports.log('error', 'asynchronous invocation abandoned', { function: name, condition, tries, error: outcome.payload });
  if (onFailureArn !== undefined) {
    await ports.deliver(destination(ports, store, name, onFailureArn, event, outcome, condition, tries));
  }
  if (deadLetterArn !== undefined) {
    await ports.deliver({
      targetArn: deadLetterArn,
      payload: JSON.parse(event),
      principal: { kind: 'role', arn: roleArn },
    });
  }
}

/** The record of an asynchronous invocation, as destinations receive it. */
function destination(
  ports: CorePorts,
  store: LambdaStore,
  name: string,
  targetArn: string,
  event: string,
  outcome: Outcome,
  condition: string,
  tries: number,
): Delivery {
  const { arn, roleArn } = store.pool(name).definition;
  return {
    targetArn,
    principal: { kind: 'role', arn: roleArn },
    payload: {
      version: '1.0',
      timestamp: new Date(ports.clock.now()).toISOString(),
      requestContext: {
        requestId: ports.uuid(),
        functionArn: `${arn}:$LATEST`,
        condition,
        approximateInvokeCount: tries,
      },
      requestPayload: JSON.parse(event),
      responseContext: {
        statusCode: 200,
        executedVersion: '$LATEST',
        ...(outcome.functionError === undefined ? {} : { functionError: outcome.functionError }),
      },
      responsePayload: JSON.parse(outcome.payload),
    },
  };
}
