/** Writes onto the order record what the execution has just reached: status, time, cause, and the event that tells. */
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { isTerminal, type OrderStatus } from '../../domain/index.ts';
import type { Milestone, OrderFrame, Reached, RoutePlace } from '../../workflows/order-lifecycle/contracts.ts';
import { routePlaceSchema } from '../../workflows/order-lifecycle/contracts.ts';
import { changeOrder, type OrderChange, requireOrder } from './order-record.ts';
import { advanceClock } from './stage-clock.ts';
import type { OrderRecord, OrderTimes } from './tables.ts';

interface Reaching {
  /** Absent where a milestone is a time only. */
  readonly status?: OrderStatus;
  readonly time: keyof OrderTimes;
}

const REACHING: Readonly<Record<Exclude<Milestone, 'Delivered'>, Reaching>> = {
  RoutePlanned: { status: 'PLANNED', time: 'plannedAt' },
  RouteAccepted: { status: 'DISPATCHED', time: 'dispatchedAt' },
  DepartedDepot: { status: 'OUT_FOR_DELIVERY', time: 'departedAt' },
  ApproachingStop: { status: 'ARRIVING', time: 'approachedAt' },
  ArrivedAtStop: { time: 'arrivedAt' },
};

/** Cause of a status that was never seen itself: a later milestone stood in for it. Nobody is notified of these. */
export const IMPLIED_CAUSE = 'implied';

/**
 * Records `frame.reached`. Safe to repeat: the event key is unique per cycle and status.
 * @returns the record as it was read, for the caller's next step
 */
export async function recordReached(
  documents: DynamoDBDocumentClient,
  ordersTable: string,
  frame: OrderFrame,
): Promise<OrderRecord> {
  const record = await requireOrder(documents, ordersTable, frame.orderId);
  const change = reachedChange(record, frame);
  if (change !== undefined) await changeOrder(documents, ordersTable, record, change);
  return record;
}

/** The change that `frame.reached` asks for; undefined when there is none or the record is already past it. */
export function reachedChange(record: OrderRecord, frame: OrderFrame): OrderChange | undefined {
  const { reached } = frame;
  if (reached === undefined || record.cycle !== frame.cycle) return undefined;
  const reaching = (REACHING as Readonly<Record<string, Reaching | undefined>>)[reached.kind];
  if (reaching === undefined) return undefined;
  if (isTerminal(record.status) && record.status !== 'FAILED') return undefined;
  if (record.times[reaching.time] !== undefined && record.status !== 'FAILED') return undefined;
  const times = { ...record.times, [reaching.time]: reached.at };
  const place = placeOf(reached);
  const status = reaching.status ?? (record.status === 'FAILED' ? 'ARRIVING' : undefined);
  if (status === undefined) return { set: { times }, events: [] };
  const clock = advanceClock(record, status, reached.at);
  // A replay writes the status that the failure overwrote; the event of its first time is there already.
  const again = record.status === 'FAILED' ? `#after ${record.statusAt}` : '';
  return {
    set: {
      ...clock.set,
      times,
      status,
      statusAt: reached.at,
      cause: causeOf(reached),
      ...(place === undefined ? {} : { place }),
    },
    events: [
      {
        key: `OrderStatusChanged#${frame.cycle}#${status}${again}`,
        detailType: 'OrderStatusChanged',
        status,
        at: reached.at,
        cause: causeOf(reached),
        facts: place === undefined ? {} : { place },
      },
      ...clock.events,
    ],
  };
}

export function causeOf(reached: Reached): string {
  return reached.implied === true ? IMPLIED_CAUSE : `signal ${reached.kind}`;
}

function placeOf(reached: Reached): RoutePlace | undefined {
  const place = routePlaceSchema.safeParse(reached.detail?.['place']);
  return place.success ? place.data : undefined;
}
