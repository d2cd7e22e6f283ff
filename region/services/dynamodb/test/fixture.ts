/** A DynamoDB with one table of orders, for the tests of this folder. */
import { type FakePorts, fakePorts, fakeResource, invoke } from '../../../testing/fake-ports.ts';
import type { Item } from '../attribute-value.ts';
import { createDynamoDb, type DynamoDb } from '../index.ts';

export const ORDERS = {
  TableName: 'orders',
  AttributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' },
    { AttributeName: 'sk', AttributeType: 'S' },
    { AttributeName: 'due', AttributeType: 'N' },
    { AttributeName: 'depot', AttributeType: 'S' },
  ],
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: 'by-depot',
      KeySchema: [
        { AttributeName: 'depot', KeyType: 'HASH' },
        { AttributeName: 'due', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['tier'] },
    },
  ],
  BillingMode: 'PAY_PER_REQUEST',
  StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
  TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
};

export interface Fixture {
  readonly ports: FakePorts;
  readonly dynamo: DynamoDb;
  readonly streamArn: string;
  readonly call: (operation: string, input: object) => Promise<Record<string, unknown>>;
  readonly put: (item: Item) => Promise<void>;
  readonly get: (pk: string, sk?: string) => Promise<Item | undefined>;
  /** Updates the item `(o1, a)`. */
  readonly update: (expression: string, values?: Item, names?: Record<string, string>) => Promise<Item>;
  readonly streamEvents: () => readonly Readonly<Record<string, unknown>>[];
}

export async function ordersTable(): Promise<Fixture> {
  const ports = fakePorts();
  const dynamo = createDynamoDb(ports);
  const handler = dynamo.resources['AWS::DynamoDB::Table'];
  const created = await handler?.create(fakeResource('Orders', ORDERS));
  const streamArn = created?.attributes['StreamArn'] ?? '';
  const call = (operation: string, input: object): Promise<Record<string, unknown>> =>
    invoke(dynamo, operation, { TableName: 'orders', ...input });
  return {
    ports,
    dynamo,
    streamArn,
    call,
    put: async (Item) => {
      await call('PutItem', { Item });
    },
    get: async (pk, sk = 'a') =>
      (await call('GetItem', { Key: { pk: { S: pk }, sk: { S: sk } } }))['Item'] as Item | undefined,
    update: async (UpdateExpression, values, names) => {
      const output = await call('UpdateItem', {
        Key: { pk: { S: 'o1' }, sk: { S: 'a' } },
        UpdateExpression,
        ...(values === undefined ? {} : { ExpressionAttributeValues: values }),
        ...(names === undefined ? {} : { ExpressionAttributeNames: names }),
        ReturnValues: 'ALL_NEW',
      });
      return output['Attributes'] as Item;
    },
    streamEvents: () =>
      dynamo.streamSource
        .read(streamArn, dynamo.streamSource.shards(streamArn)[0] ?? '', 'TRIM_HORIZON', 1000)
        .map((record) => record.event),
  };
}
