/** ReceiveMessage, with long polling on the region's clock. */
import { invalidParameter } from './errors.ts';
import { type Message, type MessageAttributes, md5OfAttributes, sizeOfMessage, systemAttributes } from './message.ts';
import type { SqsStore } from './store.ts';

export interface ReceiveMessageInput {
  readonly QueueUrl: string;
  readonly MaxNumberOfMessages?: number;
  readonly VisibilityTimeout?: number;
  readonly WaitTimeSeconds?: number;
  readonly MessageAttributeNames?: readonly string[];
  readonly AttributeNames?: readonly string[];
  readonly MessageSystemAttributeNames?: readonly string[];
}

function isNamed(names: readonly string[], name: string): boolean {
  return names.some(
    (wanted) => wanted === 'All' || wanted === name || (wanted.endsWith('.*') && name.startsWith(wanted.slice(0, -2))),
  );
}

function selected<Value>(
  names: readonly string[],
  values: Readonly<Record<string, Value>>,
): Readonly<Record<string, Value>> {
  if (names.length === 0) return {};
  return Object.fromEntries(Object.entries(values).filter(([name]) => isNamed(names, name)));
}

function received(input: ReceiveMessageInput, message: Message): object {
  const system = selected(
    [...(input.AttributeNames ?? []), ...(input.MessageSystemAttributeNames ?? [])],
    systemAttributes(message),
  );
  const attributes: MessageAttributes = selected(input.MessageAttributeNames ?? [], message.attributes);
  const attributesMd5 = md5OfAttributes(attributes);
  return {
    MessageId: message.messageId,
    ReceiptHandle: message.receiptHandle,
    MD5OfBody: message.md5OfBody,
    Body: message.body,
    ...(Object.keys(system).length === 0 ? {} : { Attributes: system }),
    ...(attributesMd5 === undefined ? {} : { MessageAttributes: attributes, MD5OfMessageAttributes: attributesMd5 }),
  };
}

export function receiveMessage(store: SqsStore, input: ReceiveMessageInput): object | Promise<object> {
  const queue = store.byUrl(input.QueueUrl);
  const max = input.MaxNumberOfMessages ?? 1;
  if (max < 1 || max > 10) {
    throw invalidParameter(
      `Value ${max} for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.`,
    );
  }
  const waitSeconds = input.WaitTimeSeconds ?? queue.definition.waitSeconds;
  if (waitSeconds < 0 || waitSeconds > 20) {
    throw invalidParameter(
      `Value ${waitSeconds} for parameter WaitTimeSeconds is invalid. Reason: Must be >= 0 and <= 20, if provided.`,
    );
  }
  const answer = (messages: readonly Message[]): object => {
    store.countRequest(messages.reduce((sum, { body, attributes }) => sum + sizeOfMessage(body, attributes), 0));
    return messages.length === 0 ? {} : { Messages: messages.map((message) => received(input, message)) };
  };
  const messages = queue.receive(max, input.VisibilityTimeout);
  if (messages.length > 0 || waitSeconds === 0) return answer(messages);
  return queue.wait(waitSeconds, max, input.VisibilityTimeout).then(answer);
}
