import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { marshall } from '@aws-sdk/util-dynamodb';
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Context } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { type CustomerNotification, contactOf, customerPublisher } from './customer-topic.ts';
import { type NotifyCustomerPorts, notifyOfEvent } from './notify-customer.ts';
import { onceByKey } from './once-by-key.ts';

const body = (type: string, detail: object = {}): string =>
  JSON.stringify({
    'detail-type': type,
    source: 'perfect-order.orders',
    detail: {
      schemaVersion: 1,
      eventKey: 'o-1#x',
      orderId: 'o-1',
      status: 'PLACED',
      at: '2026-03-02T08:00:00.000Z',
      cause: 'accepted',
      cycle: '2',
      attempt: '1',
      promiseVersion: '1',
      depotId: 'D1',
      customerId: 'c-1',
      facts: '{}',
      ...detail,
    },
  });
const customer = { customerId: 'c-1', email: 'c1@example.com', phone: '+49' };
let told: CustomerNotification[];
let ports: NotifyCustomerPorts;

beforeEach(() => {
  told = [];
  ports = {
    readOrder: async () => ({ order: { customer } as never }),
    notifyCustomer: async (key, notification) => {
      expect(key).toBe(notification.key);
      told.push(notification);
    },
  };
});

describe('notify-customer', () => {
  test.each([
    ['OrderPlaced', {}, 'order-confirmed'],
    ['OrderStatusChanged', { status: 'DISPATCHED' }, 'driver-assigned'],
    ['OrderStatusChanged', { status: 'OUT_FOR_DELIVERY' }, 'out-for-delivery'],
    ['OrderStatusChanged', { status: 'ARRIVING' }, 'arriving'],
    ['OrderStatusChanged', { status: 'DELIVERED' }, 'delivered'],
    ['OrderStatusChanged', { status: 'ATTEMPT_FAILED' }, 'attempt-failed'],
    ['OrderStatusChanged', { status: 'RETURNED' }, 'returned'],
    ['OrderStatusChanged', { status: 'CANCELLED' }, 'cancelled'],
  ])('%s %p is told as %s, to the customer of the record', async (type, detail, kind) => {
    expect(await notifyOfEvent(body(type, detail), ports)).toEqual({ orderId: 'o-1', outcome: 'told', kind });
    expect(told).toMatchObject([
      { key: `o-1/2/${kind}`, kind, customerId: 'c-1', channel: 'email', to: 'c1@example.com' },
    ]);
  });

  test.each([
    ['OrderStatusChanged', { status: 'PLANNED' }],
    ['OrderStatusChanged', { status: 'ARCHIVED' }],
    ['OrderStatusChanged', { status: 'OUT_FOR_DELIVERY', cause: 'implied' }],
    ['SlaBreached', {}],
    ['OrderAmended', {}],
  ])('%s %p is nothing to a customer', async (type, detail) => {
    expect((await notifyOfEvent(body(type, detail), ports)).outcome).toBe('silent');
    expect(told).toEqual([]);
  });

  test('a refused order is told by its content, without the contact of the order that has its id', async () => {
    const detail = { status: 'REJECTED', eventKey: 'o-1#OrderRejected#abc.7', cycle: '0' };
    await notifyOfEvent(body('OrderRejected', detail), ports);
    expect(told).toMatchObject([{ key: 'o-1/abc.7/rejected', customerId: 'c-1', channel: 'app' }]);
    expect(told[0]?.to).toBeUndefined();
    expect((await notifyOfEvent(body('OrderRejected', { ...detail, customerId: '' }), ports)).outcome).toBe('nobody');
  });

  test('an event without a record is told to nobody, and one that is no event fails', async () => {
    const nobody = { ...ports, readOrder: async () => undefined };
    expect((await notifyOfEvent(body('OrderPlaced'), nobody)).outcome).toBe('nobody');
    await expect(notifyOfEvent('{"detail-type":"Other"}', ports)).rejects.toThrow('detail-type');
    await expect(notifyOfEvent('no json', ports)).rejects.toThrow(SyntaxError);
  });

  test('the contact is the email, else the phone, else the app', () => {
    const of = (contact: object) => contactOf({ order: { customer: { customerId: 'c', ...contact } } });
    expect(of({ email: 'e', phone: 'p' })).toEqual({ customerId: 'c', channel: 'email', to: 'e' });
    expect(of({ phone: 'p' })).toEqual({ customerId: 'c', channel: 'sms', to: 'p' });
    expect(of({})).toEqual({ customerId: 'c', channel: 'app' });
  });
});

describe('a notification under a key', () => {
  const sns = new SNSClient({});
  const topic = mockClient(sns);
  const dynamo = new DynamoDBClient({});
  const table = mockClient(dynamo);
  const notification: CustomerNotification = {
    key: 'o-1/1/delivered',
    kind: 'delivered',
    orderId: 'o-1',
    customerId: 'c-1',
    channel: 'app',
    at: '2026-03-02T08:00:00.000Z',
    text: 'Order o-1 was delivered.',
  };
  const once = onceByKey(dynamo, 'idempotency');
  once.enter({ getRemainingTimeInMillis: () => 10_000 } as Context);
  const send = once.wrap(customerPublisher(sns, 'arn:customers'));

  beforeEach(() => {
    topic.reset();
    topic.on(PublishCommand).resolves({ MessageId: 'm-1' });
    table.reset();
    table.on(PutItemCommand).resolves({});
    table.on(UpdateItemCommand).resolves({});
  });

  test('is published with the attributes to filter it by, and remembered', async () => {
    expect(await send(notification.key, notification)).toEqual({ messageId: 'm-1' });
    const input = topic.commandCalls(PublishCommand)[0]?.args[0].input;
    expect(Object.keys(input?.MessageAttributes ?? {})).toEqual(['customerId', 'channel', 'kind', 'key', 'orderId']);
    expect(JSON.parse(input?.Message ?? '')).toEqual({ schemaVersion: 1, ...notification });
    expect(table.commandCalls(PutItemCommand)[0]?.args[0].input.Item?.['id']?.S).toMatch(/^notification#/);
    expect(table.commandCalls(UpdateItemCommand)).toHaveLength(1);
  });

  test('is not published again, and the first answer stands', async () => {
    const Item = marshall({ id: 'x', status: 'COMPLETED', expiration: 9e9, data: { messageId: 'm-0' } });
    table.on(PutItemCommand).rejects(new ConditionalCheckFailedException({ message: 'known', $metadata: {}, Item }));
    expect(await send(notification.key, notification)).toEqual({ messageId: 'm-0' });
    expect(topic.calls()).toHaveLength(0);
  });
});
