/**
 * Turns an order's event into the notification its customer gets, if there is one to give. The key is
 * `<orderId>/<cycle>/<kind>`: a second attempt is told again, an event that arrives twice is not. A refused message
 * has no cycle; the hash of its content stands there.
 */
import * as z from 'zod';
import { EVENT_TYPES, type OrderEvent, orderEventSchema } from '../../workflows/order-lifecycle/events.ts';
import { IMPLIED_CAUSE } from '../platform/milestones.ts';
import type { OrderRecord } from '../platform/tables.ts';
import { type CustomerNotification, contactOf, type NotificationKind } from './customer-topic.ts';

const busEventSchema = z.object({ 'detail-type': z.enum(EVENT_TYPES), detail: orderEventSchema });
type BusEvent = z.infer<typeof busEventSchema>;

export interface NotifyCustomerPorts {
  readonly readOrder: (orderId: string) => Promise<Pick<OrderRecord, 'order'> | undefined>;
  readonly notifyCustomer: (key: string, notification: CustomerNotification) => Promise<unknown>;
}

export interface NotifyResult {
  readonly orderId: string;
  /** `silent`: this event is nothing to a customer. `nobody`: no customer is known to tell. */
  readonly outcome: 'told' | 'silent' | 'nobody';
  readonly kind?: NotificationKind;
}

const KIND_OF_STATUS: Readonly<Record<string, NotificationKind | undefined>> = {
  DISPATCHED: 'driver-assigned',
  OUT_FOR_DELIVERY: 'out-for-delivery',
  ARRIVING: 'arriving',
  DELIVERED: 'delivered',
  ATTEMPT_FAILED: 'attempt-failed',
  RETURNED: 'returned',
  CANCELLED: 'cancelled',
};

const TEXTS: Readonly<Record<NotificationKind, string>> = {
  'order-confirmed': 'is confirmed',
  'driver-assigned': 'has a driver',
  'out-for-delivery': 'is on its way to you',
  arriving: 'arrives in a few minutes',
  delivered: 'was delivered',
  'attempt-failed': 'could not be delivered this time',
  returned: 'could not be delivered and was returned',
  cancelled: 'was cancelled',
  rejected: 'could not be accepted',
  delay: 'is delayed',
  'delay-recovered': 'is back on time',
};

/**
 * @param body the event of the bus as JSON text
 * @throws SyntaxError or ZodError when the text is no event of ours; what the tables or the topic throw
 */
export async function notifyOfEvent(body: string, ports: NotifyCustomerPorts): Promise<NotifyResult> {
  const event = busEventSchema.parse(JSON.parse(body));
  const { orderId, at, customerId } = event.detail;
  const kind = kindOf(event);
  if (kind === undefined) return { orderId, outcome: 'silent' };
  const contact = kind === 'rejected' ? rejectedContact(customerId) : await acceptedContact(orderId, ports);
  if (contact === undefined) return { orderId, outcome: 'nobody', kind };
  const key = keyOf(event.detail, kind);
  await ports.notifyCustomer(key, { key, kind, orderId, at, text: `Order ${orderId} ${TEXTS[kind]}.`, ...contact });
  return { orderId, outcome: 'told', kind };
}

function kindOf({ 'detail-type': type, detail }: BusEvent): NotificationKind | undefined {
  if (type === 'OrderPlaced') return 'order-confirmed';
  if (type === 'OrderRejected') return 'rejected';
  // A status that a later one stood in for comes with that later one's news.
  if (type !== 'OrderStatusChanged' || detail.cause === IMPLIED_CAUSE) return undefined;
  return KIND_OF_STATUS[detail.status];
}

const keyOf = ({ orderId, cycle, eventKey }: OrderEvent, kind: NotificationKind): string =>
  `${orderId}/${kind === 'rejected' ? (eventKey.split('#').at(-1) ?? cycle) : cycle}/${kind}`;

/** The record of that id, if any, belongs to another message: a refused order has no contact that may be used. */
const rejectedContact = (customerId: string) =>
  customerId === '' ? undefined : ({ customerId, channel: 'app' } as const);

async function acceptedContact(orderId: string, { readOrder }: NotifyCustomerPorts) {
  const record = await readOrder(orderId);
  return record === undefined ? undefined : contactOf(record);
}
