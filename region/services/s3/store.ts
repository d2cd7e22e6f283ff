/** Buckets and their objects. Objects are replaced whole and never changed, so bodies are shared between readers. */
import { hash } from 'node:crypto';
import { AwsError } from '../../errors.ts';
import type { RegionPorts } from '../../service.ts';
import { compareKeys } from './key-order.ts';

export interface StoredObject {
  readonly key: string;
  readonly body: Uint8Array;
  /** With its quotes. */
  readonly etag: string;
  readonly contentType: string;
  readonly contentEncoding: string | undefined;
  readonly metadata: Readonly<Record<string, string>>;
  readonly modifiedAtMs: number;
}

export interface Bucket {
  readonly name: string;
  readonly objects: Map<string, StoredObject>;
  /** Keys in the order of their UTF-8 bytes; absent after a key came or went. */
  keys: readonly string[] | undefined;
}

export class S3Store {
  readonly ports: RegionPorts;
  readonly policies: { readonly bucket: string; readonly document: unknown }[] = [];
  readonly #buckets = new Map<string, Bucket>();

  constructor(ports: RegionPorts) {
    this.ports = ports;
  }

  arnOf(bucket: string, key?: string): string {
    const arn = `arn:${this.ports.partition}:s3:::${bucket}`;
    return key === undefined ? arn : `${arn}/${key}`;
  }

  create(name: string): void {
    this.#buckets.set(name, { name, objects: new Map(), keys: undefined });
  }

  names(): readonly string[] {
    return [...this.#buckets.keys()].sort();
  }

  bucket(name: string): Bucket {
    const bucket = this.#buckets.get(name);
    if (bucket === undefined) {
      throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', 404, { BucketName: name });
    }
    return bucket;
  }

  /** Throws `NoSuchKey`. */
  object(bucketName: string, key: string): StoredObject {
    const object = this.bucket(bucketName).objects.get(key);
    if (object !== undefined) return object;
    throw new AwsError('NoSuchKey', 'The specified key does not exist.', 404, { Key: key });
  }

  put(bucketName: string, object: Omit<StoredObject, 'etag' | 'modifiedAtMs'>): StoredObject {
    const bucket = this.bucket(bucketName);
    const etag = `"${hash('md5', object.body)}"`;
    const stored = { ...object, etag, modifiedAtMs: this.ports.clock.now() };
    if (!bucket.objects.has(object.key)) bucket.keys = undefined;
    bucket.objects.set(object.key, stored);
    return stored;
  }

  delete(bucketName: string, key: string): void {
    const bucket = this.bucket(bucketName);
    if (bucket.objects.delete(key)) bucket.keys = undefined;
  }

  sortedKeys(bucketName: string): readonly string[] {
    const bucket = this.bucket(bucketName);
    bucket.keys ??= [...bucket.objects.keys()].sort(compareKeys);
    return bucket.keys;
  }
}
