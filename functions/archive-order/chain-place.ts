/**
 * An order's place in the hash chain of its depot and day. The head of the chain and the order's place are written in
 * one transaction, and the place is taken once: whoever comes again finds it on the order's record.
 *
 * C1 A place is taken by one order, and an order takes one place.
 * C2 What is archived is fixed before its place is taken: the copy that the place's hash is over is staged first, so a
 *    repetition after a crash writes these very bytes, and never others.
 */
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { type DynamoDBDocumentClient, GetCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { type ChainHead, type ChainLink, chainName, placeAfter, sealRecord, stagedKey } from '../../domain/index.ts';
import { TransientError } from '../../workflows/order-lifecycle/errors.ts';
import { cancellationCodes, outboxItem } from '../platform/order-record.ts';
import { chainHeadKey, type OrderRecord } from '../platform/tables.ts';
import { type Archiving, closedAtOf } from './archive-document.ts';

export interface ChainPorts {
  readonly documents: DynamoDBDocumentClient;
  readonly ordersTable: string;
  readonly archive: S3Client;
  readonly archiveBucket: string;
}

/** A lost race for the head is run again; more races than this in a row are left to the state's Retry. */
const MAX_ROUNDS = 6;

/**
 * Seals the content at the next place of its chain.
 * @returns the text that is archived, and its place
 * @throws TransientError when the order changed meanwhile or the head is too busy
 */
export async function takePlace(
  record: OrderRecord,
  archiving: Archiving,
  content: object & { readonly archivedAt: string },
  ports: ChainPorts,
): Promise<{ readonly text: string; readonly place: NonNullable<OrderRecord['archive']> }> {
  const closedAt = closedAtOf(record);
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const head = await readHead(record.depotId, closedAt, ports);
    const sealed = sealRecord(content, placeAfter(chainName(record.depotId, closedAt.slice(0, 10)), head));
    const place = { ...sealed.chain, archivedAt: content.archivedAt };
    const text = JSON.stringify(sealed);
    await putObject(stagedKey(record.orderId, closedAt, place.hash), text, ports);
    if (await commit(record, archiving, head, place, ports)) return { text, place };
    await dropStaged(record, place, ports);
  }
  throw new TransientError(`The chain of order ${record.orderId} was taken ${MAX_ROUNDS} times meanwhile: try again.`);
}

/** The text that was fixed when the order took its place (C2). */
export async function stagedText(record: OrderRecord, place: ChainLink, ports: ChainPorts): Promise<string> {
  const Key = stagedKey(record.orderId, closedAtOf(record), place.hash);
  const { Body } = await ports.archive.send(new GetObjectCommand({ Bucket: ports.archiveBucket, Key }));
  if (Body === undefined) throw new TransientError(`The staged copy ${Key} came without a body: read it again.`);
  return Body.transformToString();
}

/** The copy has nothing left to finish: the object is there, or the place is another order's. */
export async function dropStaged(record: OrderRecord, { hash }: Pick<ChainLink, 'hash'>, ports: ChainPorts) {
  const Key = stagedKey(record.orderId, closedAtOf(record), hash);
  await ports.archive.send(new DeleteObjectCommand({ Bucket: ports.archiveBucket, Key }));
}

export async function putObject(key: string, text: string, { archive, archiveBucket }: ChainPorts): Promise<void> {
  const ContentType = 'application/json';
  await archive.send(new PutObjectCommand({ Bucket: archiveBucket, Key: key, ContentType, Body: text }));
}

async function readHead(
  depotId: string,
  closedAt: string,
  { documents, ordersTable }: ChainPorts,
): Promise<ChainHead | undefined> {
  const Key = chainHeadKey(depotId, closedAt);
  const { Item } = await documents.send(new GetCommand({ TableName: ordersTable, Key, ConsistentRead: true }));
  return Item as ChainHead | undefined;
}

/** @returns false when another order took the place first (C1) */
async function commit(
  record: OrderRecord,
  archiving: Archiving,
  head: ChainHead | undefined,
  place: NonNullable<OrderRecord['archive']>,
  { documents, ordersTable: TableName }: ChainPorts,
): Promise<boolean> {
  const stopped = { ...record, ...archiving.stop };
  const isFree =
    head === undefined
      ? { ConditionExpression: 'attribute_not_exists(orderId)' }
      : { ConditionExpression: '#hash = :seen', ExpressionAttributeValues: { ':seen': head.hash } };
  const headItem = {
    ...chainHeadKey(record.depotId, closedAtOf(record)),
    chain: place.chain,
    sequence: place.sequence,
    hash: place.hash,
  };
  const names = head === undefined ? {} : { ExpressionAttributeNames: { '#hash': 'hash' } };
  try {
    await documents.send(
      new TransactWriteCommand({
        TransactItems: [
          { Put: { TableName, Item: headItem, ...isFree, ...names } },
          { Update: { TableName, ...orderUpdate(record, archiving, place) } },
          ...archiving.stopEvents.map((event) => ({
            Put: { TableName, Item: outboxItem(stopped, event), ConditionExpression: 'attribute_not_exists(orderId)' },
          })),
        ],
      }),
    );
    return true;
  } catch (error) {
    const codes = cancellationCodes(error);
    if (codes === undefined) throw error;
    const [headCode, ...others] = codes;
    if (headCode !== 'None' && others.every((code) => code === 'None')) return false;
    throw new TransientError(`Order ${record.orderId} changed while it was archived (${codes}): read it again.`);
  }
}

function orderUpdate(record: OrderRecord, { stop }: Archiving, place: NonNullable<OrderRecord['archive']>) {
  return {
    Key: { orderId: record.orderId, sk: 'ORDER' },
    UpdateExpression: 'SET #archive = :place, #deadlines = :deadlines, #breaches = :breaches REMOVE #shard, #due',
    ConditionExpression:
      'attribute_not_exists(#archive) AND #status = :status AND #cycle = :cycle AND #breaches = :seenBreaches',
    ExpressionAttributeNames: {
      '#archive': 'archive',
      '#deadlines': 'deadlines',
      '#breaches': 'breaches',
      '#shard': 'dueShard',
      '#due': 'dueAt',
      '#status': 'status',
      '#cycle': 'cycle',
    },
    ExpressionAttributeValues: {
      ':place': place,
      ':deadlines': stop.deadlines,
      ':breaches': stop.breaches,
      ':status': record.status,
      ':cycle': record.cycle,
      ':seenBreaches': record.breaches,
    },
  };
}
