/**
 * Keeps the board in step with the streams of the Orders and the Ledger table: one item per order, the columns of each
 * source written by that source alone.
 *
 * B1 A record of the stream that is older than what was projected changes nothing: each source's columns carry the
 *    sequence number they come from, and a write is conditional on it.
 * B2 Of the records of one order in a batch only the newest is written: each holds the whole item.
 */
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBRecord } from 'aws-lambda';
import { changeShardOf } from '../platform/board-items.ts';
import { ledgerColumns, orderColumns } from '../platform/board-row.ts';
import { inParallel } from '../platform/in-parallel.ts';
import type { OrderRecord } from '../platform/tables.ts';

export interface ProjectOrdersPorts {
  readonly documents: DynamoDBDocumentClient;
  readonly boardTable: string;
  readonly now: () => Date;
}

export interface Projected {
  readonly written: number;
  /** Orders of which the board had something newer. */
  readonly stale: number;
  /** Sequence numbers of the records that were not written, each the newest of its order. */
  readonly failed: readonly { readonly sequenceNumber: string; readonly error: unknown }[];
}

type Source = 'orders' | 'ledger';
type Image = Readonly<Record<string, unknown>>;

interface Newest {
  readonly source: Source;
  readonly orderId: string;
  readonly sequenceNumber: string;
  /** Absent when the item was deleted. */
  readonly image: NonNullable<DynamoDBRecord['dynamodb']>['NewImage'];
}

/** Orders written at a time. */
const WIDTH = 10;
/** Sequence numbers have up to 40 digits; text order is their order once all are as long. */
const SEQUENCE_DIGITS = 40;

export async function projectOrders(records: readonly DynamoDBRecord[], ports: ProjectOrdersPorts): Promise<Projected> {
  const newest = newestOf(records);
  const changedAt = ports.now().toISOString();
  const results = await inParallel(newest, WIDTH, async (change) => {
    try {
      return await write(change, changedAt, ports);
    } catch (error) {
      return { sequenceNumber: change.sequenceNumber, error };
    }
  });
  return {
    written: results.filter((result) => result === 'written').length,
    stale: results.filter((result) => result === 'stale').length,
    failed: results.filter((result) => typeof result === 'object'),
  };
}

/** B2. A stream has one table's records, so a batch is of one source; nothing here depends on it. */
function newestOf(records: readonly DynamoDBRecord[]): readonly Newest[] {
  const newest = new Map<string, Newest>();
  for (const { dynamodb } of records) {
    const orderId = dynamodb?.Keys?.['orderId']?.S;
    const sequenceNumber = dynamodb?.SequenceNumber;
    if (orderId === undefined || sequenceNumber === undefined) {
      throw new Error('A record has no order id or no sequence number: this function reads Orders and Ledger only.');
    }
    const sk = dynamodb?.Keys?.['sk']?.S;
    if (sk !== undefined && sk !== 'ORDER') continue;
    const source = sk === undefined ? 'ledger' : 'orders';
    newest.set(`${source} ${orderId}`, { source, orderId, sequenceNumber, image: dynamodb?.NewImage });
  }
  return [...newest.values()];
}

async function write(
  { source, orderId, sequenceNumber, image }: Newest,
  changedAt: string,
  { documents, boardTable }: ProjectOrdersPorts,
): Promise<'written' | 'stale'> {
  if (source === 'orders' && image === undefined) {
    await documents.send(new DeleteCommand({ TableName: boardTable, Key: { orderId } }));
    return 'written';
  }
  const item: Image = image === undefined ? {} : unmarshall(image as Record<string, AttributeValue>);
  const sequence = source === 'orders' ? 'ordersSeq' : 'ledgerSeq';
  const columns = {
    ...(source === 'orders' ? orderColumns(item as unknown as OrderRecord) : ledgerColumns(item)),
    changeShard: changeShardOf(orderId),
    changedAt,
    [sequence]: sequenceNumber.padStart(SEQUENCE_DIGITS, '0'),
  };
  const update = updateOf(columns);
  try {
    await documents.send(
      new UpdateCommand({
        TableName: boardTable,
        Key: { orderId },
        UpdateExpression: update.expression,
        ConditionExpression: `attribute_not_exists(#${sequence}) OR #${sequence} < :${sequence}`,
        ExpressionAttributeNames: update.names,
        ExpressionAttributeValues: update.values,
      }),
    );
    return 'written';
  } catch (error) {
    if (error instanceof Error && error.name === 'ConditionalCheckFailedException') return 'stale';
    throw error;
  }
}

function updateOf(columns: Readonly<Record<string, unknown>>): {
  expression: string;
  names: Record<string, string>;
  values: Record<string, unknown>;
} {
  const names: Record<string, string> = {};
  const values: Record<string, unknown> = {};
  const sets: string[] = [];
  const removes: string[] = [];
  for (const [column, value] of Object.entries(columns)) {
    names[`#${column}`] = column;
    if (value === undefined) removes.push(`#${column}`);
    else {
      values[`:${column}`] = value;
      sets.push(`#${column} = :${column}`);
    }
  }
  const remove = removes.length === 0 ? '' : ` REMOVE ${removes.join(', ')}`;
  return { expression: `SET ${sets.join(', ')}${remove}`, names, values };
}
