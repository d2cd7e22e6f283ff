/**
 * The last step of an order's life: everything that is known of it goes to the archive as one JSON object at the next
 * place of its depot's hash chain, then the record says so. A step that is repeated finds how far it came: the place
 * with its staged copy (`chain-place.ts`), then the object, whose key is fixed by the order. So an order that says
 * ARCHIVED is archived.
 */
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { archiveKey, isTerminal, type OrderStatus } from '../../domain/index.ts';
import { orderFrameSchema } from '../../workflows/order-lifecycle/contracts.ts';
import { OrderStateError } from '../../workflows/order-lifecycle/errors.ts';
import type { OutboxItem } from '../../workflows/order-lifecycle/events.ts';
import { changeOrder, requireOrder } from '../platform/order-record.ts';
import { queryAll } from '../platform/table-access.ts';
import type { OrderRecord } from '../platform/tables.ts';
import { archiveContent, archivingOf, closedAtOf, isDelivered } from './archive-document.ts';
import { type ChainPorts, dropStaged, putObject, stagedText, takePlace } from './chain-place.ts';

const archiveRequestSchema = z.object({ frame: orderFrameSchema, executionArn: z.string() });

export interface ArchiveOrderPorts extends ChainPorts {
  readonly ledgerTable: string;
  readonly now: () => Date;
}

export interface ArchiveResult {
  readonly orderId: string;
  readonly status: OrderStatus;
  readonly archivedAt: string;
  readonly key: string;
}

/**
 * @throws OrderStateError when the order is unknown or not over; TransientError when its record or the head of its
 * chain changed meanwhile; what the tables and the bucket throw
 */
export async function archiveOrder(event: unknown, ports: ArchiveOrderPorts): Promise<ArchiveResult> {
  const { frame, executionArn } = archiveRequestSchema.parse(event);
  const { orderId } = frame;
  const items = await itemsOf(orderId, ports);
  const record = items.find(({ sk }) => sk === 'ORDER') as OrderRecord | undefined;
  if (record === undefined) throw new OrderStateError(`Order ${orderId} has no record: there is nothing to archive.`);
  const key = archiveKey(orderId, closedAtOf(record));
  if (record.times.archivedAt !== undefined) {
    if (record.archive !== undefined) await dropStaged(record, record.archive, ports);
    return { orderId, status: record.status, archivedAt: record.times.archivedAt, key };
  }
  if (!isDelivered(record) && (record.status === 'FAILED' || !isTerminal(record.status))) {
    throw new OrderStateError(`Order ${orderId} is ${record.status}: only an order that is over is archived.`);
  }
  const { text, place } = await placedText(record, items, executionArn, ports);
  await putObject(key, text, ports);
  const { archivedAt } = place;
  const archived = await markArchived(orderId, archivedAt, executionArn, ports);
  await dropStaged(record, place, ports);
  return { orderId, status: archived.status, archivedAt, key };
}

/** The text of the object: what the order's place was taken with, now or the time before. */
async function placedText(
  record: OrderRecord,
  items: readonly OrdersItem[],
  executionArn: string,
  ports: ArchiveOrderPorts,
): ReturnType<typeof takePlace> {
  const place = record.archive;
  if (place !== undefined) return { text: await stagedText(record, place, ports), place };
  const archivedAt = ports.now().toISOString();
  const archiving = archivingOf(record, archivedAt, executionArn);
  const known = {
    record,
    events: items.filter(({ sk }) => sk.startsWith('EVENT#')) as unknown as OutboxItem[],
    rejections: items.filter(({ sk }) => sk.startsWith('REJECTION#')),
    ledger: await ledgerOf(record.orderId, ports),
  };
  const content = archiveContent(known, archiving, archivedAt, executionArn);
  return takePlace(record, archiving, content, ports);
}

async function markArchived(
  orderId: string,
  archivedAt: string,
  executionArn: string,
  { documents, ordersTable }: ArchiveOrderPorts,
): Promise<OrderRecord> {
  const record = await requireOrder(documents, ordersTable, orderId);
  if (record.times.archivedAt !== undefined) return record;
  const { end, endEvents } = archivingOf(record, archivedAt, executionArn);
  await changeOrder(documents, ordersTable, record, { set: end, events: endEvents });
  return { ...record, ...end };
}

interface OrdersItem {
  readonly sk: string;
}

const itemsOf = (orderId: string, { documents, ordersTable }: ArchiveOrderPorts): Promise<OrdersItem[]> =>
  queryAll(documents, {
    TableName: ordersTable,
    KeyConditionExpression: 'orderId = :orderId',
    ExpressionAttributeValues: { ':orderId': orderId },
    ConsistentRead: true,
  });

async function ledgerOf(orderId: string, { documents, ledgerTable }: ArchiveOrderPorts): Promise<unknown> {
  const { Item } = await documents.send(
    new GetCommand({ TableName: ledgerTable, Key: { orderId }, ConsistentRead: true }),
  );
  return Item;
}
