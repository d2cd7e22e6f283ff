import { DynamoDBClient, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, test } from '@jest/globals';
import { openRegion, type Region } from '../index.ts';
import { lambdaFunction, role, writeAssembly } from '../testing/assembly-fixture.ts';

const clock = { mode: 'auto-skip', startAt: '2026-03-02T08:00:00Z' } as const;

/** Stores what it is given under its order id with the attempt, and fails those that say so. */
const STORE = `
const { DynamoDBClient, UpdateItemCommand } = require('@aws-sdk/client-dynamodb');
const dynamo = new DynamoDBClient({});
exports.handler = async ({ Records }) => {
  const batchItemFailures = [];
  for (const record of Records) {
    const body = record.body ? JSON.parse(record.body) : { id: 'copy-' + record.dynamodb.NewImage.id.S, fail: record.dynamodb.NewImage.poison?.BOOL };
    await dynamo.send(new UpdateItemCommand({ TableName: process.env.TABLE, Key: { id: { S: body.id } },
      UpdateExpression: 'ADD tries :one SET together = :batch', ExpressionAttributeValues: { ':one': { N: '1' }, ':batch': { N: String(Records.length) } } }));
    if (body.fail) batchItemFailures.push({ itemIdentifier: record.messageId ?? record.dynamodb.SequenceNumber });
  }
  return { batchItemFailures };
};`;

const table = (stream?: string): object => ({
  Type: 'AWS::DynamoDB::Table',
  Properties: {
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    BillingMode: 'PAY_PER_REQUEST',
    ...(stream === undefined ? {} : { StreamSpecification: { StreamViewType: stream } }),
  },
});

const ACTIONS = ['dynamodb:*', 'sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:SendMessage'];

function open(mapping: object, actions: readonly string[] = ACTIONS): Promise<Region> {
  const assembly = writeAssembly({
    bundles: { store: STORE },
    stacks: {
      App: {
        Resources: {
          Store: lambdaFunction('store', 'Role', { Environment: { Variables: { TABLE: { Ref: 'Kept' } } } }),
          Role: role(actions),
          Kept: table(),
          Orders: table('NEW_IMAGE'),
          Dead: { Type: 'AWS::SQS::Queue' },
          Intake: {
            Type: 'AWS::SQS::Queue',
            Properties: {
              VisibilityTimeout: 30,
              RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': ['Dead', 'Arn'] }, maxReceiveCount: 3 },
            },
          },
          Mapping: {
            Type: 'AWS::Lambda::EventSourceMapping',
            Properties: {
              FunctionName: { Ref: 'Store' },
              FunctionResponseTypes: ['ReportBatchItemFailures'],
              ...mapping,
            },
          },
        },
        Outputs: Object.fromEntries(['Kept', 'Orders', 'Intake', 'Dead'].map((id) => [id, { Value: { Ref: id } }])),
      },
    },
  });
  return openRegion({ assembly, clock, seed: 1 });
}

async function kept(region: Region): Promise<Record<string, { tries: number; batch: number }>> {
  const { Items = [] } = await region
    .sdk(DynamoDBClient)
    .send(new ScanCommand({ TableName: region.outputs()['Kept'] }));
  return Object.fromEntries(
    Items.map(({ id, tries, together }) => [String(id?.S), { tries: Number(tries?.N), batch: Number(together?.N) }]),
  );
}

async function send(region: Region, ...bodies: readonly { id: string; fail?: boolean }[]): Promise<void> {
  const Entries = bodies.map((body, index) => ({ Id: String(index), MessageBody: JSON.stringify(body) }));
  await region.sdk(SQSClient).send(new SendMessageBatchCommand({ QueueUrl: region.outputs()['Intake'], Entries }));
}

const fromQueue = (more: object = {}): object => ({
  EventSourceArn: { 'Fn::GetAtt': ['Intake', 'Arn'] },
  BatchSize: 10,
  ...more,
});
const fromTable = (more: object = {}): object => ({
  EventSourceArn: { 'Fn::GetAtt': ['Orders', 'StreamArn'] },
  StartingPosition: 'TRIM_HORIZON',
  ...more,
});

describe('an event source mapping', () => {
  test('gives a function a batch of messages, and only the failed ones again', async () => {
    const region = await open(fromQueue());
    await send(region, { id: 'a' }, { id: 'b', fail: true }, { id: 'c' });
    await region.advance(10 * 60_000);
    expect(await kept(region)).toEqual({
      a: { tries: 1, batch: 3 },
      b: { tries: 3, batch: 1 },
      c: { tries: 1, batch: 3 },
    });
    const attributes = await region.call('sqs', 'GetQueueAttributes', {
      QueueUrl: region.outputs()['Dead'],
      AttributeNames: ['All'],
    });
    expect(attributes).toMatchObject({ Attributes: { ApproximateNumberOfMessages: '1' } });
  });

  test('collects messages for its batching window', async () => {
    const region = await open(fromQueue({ MaximumBatchingWindowInSeconds: 20 }));
    await send(region, { id: 'a' });
    await region.advance(10_000);
    await send(region, { id: 'b' });
    expect(await kept(region)).toEqual({});
    await region.advance(10_000);
    expect(await kept(region)).toEqual({ a: { tries: 1, batch: 2 }, b: { tries: 1, batch: 2 } });
  });

  test('drops messages that its filter does not let through', async () => {
    const region = await open(fromQueue({ FilterCriteria: { Filters: [{ Pattern: '{"body":{"id":["a"]}}' }] } }));
    await send(region, { id: 'a' }, { id: 'b' });
    await region.advance(60_000);
    expect(Object.keys(await kept(region))).toEqual(['a']);
  });

  test('reads a table stream in order, retries from the first failure and hands over what never succeeds', async () => {
    const onFailure = { DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': ['Dead', 'Arn'] } } } };
    const region = await open(fromTable({ MaximumRetryAttempts: 2, ...onFailure }));
    const dynamo = region.sdk(DynamoDBClient);
    for (const [id, poison] of [
      ['a', false],
      ['b', true],
      ['c', false],
    ] as const) {
      await dynamo.send(
        new PutItemCommand({
          TableName: region.outputs()['Orders'],
          Item: { id: { S: id }, poison: { BOOL: poison } },
        }),
      );
    }
    await region.advance(60_000);
    const counts = await kept(region);
    expect(counts['copy-a']).toEqual({ tries: 1, batch: 3 });
    expect(counts['copy-b']?.tries).toBe(3);
    const { Messages } = (await region.call('sqs', 'ReceiveMessage', { QueueUrl: region.outputs()['Dead'] })) as {
      Messages: { Body: string }[];
    };
    expect(JSON.parse(Messages[0]?.Body ?? '')).toMatchObject({
      requestContext: { condition: 'RetryAttemptsExhausted' },
      DDBStreamBatchInfo: { batchSize: 2 },
    });
  });

  test('is refused when the role may not read the source', async () => {
    await expect(open(fromQueue(), ['dynamodb:*'])).rejects.toThrow(/not authorized to perform: sqs:ReceiveMessage/);
  });
});
