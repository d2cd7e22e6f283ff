/** A message and its digests, computed as AWS does, so that SDKs which verify them are content. */
import { createHash, hash } from 'node:crypto';

/** A message attribute as the API carries it. */
export interface MessageAttributeValue {
  readonly DataType: string;
  readonly StringValue?: string;
  readonly BinaryValue?: Uint8Array;
}

export type MessageAttributes = Readonly<Record<string, MessageAttributeValue>>;

/** What a sender gives. */
export interface OutgoingMessage {
  readonly body: string;
  readonly attributes: MessageAttributes;
  readonly senderId: string;
  readonly delaySeconds?: number | undefined;
  readonly groupId?: string | undefined;
  readonly deduplicationId?: string | undefined;
  /** The `AWSTraceHeader` system attribute. */
  readonly traceHeader?: string | undefined;
}

/** A message in a queue. What changes is what receiving changes. */
export interface Message extends OutgoingMessage {
  readonly messageId: string;
  readonly md5OfBody: string;
  readonly sentAtMs: number;
  /** Order of arrival in its queue. */
  readonly order: number;
  readonly sequenceNumber: string | undefined;
  readonly deadLetterSourceArn: string | undefined;
  receiveCount: number;
  firstReceivedAtMs: number | undefined;
  receiptHandle: string | undefined;
}

export function md5(text: string): string {
  return hash('md5', text);
}

function prefixed(bytes: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.byteLength);
  return Buffer.concat([length, bytes]);
}

/** `undefined` when there are no attributes. */
export function md5OfAttributes(attributes: MessageAttributes): string | undefined {
  const names = Object.keys(attributes).sort();
  if (names.length === 0) return undefined;
  const digest = createHash('md5');
  for (const name of names) {
    const value = attributes[name];
    if (value === undefined) continue;
    const isBinary = value.DataType.startsWith('Binary');
    digest.update(prefixed(Buffer.from(name)));
    digest.update(prefixed(Buffer.from(value.DataType)));
    digest.update(Uint8Array.of(isBinary ? 2 : 1));
    digest.update(prefixed(isBinary ? (value.BinaryValue ?? new Uint8Array()) : Buffer.from(value.StringValue ?? '')));
  }
  return digest.digest('hex');
}

/** Bytes that count against the size limit: body, and names, types and values of the attributes. */
export function sizeOfMessage(body: string, attributes: MessageAttributes): number {
  let size = Buffer.byteLength(body);
  for (const name in attributes) {
    const value = attributes[name];
    if (value === undefined) continue;
    size += Buffer.byteLength(name) + Buffer.byteLength(value.DataType);
    size += value.BinaryValue?.byteLength ?? Buffer.byteLength(value.StringValue ?? '');
  }
  return size;
}

/** The system attributes of a received message, all as text. */
export function systemAttributes(message: Message): Readonly<Record<string, string>> {
  const attributes: Record<string, string> = {
    SenderId: message.senderId,
    SentTimestamp: String(message.sentAtMs),
    ApproximateReceiveCount: String(message.receiveCount),
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAtMs ?? ''),
  };
  if (message.groupId !== undefined) attributes['MessageGroupId'] = message.groupId;
  if (message.deduplicationId !== undefined) attributes['MessageDeduplicationId'] = message.deduplicationId;
  if (message.sequenceNumber !== undefined) attributes['SequenceNumber'] = message.sequenceNumber;
  if (message.traceHeader !== undefined) attributes['AWSTraceHeader'] = message.traceHeader;
  if (message.deadLetterSourceArn !== undefined) attributes['DeadLetterQueueSourceArn'] = message.deadLetterSourceArn;
  return attributes;
}
