import { describe, expect, test } from '@jest/globals';
import { OUTBOX_TEMPLATE } from '../../stacks/constructs/event-outbox.ts';
import { orderEventSchema } from '../../workflows/order-lifecycle/events.ts';

/** Fills the template as Pipes does: a variable outside quotes becomes the JSON of its value. */
const filled = (image: Record<string, { S?: string; N?: string }>): unknown =>
  JSON.parse(
    OUTBOX_TEMPLATE.replaceAll(/<\$\.dynamodb\.NewImage\.(\w+)\.([SN])>/g, (_, field: string, type: 'S' | 'N') =>
      JSON.stringify(image[field]?.[type]),
    ),
  );

describe('the outbox', () => {
  test('turns an item of the orders table into an event that its consumers can read', () => {
    const image = {
      eventKey: { S: 'o-1#OrderStatusChanged#1#PLANNED' },
      orderId: { S: 'o-1' },
      status: { S: 'PLANNED' },
      at: { S: '2018-07-20T10:38:11.000Z' },
      cause: { S: 'route "r-1" planned' },
      cycle: { N: '1' },
      attempt: { N: '0' },
      promiseVersion: { N: '2' },
      depotId: { S: 'DLA9' },
      customerId: { S: 'c-17' },
      facts: { S: '{"a":"\\"quoted\\""}' },
    };
    const event = orderEventSchema.strict().parse(filled(image));
    expect(event).toEqual({
      schemaVersion: 1,
      eventKey: 'o-1#OrderStatusChanged#1#PLANNED',
      orderId: 'o-1',
      status: 'PLANNED',
      at: '2018-07-20T10:38:11.000Z',
      cause: 'route "r-1" planned',
      cycle: 1,
      attempt: 0,
      promiseVersion: 2,
      depotId: 'DLA9',
      customerId: 'c-17',
      facts: '{"a":"\\"quoted\\""}',
    });
  });
});
