/**
 * Where archived orders are read from: the bucket of a deployed system, or anything else that has its objects. Nothing
 * but keys and texts passes through here, so a folder that was synced from the bucket does as well.
 */
import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import type { ChainHead } from '../../domain/index.ts';
import { type ChainHeadItem, chainHeadKey } from '../../functions/platform/tables.ts';
import type { Deployed } from '../deployed.ts';
import { queryAll } from '../dynamo-pages.ts';

export interface ArchiveSource {
  /** Keys that begin so, in the order of their text. */
  keys(prefix: string): Promise<readonly string[]>;
  /** @throws when there is no such object */
  read(key: string): Promise<string>;
  /** Heads of the chains of one day, by chain; absent where they are not kept, as they lie outside of the archive. */
  heads?(day: string): Promise<ReadonlyMap<string, ChainHead>>;
}

export function deployedArchive({
  documents,
  objects,
  output,
}: Pick<Deployed, 'documents' | 'objects' | 'output'>): ArchiveSource {
  const Bucket = output('ArchiveBucketName');
  const TableName = output('OrdersTableName');
  return {
    keys: async (Prefix) => {
      const keys: string[] = [];
      let ContinuationToken: string | undefined;
      do {
        const page = await objects.send(
          new ListObjectsV2Command({
            Bucket,
            Prefix,
            ...(ContinuationToken === undefined ? {} : { ContinuationToken }),
          }),
        );
        for (const { Key } of page.Contents ?? []) if (Key !== undefined) keys.push(Key);
        ContinuationToken = page.NextContinuationToken;
      } while (ContinuationToken !== undefined);
      return keys;
    },
    read: async (Key) => {
      const { Body } = await objects.send(new GetObjectCommand({ Bucket, Key }));
      if (Body === undefined) throw new Error(`The archive answered ${Key} without a body: read it again.`);
      return Body.transformToString();
    },
    heads: async (day) => {
      const { orderId } = chainHeadKey('', day);
      const heads = new Map<string, ChainHead>();
      const items: unknown[] = await queryAll(documents, {
        TableName,
        ConsistentRead: true,
        KeyConditionExpression: 'orderId = :day',
        ExpressionAttributeValues: { ':day': orderId },
      });
      for (const { chain, sequence, hash } of items as ChainHeadItem[]) heads.set(chain, { sequence, hash });
      return heads;
    },
  };
}

/** Days, as text, that [from, to) touches. @throws RangeError for times that are none, or no period */
export function daysOf({ from, to }: { readonly from: string; readonly to: string }): string[] {
  const fromMs = Date.parse(from);
  const toMs = Date.parse(to);
  if (Number.isNaN(fromMs) || Number.isNaN(toMs)) {
    throw new RangeError(`from '${from}' to '${to}' is no period: give dates or times, e.g. 2018-07-20`);
  }
  if (fromMs >= toMs) throw new RangeError(`the period from ${from} to ${to} is empty: give a later end`);
  const days: string[] = [];
  for (let ms = fromMs - (fromMs % DAY_MS); ms < toMs; ms += DAY_MS) {
    if (days.length === MAX_DAYS)
      throw new RangeError(`from ${from} to ${to} are more than ${MAX_DAYS} days: ask for less`);
    days.push(new Date(ms).toISOString().slice(0, 10));
  }
  return days;
}

const DAY_MS = 86_400_000;
const MAX_DAYS = 3660;

export type ArchiveProgress = (done: number, total: number) => void;

/** Requests that are under way at a time. */
const PARALLEL = 24;

/** Reads objects side by side and hands their texts on in the order of the keys. */
export async function readAll<Result>(
  source: ArchiveSource,
  keys: readonly string[],
  use: (key: string, text: string) => Result,
  onProgress?: ArchiveProgress,
): Promise<Result[]> {
  const results: Result[] = [];
  let next = 0;
  let done = 0;
  const worker = async (): Promise<void> => {
    for (let index = next; index < keys.length; index = next) {
      next = index + 1;
      const key = keys[index] ?? '';
      results[index] = use(key, await source.read(key));
      done += 1;
      onProgress?.(done, keys.length);
    }
  };
  await Promise.all(Array.from({ length: Math.min(PARALLEL, keys.length) }, worker));
  return results;
}

/** Keys of all archived orders of the period's days. */
export async function keysOfDays(
  source: ArchiveSource,
  days: readonly string[],
  prefixOf: (day: string) => string,
): Promise<string[]> {
  const keys: string[] = [];
  for (const day of days) keys.push(...(await source.keys(prefixOf(day))));
  return keys;
}
