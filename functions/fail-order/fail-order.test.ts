import { GetExecutionHistoryCommand, SFNClient } from '@aws-sdk/client-sfn';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import type { OrderRecord } from '../platform/tables.ts';
import { DocumentTables } from '../platform/testing/document-tables.ts';
import { withTransactions } from '../platform/testing/with-transactions.ts';
import { type FailOrderPorts, failOrder } from './fail-order.ts';

const KEYS = { orders: ['orderId', 'sk'] } as const;
let tables: DocumentTables;
let ports: FailOrderPorts;
const STOPPED = Date.UTC(2026, 2, 2, 10);
const REPLAY_MACHINE = 'arn:aws:states:us-east-1:1:stateMachine:order-replay';
const client = new SFNClient({});
const machines = mockClient(client);
let now: number;

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
    stateMachineArn: 'arn:aws:states:us-east-1:1:stateMachine:order-lifecycle',
    name: 'o-1',
    redriveCount: 0,
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
  now = STOPPED + 1_000;
  ports = {
    documents: withTransactions(tables, KEYS),
    ordersTable: 'orders',
    machines: client,
    replayMachineArn: REPLAY_MACHINE,
    now: () => new Date(now),
  };
  machines.reset();
  machines.on(GetExecutionHistoryCommand).resolves({
    events: [
      { id: 5, type: 'ExecutionFailed', timestamp: new Date(STOPPED) },
      { id: 4, type: 'TaskFailed', timestamp: new Date(STOPPED) },
      {
        id: 3,
        type: 'TaskStateEntered',
        timestamp: new Date(STOPPED),
        stateEnteredEventDetails: { name: 'AwaitDispatch' },
      },
      {
        id: 2,
        type: 'TaskStateEntered',
        timestamp: new Date(STOPPED),
        stateEnteredEventDetails: { name: 'AwaitRoute' },
      },
    ],
  });
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

  test('keeps where it stopped and which run it was, for operators and for the replay', async () => {
    await failOrder(
      event({ redriveCount: 2, cause: 'Order o-1: no route r-77 in depot D1 at 2026-03-02T09:59:00Z' }),
      ports,
    );
    expect(stored().failure).toEqual({
      executionArn: 'arn:execution',
      redriveCount: 2,
      executionStatus: 'FAILED',
      state: 'AwaitDispatch',
      error: 'States.TaskFailed',
      cause: 'Order o-1: no route r-77 in depot D1 at 2026-03-02T09:59:00Z',
      pattern: 'Order <id>: no route <id> in depot <id> at <time>',
      failedAt: '2026-03-02T10:00:00.000Z',
      failedIn: 'PLANNED',
      failedInAt: '2026-03-02T09:00:00.000Z',
    });
  });

  test('finds the order of a resumed execution by its name, and that of an id with dots as it is', async () => {
    const resumed = { name: 'o-1.r3', stateMachineArn: REPLAY_MACHINE };
    expect(await failOrder(event(resumed), ports)).toMatchObject({ orderId: 'o-1', outcome: 'failed' });
    expect(await failOrder(event({ name: 'o-1.r3' }), ports)).toMatchObject({ orderId: 'o-1.r3', outcome: 'unknown' });
  });

  test('waits for the history while it may come, and then goes without', async () => {
    machines.on(GetExecutionHistoryCommand).rejects(Object.assign(new Error('slow'), { name: 'ThrottlingException' }));
    await expect(failOrder(event(), ports)).rejects.toThrow('slow');
    expect(stored().status).toBe('PLANNED');
    now = STOPPED + 180_000;
    expect((await failOrder(event(), ports)).outcome).toBe('failed');
    expect(stored().failure?.state).toBe('?');
  });

  test('a run that was redriven by hand and stopped again takes the place of the first', async () => {
    await failOrder(event(), ports);
    expect((await failOrder(event({ redriveCount: 1, stopDate: STOPPED + 60_000 }), ports)).outcome).toBe('failed');
    expect(stored()).toMatchObject({ status: 'FAILED', failure: { redriveCount: 1, failedIn: 'PLANNED' } });
    expect((await failOrder(event(), ports)).outcome).toBe('over');
  });

  test('says so when the execution timed out or gave no cause', async () => {
    const timedOut = await failOrder(event({ status: 'TIMED_OUT', error: null, cause: null }), ports);
    expect(timedOut.cause).toBe('States.Timeout: the execution ended TIMED_OUT and gave no cause');
  });

  test('cuts a cause that the record should not carry', async () => {
    expect((await failOrder(event({ cause: 'x'.repeat(30_000) }), ports)).cause).toHaveLength(1_000);
  });

  test.each(['ARCHIVED', 'CANCELLED', 'RETURNED'])('leaves an order alone that is %s and archived', async (status) => {
    tables.put('orders', { ...record, status, times: { archivedAt: '2026-03-02T09:59:00.000Z' } });
    expect((await failOrder(event(), ports)).outcome).toBe('over');
    expect(stored()).toMatchObject({ status });
    expect(stored().failure).toBeUndefined();
  });

  test.each(['CANCELLED', 'RETURNED'])(
    'notes that an order that is %s was not archived, and keeps its status',
    async (status) => {
      tables.put('orders', { ...record, status });
      expect((await failOrder(event(), ports)).outcome).toBe('unarchived');
      expect(stored()).toMatchObject({ status, statusAt: record.statusAt, failure: { failedIn: status } });
      expect(tables.all('orders')).toHaveLength(1);
    },
  );

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
