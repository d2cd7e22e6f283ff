import { InvokeCommand, LambdaClient, ResourceNotFoundException } from '@aws-sdk/client-lambda';
import { GetGeofenceCommand, ListGeofencesCommand, LocationClient, PutGeofenceCommand } from '@aws-sdk/client-location';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  NoSuchKey,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Endpoint, openRegion, type Region } from '../index.ts';
import { lambdaFunction, role, writeAssembly } from '../testing/assembly-fixture.ts';

const START = '2026-03-02T08:00:00.000Z';
const ECHO = `exports.handler = async (event) => {
  if (event.fails) throw new TypeError('as asked');
  await new Promise((resolve) => setTimeout(resolve, 2000));
  return { event, at: new Date().toISOString() };
};`;

let region: Region;
let endpoint: Endpoint;
let bucket: string;

beforeAll(async () => {
  const Resources = {
    Lake: { Type: 'AWS::S3::Bucket' },
    Zones: { Type: 'AWS::Location::GeofenceCollection', Properties: { CollectionName: 'zones' } },
    FunctionRole: role([]),
    Echo: lambdaFunction('echo', 'FunctionRole', { FunctionName: 'echo', Timeout: 30 }),
    Reader: {
      Type: 'AWS::IAM::Role',
      Properties: {
        RoleName: 'Reader',
        AssumeRolePolicyDocument: {},
        Policies: [
          {
            PolicyName: 'read',
            PolicyDocument: {
              Statement: [{ Effect: 'Allow', Action: ['s3:GetObject', 's3:ListBucket'], Resource: '*' }],
            },
          },
        ],
      },
    },
  };
  region = await openRegion({
    assembly: writeAssembly({
      bundles: { echo: ECHO },
      stacks: { App: { Resources, Outputs: { Lake: { Value: { Ref: 'Lake' } } } } },
    }),
    clock: { mode: 'auto-skip', startAt: START },
    seed: 1,
  });
  endpoint = await region.listen(0);
  bucket = region.outputs()['Lake'] ?? '';
});

afterAll(() => region.close());

const configuration = (accessKeyId = 'anybody') => ({
  endpoint: endpoint.url,
  region: 'us-east-1',
  disableHostPrefix: true,
  credentials: { accessKeyId, secretAccessKey: 'any' },
  maxAttempts: 1,
});

describe('S3 on the region’s port', () => {
  test('keeps an object with its bytes, type, coding and metadata', async () => {
    const s3 = new S3Client(configuration());
    const Key = 'orders/closed=2026-03-02/ä & <b>+1%.json';
    const Body = new Uint8Array([0, 255, 13, 10]);
    const { ETag } = await s3.send(
      new PutObjectCommand({
        Bucket: bucket,
        Key,
        Body,
        ContentType: 'text/x',
        ContentEncoding: 'gzip',
        Metadata: { depot: 'dla9' },
      }),
    );
    const read = await s3.send(new GetObjectCommand({ Bucket: bucket, Key }));
    expect(await read.Body?.transformToByteArray()).toEqual(Body);
    const told = {
      ETag,
      ContentLength: 4,
      ContentType: 'text/x',
      ContentEncoding: 'gzip',
      Metadata: { depot: 'dla9' },
    };
    expect(read).toMatchObject({ ...told, LastModified: new Date(START) });
    expect(await s3.send(new HeadObjectCommand({ Bucket: bucket, Key }))).toMatchObject(told);
    const listed = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: 'orders/' }));
    expect(listed.Contents).toEqual([{ Key, ETag, Size: 4, LastModified: new Date(START), StorageClass: 'STANDARD' }]);
    const encoded = await s3.send(new ListObjectsV2Command({ Bucket: bucket, EncodingType: 'url' }));
    expect(decodeURIComponent(encoded.Contents?.[0]?.Key ?? '')).toBe(Key);
    await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key }));
    expect(await s3.send(new ListObjectsV2Command({ Bucket: bucket }))).toMatchObject({
      KeyCount: 0,
      IsTruncated: false,
    });
  });

  test('takes a body that is sent in signed chunks, and none that breaks off', async () => {
    const put = (body: string): Promise<Response> =>
      fetch(`${endpoint.url}/${bucket}/chunks`, {
        method: 'PUT',
        headers: {
          authorization:
            'AWS4-HMAC-SHA256 Credential=any/20260302/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0',
          'content-encoding': 'aws-chunked,gzip',
        },
        body,
      });
    const signature = ';chunk-signature=0123';
    const broken = await put('5\r\nfour\r\n0\r\n\r\n');
    expect([broken.status, await broken.text()]).toEqual([400, expect.stringContaining('<Code>IncompleteBody</Code>')]);
    expect(
      (await put(`a${signature}\r\n0123456789\r\n3\r\n\r\n!\r\n0\r\nx-amz-checksum-crc32:AA==\r\n\r\n`)).status,
    ).toBe(200);
    const s3 = new S3Client(configuration());
    const { Body, ContentEncoding } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: 'chunks' }));
    expect([await Body?.transformToString(), ContentEncoding]).toEqual(['0123456789\r\n!', 'gzip']);
    await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'chunks' }));
  });

  test('lists in pages, and rolls keys up at a delimiter', async () => {
    const s3 = new S3Client(configuration());
    for (const Key of ['p/a/1', 'p/a/2', 'p/b/1', 'p/c'])
      await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: Key }));
    const keys: string[] = [];
    let ContinuationToken: string | undefined;
    do {
      const page = await s3.send(
        new ListObjectsV2Command({
          Bucket: bucket,
          Prefix: 'p/',
          MaxKeys: 3,
          ...(ContinuationToken && { ContinuationToken }),
        }),
      );
      keys.push(...(page.Contents ?? []).map(({ Key }) => Key ?? ''));
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken !== undefined);
    expect(keys).toEqual(['p/a/1', 'p/a/2', 'p/b/1', 'p/c']);
    const rolled = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: 'p/', Delimiter: '/' }));
    expect(rolled.CommonPrefixes).toEqual([{ Prefix: 'p/a/' }, { Prefix: 'p/b/' }]);
    expect(rolled.Contents).toHaveLength(1);
    const { Buckets } = await s3.send(new ListBucketsCommand({}));
    expect(Buckets).toEqual([{ Name: bucket }]);
  });

  test('says what is missing, and refuses by name what it does not do', async () => {
    const s3 = new S3Client(configuration());
    const missing = s3.send(new GetObjectCommand({ Bucket: bucket, Key: 'none' }));
    await expect(missing).rejects.toBeInstanceOf(NoSuchKey);
    await expect(s3.send(new HeadObjectCommand({ Bucket: bucket, Key: 'none' }))).rejects.toMatchObject({
      name: 'NotFound',
    });
    await expect(s3.send(new ListObjectsV2Command({ Bucket: 'none' }))).rejects.toMatchObject({ name: 'NoSuchBucket' });
    const range = s3.send(new GetObjectCommand({ Bucket: bucket, Key: 'p/c', Range: 'bytes=0-1' }));
    await expect(range).rejects.toMatchObject({
      name: 'NotImplemented',
      message: expect.stringContaining('range: bytes=0-1'),
    });
    const version = s3.send(new GetObjectCommand({ Bucket: bucket, Key: 'p/c', VersionId: '7' }));
    await expect(version).rejects.toMatchObject({
      name: 'NotImplemented',
      message: expect.stringContaining('versionId'),
    });
    const once = { Bucket: bucket, Key: 'p/c', Body: 'x', IfNoneMatch: '*' };
    await expect(s3.send(new PutObjectCommand(once))).rejects.toMatchObject({ name: 'PreconditionFailed' });
  });
});

describe('Lambda on the region’s port', () => {
  const lambda = () => new LambdaClient(configuration());
  const payload = (value: object) => Buffer.from(JSON.stringify(value));

  test('invokes a function and waits in virtual time for its answer', async () => {
    const { StatusCode, Payload, FunctionError } = await lambda().send(
      new InvokeCommand({ FunctionName: 'echo', Payload: payload({ order: 'ä' }) }),
    );
    expect([StatusCode, FunctionError]).toEqual([200, undefined]);
    expect(JSON.parse(Payload?.transformToString() ?? '')).toMatchObject({ event: { order: 'ä' } });
  });

  test('tells a function’s error from its answer', async () => {
    const FunctionName = 'arn:aws:lambda:us-east-1:123456789012:function:echo';
    const answer = await lambda().send(new InvokeCommand({ FunctionName, Payload: payload({ fails: true }) }));
    expect(answer).toMatchObject({ StatusCode: 200, FunctionError: 'Unhandled' });
    expect(JSON.parse(answer.Payload?.transformToString() ?? '')).toMatchObject({
      errorType: 'TypeError',
      errorMessage: 'as asked',
    });
  });

  test('takes an event without waiting, and refuses unknown functions', async () => {
    const event = { FunctionName: 'echo', InvocationType: 'Event', Payload: payload({}) } as const;
    expect(await lambda().send(new InvokeCommand(event))).toMatchObject({ StatusCode: 202 });
    await expect(lambda().send(new InvokeCommand({ FunctionName: 'none' }))).rejects.toBeInstanceOf(
      ResourceNotFoundException,
    );
    const tail = lambda().send(new InvokeCommand({ FunctionName: 'echo', LogType: 'Tail' }));
    await expect(tail).rejects.toMatchObject({
      name: 'NotImplemented',
      message: expect.stringContaining('x-amz-log-type'),
    });
  });
});

describe('Amazon Location on the region’s port', () => {
  test('keeps geofences', async () => {
    const location = new LocationClient(configuration());
    const Geometry = { Circle: { Center: [-118, 34], Radius: 80 } };
    await location.send(new PutGeofenceCommand({ CollectionName: 'zones', GeofenceId: 'zone.a', Geometry }));
    const { Entries } = await location.send(new ListGeofencesCommand({ CollectionName: 'zones' }));
    expect(Entries).toEqual([
      expect.objectContaining({ GeofenceId: 'zone.a', Geometry, CreateTime: expect.any(Date) }),
    ]);
    const missing = location.send(new GetGeofenceCommand({ CollectionName: 'zones', GeofenceId: 'none' }));
    await expect(missing).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});

describe('who calls the region’s port', () => {
  test('is the role whose name is the access key id, and otherwise the account’s owner', async () => {
    const reader = new S3Client(configuration('Reader'));
    expect(await reader.send(new ListObjectsV2Command({ Bucket: bucket }))).toHaveProperty('KeyCount');
    const write = reader.send(new PutObjectCommand({ Bucket: bucket, Key: 'x', Body: 'x' }));
    await expect(write).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining('assumed-role/Reader'),
      $metadata: expect.objectContaining({ httpStatusCode: 403 }),
    });
    const invoke = new LambdaClient(configuration('Reader')).send(new InvokeCommand({ FunctionName: 'echo' }));
    await expect(invoke).rejects.toMatchObject({ name: 'AccessDeniedException' });
    await new S3Client(configuration()).send(new PutObjectCommand({ Bucket: bucket, Key: 'x', Body: 'x' }));
  });

  test('is told by STS', async () => {
    const ask = (accessKeyId: string) =>
      new STSClient(configuration(accessKeyId)).send(new GetCallerIdentityCommand({}));
    expect(await ask('Reader')).toMatchObject({
      Account: '123456789012',
      Arn: expect.stringContaining('assumed-role/Reader/'),
    });
    expect(await ask('anybody')).toMatchObject({ Account: '123456789012', Arn: 'arn:aws:iam::123456789012:root' });
  });
});
