/**
 * Records on the order that its execution stopped on an error: where, with what, and which run of the execution it was,
 * so that operators see what failed and a replay takes up this run and no other. The deadlines stay as they are: the
 * customer still waits, and who replays the execution finds the clock where it would be anyway.
 */
import type { SFNClient } from '@aws-sdk/client-sfn';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { canMove, isoOf, msOf } from '../../domain/index.ts';
import { causePattern } from '../../workflows/order-lifecycle/cause-pattern.ts';
import { orderIdOfExecution } from '../../workflows/order-lifecycle/replay.ts';
import { changeOrder, type OrderChange, readOrder } from '../platform/order-record.ts';
import { stoppedState } from '../platform/stopped-state.ts';
import type { OrderFailure, OrderRecord } from '../platform/tables.ts';

const stoppedEventSchema = z.object({
  detail: z.object({
    executionArn: z.string(),
    stateMachineArn: z.string(),
    name: z.string(),
    status: z.enum(['FAILED', 'TIMED_OUT', 'ABORTED']),
    error: z.string().nullish(),
    cause: z.string().nullish(),
    /** Milliseconds since 1970. */
    stopDate: z.number(),
    redriveCount: z.number().int().nullish(),
  }),
});
type StoppedRun = z.infer<typeof stoppedEventSchema>['detail'];

export interface FailOrderPorts {
  readonly documents: DynamoDBDocumentClient;
  readonly machines: SFNClient;
  readonly ordersTable: string;
  readonly replayMachineArn: string;
  readonly now: () => Date;
}

export interface FailResult {
  readonly orderId: string;
  /**
   * `over`: the order had ended before and nothing is left to do. `unarchived`: it had ended, but its archive step
   * stopped; its status stays. `resumed`: a replay has taken it further since. `unknown`: no such order.
   */
  readonly outcome: 'failed' | 'over' | 'unarchived' | 'resumed' | 'unknown';
  readonly cause: string;
}

/** What a cause may take of the record; the execution keeps all of it. */
const MAX_CAUSE = 1_000;
/** Status times are those of the world, and a vehicle's clock may run ahead of ours by this much. */
const CLOCK_TOLERANCE_MS = 5 * 60_000;
/** After this long an order is recorded as failed even where its history cannot be read: the third delivery is later. */
const HISTORY_PATIENCE_MS = 2.5 * 60_000;

/**
 * @param event `Step Functions Execution Status Change` of an execution of order-lifecycle or order-replay
 * @throws ZodError when it is another event; TransientError when the record changed meanwhile (deliver again); what
 * Step Functions throws when it is asked too often, for the first minutes (deliver again)
 */
export async function failOrder(event: unknown, ports: FailOrderPorts): Promise<FailResult> {
  const { detail } = stoppedEventSchema.parse(event);
  const orderId = orderIdOfExecution(detail.name, detail.stateMachineArn === ports.replayMachineArn);
  const cause = causeOf(detail);
  const record = await readOrder(ports.documents, ports.ordersTable, orderId);
  if (record === undefined) return { orderId, outcome: 'unknown', cause };
  const standing = standingOf(record, detail);
  if (standing === 'over' || standing === 'resumed') return { orderId, outcome: standing, cause };
  const failure = await failureOf(record, detail, ports);
  const change = standing === 'failed' ? failedChange(record, failure, cause) : { set: { failure }, events: [] };
  const outcome = await changeOrder(ports.documents, ports.ordersTable, record, change);
  return { orderId, outcome: outcome === 'changed' ? standing : 'over', cause };
}

/** What the stop of this run is to the order as it stands now. */
function standingOf(record: OrderRecord, { executionArn, redriveCount, stopDate }: StoppedRun): FailResult['outcome'] {
  const { failure, replayedRun, status } = record;
  const run = redriveCount ?? 0;
  // A replay names the run that goes on; what an earlier one had to say is stale.
  if (replayedRun !== undefined && (replayedRun.executionArn !== executionArn || run < replayedRun.redriveCount)) {
    return 'resumed';
  }
  if (failure?.executionArn === executionArn && failure.redriveCount >= run) return 'over';
  if (status === 'FAILED') return 'failed';
  if (!canMove(status, 'FAILED')) return record.times.archivedAt === undefined ? 'unarchived' : 'over';
  // Only an execution that somebody redrove elsewhere writes a status after its stop; an event that comes late must not
  // undo it.
  const isNewer = replayedRun === undefined && msOf(record.statusAt) > stopDate + CLOCK_TOLERANCE_MS;
  return isNewer ? 'resumed' : 'failed';
}

async function failureOf(record: OrderRecord, detail: StoppedRun, ports: FailOrderPorts): Promise<OrderFailure> {
  const { executionArn, status } = detail;
  const { orderId, depotId, place } = record;
  const why = whyOf(detail);
  const ids = [orderId, depotId, place?.routeId ?? '', place?.vehicleId ?? '', place?.driverId ?? ''];
  const before = record.status === 'FAILED' ? record.failure : undefined;
  return {
    executionArn,
    redriveCount: detail.redriveCount ?? 0,
    executionStatus: status,
    state: await stateOf(detail, ports),
    error: errorOf(detail),
    cause: why.slice(0, MAX_CAUSE),
    pattern: causePattern(why, ids),
    failedAt: isoOf(detail.stopDate),
    failedIn: before?.failedIn ?? record.status,
    failedInAt: before?.failedInAt ?? record.statusAt,
  };
}

async function stateOf({ executionArn, stopDate }: StoppedRun, { machines, now }: FailOrderPorts): Promise<string> {
  try {
    return (await stoppedState(machines, executionArn))?.state ?? '?';
  } catch (error) {
    if (now().getTime() - stopDate < HISTORY_PATIENCE_MS) throw error;
    return '?';
  }
}

function failedChange(record: OrderRecord, failure: OrderFailure, cause: string): OrderChange {
  const { executionArn, executionStatus, failedAt, failedIn, state, error } = failure;
  return {
    set: { status: 'FAILED', statusAt: failedAt, cause, executionArn, failure },
    events: [
      {
        key: `OrderStatusChanged#${record.cycle}#FAILED#${failedAt}`,
        detailType: 'OrderStatusChanged',
        status: 'FAILED',
        at: failedAt,
        cause,
        facts: { executionArn, executionStatus, failedIn, state, error },
      },
    ],
  };
}

/** An execution that timed out or was aborted may have neither error nor cause. */
const errorOf = ({ status, error }: StoppedRun): string =>
  error ?? `States.${status === 'TIMED_OUT' ? 'Timeout' : status}`;

const whyOf = ({ status, cause }: StoppedRun): string => cause ?? `the execution ended ${status} and gave no cause`;

const causeOf = (detail: StoppedRun): string => `${errorOf(detail)}: ${whyOf(detail)}`.slice(0, MAX_CAUSE);
