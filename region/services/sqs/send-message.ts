/** SendMessage, SendMessageBatch, and messages that other services deliver. */
import { AwsError } from '../../errors.ts';
import type { CallContext, Delivery, Principal } from '../../service.ts';
import { checkBatch } from './batch.ts';
import { type BatchFailure, batchFailure, invalidParameter, missingParameter } from './errors.ts';
import { type Message, type MessageAttributes, md5OfAttributes, sizeOfMessage } from './message.ts';
import type { Queue } from './queue.ts';
import type { SqsStore } from './store.ts';

export interface SendMessageEntry {
  readonly MessageBody: string;
  readonly DelaySeconds?: number;
  readonly MessageAttributes?: MessageAttributes;
  readonly MessageSystemAttributes?: MessageAttributes;
  readonly MessageGroupId?: string;
  readonly MessageDeduplicationId?: string;
}

export interface SendMessageInput extends SendMessageEntry {
  readonly QueueUrl: string;
}

export interface SendMessageBatchInput {
  readonly QueueUrl: string;
  readonly Entries: readonly (SendMessageEntry & { readonly Id: string })[];
}

const MAX_ATTRIBUTES = 10;
const MAX_DELAY_SECONDS = 900;
const MAX_BATCH_BYTES = 1_048_576;

/** Characters that XML, and so SQS, can carry. */
const UNSENDABLE = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

function senderOf(principal: Principal): string {
  switch (principal.kind) {
    case 'role':
      return principal.arn;
    case 'service':
      return principal.service;
    case 'cognito':
      return principal.username;
    case 'certificate':
      return principal.certificateId;
    case 'account':
      return 'account';
  }
}

function checkEntry(queue: Queue, entry: SendMessageEntry): void {
  const { maxMessageBytes, isFifo } = queue.definition;
  const attributes = entry.MessageAttributes ?? {};
  if (entry.MessageBody === undefined || entry.MessageBody === '') throw missingParameter('MessageBody');
  if (sizeOfMessage(entry.MessageBody, attributes) > maxMessageBytes) {
    throw invalidParameter(
      `One or more parameters are invalid. Reason: Message must be shorter than ${maxMessageBytes} bytes.`,
    );
  }
  if (UNSENDABLE.test(entry.MessageBody)) {
    throw invalidParameter(
      'Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF',
    );
  }
  if (Object.keys(attributes).length > MAX_ATTRIBUTES) {
    throw invalidParameter(
      `Number of message attributes [${Object.keys(attributes).length}] exceeds the allowed maximum [${MAX_ATTRIBUTES}].`,
    );
  }
  for (const [name, value] of Object.entries(attributes)) {
    if (/^(?:String|Number|Binary)(?:\.|$)/.test(value.DataType ?? '')) continue;
    throw invalidParameter(
      `The type of message (user) attribute '${name}' is invalid. You must use only the following supported type prefixes: Binary, Number, String.`,
    );
  }
  const delay = entry.DelaySeconds ?? 0;
  if (delay < 0 || delay > MAX_DELAY_SECONDS) {
    throw invalidParameter(
      `Value ${delay} for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.`,
    );
  }
  if (isFifo && entry.MessageGroupId === undefined) throw missingParameter('MessageGroupId');
  if (isFifo && entry.DelaySeconds !== undefined && entry.DelaySeconds > 0) {
    throw invalidParameter(
      `Value ${delay} for parameter DelaySeconds is invalid. Reason: The request include parameter that is not valid for this queue type.`,
    );
  }
  if (!isFifo && entry.MessageDeduplicationId !== undefined) {
    throw invalidParameter(
      `Value ${entry.MessageDeduplicationId} for parameter MessageDeduplicationId is invalid. Reason: The request include parameter that is not valid for this queue type.`,
    );
  }
}

function send(queue: Queue, entry: SendMessageEntry, principal: Principal): Message {
  checkEntry(queue, entry);
  return queue.send({
    body: entry.MessageBody,
    attributes: entry.MessageAttributes ?? {},
    senderId: senderOf(principal),
    delaySeconds: entry.DelaySeconds,
    groupId: entry.MessageGroupId,
    deduplicationId: entry.MessageDeduplicationId,
    traceHeader: entry.MessageSystemAttributes?.['AWSTraceHeader']?.StringValue,
  });
}

function answer(message: Message): object {
  const attributesMd5 = md5OfAttributes(message.attributes);
  return {
    MessageId: message.messageId,
    MD5OfMessageBody: message.md5OfBody,
    ...(attributesMd5 === undefined ? {} : { MD5OfMessageAttributes: attributesMd5 }),
    ...(message.sequenceNumber === undefined ? {} : { SequenceNumber: message.sequenceNumber }),
  };
}

export function sendMessage(store: SqsStore, input: SendMessageInput, context: CallContext): object {
  const queue = store.byUrl(input.QueueUrl);
  const message = send(queue, input, context.principal);
  store.countRequest(sizeOfMessage(message.body, message.attributes));
  return answer(message);
}

export function sendMessageBatch(store: SqsStore, input: SendMessageBatchInput, context: CallContext): object {
  const queue = store.byUrl(input.QueueUrl);
  checkBatch(input.Entries);
  const bytes = input.Entries.reduce(
    (sum, entry) => sum + sizeOfMessage(entry.MessageBody ?? '', entry.MessageAttributes ?? {}),
    0,
  );
  if (bytes > MAX_BATCH_BYTES) {
    throw new AwsError(
      'BatchRequestTooLong',
      `Batch requests cannot be longer than ${MAX_BATCH_BYTES} bytes. You have sent ${bytes} bytes.`,
    );
  }
  store.countRequest(bytes);
  const Successful: object[] = [];
  const Failed: BatchFailure[] = [];
  for (const entry of input.Entries) {
    try {
      Successful.push({ Id: entry.Id, ...answer(send(queue, entry, context.principal)) });
    } catch (error) {
      Failed.push(batchFailure(entry.Id, error));
    }
  }
  return { Successful, Failed };
}

interface DeliveryParameters {
  readonly SqsParameters?: { readonly MessageGroupId?: string; readonly MessageDeduplicationId?: string };
  readonly MessageGroupId?: string;
  readonly MessageDeduplicationId?: string;
  readonly MessageAttributes?: MessageAttributes;
}

/**
 * A message from a rule, a pipe, a topic or a function's destination. Text is sent as it is, anything else as JSON.
 * Parameters: `SqsParameters` or its members `MessageGroupId` and `MessageDeduplicationId`, and `MessageAttributes`.
 */
export function deliverMessage(store: SqsStore, delivery: Delivery): void {
  const queue = store.byArn(delivery.targetArn);
  if (delivery.principal.kind === 'role') {
    store.ports.authorize(delivery.principal, [{ action: 'sqs:SendMessage', resource: delivery.targetArn }]);
  }
  const parameters = (delivery.parameters ?? {}) as DeliveryParameters;
  const fifo = { ...parameters, ...parameters.SqsParameters };
  const { payload } = delivery;
  const entry: SendMessageEntry = {
    MessageBody: typeof payload === 'string' ? payload : JSON.stringify(payload),
    ...(parameters.MessageAttributes === undefined ? {} : { MessageAttributes: parameters.MessageAttributes }),
    ...(fifo.MessageGroupId === undefined ? {} : { MessageGroupId: fifo.MessageGroupId }),
    ...(fifo.MessageDeduplicationId === undefined ? {} : { MessageDeduplicationId: fifo.MessageDeduplicationId }),
  };
  const message = send(queue, entry, delivery.principal);
  store.countRequest(sizeOfMessage(message.body, message.attributes));
}
