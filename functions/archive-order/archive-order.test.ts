import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
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
const stored = () => tables.get('orders', 'o-1', 'ORDER') as unknown as OrderRecord;
const objects = () => bucket.commandCalls(PutObjectCommand).map((call) => call.args[0].input);

beforeEach(() => {
  bucket.reset();
  bucket.on(PutObjectCommand).resolves({});
  tables = new DocumentTables(KEYS);
  tables.put('orders', record, { orderId: 'o-1', sk: 'EVENT#OrderPlaced', detailType: 'OrderPlaced' });
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
    const key = 'orders/closed=2026-03-02/o-1.json';
    const archivedAt = '2026-03-03T00:00:10.000Z';
    expect(await archiveOrder(request, ports)).toEqual({ orderId: 'o-1', status: 'ARCHIVED', archivedAt, key });
    expect(objects()).toMatchObject([{ Bucket: 'archive', Key: key }]);
    const body = JSON.parse(String(objects()[0]?.Body));
    expect(body).toMatchObject({
      record: { status: 'DELIVERED' },
      events: [{ sk: 'EVENT#OrderPlaced' }],
      rejections: [],
      ledger: { orderId: 'o-1' },
    });
    expect(stored()).toMatchObject({ status: 'ARCHIVED', deadlines: {}, times: { archivedAt } });
    expect(stored().dueShard).toBeUndefined();
    expect(tables.get('orders', 'o-1', 'EVENT#OrderStatusChanged#1#ARCHIVED')).toMatchObject({ status: 'ARCHIVED' });
  });

  test('a second time changes nothing and answers the same', async () => {
    const first = await archiveOrder(request, ports);
    const again = await archiveOrder(request, { ...ports, now: () => new Date('2026-03-09T00:00:00Z') });
    expect(again).toEqual(first);
    expect(objects()).toHaveLength(1);
  });

  test('a returned order keeps its status and gets no event', async () => {
    tables.put('orders', { ...record, status: 'RETURNED' });
    expect(await archiveOrder(request, ports)).toMatchObject({ status: 'RETURNED' });
    expect(stored()).toMatchObject({ status: 'RETURNED', deadlines: {}, times: { archivedAt: expect.any(String) } });
    expect(tables.all('orders').filter(({ sk }) => String(sk).startsWith('EVENT#'))).toHaveLength(1);
  });

  test('does not say archived when the bucket refused', async () => {
    bucket.on(PutObjectCommand).rejects(new Error('SlowDown'));
    await expect(archiveOrder(request, ports)).rejects.toThrow('SlowDown');
    expect(stored().status).toBe('DELIVERED');
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
    expect(objects()).toEqual([]);
  });

  test('refuses an order without a record', async () => {
    const unknown = { ...request, frame: { ...request.frame, orderId: 'o-9' } };
    await expect(archiveOrder(unknown, ports)).rejects.toMatchObject({ name: 'OrderStateError' });
  });
});
