import { request } from 'node:http';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { QueueDoesNotExist, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { connectRegion, type Endpoint, openRegion, type Region } from '../index.ts';
import { writeAssembly } from '../testing/assembly-fixture.ts';

let region: Region;
let endpoint: Endpoint;

beforeAll(async () => {
  const stacks = {
    App: {
      Resources: { Queue: { Type: 'AWS::SQS::Queue' }, Lake: { Type: 'AWS::S3::Bucket' } },
      Outputs: { Queue: { Value: { Ref: 'Queue' } }, Lake: { Value: { Ref: 'Lake' } } },
    },
  };
  region = await openRegion({
    assembly: writeAssembly({ stacks }),
    clock: { mode: 'auto-skip', startAt: '2026-03-02T08:00:00Z' },
    seed: 1,
  });
  endpoint = await region.listen(0);
});

afterAll(() => region.close());

/** By `node:http`, which lets a test set the headers that a browser sets itself. */
function status(
  headers: Record<string, string>,
  method = 'GET',
  path = '/_region/health',
): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sent = request(`${endpoint.url}${path}`, { method, headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    sent.on('error', reject);
    sent.end(method === 'POST' ? '{}' : undefined);
  });
}

describe('the endpoint of a region', () => {
  test('lets SDK clients of another process call it, bytes, errors and all', async () => {
    const remote = await connectRegion(endpoint.url);
    const { Lake, Queue } = await remote.outputs();
    const s3 = remote.sdk(S3Client);
    await s3.send(new PutObjectCommand({ Bucket: Lake, Key: 'a', Body: new Uint8Array([1, 2, 255]) }));
    const { Body, LastModified } = await s3.send(new GetObjectCommand({ Bucket: Lake, Key: 'a' }));
    expect(await Body?.transformToByteArray()).toEqual(new Uint8Array([1, 2, 255]));
    expect(LastModified).toEqual(new Date('2026-03-02T08:00:00Z'));
    const sqs = remote.sdk(SQSClient);
    await sqs.send(new SendMessageCommand({ QueueUrl: Queue, MessageBody: 'x' }));
    const missing = sqs.send(new SendMessageCommand({ QueueUrl: `${Queue}-not`, MessageBody: 'x' }));
    await expect(missing).rejects.toBeInstanceOf(QueueDoesNotExist);
  });

  test('refuses foreign hosts, foreign origins and what a web form can send', async () => {
    expect(await status({})).toBe(200);
    expect(await status({ host: 'evil.example' })).toBe(403);
    expect(await status({ origin: 'https://evil.example' })).toBe(403);
    expect(await status({ 'content-type': 'text/plain' }, 'POST', '/_region/call')).toBe(403);
  });
});
