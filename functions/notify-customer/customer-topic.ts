/** What is said to a customer and where: one message of the customer topic, with the attributes to filter it by. */
import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { Order } from '../../domain/index.ts';

export const NOTIFICATION_KINDS = [
  'order-confirmed',
  'driver-assigned',
  'out-for-delivery',
  'arriving',
  'delivered',
  'attempt-failed',
  'returned',
  'cancelled',
  'rejected',
  'delay',
  'delay-recovered',
] as const;
export type NotificationKind = (typeof NOTIFICATION_KINDS)[number];

export type Channel = 'email' | 'sms' | 'app';

export interface Contact {
  readonly customerId: string;
  readonly channel: Channel;
  /** The email address or phone number; absent for the app. */
  readonly to?: string;
}

export interface CustomerNotification extends Contact {
  /** Identity of the notification: sent once under this key. */
  readonly key: string;
  readonly kind: NotificationKind;
  readonly orderId: string;
  /** When it happened, ISO 8601. */
  readonly at: string;
  readonly text: string;
}

/** The customer's own choice of contact: email before phone, the app where neither is known. */
export function contactOf({ order: { customer } }: { readonly order: Pick<Order, 'customer'> }): Contact {
  const { customerId, email, phone } = customer;
  if (email !== undefined) return { customerId, channel: 'email', to: email };
  if (phone !== undefined) return { customerId, channel: 'sms', to: phone };
  return { customerId, channel: 'app' };
}

/** @returns the function that publishes under a key; the key is its first argument so that it can be made idempotent */
export function customerPublisher(topics: SNSClient, customerTopicArn: string) {
  return async function notifyCustomer(_key: string, notification: CustomerNotification) {
    const text = (value: string) => ({ DataType: 'String', StringValue: value });
    const { customerId, channel, kind, key, orderId } = notification;
    const { MessageId = '' } = await topics.send(
      new PublishCommand({
        TopicArn: customerTopicArn,
        Message: JSON.stringify({ schemaVersion: 1, ...notification }),
        MessageAttributes: {
          customerId: text(customerId),
          channel: text(channel),
          kind: text(kind),
          key: text(key),
          orderId: text(orderId),
        },
      }),
    );
    return { messageId: MessageId };
  };
}
