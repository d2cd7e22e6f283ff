/**
 * The last step of an order's life: everything that is known of it goes to the archive as one JSON object, then the
 * record says so. The object comes first and its key is fixed by the order, so a repetition writes the same object
 * over itself and an order that says ARCHIVED is archived.
 */
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { isTerminal, type OrderStatus } from '../../domain/index.ts';
import { orderFrameSchema } from '../../workflows/order-lifecycle/contracts.ts';
import { OrderStateError } from '../../workflows/order-lifecycle/errors.ts';
import { changeOrder } from '../platform/order-record.ts';
import { advanceClock, dueOf } from '../platform/stage-clock.ts';
import { queryAll } from '../platform/table-access.ts';
import type { OrderRecord } from '../platform/tables.ts';

const archiveRequestSchema = z.object({ frame: orderFrameSchema, executionArn: z.string() });

export interface ArchiveOrderPorts {
  readonly documents: DynamoDBDocumentClient;
  readonly ordersTable: string;
  readonly ledgerTable: string;
  readonly archive: S3Client;
  readonly archiveBucket: string;
  readonly now: () => Date;
}

export interface ArchiveResult {
  readonly orderId: string;
  readonly status: OrderStatus;
  readonly archivedAt: string;
  readonly key: string;
}

/**
 * @throws OrderStateError when the order is unknown or not over; TransientError when its record changed meanwhile;
 * what the tables and the bucket throw
 */
export async function archiveOrder(event: unknown, ports: ArchiveOrderPorts): Promise<ArchiveResult> {
  const { frame, executionArn } = archiveRequestSchema.parse(event);
  const { orderId } = frame;
  const items = await itemsOf(orderId, ports);
  const record = items.find(({ sk }) => sk === 'ORDER') as OrderRecord | undefined;
  if (record === undefined) throw new OrderStateError(`Order ${orderId} has no record: there is nothing to archive.`);
  const key = archiveKey(record);
  if (record.times.archivedAt !== undefined) {
    return { orderId, status: record.status, archivedAt: record.times.archivedAt, key };
  }
  if (!isDelivered(record) && (record.status === 'FAILED' || !isTerminal(record.status))) {
    throw new OrderStateError(`Order ${orderId} is ${record.status}: only an order that is over is archived.`);
  }
  const archivedAt = ports.now().toISOString();
  await ports.archive.send(
    new PutObjectCommand({
      Bucket: ports.archiveBucket,
      Key: key,
      ContentType: 'application/json',
      Body: JSON.stringify({
        schemaVersion: 1,
        orderId,
        executionArn,
        archivedAt,
        record,
        events: items.filter(({ sk }) => sk.startsWith('EVENT#')),
        rejections: items.filter(({ sk }) => sk.startsWith('REJECTION#')),
        ledger: (await ledgerOf(orderId, ports)) ?? null,
      }),
    }),
  );
  const status = await markArchived(record, archivedAt, executionArn, ports);
  return { orderId, status, archivedAt, key };
}

/** An execution that failed after the delivery, in this very step perhaps, left FAILED over it; its replay goes on. */
const isDelivered = ({ status, times }: OrderRecord): boolean =>
  status === 'DELIVERED' || (status === 'FAILED' && times.deliveredAt !== undefined);

/** The date is that of the closing, so that it cannot depend on when a repetition runs. */
export const archiveKey = ({ orderId, times, statusAt }: OrderRecord): string =>
  `orders/closed=${(times.closedAt ?? statusAt).slice(0, 10)}/${orderId}.json`;

async function markArchived(
  record: OrderRecord,
  archivedAt: string,
  executionArn: string,
  { documents, ordersTable }: ArchiveOrderPorts,
): Promise<OrderStatus> {
  const times = { ...record.times, archivedAt };
  if (!isDelivered(record)) {
    const set = { times, executionArn, deadlines: {}, ...dueOf({}) };
    await changeOrder(documents, ordersTable, record, { set, events: [] });
    return record.status;
  }
  const clock = advanceClock(record, 'ARCHIVED', archivedAt);
  const cause = 'archived';
  await changeOrder(documents, ordersTable, record, {
    set: { ...clock.set, times, executionArn, status: 'ARCHIVED', statusAt: archivedAt, cause },
    events: [
      {
        key: `OrderStatusChanged#${record.cycle}#ARCHIVED`,
        detailType: 'OrderStatusChanged',
        status: 'ARCHIVED',
        at: archivedAt,
        cause,
      },
      ...clock.events,
    ],
  });
  return 'ARCHIVED';
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
