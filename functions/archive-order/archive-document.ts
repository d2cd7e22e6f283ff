/** The archived record of an order: everything that is known of it once its archiving is done, as plain JSON. */
import { ARCHIVE_SCHEMA_VERSION, chainEvents } from '../../domain/index.ts';
import type { OutboxItem } from '../../workflows/order-lifecycle/events.ts';
import { type OrderEventFacts, outboxItem } from '../platform/order-record.ts';
import { advanceClock, dueOf } from '../platform/stage-clock.ts';
import type { OrderRecord } from '../platform/tables.ts';

/** What the archiving of an order changes, in the two steps in which it is written. */
export interface Archiving {
  /** Written when the order takes its place in the chain: its clocks stop here, and with them what they could fire. */
  readonly stop: Pick<OrderRecord, 'deadlines' | 'breaches'>;
  readonly stopEvents: readonly OrderEventFacts[];
  /** Written when the object is there. */
  readonly end: Partial<OrderRecord>;
  readonly endEvents: readonly OrderEventFacts[];
}

/** An execution that failed after the delivery, in this very step perhaps, left FAILED over it; its replay goes on. */
export const isDelivered = ({ status, times }: OrderRecord): boolean =>
  status === 'DELIVERED' || (status === 'FAILED' && times.deliveredAt !== undefined);

export const closedAtOf = ({ times, statusAt }: OrderRecord): string => times.closedAt ?? statusAt;

/** What archiving at this time changes. An order that was not delivered keeps its status and gets no event. */
export function archivingOf(record: OrderRecord, archivedAt: string, executionArn: string): Archiving {
  const times = { ...record.times, archivedAt };
  if (!isDelivered(record)) {
    const stop = { deadlines: {}, breaches: record.breaches };
    return { stop, stopEvents: [], end: { times, executionArn }, endEvents: [] };
  }
  const { set, events } = advanceClock(record, 'ARCHIVED', archivedAt);
  const cause = 'archived';
  return {
    stop: { deadlines: set.deadlines, breaches: set.breaches },
    stopEvents: events,
    end: { times, executionArn, status: 'ARCHIVED', statusAt: archivedAt, cause },
    endEvents: [
      {
        key: `OrderStatusChanged#${record.cycle}#ARCHIVED`,
        detailType: 'OrderStatusChanged',
        status: 'ARCHIVED',
        at: archivedAt,
        cause,
      },
    ],
  };
}

export interface KnownOfOrder {
  readonly record: OrderRecord;
  readonly events: readonly OutboxItem[];
  readonly rejections: readonly object[];
  readonly ledger: unknown;
}

/** The archived record without its place in the chain. It tells the order as it is after its archiving. */
export function archiveContent(known: KnownOfOrder, archiving: Archiving, archivedAt: string, executionArn: string) {
  const { orderId, depotId } = known.record;
  const {
    dueShard: _shard,
    dueAt: _due,
    ...record
  } = { ...known.record, ...archiving.stop, ...dueOf({}), ...archiving.end };
  const later = [...archiving.stopEvents, ...archiving.endEvents].map((event) => outboxItem(record, event));
  return {
    schemaVersion: ARCHIVE_SCHEMA_VERSION,
    orderId,
    depotId,
    executionArn,
    closedAt: closedAtOf(known.record),
    archivedAt,
    record,
    events: chainEvents([...known.events, ...later].sort(byTime)),
    rejections: known.rejections,
    ledger: known.ledger ?? null,
  };
}

const byTime = (left: OutboxItem, right: OutboxItem): number =>
  left.at < right.at || (left.at === right.at && left.sk < right.sk) ? -1 : 1;
