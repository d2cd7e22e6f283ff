import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { orderEventSchema } from '../../workflows/order-lifecycle/events.ts';
import { type AcceptOrderPorts, orderAcceptor } from './accept-order.ts';
import { placed } from './records.ts';

const documents = DynamoDBDocumentClient.from(new DynamoDBClient({}));
const table = mockClient(documents);
const NOW = new Date('2026-03-02T08:00:30.000Z');
let ports: AcceptOrderPorts;

const order = {
  orderId: 'o-1',
  placedAt: '2026-03-02T08:00:00Z',
  customer: { customerId: 'c-1', email: 'c1@example.com' },
  depotId: 'D1',
  deliverTo: { position: [13.4, 52.5] as [number, number] },
  promise: { from: '2026-03-02T10:00:00Z', to: '2026-03-02T14:00:00Z' },
  serviceSeconds: 60,
  tier: 'standard' as const,
  items: [{ sku: 'parcel', quantity: 1, volumeM3: 0.1 }],
};
const message = { body: JSON.stringify(order), line: 7 };

const cancelled = (...codes: string[]) =>
  Object.assign(new Error('cancelled'), {
    name: 'TransactionCanceledException',
    CancellationReasons: codes.map((Code) => ({ Code })),
  });
const written = (call = 0) =>
  (table.commandCalls(TransactWriteCommand)[call]?.args[0].input.TransactItems ?? []).map(({ Put }) => Put?.Item ?? {});

beforeEach(() => {
  table.reset();
  table.on(GetCommand, { TableName: 'fleet' }).resolves({ Item: { depotId: 'D1' } });
  table.on(TransactWriteCommand).resolves({});
  ports = { documents, ordersTable: 'orders', fleetTable: 'fleet', now: () => NOW };
});

describe('accept-order', () => {
  test('writes the record and its event in one transaction', async () => {
    const result = await orderAcceptor(ports)(message);
    expect(result).toEqual({ outcome: 'accepted', recordId: 'o-1', refusals: [] });
    const [record, event] = written();
    expect(record).toMatchObject({
      orderId: 'o-1',
      sk: 'ORDER',
      status: 'PLACED',
      cycle: 1,
      attempts: 0,
      line: 7,
      promise: { version: 1, from: '2026-03-02T10:00:00.000Z', to: '2026-03-02T14:00:00.000Z' },
      times: { placedAt: '2026-03-02T08:00:00.000Z', acceptedAt: '2026-03-02T08:00:30.000Z' },
      dueShard: 'DUE',
      dueAt: record?.['deadlines'].plan,
    });
    expect(Object.keys(record?.['deadlines'])).toEqual(['plan', 'deliver']);
    expect(event).toMatchObject({ orderId: 'o-1', sk: 'EVENT#OrderPlaced', detailType: 'OrderPlaced' });
    expect(JSON.parse(event?.['facts'])).toEqual({ promiseTo: '2026-03-02T14:00:00.000Z', tier: 'standard' });
    expect(orderEventSchema.safeParse({ schemaVersion: 1, ...event }).success).toBe(true);
  });

  test('keeps the acceptance deadline of an order that was accepted too late, so that the watch reports it', async () => {
    await orderAcceptor({ ...ports, now: () => new Date('2026-03-02T09:30:00Z') })(message);
    const [record] = written();
    expect(record?.['deadlines'].accept).toBe('2026-03-02T08:05:00.000Z');
    expect(record?.['dueAt']).toBe('2026-03-02T08:05:00.000Z');
  });

  test('takes the same order a second time silently', async () => {
    const { record } = placed(order, message, NOW);
    table.on(TransactWriteCommand).rejects(cancelled('ConditionalCheckFailed', 'None'));
    table.on(GetCommand, { TableName: 'orders' }).resolves({ Item: record });
    expect((await orderAcceptor(ports)(message)).outcome).toBe('repeated');
    expect(table.commandCalls(TransactWriteCommand)).toHaveLength(1);
  });

  test('refuses a known id with other content and leaves the order as it is', async () => {
    const { record } = placed({ ...order, serviceSeconds: 90 }, message, NOW);
    table.on(TransactWriteCommand).rejectsOnce(cancelled('ConditionalCheckFailed', 'None')).resolves({});
    table.on(GetCommand, { TableName: 'orders' }).resolves({ Item: record });
    const result = await orderAcceptor(ports)(message);
    expect(result.outcome).toBe('refused');
    expect(result.refusals).toMatchObject([{ field: 'orderId', value: 'o-1' }]);
    const [rejection, event] = written(1);
    expect(rejection).toMatchObject({ orderId: 'o-1', line: 7 });
    expect(rejection?.['sk']).toMatch(/^REJECTION#[0-9a-f]{16}\.7$/);
    expect(event).toMatchObject({ detailType: 'OrderRejected', status: 'REJECTED', customerId: 'c-1' });
  });

  test('records a message without a readable id under the hash of its content', async () => {
    const result = await orderAcceptor(ports)({ body: '{"orderId": ' });
    expect(result.recordId).toMatch(/^intake-[0-9a-f]{16}$/);
    expect(result.refusals).toMatchObject([{ code: 'BAD_JSON' }]);
    const [, event] = written();
    expect(orderEventSchema.safeParse({ schemaVersion: 1, ...event }).success).toBe(true);
  });

  test('keeps a bad value that a table cannot hold as text', async () => {
    await orderAcceptor(ports)({ body: JSON.stringify({ ...order, serviceSeconds: -1e300 }) });
    const [rejection] = written();
    expect(rejection?.['refusals']).toMatchObject([{ field: 'serviceSeconds', value: '-1e+300' }]);
  });

  test('refuses the same bad line of two places in a file twice, and a repeated message once', async () => {
    const accept = orderAcceptor(ports);
    await accept({ body: 'x', line: 1 });
    await accept({ body: 'x', line: 2 });
    expect(written(0)[0]?.['sk']).not.toBe(written(1)[0]?.['sk']);
    table.on(TransactWriteCommand).rejects(cancelled('ConditionalCheckFailed', 'None'));
    expect((await accept({ body: 'x', line: 1 })).outcome).toBe('repeated');
  });

  test('asks for a depot once in five minutes, and for an unknown one each time', async () => {
    let now = NOW.getTime();
    const accept = orderAcceptor({ ...ports, now: () => new Date(now) });
    await accept(message);
    await accept(message);
    expect(table.commandCalls(GetCommand)).toHaveLength(1);
    now += 5 * 60_000;
    await accept(message);
    expect(table.commandCalls(GetCommand)).toHaveLength(2);
    table.on(GetCommand, { TableName: 'fleet' }).resolves({});
    const other = { body: JSON.stringify({ ...order, depotId: 'D9' }) };
    expect((await accept(other)).refusals).toMatchObject([{ field: 'depotId', value: 'D9', code: 'UNKNOWN_DEPOT' }]);
    await accept(other);
    expect(table.commandCalls(GetCommand)).toHaveLength(4);
  });

  test('refuses an order that the table will never hold instead of failing for ever', async () => {
    table
      .on(TransactWriteCommand)
      .rejectsOnce(Object.assign(new Error('Number overflow'), { name: 'ValidationException' }))
      .resolves({});
    const result = await orderAcceptor(ports)(message);
    expect(result.refusals).toMatchObject([{ field: '$', code: 'OUT_OF_RANGE' }]);
  });

  test('fails on a throttled table and on a conflict, so that the message comes again', async () => {
    table.on(TransactWriteCommand).rejects(cancelled('TransactionConflict', 'None'));
    await expect(orderAcceptor(ports)(message)).rejects.toThrow('cancelled');
    table.on(GetCommand, { TableName: 'fleet' }).rejects(new Error('throttled'));
    await expect(orderAcceptor(ports)(message)).rejects.toThrow('throttled');
    expect(table.commandCalls(TransactWriteCommand)).toHaveLength(1);
  });
});
