/** PutObject, GetObject, HeadObject, DeleteObject, DeleteObjects and CopyObject. */
import { Readable } from 'node:stream';
import { AwsError, UnknownToRegionError } from '../../errors.ts';
import type { S3Store, StoredObject } from './store.ts';

export interface ObjectInput {
  readonly Bucket: string;
  readonly Key: string;
}

export interface PutObjectInput extends ObjectInput {
  readonly Body?: string | Uint8Array;
  readonly ContentType?: string;
  readonly ContentEncoding?: string;
  readonly Metadata?: Readonly<Record<string, string>>;
  /** Only `*`: the object must not exist. */
  readonly IfNoneMatch?: string;
  /** ETag that the object must have. */
  readonly IfMatch?: string;
}

/** The body of a GetObject answer: a stream with the SDK's ways to collect it. */
export interface ObjectBody extends Readable {
  transformToString(encoding?: BufferEncoding): Promise<string>;
  transformToByteArray(): Promise<Uint8Array>;
}

const OBJECT = ['Bucket', 'Key', 'ExpectedBucketOwner'];
const INERT_ON_PUT = ['ServerSideEncryption', 'SSEKMSKeyId', 'BucketKeyEnabled', 'ChecksumAlgorithm', 'CacheControl'];

const MEMBERS: Readonly<Record<string, ReadonlySet<string>>> = {
  PutObject: new Set([
    ...OBJECT,
    ...INERT_ON_PUT,
    'Body',
    'ContentType',
    'ContentEncoding',
    'ContentLength',
    'Metadata',
    'IfNoneMatch',
    'IfMatch',
  ]),
  GetObject: new Set([...OBJECT, 'ChecksumMode']),
  HeadObject: new Set([...OBJECT, 'ChecksumMode']),
  DeleteObject: new Set(OBJECT),
  DeleteObjects: new Set(['Bucket', 'Delete', 'ExpectedBucketOwner']),
  CopyObject: new Set([...OBJECT, ...INERT_ON_PUT, 'CopySource']),
  ListObjectsV2: new Set([
    'Bucket',
    'Prefix',
    'Delimiter',
    'MaxKeys',
    'StartAfter',
    'ContinuationToken',
    'ExpectedBucketOwner',
  ]),
};

/** Refuses, by name, a member that would have no effect. */
export function checkMembers(operation: string, input: object): void {
  for (const [member, value] of Object.entries(input)) {
    if (value === undefined || MEMBERS[operation]?.has(member)) continue;
    throw new UnknownToRegionError(
      `member ${member} of s3:${operation}`,
      String(value).slice(0, 80),
      'leave it out, or teach it to the region',
    );
  }
}

function bytesOf(body: unknown): Uint8Array {
  if (body === undefined) return new Uint8Array();
  if (typeof body === 'string') return Buffer.from(body);
  if (body instanceof Uint8Array) return Uint8Array.from(body);
  throw new UnknownToRegionError(
    'Body of s3:PutObject',
    Object.prototype.toString.call(body),
    'pass text or a Uint8Array',
  );
}

function checkPreconditions(existing: StoredObject | undefined, input: PutObjectInput): void {
  if (input.IfNoneMatch !== undefined && input.IfNoneMatch !== '*') {
    throw new AwsError('NotImplemented', 'A header you provided implies functionality that is not implemented', 501, {
      Header: 'If-None-Match',
    });
  }
  if (input.IfMatch !== undefined && existing === undefined) {
    throw new AwsError('NoSuchKey', 'The specified key does not exist.', 404, { Key: input.Key });
  }
  const failed =
    (input.IfNoneMatch === '*' && existing !== undefined && 'If-None-Match') ||
    (input.IfMatch !== undefined && input.IfMatch !== existing?.etag && 'If-Match');
  if (failed === false) return;
  throw new AwsError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', 412, {
    Condition: failed,
  });
}

export function putObject(store: S3Store, input: PutObjectInput): object {
  checkMembers('PutObject', input);
  const body = bytesOf(input.Body);
  if (Buffer.byteLength(input.Key) > 1024 || input.Key === '') {
    throw new AwsError('KeyTooLongError', 'Your key is too long', 400, { Key: input.Key });
  }
  store.ports.meter('s3', 'put', 1);
  checkPreconditions(store.bucket(input.Bucket).objects.get(input.Key), input);
  store.ports.meter('s3', 'byte', body.byteLength);
  const { etag } = store.put(input.Bucket, {
    key: input.Key,
    body,
    contentType: input.ContentType ?? 'application/octet-stream',
    contentEncoding: input.ContentEncoding,
    metadata: { ...input.Metadata },
  });
  return { ETag: etag, ServerSideEncryption: 'AES256' };
}

function describe(object: StoredObject): object {
  return {
    ETag: object.etag,
    ContentLength: object.body.byteLength,
    ContentType: object.contentType,
    ...(object.contentEncoding === undefined ? {} : { ContentEncoding: object.contentEncoding }),
    LastModified: new Date(Math.floor(object.modifiedAtMs / 1000) * 1000),
    Metadata: { ...object.metadata },
    AcceptRanges: 'bytes',
  };
}

function streamOf(bytes: Uint8Array): ObjectBody {
  return Object.assign(Readable.from([Buffer.from(bytes)]), {
    transformToString: async (encoding: BufferEncoding = 'utf8') => Buffer.from(bytes).toString(encoding),
    transformToByteArray: async () => Uint8Array.from(bytes),
  });
}

export function getObject(store: S3Store, input: ObjectInput): object {
  checkMembers('GetObject', input);
  store.ports.meter('s3', 'get', 1);
  const object = store.object(input.Bucket, input.Key);
  return { ...describe(object), Body: streamOf(object.body) };
}

/** HEAD has no body, so a missing key is `NotFound` here. */
export function headObject(store: S3Store, input: ObjectInput): object {
  checkMembers('HeadObject', input);
  store.ports.meter('s3', 'get', 1);
  const object = store.bucket(input.Bucket).objects.get(input.Key);
  if (object === undefined) throw new AwsError('NotFound', 'NotFound', 404);
  return describe(object);
}

export function deleteObject(store: S3Store, input: ObjectInput): object {
  checkMembers('DeleteObject', input);
  store.delete(input.Bucket, input.Key);
  return {};
}

export interface DeleteObjectsInput {
  readonly Bucket: string;
  readonly Delete: { readonly Objects: readonly { readonly Key: string }[]; readonly Quiet?: boolean };
}

export function deleteObjects(store: S3Store, input: DeleteObjectsInput): object {
  checkMembers('DeleteObjects', input);
  for (const { Key } of input.Delete.Objects) store.delete(input.Bucket, Key);
  return input.Delete.Quiet === true ? {} : { Deleted: input.Delete.Objects.map(({ Key }) => ({ Key })) };
}

export interface CopyObjectInput extends ObjectInput {
  /** `bucket/key`, URL-encoded, with or without a leading slash. */
  readonly CopySource: string;
}

/** Bucket and key of a copy source. */
export function copySource(text: string): { readonly bucket: string; readonly key: string } {
  const path = decodeURIComponent(text).replace(/^\//, '');
  const slash = path.indexOf('/');
  return { bucket: path.slice(0, slash), key: path.slice(slash + 1) };
}

export function copyObject(store: S3Store, input: CopyObjectInput): object {
  checkMembers('CopyObject', input);
  const { bucket, key } = copySource(input.CopySource);
  const source = store.object(bucket, key);
  store.ports.meter('s3', 'put', 1);
  store.ports.meter('s3', 'byte', source.body.byteLength);
  const copy = store.put(input.Bucket, { ...source, key: input.Key });
  return { CopyObjectResult: { ETag: copy.etag, LastModified: new Date(copy.modifiedAtMs) } };
}
