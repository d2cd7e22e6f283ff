/**
 * Changes of the order record, each written once together with the event that tells of it: one transaction updates the
 * record and puts the outbox items. The event key is deterministic, so a retry of the same change finds its event
 * there and changes nothing.
 */
import {
  type DynamoDBDocumentClient,
  GetCommand,
  type PutCommandInput,
  TransactWriteCommand,
} from '@aws-sdk/lib-dynamodb';
import { OrderStateError, TransientError } from '../../workflows/order-lifecycle/errors.ts';
import type { OutboxItem } from '../../workflows/order-lifecycle/events.ts';
import type { OrderRecord } from './tables.ts';

/** The part of an event that differs from change to change; the rest is read off the record. */
export interface OrderEventFacts {
  /** Unique within the order, e.g. `OrderStatusChanged#2#PLANNED`. */
  readonly key: string;
  readonly detailType: OutboxItem['detailType'];
  readonly status: string;
  readonly at: string;
  readonly cause: string;
  readonly facts?: Readonly<Record<string, unknown>>;
}

export interface OrderChange {
  /** Attributes to set; an attribute with the value `undefined` is removed. */
  readonly set: Readonly<Partial<{ [Key in keyof OrderRecord]: OrderRecord[Key] | undefined }>>;
  readonly events: readonly OrderEventFacts[];
  /** Items of other tables that are put in the same transaction; a condition of theirs that fails stops all of it. */
  readonly also?: readonly PutCommandInput[];
}

/** Reads the record, strongly consistent. */
export async function readOrder(
  documents: DynamoDBDocumentClient,
  ordersTable: string,
  orderId: string,
): Promise<OrderRecord | undefined> {
  const { Item } = await documents.send(
    new GetCommand({ TableName: ordersTable, Key: { orderId, sk: 'ORDER' }, ConsistentRead: true }),
  );
  return Item as OrderRecord | undefined;
}

/** @throws OrderStateError when no order of that id was ever accepted */
export async function requireOrder(
  documents: DynamoDBDocumentClient,
  ordersTable: string,
  orderId: string,
): Promise<OrderRecord> {
  const record = await readOrder(documents, ordersTable, orderId);
  if (record === undefined) {
    throw new OrderStateError(`Order ${orderId} has no record: it was never accepted, or the id is wrong.`);
  }
  return record;
}

/** The outbox item of an event of this record. */
export function outboxItem(record: OrderRecord, event: OrderEventFacts): OutboxItem & { readonly orderId: string } {
  return {
    orderId: record.orderId,
    sk: `EVENT#${event.key}`,
    detailType: event.detailType,
    eventKey: `${record.orderId}#${event.key}`,
    status: event.status,
    at: event.at,
    cause: event.cause,
    cycle: record.cycle,
    attempt: record.attempts,
    promiseVersion: record.promise.version,
    depotId: record.depotId,
    customerId: record.customerId,
    facts: JSON.stringify(event.facts ?? {}),
  };
}

/**
 * Applies a change that was computed from `record`. Optimistic: the record's status, cycle and breaches must still be
 * the ones that were read.
 *
 * @returns `changed`, or `already` when this very change had been written before
 * @throws TransientError when the record moved on in between: read again and decide again
 */
export async function changeOrder(
  documents: DynamoDBDocumentClient,
  ordersTable: string,
  record: OrderRecord,
  change: OrderChange,
): Promise<'changed' | 'already'> {
  const next = { ...record, ...change.set } as OrderRecord;
  const update = updateOf(change.set);
  try {
    await documents.send(
      new TransactWriteCommand({
        TransactItems: [
          {
            Update: {
              TableName: ordersTable,
              Key: { orderId: record.orderId, sk: 'ORDER' },
              UpdateExpression: update.expression,
              ConditionExpression: '#status = :seenStatus AND #cycle = :seenCycle AND #breaches = :seenBreaches',
              ExpressionAttributeNames: {
                ...update.names,
                '#status': 'status',
                '#cycle': 'cycle',
                '#breaches': 'breaches',
              },
              ExpressionAttributeValues: {
                ...update.values,
                ':seenStatus': record.status,
                ':seenCycle': record.cycle,
                ':seenBreaches': record.breaches,
              },
            },
          },
          ...change.events.map((event) => ({
            Put: {
              TableName: ordersTable,
              Item: outboxItem(next, event),
              ConditionExpression: 'attribute_not_exists(orderId)',
            },
          })),
          ...(change.also ?? []).map((item) => ({ Put: { ...item, Item: item.Item ?? {} } })),
        ],
      }),
    );
    return 'changed';
  } catch (error) {
    return alreadyOrThrow(error, record.orderId, change.events.length);
  }
}

function updateOf(set: OrderChange['set']): {
  expression: string;
  names: Record<string, string>;
  values: Record<string, unknown>;
} {
  const names: Record<string, string> = {};
  const values: Record<string, unknown> = {};
  const sets: string[] = [];
  const removes: string[] = [];
  for (const [attribute, value] of Object.entries(set)) {
    names[`#${attribute}`] = attribute;
    if (value === undefined) removes.push(`#${attribute}`);
    else {
      values[`:${attribute}`] = value;
      sets.push(`#${attribute} = :${attribute}`);
    }
  }
  const parts = [];
  if (sets.length > 0) parts.push(`SET ${sets.join(', ')}`);
  if (removes.length > 0) parts.push(`REMOVE ${removes.join(', ')}`);
  return { expression: parts.join(' '), names, values };
}

function alreadyOrThrow(error: unknown, orderId: string, eventCount: number): 'already' {
  const reasons = cancellationCodes(error);
  if (reasons === undefined) throw error;
  const [record, ...rest] = reasons;
  const events = rest.slice(0, eventCount);
  // All of them: the breach alone may have been told by the watch, and then the change itself is still to be made.
  if (events.length > 0 && events.every((code) => code === 'ConditionalCheckFailed')) return 'already';
  throw new TransientError(`Order ${orderId} changed while it was being changed (${record}): read it again and retry.`);
}

/** The cancellation code of each item of a cancelled transaction; undefined for any other error. */
export function cancellationCodes(error: unknown): readonly string[] | undefined {
  if (!(error instanceof Error) || error.name !== 'TransactionCanceledException') return undefined;
  const { CancellationReasons = [] } = error as { CancellationReasons?: { Code?: string }[] };
  return CancellationReasons.map(({ Code }) => Code ?? 'None');
}
