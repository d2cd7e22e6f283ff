/**
 * Events that leave the order records through the outbox. Each is an item `EVENT#<key>` written in the transaction that
 * causes it; the pipe turns the item into an event of the `perfect-order` bus. Numbers arrive as text because
 * EventBridge Pipes hands DynamoDB numbers over as text.
 */
import * as z from 'zod';

export const EVENT_SOURCE = 'perfect-order.orders';

export const EVENT_TYPES = [
  'OrderPlaced',
  'OrderRejected',
  'OrderStatusChanged',
  'OrderAmended',
  'SlaBreached',
  'OrderReplayed',
  'RouteReplanned',
] as const;
export type EventType = (typeof EVENT_TYPES)[number];

const textNumber = z.union([z.number(), z.string().regex(/^\d+$/)]).transform(Number);

/** `detail` of every event on the bus. `facts` is JSON text with what only this type of event carries. */
export const orderEventSchema = z.object({
  schemaVersion: z.literal(1),
  eventKey: z.string(),
  orderId: z.string(),
  status: z.string(),
  at: z.string(),
  cause: z.string(),
  cycle: textNumber,
  attempt: textNumber,
  promiseVersion: textNumber,
  depotId: z.string(),
  customerId: z.string(),
  facts: z.string(),
});
export type OrderEvent = z.infer<typeof orderEventSchema>;

/** Attributes of an outbox item: the event's fields, flat, plus its type. */
export interface OutboxItem extends Omit<OrderEvent, 'schemaVersion'> {
  readonly sk: `EVENT#${string}`;
  readonly detailType: EventType;
}
