import {
  ConditionalCheckFailedException,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { QueueDoesNotExist, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Endpoint, openRegion, type Region } from '../index.ts';
import { writeAssembly } from '../testing/assembly-fixture.ts';

const START = '2026-03-02T08:00:00.000Z';
let region: Region;
let endpoint: Endpoint;

beforeAll(async () => {
  const Resources = {
    Orders: {
      Type: 'AWS::DynamoDB::Table',
      Properties: {
        TableName: 'orders',
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        BillingMode: 'PAY_PER_REQUEST',
      },
    },
    Queue: { Type: 'AWS::SQS::Queue' },
    Fixes: { Type: 'AWS::Kinesis::Stream', Properties: { Name: 'fixes', ShardCount: 1 } },
  };
  region = await openRegion({
    assembly: writeAssembly({ stacks: { App: { Resources, Outputs: { Queue: { Value: { Ref: 'Queue' } } } } } }),
    clock: { mode: 'auto-skip', startAt: START },
    seed: 1,
  });
  endpoint = await region.listen(0);
});

afterAll(() => region.close());

const configuration = () => ({
  endpoint: endpoint.url,
  region: 'us-east-1',
  credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
  maxAttempts: 1,
});

async function post(target: string, body: object): Promise<Record<string, unknown>> {
  const response = await fetch(endpoint.url, {
    method: 'POST',
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target },
    body: JSON.stringify(body),
  });
  return (await response.json()) as Record<string, unknown>;
}

describe('other services with a JSON protocol on the region’s port', () => {
  test('DynamoDB keeps binary attributes, also under names that look like types', async () => {
    const dynamodb = new DynamoDBClient(configuration());
    const Item = {
      id: { S: '1' },
      B: { M: { B: { B: new Uint8Array([0, 255]) } } },
      set: { BS: [new Uint8Array([1]), new Uint8Array([2])] },
      none: { NULL: true },
    };
    await dynamodb.send(new PutItemCommand({ TableName: 'orders', Item }));
    const read = await dynamodb.send(new GetItemCommand({ TableName: 'orders', Key: { id: { S: '1' } } }));
    expect(read.Item).toEqual(Item);
    expect(region.usage()['dynamodb/wru']).toBe(1);
    const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName: 'orders' }));
    expect(Table?.CreationDateTime).toEqual(new Date(START));
    const again = dynamodb.send(
      new PutItemCommand({ TableName: 'orders', Item, ConditionExpression: 'attribute_not_exists(id)' }),
    );
    await expect(again).rejects.toBeInstanceOf(ConditionalCheckFailedException);
  });

  test('SQS carries messages with binary attributes, and errors by both their names', async () => {
    const sqs = new SQSClient(configuration());
    const QueueUrl = region.outputs()['Queue'] ?? '';
    const MessageAttributes = { proof: { DataType: 'Binary', BinaryValue: new Uint8Array([7, 255]) } };
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'parcel', MessageAttributes }));
    const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MessageAttributeNames: ['All'] }));
    expect(Messages?.[0]).toMatchObject({ Body: 'parcel', MessageAttributes });
    const missing = sqs.send(new SendMessageCommand({ QueueUrl: `${QueueUrl}-not`, MessageBody: 'x' }));
    await expect(missing).rejects.toBeInstanceOf(QueueDoesNotExist);
    await expect(missing).rejects.toMatchObject({ Code: 'AWS.SimpleQueueService.NonExistentQueue' });
  });

  test('Kinesis carries bytes, and EventBridge the time of an event', async () => {
    const Data = Buffer.from([0, 254]).toString('base64');
    await post('Kinesis_20131202.PutRecord', { StreamName: 'fixes', Data, PartitionKey: 'v-1' });
    const { Shards } = await post('Kinesis_20131202.ListShards', { StreamName: 'fixes' });
    const [{ ShardId }] = Shards as [{ ShardId: string }];
    const position = { StreamName: 'fixes', ShardId, ShardIteratorType: 'TRIM_HORIZON' };
    const { ShardIterator } = await post('Kinesis_20131202.GetShardIterator', position);
    const { Records } = await post('Kinesis_20131202.GetRecords', { ShardIterator });
    expect(Records).toEqual([
      expect.objectContaining({ Data, ApproximateArrivalTimestamp: Date.parse(START) / 1000, PartitionKey: 'v-1' }),
    ]);
    const Entries = [{ Source: 'perfect-order.test', DetailType: 'Tested', Detail: '{}', Time: 1772438400.5 }];
    expect(await post('AWSEvents.PutEvents', { Entries })).toMatchObject({ FailedEntryCount: 0 });
  });

  test('what a service of the region does not know is refused by name, and not tried again', async () => {
    const refused = await post('Kinesis_20131202.GetShardIterator', { StreamName: 'fixes', Timestamp: 1 });
    expect(refused).toMatchObject({ __type: 'NotImplemented', message: expect.stringContaining('Timestamp') });
    const unknown = await post('AWSCognitoIdentityProviderService.DeleteUserPool', {});
    expect(unknown['__type']).toBe('com.amazon.coral.service#UnknownOperationException');
  });
});
