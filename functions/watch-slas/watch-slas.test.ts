import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { beforeEach, describe, expect, jest, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import type { OrderRecord } from '../platform/tables.ts';
import { DocumentTables } from '../platform/testing/document-tables.ts';
import { withTransactions } from '../platform/testing/with-transactions.ts';
import { passedDeadlines, tickBoard, type WatchSlasPorts, watchSlas } from './watch-slas.ts';

const client = new SNSClient({});
const topics = mockClient(client);
const log = { warn: jest.fn(), error: jest.fn() };
const KEYS = { orders: ['orderId', 'sk'], board: ['orderId', 'orderId'] } as const;
let tables: DocumentTables;
let ports: WatchSlasPorts;
let now: string;

const record = {
  orderId: 'o-1',
  sk: 'ORDER',
  depotId: 'D1',
  customerId: 'c-1',
  tier: 'standard',
  status: 'PLACED',
  cycle: 1,
  attempts: 0,
  promise: { from: '2026-03-02T08:00:00.000Z', to: '2026-03-02T12:00:00.000Z', version: 1 },
  times: {},
  deadlines: { plan: '2026-03-02T09:00:00.000Z', deliver: '2026-03-02T12:00:00.000Z' },
  dueShard: 'DUE',
  dueAt: '2026-03-02T09:00:00.000Z',
  breaches: [],
} as unknown as OrderRecord;
const stored = (orderId = 'o-1') => tables.get('orders', orderId, 'ORDER') as unknown as OrderRecord;
const alerts = () => topics.commandCalls(PublishCommand).map((call) => JSON.parse(call.args[0].input.Message ?? ''));

beforeEach(() => {
  jest.clearAllMocks();
  topics.reset();
  topics.on(PublishCommand).resolves({});
  tables = new DocumentTables(KEYS);
  now = '2026-03-02T09:00:00.000Z';
  ports = {
    documents: withTransactions(tables, KEYS),
    ordersTable: 'orders',
    boardTable: 'board',
    topics: client,
    alarmTopicArn: 'arn:alarms',
    now: () => new Date(now),
    count: () => {},
    log,
  };
});

describe('watch-slas', () => {
  test('tells the board what time it is, and keeps one such item', async () => {
    await tickBoard(ports);
    now = '2026-03-02T09:01:00.000Z';
    await tickBoard(ports);
    expect(tables.all('board')).toEqual([{ orderId: '#clock', at: now }]);
  });

  test('is one query when nothing is due', async () => {
    tables.put('orders', { ...record, dueAt: '2026-03-02T09:00:00.001Z' });
    expect(await watchSlas(ports)).toEqual({ due: 0, breaches: 0, left: 0 });
    expect(tables.sent).toEqual(['QueryCommand']);
  });

  test('fires a breach once, with its event and its alert, and keeps the next deadline', async () => {
    tables.put('orders', record);
    expect(await watchSlas(ports)).toEqual({ due: 1, breaches: 1, left: 0 });
    const breach = { stage: 'plan', deadline: '2026-03-02T09:00:00.000Z', promiseVersion: 1, firedAt: now };
    expect(stored()).toMatchObject({ status: 'PLACED', breaches: [breach], dueAt: '2026-03-02T12:00:00.000Z' });
    expect(stored().deadlines).toEqual({ deliver: '2026-03-02T12:00:00.000Z' });
    expect(tables.get('orders', 'o-1', 'EVENT#SlaBreached#plan#v1')).toMatchObject({ detailType: 'SlaBreached' });
    expect(alerts()).toMatchObject([{ kind: 'sla-breached', orderId: 'o-1', ...breach }]);
    now = '2026-03-02T09:01:00.000Z';
    expect(await watchSlas(ports)).toEqual({ due: 0, breaches: 0, left: 0 });
  });

  test('fires all that has passed at once and takes the order off the index', async () => {
    tables.put('orders', record);
    now = '2026-03-03T00:00:00.000Z';
    expect((await watchSlas(ports)).breaches).toBe(2);
    expect(stored().dueAt).toBeUndefined();
    expect(stored().dueShard).toBeUndefined();
  });

  test('does not fire a stage again under the same promise version, and does under the next', async () => {
    const fired = { stage: 'deliver', deadline: 'x', promiseVersion: 1, firedAt: 'x' };
    const late = { ...record, deadlines: { deliver: now }, dueAt: now, breaches: [fired] };
    tables.put('orders', late, { ...late, orderId: 'o-2', promise: { ...record.promise, version: 2 } });
    expect(await watchSlas(ports)).toEqual({ due: 2, breaches: 1, left: 0 });
    expect(stored().deadlines).toEqual({});
    expect(stored('o-2').breaches).toHaveLength(2);
  });

  test('owes nothing for an order that has ended, and goes on for one that failed', () => {
    const at = '2026-03-03T00:00:00.000Z';
    expect(passedDeadlines({ ...record, status: 'CANCELLED' }, at)).toEqual({ deadlines: {}, fired: [], events: [] });
    expect(passedDeadlines({ ...record, status: 'DELIVERED' }, at).fired).toEqual([]);
    expect(passedDeadlines({ ...record, status: 'FAILED' }, at).fired).toHaveLength(2);
  });

  test('an order that cannot be written does not stop the others', async () => {
    tables.put('orders', record, { ...record, orderId: 'o-2' });
    const read = ports.documents.send.bind(ports.documents) as unknown as (command: object) => Promise<unknown>;
    const send = async (command: { constructor: { name: string }; input: { Key?: { orderId?: string } } }) => {
      const answer = await read(command);
      // The order moves on between being read and being written.
      if (command.constructor.name === 'GetCommand' && command.input.Key?.orderId === 'o-1') {
        tables.put('orders', { ...record, cycle: 2 });
      }
      return answer;
    };
    ports = { ...ports, documents: { send } as never };
    expect(await watchSlas(ports)).toEqual({ due: 2, breaches: 1, left: 1 });
    expect(log.warn).toHaveBeenCalledTimes(1);
    expect(stored('o-2').breaches).toHaveLength(1);
  });

  test('an alarm topic that cannot be reached leaves the breach standing', async () => {
    tables.put('orders', record);
    topics.on(PublishCommand).rejects(new Error('down'));
    expect((await watchSlas(ports)).breaches).toBe(1);
    expect(stored().breaches).toHaveLength(1);
    expect(log.error).toHaveBeenCalledTimes(1);
  });
});
