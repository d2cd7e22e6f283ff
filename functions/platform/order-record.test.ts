import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { OrderStateError, TransientError } from '../../workflows/order-lifecycle/errors.ts';
import { orderEventSchema } from '../../workflows/order-lifecycle/events.ts';
import { cancellationCodes, changeOrder, type OrderChange, outboxItem, requireOrder } from './order-record.ts';
import { clock, orderRecord, orderWorld, place } from './testing/order-world.ts';

const event = {
  key: 'K',
  detailType: 'OrderStatusChanged' as const,
  status: 'PLANNED',
  at: clock('09:00'),
  cause: 'c',
};
const change: OrderChange = { set: { status: 'PLANNED', statusAt: clock('09:00') }, events: [event] };
const cancelled = (...codes: string[]) =>
  Object.assign(new Error('cancelled'), {
    name: 'TransactionCanceledException',
    CancellationReasons: codes.map((Code) => ({ Code })),
  });

/** What `changeOrder` makes of the table's refusal. */
async function refusedWith(error: Error, events: OrderChange['events'] = change.events): Promise<unknown> {
  const documents = DynamoDBDocumentClient.from(new DynamoDBClient({}));
  const table = mockClient(documents);
  table.on(TransactWriteCommand).rejects(error);
  return changeOrder(documents, 'orders', orderRecord(), { ...change, events }).catch((thrown: unknown) => thrown);
}

describe('a change of the order record', () => {
  test('writes the record and its events together, and removes what is undefined', async () => {
    const world = orderWorld(orderRecord({ place, heldByRouteId: 'r-0' }));
    const set = { ...change.set, cycle: 2, place: undefined };
    expect(await changeOrder(world.ports.documents, 'orders', world.order(), { ...change, set })).toBe('changed');
    expect(world.order()).toMatchObject({ status: 'PLANNED', cycle: 2, heldByRouteId: 'r-0' });
    expect('place' in world.order()).toBe(false);
    const item = world.tables.get('orders', 'o-1', 'EVENT#K');
    expect(orderEventSchema.parse({ schemaVersion: 1, ...item })).toMatchObject({
      eventKey: 'o-1#K',
      orderId: 'o-1',
      status: 'PLANNED',
      cycle: 2,
      attempt: 0,
      promiseVersion: 1,
      depotId: 'D1',
      customerId: 'c-1',
      facts: '{}',
    });
  });

  test.each([
    ['status', { status: 'CANCELLED' }],
    ['cycle', { cycle: 2 }],
    ['breaches', { breaches: [{ stage: 'plan', deadline: 'x', promiseVersion: 1, firedAt: 'y' }] }],
  ] as const)('is a transient failure when the %s moved on since it was read, and leaves nothing', async (_, moved) => {
    const world = orderWorld();
    const read = world.order();
    world.tables.put('orders', { ...read, ...moved });
    await expect(changeOrder(world.ports.documents, 'orders', read, change)).rejects.toThrow(TransientError);
    expect(world.events()).toEqual([]);
    expect(world.order()).toMatchObject(moved);
  });

  test('is already made when its event is there, whether or not the record went further since', async () => {
    expect(await refusedWith(cancelled('None', 'ConditionalCheckFailed'))).toBe('already');
    expect(await refusedWith(cancelled('ConditionalCheckFailed', 'ConditionalCheckFailed'))).toBe('already');
  });

  test('is not already made when only the breach that it would have told was told by the watch', async () => {
    const breach = { ...event, key: 'SlaBreached#plan#v1', detailType: 'SlaBreached' as const };
    const refusal = cancelled('ConditionalCheckFailed', 'None', 'ConditionalCheckFailed');
    expect(await refusedWith(refusal, [event, breach])).toBeInstanceOf(TransientError);
  });

  test('without an event is never already made', async () => {
    expect(await refusedWith(cancelled('ConditionalCheckFailed'), [])).toBeInstanceOf(TransientError);
  });

  test('is worth a retry when another transaction was in the way', async () => {
    expect(await refusedWith(cancelled('TransactionConflict', 'None'))).toBeInstanceOf(TransientError);
  });

  test('passes every other failure on as it is', async () => {
    const error = Object.assign(new Error('no such table'), { name: 'ResourceNotFoundException' });
    expect(await refusedWith(error)).toBe(error);
    expect(cancellationCodes(error)).toBeUndefined();
    expect(cancellationCodes('text')).toBeUndefined();
  });

  test('says which order is unknown', async () => {
    const { ports } = orderWorld();
    await expect(requireOrder(ports.documents, 'orders', 'o-9')).rejects.toThrow(OrderStateError);
    await expect(requireOrder(ports.documents, 'orders', 'o-9')).rejects.toThrow('o-9');
  });

  test('keeps the facts of an event as JSON text', () => {
    expect(outboxItem(orderRecord(), { ...event, facts: { a: 1 } })).toMatchObject({ sk: 'EVENT#K', facts: '{"a":1}' });
  });
});
