/**
 * Builds the projection anew: from the order records and the ledger, as a projection that had seen every change would
 * have it; of orders that the tables have forgotten from the archive. Rows of no order are taken away. Safe beside the
 * running projection: what it writes meanwhile is newer and stays.
 */
import { DeleteCommand, type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { BOARD_CLOCK, type BoardItem, changeShardOf } from '../functions/platform/board-items.ts';
import { ledgerColumns, orderColumns } from '../functions/platform/board-row.ts';
import type { OrderRecord } from '../functions/platform/tables.ts';
import { deployedArchive } from './audit/archive-source.ts';
import type { Deployed } from './deployed.ts';
import { batchGetAll, scanPages } from './dynamo-pages.ts';
import { OrderBook } from './order-book.ts';

export interface Rebuilt {
  readonly fromTables: number;
  readonly fromArchive: number;
  /** Orders that the projection itself wrote while they were rebuilt. */
  readonly newer: number;
  /** Rows of no order. */
  readonly removed: number;
}

export interface RebuildOptions {
  /** Told how many orders are done. */
  readonly onProgress?: (done: number) => void;
}

/** Where the projection has seen nothing yet: every sequence number of a stream is greater. */
const NO_SEQUENCE = '0'.repeat(40);
const PARALLEL = 16;
const PAGE = 100;
const ARCHIVE = 'orders/';

type Counts = { -readonly [Name in keyof Rebuilt]: Rebuilt[Name] };
type Item = Record<string, unknown>;

/** Needs what an administrator may: it writes and deletes rows of the projection. */
export async function rebuildBoard(deployed: Deployed, { onProgress }: RebuildOptions = {}): Promise<Rebuilt> {
  const counts: Counts = { fromTables: 0, fromArchive: 0, newer: 0, removed: 0 };
  const known = new Set<string>();
  const tell = (): void => onProgress?.(counts.fromTables + counts.fromArchive + counts.newer);
  await eachPage(deployed.documents, deployed.output('OrdersTableName'), 'sk = :order', async (orderIds) => {
    for (const orderId of orderIds) known.add(orderId);
    for (let from = 0; from < orderIds.length; from += PAGE) {
      await rebuildPage(deployed, orderIds.slice(from, from + PAGE), counts);
      tell();
    }
  });
  await rebuildArchived(deployed, known, counts, tell);
  await removeStrangers(deployed, known, counts);
  return counts;
}

async function eachPage(
  documents: DynamoDBDocumentClient,
  TableName: string,
  filter: string | undefined,
  use: (orderIds: string[]) => Promise<void>,
): Promise<void> {
  const input = {
    TableName,
    ...(filter === undefined ? {} : { FilterExpression: filter, ExpressionAttributeValues: { ':order': 'ORDER' } }),
  };
  for await (const items of scanPages(documents, input)) await use(items.map(({ orderId }) => String(orderId)));
}

/** Orders whose records are gone: an archived object has the record and the ledger's item as they were at the end. */
async function rebuildArchived(
  deployed: Deployed,
  known: Set<string>,
  counts: Counts,
  tell: () => void,
): Promise<void> {
  const archive = deployedArchive(deployed);
  for (const key of await archive.keys(ARCHIVE)) {
    const orderId =
      key
        .split('/')
        .at(-1)
        ?.replace(/\.json$/, '') ?? '';
    if (known.has(orderId)) continue;
    const { record, ledger } = JSON.parse(await archive.read(key)) as { record: OrderRecord; ledger: Item | null };
    if (record.orderId !== orderId)
      throw new Error(`The archived object ${key} is of order ${record.orderId}: verify the archive.`);
    known.add(orderId);
    const [seen] = await batchGetAll(deployed.documents, deployed.output('BoardTableName'), [{ orderId }]);
    const isWritten = await writeColumns(deployed, record, ledger ?? undefined, seen as BoardItem | undefined);
    counts[isWritten ? 'fromArchive' : 'newer'] += 1;
    tell();
  }
}

/** What came first by its signals is no stranger, and neither is an order that was placed meanwhile. */
async function removeStrangers(deployed: Deployed, known: ReadonlySet<string>, counts: Counts): Promise<void> {
  const { documents, output } = deployed;
  const book = new OrderBook(deployed);
  await eachPage(documents, output('BoardTableName'), undefined, async (orderIds) => {
    for (const orderId of orderIds) {
      if (orderId === BOARD_CLOCK || known.has(orderId) || (await book.order(orderId)) !== undefined) continue;
      try {
        await documents.send(
          new DeleteCommand({
            TableName: output('BoardTableName'),
            Key: { orderId },
            ConditionExpression: 'attribute_exists(ordersSeq)',
          }),
        );
        counts.removed += 1;
      } catch (error) {
        if (!isConditionFailure(error)) throw error;
      }
    }
  });
}

/** The board's items are read before what they are made of, so that a later change is never taken for an earlier one. */
async function rebuildPage(deployed: Deployed, orderIds: readonly string[], counts: Counts): Promise<void> {
  const { documents, output } = deployed;
  const keys = orderIds.map((orderId) => ({ orderId }));
  const seen = byOrder(await batchGetAll(documents, output('BoardTableName'), keys));
  const ledgers = byOrder(await batchGetAll(documents, output('LedgerTableName'), keys));
  const recordKeys = orderIds.map((orderId) => ({ orderId, sk: 'ORDER' }));
  const records = (await batchGetAll(documents, output('OrdersTableName'), recordKeys)) as unknown as OrderRecord[];
  for (let from = 0; from < records.length; from += PARALLEL) {
    const written = await Promise.all(
      records.slice(from, from + PARALLEL).map((record) => {
        const { orderId } = record;
        return writeColumns(deployed, record, ledgers.get(orderId), seen.get(orderId) as BoardItem | undefined);
      }),
    );
    for (const isWritten of written) counts[isWritten ? 'fromTables' : 'newer'] += 1;
  }
}

const byOrder = (items: readonly Item[]): ReadonlyMap<string, Item> =>
  new Map(items.map((item) => [String(item['orderId']), item]));

/** @returns whether the board's item was still as it had been seen */
async function writeColumns(
  { documents, output, now }: Deployed,
  record: OrderRecord,
  ledger: Item | undefined,
  seen: BoardItem | undefined,
): Promise<boolean> {
  const { orderId } = record;
  const columns: Item = {
    ...orderColumns(record),
    ...(ledger === undefined ? {} : ledgerColumns(ledger)),
    changeShard: changeShardOf(orderId),
    changedAt: now(),
    ordersSeq: seen?.ordersSeq ?? NO_SEQUENCE,
    ledgerSeq: seen?.ledgerSeq ?? NO_SEQUENCE,
  };
  const names = Object.keys(columns);
  const set = names.filter((name) => columns[name] !== undefined);
  const removed = names.filter((name) => columns[name] === undefined);
  const conditions = (['ordersSeq', 'ledgerSeq'] as const).map((name) =>
    seen?.[name] === undefined ? `attribute_not_exists(#${name})` : `#${name} = :${name}`,
  );
  try {
    await documents.send(
      new UpdateCommand({
        TableName: output('BoardTableName'),
        Key: { orderId },
        UpdateExpression:
          `SET ${set.map((name) => `#${name} = :${name}`).join(', ')}` +
          (removed.length === 0 ? '' : ` REMOVE ${removed.map((name) => `#${name}`).join(', ')}`),
        ConditionExpression: conditions.join(' AND '),
        ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
        ExpressionAttributeValues: Object.fromEntries(set.map((name) => [`:${name}`, columns[name]])),
      }),
    );
    return true;
  } catch (error) {
    if (isConditionFailure(error)) return false;
    throw error;
  }
}

const isConditionFailure = (error: unknown): boolean =>
  error instanceof Error && error.name === 'ConditionalCheckFailedException';
