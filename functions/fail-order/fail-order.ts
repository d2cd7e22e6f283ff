/**
 * Records on the order that its execution stopped on an error. The deadlines stay as they are: the customer still
 * waits, and an operator who replays the execution finds the clock where it would be anyway.
 */
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { canMove, isoOf, msOf } from '../../domain/index.ts';
import { changeOrder, readOrder } from '../platform/order-record.ts';

const stoppedEventSchema = z.object({
  detail: z.object({
    executionArn: z.string(),
    name: z.string(),
    status: z.enum(['FAILED', 'TIMED_OUT', 'ABORTED']),
    error: z.string().nullish(),
    cause: z.string().nullish(),
    /** Milliseconds since 1970. */
    stopDate: z.number(),
  }),
});

export interface FailOrderPorts {
  readonly documents: DynamoDBDocumentClient;
  readonly ordersTable: string;
}

export interface FailResult {
  readonly orderId: string;
  /** `over`: the order had ended before. `resumed`: a replay has taken it further since. `unknown`: no such order. */
  readonly outcome: 'failed' | 'over' | 'resumed' | 'unknown';
  readonly cause: string;
}

/** What a cause may take of the record; the execution keeps all of it. */
const MAX_CAUSE = 1_000;
/** Status times are those of the world, and a vehicle's clock may run ahead of ours by this much. */
const CLOCK_TOLERANCE_MS = 5 * 60_000;

/**
 * @param event `Step Functions Execution Status Change` of the order's execution
 * @throws ZodError when it is another event; TransientError when the record changed meanwhile (deliver again)
 */
export async function failOrder(event: unknown, { documents, ordersTable }: FailOrderPorts): Promise<FailResult> {
  const { detail } = stoppedEventSchema.parse(event);
  const { name: orderId, executionArn } = detail;
  const cause = causeOf(detail);
  const record = await readOrder(documents, ordersTable, orderId);
  if (record === undefined) return { orderId, outcome: 'unknown', cause };
  if (!canMove(record.status, 'FAILED')) return { orderId, outcome: 'over', cause };
  const stoppedAt = isoOf(detail.stopDate);
  // Only a redriven execution writes a status after the stop; an event that comes late must not undo it.
  if (msOf(record.statusAt) > detail.stopDate + CLOCK_TOLERANCE_MS) return { orderId, outcome: 'resumed', cause };
  const change = {
    set: { status: 'FAILED' as const, statusAt: stoppedAt, cause, executionArn },
    events: [
      {
        key: `OrderStatusChanged#${record.cycle}#FAILED#${stoppedAt}`,
        detailType: 'OrderStatusChanged' as const,
        status: 'FAILED',
        at: stoppedAt,
        cause,
        facts: { executionArn, executionStatus: detail.status, failedIn: record.status },
      },
    ],
  };
  const outcome = await changeOrder(documents, ordersTable, record, change);
  return { orderId, outcome: outcome === 'changed' ? 'failed' : 'over', cause };
}

function causeOf({ status, error, cause }: z.infer<typeof stoppedEventSchema>['detail']): string {
  // An execution that timed out has neither error nor cause.
  const what = error ?? `States.${status === 'TIMED_OUT' ? 'Timeout' : status}`;
  const why = cause ?? `the execution ended ${status} and gave no cause`;
  return `${what}: ${why}`.slice(0, MAX_CAUSE);
}
