import { beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { AttributeValue, Item } from '../attribute-value.ts';
import { type Fixture, ordersTable } from './fixture.ts';

const KEY = { pk: { S: 'o1' }, sk: { S: 'a' } };

describe('a table', () => {
  let table: Fixture;
  beforeEach(async () => {
    table = await ordersTable();
  });

  test.each<[Item, string]>([
    [{ pk: { S: 'x' } }, 'One or more parameter values were invalid: Missing the key sk in the item'],
    [
      { pk: { N: '1' }, sk: { S: 'a' } },
      'One or more parameter values were invalid: Type mismatch for key pk expected: S actual: N',
    ],
    [
      { pk: { S: '' }, sk: { S: 'a' } },
      'One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: pk',
    ],
    [
      { ...KEY, depot: { S: 'd' }, due: { S: 'late' } },
      'One or more parameter values were invalid: Type mismatch for Index Key due Expected: N Actual: S IndexName: by-depot',
    ],
    [{ ...KEY, tags: { SS: [] } }, 'One or more parameter values were invalid: An string set  may not be empty'],
    [{ ...KEY, a: {} }, 'Supplied AttributeValue is empty, must contain exactly one of the supported datatypes'],
    [{ ...KEY, a: { S: 'x'.repeat(410_000) } }, 'Item size has exceeded the maximum allowed size'],
  ])('refuses item %#', async (Item, message) => {
    await expect(table.call('PutItem', { Item })).rejects.toMatchObject({ name: 'ValidationException', message });
  });

  test('does not know other tables', async () => {
    await expect(table.call('GetItem', { TableName: 'other', Key: KEY })).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'Requested resource not found',
    });
  });

  test('keeps its own copy of what it is given', async () => {
    const list: AttributeValue[] = [{ S: 'x' }];
    await table.put({ ...KEY, list: { L: list } });
    list.push({ S: 'y' });
    expect((await table.get('o1'))?.['list']).toEqual({ L: [{ S: 'x' }] });
  });

  test('streams inserts, changes and removals, but no write that changes nothing', async () => {
    await table.put({ ...KEY, bytes: { B: Uint8Array.of(1, 2) } });
    await table.put({ ...KEY, bytes: { B: Uint8Array.of(1, 2) } });
    await table.update('SET a = :v', { ':v': { N: '1' } });
    await table.update('SET a = :v', { ':v': { N: '1.0' } });
    await table.call('DeleteItem', { Key: KEY });
    await table.call('DeleteItem', { Key: KEY });
    const events = table.streamEvents();
    expect(events.map((event) => event['eventName'])).toEqual(['INSERT', 'MODIFY', 'REMOVE']);
    expect(events[1]).toMatchObject({
      eventSource: 'aws:dynamodb',
      eventSourceARN: table.streamArn,
      dynamodb: {
        Keys: KEY,
        OldImage: { ...KEY, bytes: { B: 'AQI=' } },
        NewImage: { ...KEY, bytes: { B: 'AQI=' }, a: { N: '1' } },
        StreamViewType: 'NEW_AND_OLD_IMAGES',
        ApproximateCreationDateTime: table.ports.clock.now() / 1000,
      },
    });
  });

  test('a reader continues after a sequence number and hears of new records', async () => {
    const { streamSource } = table.dynamo;
    const heard: string[] = [];
    streamSource.onRecords(table.streamArn, (shard) => heard.push(shard));
    const shard = streamSource.shards(table.streamArn)[0] ?? '';
    const latest = streamSource.latest(table.streamArn, shard);
    for (let at = 0; at < 5; at += 1) await table.put({ ...KEY, at: { N: String(at) } });
    expect(heard).toHaveLength(5);
    const first = streamSource.read(table.streamArn, shard, latest, 2);
    const rest = streamSource.read(table.streamArn, shard, { after: first[1]?.sequenceNumber ?? '' }, 100);
    expect([first.length, rest.length]).toEqual([2, 3]);
  });

  test('expires items after their time to live and streams the removal as the service', async () => {
    const ttl = { N: String(table.ports.clock.now() / 1000 + 60) };
    await table.put({ ...KEY, ttl });
    await table.put({ pk: { S: 'o2' }, sk: { S: 'a' }, ttl });
    await table.update('REMOVE #t', undefined, { '#t': 'ttl' });
    expect(table.ports.clock.pending).toBe(0);
    await table.ports.clock.advance(59_000);
    expect(await table.get('o2')).toBeDefined();
    await table.ports.clock.advance(1_000);
    expect([await table.get('o2'), (await table.get('o1'))?.['pk']]).toEqual([undefined, { S: 'o1' }]);
    expect(table.streamEvents().at(-1)).toMatchObject({
      eventName: 'REMOVE',
      userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' },
    });
  });

  test('counts units by size, for indexes too, and twice in transactions', async () => {
    const meters = table.ports.meters;
    await table.put({ ...KEY, body: { S: 'x'.repeat(2000) } });
    expect(meters['dynamodb/wru']).toBe(2);
    await table.put({ pk: { S: 'o2' }, sk: { S: 'a' }, depot: { S: 'd' }, due: { N: '1' } });
    expect(meters['dynamodb/wru']).toBe(4);
    await table.call('TransactWriteItems', {
      TableName: undefined,
      TransactItems: [{ Delete: { TableName: 'orders', Key: KEY } }],
    });
    expect(meters['dynamodb/wru']).toBe(8);
    await table.get('o2');
    expect(meters['dynamodb/rru']).toBe(0.5);
  });

  test('describes itself', async () => {
    await table.put(KEY);
    const { Table } = await table.call('DescribeTable', {});
    expect(Table).toMatchObject({ TableStatus: 'ACTIVE', ItemCount: 1, LatestStreamArn: table.streamArn });
  });

  test('agrees with a plain map after any sequence of writes', async () => {
    const write = fc.record({
      kind: fc.constantFrom('put', 'update', 'delete'),
      pk: fc.constantFrom('a', 'b'),
      sk: fc.constantFrom('1', '2', '\ud83d\ude00', '\uff5e', 'z'),
      due: fc.option(fc.integer({ min: -3, max: 30 })),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(write, { maxLength: 40 }), async (writes) => {
        const fresh = await ordersTable();
        const model = new Map<string, Item>();
        for (const { kind, pk, sk, due } of writes) {
          const key = { pk: { S: pk }, sk: { S: sk } };
          const more: Item = due === null ? {} : { depot: { S: 'D' }, due: { N: String(due) } };
          if (kind === 'delete') {
            model.delete(pk + sk);
            await fresh.call('DeleteItem', { Key: key });
          } else if (kind === 'put' || due === null) {
            model.set(pk + sk, { ...key, ...more });
            await fresh.put({ ...key, ...more });
          } else {
            model.set(pk + sk, { ...(model.get(pk + sk) ?? key), ...more });
            await fresh.call('UpdateItem', {
              Key: key,
              UpdateExpression: 'SET depot = :d, due = :n',
              ExpressionAttributeValues: { ':d': { S: 'D' }, ':n': { N: String(due) } },
            });
          }
        }
        const scanned = await fresh.call('Scan', {});
        const byKey = (item: Item): string => `${item['pk']?.S}${item['sk']?.S}`;
        const sorted = (items: readonly Item[]): Item[] => [...items].sort((a, b) => (byKey(a) < byKey(b) ? -1 : 1));
        expect(sorted(scanned['Items'] as Item[])).toEqual(sorted([...model.values()]));
        const indexed = await fresh.call('Query', {
          IndexName: 'by-depot',
          KeyConditionExpression: 'depot = :d',
          ExpressionAttributeValues: { ':d': { S: 'D' } },
        });
        const dues = (indexed['Items'] as Item[]).map((item) => Number(item['due']?.N));
        const expected = [...model.values()].filter((item) => item['due'] !== undefined);
        expect(dues).toEqual(expected.map((item) => Number(item['due']?.N)).sort((a, b) => a - b));
        const partition = await fresh.call('Query', {
          KeyConditionExpression: 'pk = :p',
          ExpressionAttributeValues: { ':p': { S: 'a' } },
        });
        const bytes = (partition['Items'] as Item[]).map((item) => Buffer.from(item['sk']?.S ?? '').toString('hex'));
        expect(bytes).toEqual([...bytes].sort());
      }),
      { seed: 7, numRuns: 60 },
    );
  });
});

describe('a transaction', () => {
  let table: Fixture;
  const run = (TransactItems: object[], more: object = {}): Promise<unknown> =>
    table.call('TransactWriteItems', { TableName: undefined, TransactItems, ...more });
  const put = (pk: string, more: object = {}): object => ({
    Put: { TableName: 'orders', Item: { pk: { S: pk }, sk: { S: 'a' } }, ...more },
  });
  beforeEach(async () => {
    table = await ordersTable();
  });

  test('makes no write when one cannot be made, and says which', async () => {
    await table.put(KEY);
    const failing = run([
      put('o2'),
      put('o1', {
        ConditionExpression: 'attribute_not_exists(pk)',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    ]);
    await expect(failing).rejects.toMatchObject({
      name: 'TransactionCanceledException',
      message:
        'Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed]',
      fields: {
        CancellationReasons: [
          { Code: 'None' },
          { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed', Item: KEY },
        ],
      },
    });
    expect(await table.get('o2')).toBeUndefined();
  });

  test('refuses two writes to one item', async () => {
    await expect(run([put('o1'), put('o1')])).rejects.toThrow(
      'Transaction request cannot include multiple operations on one item',
    );
  });

  test('with a token is made once in ten minutes', async () => {
    const count = {
      Update: {
        TableName: 'orders',
        Key: KEY,
        UpdateExpression: 'ADD n :one',
        ExpressionAttributeValues: { ':one': { N: '1' } },
      },
    };
    await run([count], { ClientRequestToken: 't' });
    await run([count], { ClientRequestToken: 't' });
    expect((await table.get('o1'))?.['n']).toEqual({ N: '1' });
    await expect(run([put('o2')], { ClientRequestToken: 't' })).rejects.toMatchObject({
      name: 'IdempotentParameterMismatchException',
    });
    await table.ports.clock.advance(10 * 60_000);
    await run([count], { ClientRequestToken: 't' });
    expect((await table.get('o1'))?.['n']).toEqual({ N: '2' });
  });

  test('checks, reads and batches', async () => {
    await run([
      put('o1'),
      {
        ConditionCheck: {
          TableName: 'orders',
          Key: { pk: { S: 'o9' }, sk: { S: 'a' } },
          ConditionExpression: 'attribute_not_exists(pk)',
        },
      },
    ]);
    const got = await table.call('TransactGetItems', {
      TableName: undefined,
      TransactItems: [{ Get: { TableName: 'orders', Key: KEY } }],
    });
    expect(got['Responses']).toEqual([{ Item: KEY }]);
    await table.call('BatchWriteItem', {
      TableName: undefined,
      RequestItems: {
        orders: [{ PutRequest: { Item: { pk: { S: 'o2' }, sk: { S: 'a' } } } }, { DeleteRequest: { Key: KEY } }],
      },
    });
    const batch = await table.call('BatchGetItem', {
      TableName: undefined,
      RequestItems: { orders: { Keys: [KEY, { pk: { S: 'o2' }, sk: { S: 'a' } }] } },
    });
    expect(batch['Responses']).toEqual({ orders: [{ pk: { S: 'o2' }, sk: { S: 'a' } }] });
  });

  test('needs permission for each of its writes', () => {
    const permissions = table.dynamo.permissions['TransactWriteItems']?.({ TransactItems: [put('o1')] } as never);
    expect(permissions).toEqual([
      { action: 'dynamodb:PutItem', resource: 'arn:aws:dynamodb:eu-central-1:123456789012:table/orders' },
    ]);
  });
});
