/** Tells customer and driver that an order will be late, or on time after all: each of them once per key. */
import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { EtaNotice } from '../../domain/index.ts';
import { type CustomerNotification, contactOf } from '../notify-customer/customer-topic.ts';
import type { OrderRecord } from '../platform/tables.ts';

export interface Delay {
  readonly record: OrderRecord;
  readonly kind: EtaNotice['kind'];
  readonly key: string;
  /** ISO 8601. */
  readonly etaAt: string;
  readonly slipSeconds: number;
  readonly at: string;
  readonly driverId: string;
  readonly routeId: string;
}

export type TellDelay = (delay: Delay) => Promise<void>;

/** A message of the driver topic; `driverId`, `kind`, `key` and `orderId` are its attributes too. */
export interface DriverAlert {
  readonly key: string;
  readonly kind: 'delay' | 'delay-recovered';
  readonly driverId: string;
  readonly routeId: string;
  readonly orderId: string;
  readonly etaAt: string;
  readonly slipSeconds: number;
  readonly at: string;
}

export interface DelayPorts {
  readonly notifyCustomer: (key: string, notification: CustomerNotification) => Promise<unknown>;
  readonly alertDriver: (key: string, alert: DriverAlert) => Promise<unknown>;
}

export function delayTeller({ notifyCustomer, alertDriver }: DelayPorts): TellDelay {
  return async function tellDelay({ record, kind: notice, key, etaAt, slipSeconds, at, driverId, routeId }) {
    const kind = notice === 'EtaSlipped' ? 'delay' : 'delay-recovered';
    const { orderId } = record;
    const text =
      kind === 'delay'
        ? `Order ${orderId} is delayed: we now expect to be with you at ${etaAt}.`
        : `Order ${orderId} is back on time: we expect to be with you at ${etaAt}.`;
    await notifyCustomer(key, { key, kind, orderId, at, text, ...contactOf(record) });
    const driverKey = `driver/${key}`;
    await alertDriver(driverKey, { key: driverKey, kind, driverId, routeId, orderId, etaAt, slipSeconds, at });
  };
}

export function driverPublisher(topics: SNSClient, driverTopicArn: string) {
  return async function alertDriver(_key: string, alert: DriverAlert): Promise<{ messageId: string }> {
    const text = (value: string) => ({ DataType: 'String', StringValue: value });
    const { driverId, kind, key, orderId } = alert;
    const { MessageId = '' } = await topics.send(
      new PublishCommand({
        TopicArn: driverTopicArn,
        Message: JSON.stringify({ schemaVersion: 1, ...alert }),
        MessageAttributes: { driverId: text(driverId), kind: text(kind), key: text(key), orderId: text(orderId) },
      }),
    );
    return { messageId: MessageId };
  };
}
