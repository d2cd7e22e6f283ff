/**
 * The items that the intake writes: the order record with its first deadlines, the rejection beside it, and the
 * outbox event of each. Pure: the same message at the same time gives the same items.
 */
import { createHash } from 'node:crypto';
import {
  isoOf,
  msOf,
  newPromise,
  type Order,
  orderContentKey,
  type Refusal,
  slaPolicy,
  stageDeadline,
} from '../../domain/index.ts';
import type { OutboxItem } from '../../workflows/order-lifecycle/events.ts';
import { outboxItem } from '../platform/order-record.ts';
import type { OrderRecord, RejectionRecord } from '../platform/tables.ts';

export interface IntakeMessage {
  readonly body: string;
  /** Line of the orders file the message was read from, if the sender said so. */
  readonly line?: number;
}

/** The first 16 hexadecimal digits of SHA-256. */
export const contentHash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);

const firstDue = (deadlines: OrderRecord['deadlines']): string => Object.values(deadlines).sort()[0] ?? '';

const normal = (iso: string): string => isoOf(msOf(iso));

/** The record of an accepted order and its OrderPlaced event, whose facts are what the execution starts with. */
export function placed(order: Order, { line }: IntakeMessage, now: Date): { record: OrderRecord; event: OutboxItem } {
  const acceptedAt = now.toISOString();
  const placedAt = normal(order.placedAt);
  const promise = newPromise({ from: normal(order.promise.from), to: normal(order.promise.to) });
  const deadlines = firstDeadlines(order, placedAt, acceptedAt, promise);
  const record: OrderRecord = {
    orderId: order.orderId,
    sk: 'ORDER',
    order,
    contentKey: createHash('sha256').update(orderContentKey(order)).digest('hex'),
    depotId: order.depotId,
    customerId: order.customer.customerId,
    tier: order.tier,
    status: 'PLACED',
    statusAt: acceptedAt,
    cause: 'accepted',
    cycle: 1,
    attempts: 0,
    promise,
    times: { placedAt, acceptedAt },
    deadlines,
    breaches: [],
    dueShard: 'DUE',
    dueAt: firstDue(deadlines),
    ...(line === undefined ? {} : { line }),
  };
  const event = outboxItem(record, {
    key: 'OrderPlaced',
    detailType: 'OrderPlaced',
    status: 'PLACED',
    at: acceptedAt,
    cause: record.cause,
    facts: { promiseTo: promise.to, tier: order.tier },
  });
  return { record, event };
}

/**
 * The order begins with the clock of its planning and that of the promise as a whole. Acceptance is over by now: its
 * deadline is kept only where it was missed, so that the watch finds and reports it like any other.
 */
function firstDeadlines(
  order: Order,
  placedAt: string,
  acceptedAt: string,
  promise: OrderRecord['promise'],
): Record<string, string> {
  const policy = slaPolicy(order.tier);
  const acceptBy = stageDeadline(policy, 'accept', { beganAt: placedAt, promise });
  return {
    ...(acceptedAt > acceptBy ? { accept: acceptBy } : {}),
    plan: stageDeadline(policy, 'plan', { beganAt: acceptedAt, promise }),
    deliver: stageDeadline(policy, 'deliver', { beganAt: acceptedAt, promise }),
  };
}

/**
 * The record of a refused message and its OrderRejected event. The key carries the line: a bad line that stands twice
 * in a file is refused twice, a message that is delivered twice once.
 */
export function rejected(
  { recordId, depotId, customerId }: { recordId: string; depotId: string; customerId: string },
  { body, line }: IntakeMessage,
  refusals: readonly Refusal[],
  now: Date,
): { record: RejectionRecord; event: OutboxItem & { orderId: string } } {
  const hash = `${contentHash(body)}${line === undefined ? '' : `.${line}`}`;
  const rejectedAt = now.toISOString();
  const kept = refusals.map((refusal) => ({ ...refusal, value: storable(refusal.value) }));
  const first = refusals[0];
  return {
    record: {
      orderId: recordId,
      sk: `REJECTION#${hash}`,
      refusals: kept,
      rejectedAt,
      ...(line === undefined ? {} : { line }),
    },
    event: {
      orderId: recordId,
      sk: `EVENT#OrderRejected#${hash}`,
      detailType: 'OrderRejected',
      eventKey: `${recordId}#OrderRejected#${hash}`,
      status: 'REJECTED',
      at: rejectedAt,
      cause: first === undefined ? 'refused' : `${first.field}: ${first.remedy}`,
      cycle: 0,
      attempt: 0,
      promiseVersion: 0,
      depotId,
      customerId,
      facts: JSON.stringify({ refusals: kept, line }),
    },
  };
}

/** Bad values are arbitrary: numbers a table cannot hold and deep nesting are kept as text. */
function storable(value: unknown): unknown {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isFinite(value) && (value === 0 || isOrdinary(value))) return value;
  return JSON.stringify(value) === 'null' ? String(value) : JSON.stringify(value);
}

const isOrdinary = (value: number): boolean => Math.abs(value) < 1e100 && Math.abs(value) > 1e-100;
