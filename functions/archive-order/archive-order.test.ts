import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { CHAIN_START, inspectObject } from '../../domain/index.ts';
import type { OrderRecord } from '../platform/tables.ts';
import { DocumentTables } from '../platform/testing/document-tables.ts';
import { withTransactions } from '../platform/testing/with-transactions.ts';
import { type ArchiveOrderPorts, archiveOrder } from './archive-order.ts';

const client = new S3Client({});
const bucket = mockClient(client);
const KEYS = { orders: ['orderId', 'sk'], ledger: ['orderId', 'orderId'] } as const;
let tables: DocumentTables;
let ports: ArchiveOrderPorts;

const request = {
  frame: {
    orderId: 'o-1',
    depotId: 'D1',
    tier: 'standard',
    cycle: 1,
    promiseTo: '2026-03-02T12:00:00.000Z',
    waitUntil: '2026-03-03T12:00:00.000Z',
  },
  executionArn: 'arn:execution',
};
const record = {
  orderId: 'o-1',
  sk: 'ORDER',
  depotId: 'D1',
  customerId: 'c-1',
  tier: 'standard',
  status: 'DELIVERED',
  statusAt: '2026-03-02T11:00:00.000Z',
  cycle: 1,
  attempts: 1,
  promise: { from: '2026-03-02T08:00:00.000Z', to: '2026-03-02T12:00:00.000Z', version: 1 },
  times: { closedAt: '2026-03-02T23:59:59.000Z' },
  deadlines: { close: '2026-03-03T00:30:00.000Z' },
  dueShard: 'DUE',
  dueAt: '2026-03-03T00:30:00.000Z',
  breaches: [],
};
const PLACED = {
  orderId: 'o-1',
  sk: 'EVENT#OrderPlaced',
  detailType: 'OrderPlaced',
  status: 'PLACED',
  at: '2026-03-02T08:00:01.000Z',
  cause: 'accepted',
  cycle: 1,
  promiseVersion: 1,
  facts: '{}',
};
const stored = (orderId = 'o-1') => tables.get('orders', orderId, 'ORDER') as unknown as OrderRecord;
const head = () => tables.get('orders', 'CHAIN#2026-03-02', 'HEAD#D1');
const KEY = 'orders/closed=2026-03-02/o-1.json';
/** What the bucket holds, by key. */
const objects = new Map<string, string>();
const keys = () => [...objects.keys()].sort();
const archived = (key = KEY) => JSON.parse(objects.get(key) ?? 'null');

beforeEach(() => {
  bucket.reset();
  objects.clear();
  bucket.on(PutObjectCommand).callsFake(({ Key, Body }) => {
    objects.set(Key, String(Body));
    return {};
  });
  bucket.on(DeleteObjectCommand).callsFake(({ Key }) => {
    objects.delete(Key);
    return {};
  });
  bucket.on(GetObjectCommand).callsFake(({ Key }) => {
    const text = objects.get(Key);
    if (text === undefined) throw Object.assign(new Error(`no ${Key}`), { name: 'NoSuchKey' });
    return { Body: { transformToString: async () => text } };
  });
  tables = new DocumentTables(KEYS);
  tables.put('orders', record, PLACED);
  tables.put('ledger', { orderId: 'o-1', signals: {} });
  ports = {
    documents: withTransactions(tables, KEYS),
    ordersTable: 'orders',
    ledgerTable: 'ledger',
    archive: client,
    archiveBucket: 'archive',
    now: () => new Date('2026-03-03T00:00:10Z'),
  };
});

describe('archive-order', () => {
  test('writes all that is known as one object under the day of the closing, then says ARCHIVED', async () => {
    const archivedAt = '2026-03-03T00:00:10.000Z';
    expect(await archiveOrder(request, ports)).toEqual({ orderId: 'o-1', status: 'ARCHIVED', archivedAt, key: KEY });
    expect(keys()).toEqual([KEY]);
    expect(archived()).toMatchObject({
      schemaVersion: 2,
      record: { status: 'ARCHIVED', times: { archivedAt }, deadlines: {}, breaches: [] },
      events: [{ sk: 'EVENT#OrderPlaced' }, { sk: 'EVENT#OrderStatusChanged#1#ARCHIVED' }],
      rejections: [],
      ledger: { orderId: 'o-1' },
    });
    expect(stored()).toMatchObject({ status: 'ARCHIVED', deadlines: {}, times: { archivedAt } });
    expect(stored().dueShard).toBeUndefined();
    expect(tables.get('orders', 'o-1', 'EVENT#OrderStatusChanged#1#ARCHIVED')).toMatchObject({ status: 'ARCHIVED' });
  });

  test('C1: chains the orders of a depot and day, and keeps the head of the chain', async () => {
    await archiveOrder(request, ports);
    tables.put('orders', { ...record, orderId: 'o-2' });
    await archiveOrder({ ...request, frame: { ...request.frame, orderId: 'o-2' } }, ports);
    const [first, second] = [archived().chain, archived('orders/closed=2026-03-02/o-2.json').chain];
    expect(first).toMatchObject({ chain: 'D1/2026-03-02', sequence: 1, previous: CHAIN_START });
    expect(second).toMatchObject({ chain: 'D1/2026-03-02', sequence: 2, previous: first.hash });
    expect(head()).toMatchObject({ chain: 'D1/2026-03-02', sequence: 2, hash: second.hash });
  });

  test('archives what a verification can read and finds no fault in', async () => {
    const order = {
      ...record,
      verdict: {
        perfect: true,
        onTime: true,
        inFull: true,
        undamaged: true,
        documented: true,
        excluded: false,
        reasons: [],
      },
      promise: { ...record.promise, initial: { from: record.promise.from, to: record.promise.to } },
    };
    tables.put('orders', order);
    await archiveOrder(request, ports);
    expect(inspectObject(KEY, objects.get(KEY) ?? '')).toMatchObject({ faults: [], entry: { sequence: 1 } });
  });

  test('fires the breach of a closing that comes too late, in the archived record too', async () => {
    ports = { ...ports, now: () => new Date('2026-03-03T00:45:00Z') };
    await archiveOrder(request, ports);
    const breach = { stage: 'close', deadline: '2026-03-03T00:30:00.000Z' };
    expect(stored().breaches).toMatchObject([breach]);
    expect(archived().record.breaches).toMatchObject([breach]);
    expect(tables.get('orders', 'o-1', 'EVENT#SlaBreached#close#v1')).toBeDefined();
    expect(archived().events).toHaveLength(3);
  });

  test('a second time changes nothing and answers the same', async () => {
    const first = await archiveOrder(request, ports);
    const before = new Map(objects);
    const again = await archiveOrder(request, { ...ports, now: () => new Date('2026-03-09T00:00:00Z') });
    expect(again).toEqual(first);
    expect(objects).toEqual(before);
    expect(head()).toMatchObject({ sequence: 1 });
  });

  test('C2: finishes after a crash with the bytes and the place of the first time', async () => {
    bucket.on(PutObjectCommand, { Key: KEY }).rejectsOnce(new Error('SlowDown'));
    await expect(archiveOrder(request, ports)).rejects.toThrow('SlowDown');
    expect(stored()).toMatchObject({ status: 'DELIVERED', archive: { sequence: 1 } });
    const [staged] = keys();
    const text = objects.get(staged ?? '');
    // Another order takes the next place, and more becomes known of the first.
    tables.put('orders', { ...record, orderId: 'o-2' }, { ...PLACED, sk: 'EVENT#Later' });
    await archiveOrder({ ...request, frame: { ...request.frame, orderId: 'o-2' } }, ports);
    bucket.on(PutObjectCommand, { Key: KEY }).callsFake(({ Key, Body }) => {
      objects.set(Key, String(Body));
      return {};
    });
    const later = { ...ports, now: () => new Date('2026-03-09T00:00:00Z') };
    expect(await archiveOrder(request, later)).toMatchObject({ archivedAt: '2026-03-03T00:00:10.000Z' });
    expect(objects.get(KEY)).toBe(text);
    expect(keys()).toEqual([KEY, 'orders/closed=2026-03-02/o-2.json']);
    expect(head()).toMatchObject({ sequence: 2 });
  });

  test('finishes after a crash between the marking and the removal of the copy', async () => {
    bucket.on(DeleteObjectCommand).rejectsOnce(new Error('crash'));
    await expect(archiveOrder(request, ports)).rejects.toThrow('crash');
    expect(stored().status).toBe('ARCHIVED');
    bucket.on(DeleteObjectCommand).callsFake(({ Key }) => {
      objects.delete(Key);
      return {};
    });
    await archiveOrder(request, ports);
    expect(keys()).toEqual([KEY]);
  });

  test('C1: takes the next place when another order was first', async () => {
    const { documents } = ports;
    let isFirst = true;
    const rival = {
      orderId: 'CHAIN#2026-03-02',
      sk: 'HEAD#D1',
      chain: 'D1/2026-03-02',
      sequence: 1,
      hash: 'a'.repeat(64),
    };
    const send = async (command: never) => {
      if (isFirst && (command as object) instanceof TransactWriteCommand) {
        isFirst = false;
        tables.put('orders', rival);
      }
      return documents.send(command);
    };
    await archiveOrder(request, { ...ports, documents: { send } as never });
    expect(archived().chain).toMatchObject({ sequence: 2, previous: rival.hash });
    expect(keys()).toEqual([KEY]);
  });

  test('C2: takes no place for an order that changed meanwhile', async () => {
    const { documents } = ports;
    const breach = {
      stage: 'close',
      deadline: '2026-03-03T00:00:00.000Z',
      promiseVersion: 1,
      firedAt: '2026-03-03T00:01:00.000Z',
    };
    const send = async (command: never) => {
      if ((command as object) instanceof TransactWriteCommand) tables.put('orders', { ...record, breaches: [breach] });
      return documents.send(command);
    };
    await expect(archiveOrder(request, { ...ports, documents: { send } as never })).rejects.toMatchObject({
      name: 'TransientError',
    });
    expect(head()).toBeUndefined();
    expect(objects.has(KEY)).toBe(false);
  });

  test('a returned order keeps its status and gets no event', async () => {
    tables.put('orders', { ...record, status: 'RETURNED' });
    expect(await archiveOrder(request, ports)).toMatchObject({ status: 'RETURNED' });
    expect(stored()).toMatchObject({ status: 'RETURNED', deadlines: {}, times: { archivedAt: expect.any(String) } });
    expect(tables.all('orders').filter(({ sk }) => String(sk).startsWith('EVENT#'))).toHaveLength(1);
  });

  test('takes no place and does not say archived when the bucket refuses', async () => {
    bucket.on(PutObjectCommand).rejects(new Error('SlowDown'));
    await expect(archiveOrder(request, ports)).rejects.toThrow('SlowDown');
    expect(stored().status).toBe('DELIVERED');
    expect(head()).toBeUndefined();
  });

  test('archives an order whose execution failed after the delivery and was replayed', async () => {
    const times = { ...record.times, deliveredAt: '2026-03-02T11:00:00.000Z' };
    tables.put('orders', { ...record, status: 'FAILED', times });
    expect((await archiveOrder(request, ports)).status).toBe('ARCHIVED');
    expect(stored()).toMatchObject({ status: 'ARCHIVED', deadlines: {} });
  });

  test.each(['ARRIVING', 'FAILED'])('refuses an order that is %s', async (status) => {
    tables.put('orders', { ...record, status });
    await expect(archiveOrder(request, ports)).rejects.toMatchObject({ name: 'OrderStateError' });
    expect(keys()).toEqual([]);
  });

  test('refuses an order without a record', async () => {
    const unknown = { ...request, frame: { ...request.frame, orderId: 'o-9' } };
    await expect(archiveOrder(unknown, ports)).rejects.toMatchObject({ name: 'OrderStateError' });
  });
});
