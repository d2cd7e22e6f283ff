import { marshall } from '@aws-sdk/util-dynamodb';
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { DynamoDBRecord } from 'aws-lambda';
import { changeShardOf } from '../platform/board-items.ts';
import type { OrderRecord } from '../platform/tables.ts';
import { DocumentTables } from '../platform/testing/document-tables.ts';
import { clock, orderRecord, place } from '../platform/testing/order-world.ts';
import { type ProjectOrdersPorts, projectOrders } from './project-orders.ts';

let tables: DocumentTables;
let ports: ProjectOrdersPorts;
let now: string;

const record = (keys: object, image: object | undefined, sequence: number): DynamoDBRecord =>
  ({
    eventName: image === undefined ? 'REMOVE' : 'MODIFY',
    dynamodb: {
      Keys: marshall(keys),
      SequenceNumber: String(sequence),
      ...(image === undefined ? {} : { NewImage: marshall(image, { removeUndefinedValues: true }) }),
    },
  }) as DynamoDBRecord;
const ofOrder = (rest: Partial<OrderRecord>, sequence: number) =>
  record({ orderId: 'o-1', sk: 'ORDER' }, orderRecord(rest), sequence);
const ofLedger = (image: object | undefined, sequence: number) => record({ orderId: 'o-1' }, image, sequence);
const row = () => tables.all('board')[0];

const wait = {
  awaits: 'RouteAccepted',
  cycle: 2,
  token: 't',
  epoch: 'e',
  openedAt: clock('09:00'),
  executionArn: 'arn:execution',
};
const signal = (kind: string, cycle: number, at: string, detail = {}) => ({
  signalId: `${kind}#${cycle}#${at}`,
  kind,
  cycle,
  at: clock(at),
  acceptedAt: clock(at),
  detail,
});

beforeEach(() => {
  tables = new DocumentTables({ board: ['orderId', 'orderId'] });
  now = clock('09:30');
  ports = { documents: tables.client, boardTable: 'board', now: () => new Date(now) };
});

describe('the board', () => {
  test('shows an order as its record and its ledger have it, whichever comes first', async () => {
    const late = signal('EtaSlipped', 2, '09:20', { etaAt: clock('14:20'), slipSeconds: 1_200 });
    const stale = signal('EtaSlipped', 1, '09:25', { etaAt: clock('20:00'), slipSeconds: 9_999 });
    const pending = signal('DepartedDepot', 2, '09:10');
    const item = {
      orderId: 'o-1',
      wait,
      [`s#${late.signalId}`]: late,
      [`f#${late.signalId}`]: { fate: 'noted' },
      [`s#${stale.signalId}`]: stale,
      [`f#${stale.signalId}`]: { fate: 'noted' },
      [`s#${pending.signalId}`]: pending,
    };
    await projectOrders([ofLedger(item, 5)], ports);
    expect(row()).toMatchObject({
      orderId: 'o-1',
      pendingSignals: 1,
      changeShard: changeShardOf('o-1'),
      changedAt: now,
    });
    expect(row()).not.toHaveProperty('status');
    now = clock('09:31');
    expect(await projectOrders([ofOrder({ status: 'PLANNED', place, replays: 1 }, 7)], ports)).toMatchObject({
      written: 1,
    });
    expect(row()).toMatchObject({
      status: 'PLANNED',
      stage: 'dispatch',
      customerId: 'c-1',
      routeId: 'r-1',
      driverId: 'driver-1',
      committedTo: clock('14:00'),
      placedAt: clock('08:00'),
      position: [13.4, 52.5],
      replays: 1,
      etaAt: clock('14:20'),
      slipSeconds: 1_200,
      wait: { awaits: 'RouteAccepted', cycle: 2, matched: false },
      oldestPendingAt: clock('09:10'),
      changedAt: now,
    });
    expect(row()).not.toHaveProperty('wait.token');
  });

  test('B1: is not taken back by a stream that is read again, nor by the other source', async () => {
    await projectOrders([ofOrder({ status: 'PLANNED' }, 100)], ports);
    await projectOrders([ofLedger({ orderId: 'o-1', wait }, 101)], ports);
    now = clock('09:40');
    expect(await projectOrders([ofOrder({ status: 'PLACED' }, 99)], ports)).toEqual({
      written: 0,
      stale: 1,
      failed: [],
    });
    expect(await projectOrders([ofLedger({ orderId: 'o-1' }, 101)], ports)).toMatchObject({ stale: 1 });
    expect(row()).toMatchObject({ status: 'PLANNED', wait: { cycle: 2 }, changedAt: clock('09:30') });
  });

  test('B2: writes of a batch the newest of each order, and nothing of other items', async () => {
    const event = record({ orderId: 'o-1', sk: 'EVENT#x' }, { orderId: 'o-1', sk: 'EVENT#x' }, 3);
    const result = await projectOrders([ofOrder({}, 1), ofOrder({ status: 'PLANNED' }, 2), event], ports);
    expect(result).toEqual({ written: 1, stale: 0, failed: [] });
    expect(tables.sent).toEqual(['UpdateCommand']);
    expect(row()?.['status']).toBe('PLANNED');
  });

  test('forgets what is over: the failure that was taken up, the wait that was answered', async () => {
    const failure = { state: 'AwaitRoute', pattern: 'p' } as unknown as OrderRecord['failure'];
    await projectOrders([ofOrder({ status: 'FAILED', ...(failure && { failure }) }, 1)], ports);
    expect(row()).toMatchObject({ failure: { state: 'AwaitRoute' } });
    await projectOrders([ofOrder({ status: 'PLACED' }, 2)], ports);
    expect(row()).not.toHaveProperty('failure');
    const match = { signalId: 's', matchedAt: clock('09:29') };
    const item = { orderId: 'o-1', wait: { ...wait, match } };
    await projectOrders([ofLedger({ ...item, 'f#s': { fate: 'sent', token: 't' } }, 3)], ports);
    expect(row()).toMatchObject({ wait: { matched: true } });
    await projectOrders([ofLedger({ ...item, 'f#s': { fate: 'delivered', token: 't' } }, 4)], ports);
    expect(row()).not.toHaveProperty('wait');
  });

  test('loses an order whose record is deleted', async () => {
    await projectOrders([ofOrder({}, 1)], ports);
    await projectOrders([record({ orderId: 'o-1', sk: 'ORDER' }, undefined, 2)], ports);
    expect(tables.all('board')).toEqual([]);
  });

  test('asks for the records again that it could not write, and writes the others', async () => {
    const send = tables.client.send.bind(tables.client) as (command: {
      input: { Key: { orderId: string } };
    }) => Promise<unknown>;
    const documents = {
      send: (command: { input: { Key: { orderId: string } } }) =>
        command.input.Key.orderId === 'o-2' ? Promise.reject(new Error('throttled')) : send(command),
    } as unknown as ProjectOrdersPorts['documents'];
    const second = record({ orderId: 'o-2', sk: 'ORDER' }, orderRecord({ orderId: 'o-2' }), 8);
    const result = await projectOrders([second, ofOrder({}, 9)], { ...ports, documents });
    expect(result).toMatchObject({ written: 1, failed: [{ sequenceNumber: '8' }] });
  });

  test('spreads orders over the shards of its index', () => {
    const shards = new Set(Array.from({ length: 200 }, (_, index) => changeShardOf(`order-${index}`)));
    expect([...shards].sort()).toEqual(['0', '1', '2', '3', '4', '5', '6', '7']);
  });
});
