/** ListObjectsV2: keys in byte order, by prefix, rolled up at a delimiter, in pages. */
import { AwsError } from '../../errors.ts';
import { compareKeys, firstFrom } from './key-order.ts';
import { checkMembers } from './object-operations.ts';
import type { S3Store } from './store.ts';

export interface ListObjectsInput {
  readonly Bucket: string;
  readonly Prefix?: string;
  readonly Delimiter?: string;
  readonly MaxKeys?: number;
  readonly StartAfter?: string;
  readonly ContinuationToken?: string;
}

const MAX_KEYS = 1000;

/** What a token continues after: a key, or a rolled-up prefix with all its keys. */
function decodeToken(token: string): string {
  const text = Buffer.from(token, 'base64').toString();
  if (!text.startsWith('after:')) {
    throw new AwsError('InvalidArgument', 'The continuation token provided is incorrect', 400);
  }
  return text.slice('after:'.length);
}

export function listObjectsV2(store: S3Store, input: ListObjectsInput): object {
  checkMembers('ListObjectsV2', input);
  store.ports.meter('s3', 'put', 1);
  const { objects } = store.bucket(input.Bucket);
  const prefix = input.Prefix ?? '';
  const max = Math.min(input.MaxKeys ?? MAX_KEYS, MAX_KEYS);
  const start = input.ContinuationToken === undefined ? input.StartAfter : decodeToken(input.ContinuationToken);
  const contents: object[] = [];
  const prefixes = new Set<string>();
  let last = '';
  let isTruncated = false;
  const keys = store.sortedKeys(input.Bucket);
  const from = start === undefined || compareKeys(start, prefix) < 0 ? prefix : start;
  for (let index = firstFrom(keys, from); index < keys.length; index += 1) {
    const key = keys[index] ?? '';
    if (!key.startsWith(prefix)) break;
    if (key === start) continue;
    const cut = input.Delimiter === undefined ? -1 : key.indexOf(input.Delimiter, prefix.length);
    const common = cut < 0 ? undefined : key.slice(0, cut + (input.Delimiter ?? '').length);
    if (common !== undefined && (prefixes.has(common) || common === start)) continue;
    if (contents.length + prefixes.size >= max) {
      isTruncated = true;
      break;
    }
    last = common ?? key;
    const object = objects.get(key);
    if (common !== undefined) prefixes.add(common);
    else if (object !== undefined) {
      contents.push({
        Key: key,
        LastModified: new Date(object.modifiedAtMs),
        ETag: object.etag,
        Size: object.body.byteLength,
        StorageClass: 'STANDARD',
      });
    }
  }
  return {
    Name: input.Bucket,
    Prefix: prefix,
    MaxKeys: max,
    KeyCount: contents.length + prefixes.size,
    IsTruncated: isTruncated,
    ...(input.Delimiter === undefined ? {} : { Delimiter: input.Delimiter }),
    ...(contents.length === 0 ? {} : { Contents: contents }),
    ...(prefixes.size === 0 ? {} : { CommonPrefixes: [...prefixes].map((Prefix) => ({ Prefix })) }),
    ...(isTruncated ? { NextContinuationToken: Buffer.from(`after:${last}`).toString('base64') } : {}),
  };
}
