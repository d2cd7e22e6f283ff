import { beforeEach, describe, expect, test } from '@jest/globals';
import { fakePorts, fakeResource, invoke } from '../../testing/fake-ports.ts';
import { createS3, type S3 } from './index.ts';
import type { ObjectBody } from './object-operations.ts';

describe('S3', () => {
  let s3: S3;
  const put = (Key: string, Body: string | Uint8Array, more: object = {}): Promise<unknown> =>
    invoke(s3, 'PutObject', { Bucket: 'archive', Key, Body, ...more });
  beforeEach(async () => {
    s3 = createS3(fakePorts());
    await s3.resources['AWS::S3::Bucket']?.create(fakeResource('Archive', { BucketName: 'archive' }));
  });

  test('gives back what was put, as text, bytes and stream', async () => {
    await put('a.json', '{"a":"ä"}', { ContentType: 'application/json', Metadata: { order: 'o1' } });
    const got = await invoke<{ Body: ObjectBody }>(s3, 'GetObject', { Bucket: 'archive', Key: 'a.json' });
    expect(got).toMatchObject({ ContentLength: 10, ContentType: 'application/json', Metadata: { order: 'o1' } });
    expect(await got.Body.transformToString()).toBe('{"a":"ä"}');
    expect(Buffer.from(await got.Body.transformToByteArray()).toString()).toBe('{"a":"ä"}');
    const chunks: Buffer[] = [];
    for await (const chunk of got.Body) chunks.push(chunk as Buffer);
    expect(Buffer.concat(chunks).toString()).toBe('{"a":"ä"}');
  });

  test('puts only once under IfNoneMatch', async () => {
    await put('k', '1', { IfNoneMatch: '*' });
    await expect(put('k', '2', { IfNoneMatch: '*' })).rejects.toMatchObject({
      name: 'PreconditionFailed',
      httpStatus: 412,
    });
    expect(Buffer.from(s3.inspect.body('archive', 'k')).toString()).toBe('1');
  });

  test('tells what is missing', async () => {
    await expect(invoke(s3, 'GetObject', { Bucket: 'archive', Key: 'x' })).rejects.toMatchObject({ name: 'NoSuchKey' });
    await expect(invoke(s3, 'HeadObject', { Bucket: 'archive', Key: 'x' })).rejects.toMatchObject({ name: 'NotFound' });
    await expect(invoke(s3, 'GetObject', { Bucket: 'no', Key: 'x' })).rejects.toMatchObject({ name: 'NoSuchBucket' });
    await expect(invoke(s3, 'GetObject', { Bucket: 'archive', Key: 'x', Range: 'bytes=0-1' })).rejects.toThrow(/Range/);
  });

  test('lists by prefix and delimiter, page by page', async () => {
    for (const key of ['a/1', 'a/2', 'b/x/1', 'b/y', 'c']) await put(key, key);
    const seen: string[] = [];
    let ContinuationToken: unknown;
    do {
      const page = await invoke<Record<string, unknown>>(s3, 'ListObjectsV2', {
        Bucket: 'archive',
        Delimiter: '/',
        MaxKeys: 1,
        ...(ContinuationToken === undefined ? {} : { ContinuationToken }),
      });
      for (const { Prefix } of (page['CommonPrefixes'] ?? []) as { Prefix: string }[]) seen.push(Prefix);
      for (const { Key } of (page['Contents'] ?? []) as { Key: string }[]) seen.push(Key);
      ContinuationToken = page['NextContinuationToken'];
    } while (ContinuationToken !== undefined);
    expect(seen).toEqual(['a/', 'b/', 'c']);
    const inner = await invoke(s3, 'ListObjectsV2', { Bucket: 'archive', Prefix: 'b/', Delimiter: '/' });
    expect(inner).toMatchObject({
      CommonPrefixes: [{ Prefix: 'b/x/' }],
      Contents: [{ Key: 'b/y' }],
      IsTruncated: false,
    });
  });

  test('copies and deletes', async () => {
    await put('a b', 'text');
    await invoke(s3, 'CopyObject', { Bucket: 'archive', Key: 'copy', CopySource: 'archive/a%20b' });
    await invoke(s3, 'DeleteObject', { Bucket: 'archive', Key: 'a b' });
    expect(s3.inspect.keys('archive')).toEqual(['copy']);
  });
});
