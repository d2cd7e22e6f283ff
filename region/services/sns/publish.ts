/**
 * Publish and PublishBatch. Queues and functions get their copy through the region; what goes to people ends in the
 * outbox. A failed delivery is tried again as AWS does for its own endpoints, and ends in the subscription's
 * dead-letter queue.
 */
import { AwsError } from '../../errors.ts';
import type { Delivery } from '../../service.ts';
import type { NotificationAttributes } from './attributes.ts';
import { passes } from './filter-policy.ts';
import type { SnsStore, Subscription } from './store.ts';

export interface PublishEntry {
  readonly Message: string;
  readonly Subject?: string;
  readonly MessageStructure?: string;
  readonly MessageAttributes?: NotificationAttributes;
}

export interface PublishInput extends PublishEntry {
  readonly TopicArn?: string;
  readonly TargetArn?: string;
  readonly PhoneNumber?: string;
}

export interface PublishBatchInput {
  readonly TopicArn: string;
  readonly PublishBatchRequestEntries: readonly (PublishEntry & { readonly Id: string })[];
}

const MAX_MESSAGE_BYTES = 262_144;
const METER_BYTES = 64 * 1024;
/** Attempts of AWS for SQS and Lambda endpoints, over 23 days. */
const MAX_ATTEMPTS = 100_015;
const PEOPLE: ReadonlySet<string> = new Set(['email', 'email-json', 'sms']);

/** Three at once, two a second apart, ten backing off to 20 s, then every 20 s. */
function retryDelayMs(attempt: number): number {
  if (attempt <= 3) return 0;
  if (attempt <= 5) return 1_000;
  return Math.min(20_000, 1_000 * 2 ** (attempt - 5));
}

interface Notification extends PublishEntry {
  readonly messageId: string;
  readonly topicArn: string;
  readonly atMs: number;
}

/** The text for a protocol: with `MessageStructure: json` each may have its own. */
function textFor(entry: PublishEntry, protocol: string): string {
  if (entry.MessageStructure !== 'json') return entry.Message;
  const byProtocol = JSON.parse(entry.Message) as Readonly<Record<string, string>>;
  return byProtocol[protocol] ?? byProtocol['default'] ?? '';
}

function invalid(detail: string): AwsError {
  return new AwsError('InvalidParameter', `Invalid parameter: ${detail}`);
}

function checkEntry(entry: PublishEntry): void {
  if (typeof entry.Message !== 'string' || entry.Message === '') throw invalid('Empty message');
  if (Buffer.byteLength(entry.Message) > MAX_MESSAGE_BYTES) throw invalid('Message too long');
  if (entry.Subject !== undefined && (entry.Subject.length > 100 || entry.Subject === '')) throw invalid('Subject');
  if (entry.MessageStructure === undefined) return;
  if (entry.MessageStructure !== 'json') throw invalid('MessageStructure');
  let byProtocol: unknown;
  try {
    byProtocol = JSON.parse(entry.Message);
  } catch {
    throw invalid('Message Structure - JSON message body failed to parse');
  }
  if (typeof (byProtocol as Readonly<Record<string, unknown>> | null)?.['default'] !== 'string') {
    throw invalid('Message Structure - No default entry in JSON message body');
  }
}

function shownAttributes(attributes: NotificationAttributes): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, { DataType, StringValue, BinaryValue }]) => [
      name,
      {
        Type: DataType,
        Value: BinaryValue === undefined ? StringValue : Buffer.from(BinaryValue).toString('base64'),
      },
    ]),
  );
}

/** The notification as JSON; SQS and Lambda spell the last two URLs differently. */
function envelope(
  note: Notification,
  subscription: Subscription,
  isLambda: boolean,
): Readonly<Record<string, unknown>> {
  const host = `https://sns.${subscription.topicArn.split(':')[3]}.amazonaws.com`;
  const unsubscribe = `${host}/?Action=Unsubscribe&SubscriptionArn=${subscription.arn}`;
  const certificate = `${host}/SimpleNotificationService.pem`;
  const attributes = note.MessageAttributes ?? {};
  return {
    Type: 'Notification',
    MessageId: note.messageId,
    TopicArn: note.topicArn,
    ...(note.Subject === undefined && !isLambda ? {} : { Subject: note.Subject ?? null }),
    Message: textFor(note, subscription.protocol),
    Timestamp: new Date(note.atMs).toISOString(),
    SignatureVersion: '1',
    Signature: '',
    ...(isLambda
      ? { SigningCertUrl: certificate, UnsubscribeUrl: unsubscribe }
      : { SigningCertURL: certificate, UnsubscribeURL: unsubscribe }),
    ...(isLambda || Object.keys(attributes).length > 0 ? { MessageAttributes: shownAttributes(attributes) } : {}),
  };
}

function deliveryOf(note: Notification, subscription: Subscription): Delivery {
  const principal = { kind: 'service', service: 'sns.amazonaws.com' } as const;
  if (subscription.protocol === 'lambda') {
    const record = {
      EventSource: 'aws:sns',
      EventVersion: '1.0',
      EventSubscriptionArn: subscription.arn,
      Sns: envelope(note, subscription, true),
    };
    return { targetArn: subscription.endpoint, payload: { Records: [record] }, principal };
  }
  const targetArn = subscription.endpoint;
  if (!subscription.isRaw) {
    return { targetArn, payload: JSON.stringify(envelope(note, subscription, false)), principal };
  }
  const parameters = note.MessageAttributes === undefined ? {} : { MessageAttributes: note.MessageAttributes };
  return { targetArn, payload: textFor(note, 'sqs'), principal, parameters };
}

async function deliver(
  store: SnsStore,
  subscription: Subscription,
  delivery: Delivery,
  attempt: number,
): Promise<void> {
  const { ports } = store;
  try {
    await ports.deliver(delivery);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    if (error.fault === 'server' && attempt < MAX_ATTEMPTS) {
      ports.clock.at(ports.clock.now() + retryDelayMs(attempt), () => {
        ports.spawn(() => deliver(store, subscription, delivery, attempt + 1));
      });
      return;
    }
    const fields = { subscription: subscription.arn, error: error.name, reason: error.message };
    ports.log('warn', 'sns could not deliver a notification', fields);
    if (subscription.deadLetterArn === undefined) return;
    const { payload } = delivery;
    await ports.deliver({
      targetArn: subscription.deadLetterArn,
      payload: typeof payload === 'string' ? payload : JSON.stringify(payload),
      principal: delivery.principal,
    });
  }
}

function countPublish(store: SnsStore, entry: PublishEntry): void {
  store.ports.meter('sns', 'publish', Math.max(1, Math.ceil(Buffer.byteLength(entry.Message) / METER_BYTES)));
}

function publishTo(store: SnsStore, topicArn: string, entry: PublishEntry): string {
  checkEntry(entry);
  const attributes = entry.MessageAttributes ?? {};
  const subscribers = store
    .subscriptions(topicArn)
    .filter((one) => passes(one.filterPolicy, one.filterScope, textFor(entry, one.protocol), attributes));
  const note: Notification = { ...entry, messageId: store.ports.uuid(), topicArn, atMs: store.ports.clock.now() };
  const people = subscribers.filter(({ protocol }) => PEOPLE.has(protocol));
  store.outbox.push({
    topicArn,
    messageId: note.messageId,
    subject: entry.Subject,
    message: textFor(entry, 'default'),
    attributes,
    atMs: note.atMs,
    recipients: people.map(({ protocol, endpoint }) => ({ protocol, endpoint })),
  });
  countPublish(store, entry);
  for (const subscription of subscribers) {
    if (PEOPLE.has(subscription.protocol)) continue;
    store.ports.spawn(() => deliver(store, subscription, deliveryOf(note, subscription), 1));
  }
  return note.messageId;
}

function publishToPhone(store: SnsStore, phoneNumber: string, entry: PublishEntry): string {
  checkEntry(entry);
  if (!/^\+[1-9]\d{1,14}$/.test(phoneNumber)) throw invalid(`PhoneNumber Reason: ${phoneNumber} is not valid`);
  const messageId = store.ports.uuid();
  countPublish(store, entry);
  store.outbox.push({
    topicArn: undefined,
    messageId,
    subject: entry.Subject,
    message: textFor(entry, 'sms'),
    attributes: entry.MessageAttributes ?? {},
    atMs: store.ports.clock.now(),
    recipients: [{ protocol: 'sms', endpoint: phoneNumber }],
  });
  return messageId;
}

export function publish(store: SnsStore, input: PublishInput): { readonly MessageId: string } {
  const targets = [input.TopicArn, input.TargetArn, input.PhoneNumber].filter((target) => target !== undefined);
  if (targets.length !== 1) throw invalid('TopicArn or TargetArn or PhoneNumber Reason: exactly one must be given');
  if (input.PhoneNumber !== undefined) return { MessageId: publishToPhone(store, input.PhoneNumber, input) };
  return { MessageId: publishTo(store, input.TopicArn ?? input.TargetArn ?? '', input) };
}

export function publishBatch(store: SnsStore, input: PublishBatchInput): object {
  const entries = input.PublishBatchRequestEntries;
  if (entries.length === 0)
    throw new AwsError('EmptyBatchRequestException', "The batch request doesn't contain any entries.");
  if (entries.length > 10) {
    throw new AwsError(
      'TooManyEntriesInBatchRequestException',
      'The batch request contains more entries than permissible.',
    );
  }
  if (new Set(entries.map(({ Id }) => Id)).size !== entries.length) {
    throw new AwsError(
      'BatchEntryIdsNotDistinctException',
      'Two or more batch entries in the request have the same Id.',
    );
  }
  store.subscriptions(input.TopicArn);
  const Successful: object[] = [];
  const Failed: object[] = [];
  for (const entry of entries) {
    try {
      Successful.push({ Id: entry.Id, MessageId: publishTo(store, input.TopicArn, entry) });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      Failed.push({ Id: entry.Id, Code: error.name, Message: error.message, SenderFault: true });
    }
  }
  return { Successful, Failed };
}
