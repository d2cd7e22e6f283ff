import { beforeEach, describe, expect, test } from '@jest/globals';
import type { OrderRecord } from '../platform/tables.ts';
import { DocumentTables } from '../platform/testing/document-tables.ts';
import { withTransactions } from '../platform/testing/with-transactions.ts';
import { type FailOrderPorts, failOrder } from './fail-order.ts';

const KEYS = { orders: ['orderId', 'sk'] } as const;
let tables: DocumentTables;
let ports: FailOrderPorts;
const STOPPED = Date.UTC(2026, 2, 2, 10);

const record = {
  orderId: 'o-1',
  sk: 'ORDER',
  depotId: 'D1',
  customerId: 'c-1',
  tier: 'standard',
  status: 'PLANNED',
  statusAt: '2026-03-02T09:00:00.000Z',
  cycle: 2,
  attempts: 0,
  promise: { from: '2026-03-02T08:00:00.000Z', to: '2026-03-02T12:00:00.000Z', version: 1 },
  times: {},
  deadlines: { dispatch: '2026-03-02T11:00:00.000Z' },
  dueShard: 'DUE',
  dueAt: '2026-03-02T11:00:00.000Z',
  breaches: [],
};
const event = (detail: object = {}) => ({
  'detail-type': 'Step Functions Execution Status Change',
  detail: {
    executionArn: 'arn:execution',
    name: 'o-1',
    status: 'FAILED',
    error: 'States.TaskFailed',
    cause: 'no route',
    stopDate: STOPPED,
    ...detail,
  },
});
const stored = () => tables.get('orders', 'o-1', 'ORDER') as unknown as OrderRecord;

beforeEach(() => {
  tables = new DocumentTables(KEYS);
  tables.put('orders', record);
  ports = { documents: withTransactions(tables, KEYS), ordersTable: 'orders' };
});

describe('fail-order', () => {
  test('records FAILED with error and cause, tells it once, and leaves the clocks running', async () => {
    expect(await failOrder(event(), ports)).toMatchObject({ orderId: 'o-1', outcome: 'failed' });
    expect(stored()).toMatchObject({
      status: 'FAILED',
      statusAt: '2026-03-02T10:00:00.000Z',
      cause: 'States.TaskFailed: no route',
      deadlines: record.deadlines,
      dueAt: record.dueAt,
    });
    const told = tables.get('orders', 'o-1', 'EVENT#OrderStatusChanged#2#FAILED#2026-03-02T10:00:00.000Z');
    expect(told).toMatchObject({ detailType: 'OrderStatusChanged', status: 'FAILED' });
    expect(JSON.parse(String(told?.['facts']))).toMatchObject({ failedIn: 'PLANNED', executionStatus: 'FAILED' });
    expect((await failOrder(event(), ports)).outcome).toBe('over');
    expect(tables.all('orders')).toHaveLength(2);
  });

  test('says so when the execution timed out or gave no cause', async () => {
    const timedOut = await failOrder(event({ status: 'TIMED_OUT', error: null, cause: null }), ports);
    expect(timedOut.cause).toBe('States.Timeout: the execution ended TIMED_OUT and gave no cause');
  });

  test('cuts a cause that the record should not carry', async () => {
    expect((await failOrder(event({ cause: 'x'.repeat(30_000) }), ports)).cause).toHaveLength(1_000);
  });

  test.each(['ARCHIVED', 'CANCELLED', 'RETURNED'])('leaves an order that is %s alone', async (status) => {
    tables.put('orders', { ...record, status });
    expect((await failOrder(event(), ports)).outcome).toBe('over');
    expect(stored().status).toBe(status);
  });

  test('an event that comes after a replay went on does not undo it', async () => {
    tables.put('orders', { ...record, status: 'DISPATCHED', statusAt: '2026-03-02T10:10:00.000Z' });
    expect((await failOrder(event(), ports)).outcome).toBe('resumed');
    tables.put('orders', { ...record, statusAt: '2026-03-02T10:02:00.000Z' });
    expect((await failOrder(event(), ports)).outcome).toBe('failed');
  });

  test('an execution of no known order is told, and another event is refused by field', async () => {
    expect((await failOrder(event({ name: 'o-9' }), ports)).outcome).toBe('unknown');
    await expect(failOrder(event({ status: 'SUCCEEDED' }), ports)).rejects.toThrow('status');
  });
});
