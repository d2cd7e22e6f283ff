/**
 * Amazon SQS: standard and FIFO queues, visibility timeouts and delays on the region's clock, redrive to dead-letter
 * queues, and a seat for the pollers of event source mappings and pipes.
 */
import { AwsError } from '../../errors.ts';
import type { QueueMessage, QueueSource } from '../../event-source.ts';
import type { CallContext, Permission, RegionPorts, Service } from '../../service.ts';
import { withKnownMembers } from '../known-members.ts';
import {
  type BatchInput,
  changeMessageVisibility,
  changeMessageVisibilityBatch,
  deleteMessage,
  deleteMessageBatch,
  type ReceiptInput,
  type VisibilityInput,
} from './delete-message.ts';
import { getQueueAttributes, getQueueUrl, listQueues, purgeQueue, startMessageMoveTask } from './describe-queue.ts';
import { SQS_MEMBERS } from './members.ts';
import { type Message, sizeOfMessage, systemAttributes } from './message.ts';
import { queueHandlers } from './queue-resource.ts';
import { type ReceiveMessageInput, receiveMessage } from './receive-message.ts';
import {
  deliverMessage,
  type SendMessageBatchInput,
  type SendMessageInput,
  sendMessage,
  sendMessageBatch,
} from './send-message.ts';
import { lambdaAttributes, SqsStore } from './store.ts';

export interface Sqs extends Service {
  readonly queueSource: QueueSource;
  readonly inspect: {
    /** Ready, in-flight and delayed messages of each queue, by queue name. */
    readonly counts: () => Readonly<Record<string, { visible: number; inFlight: number; delayed: number }>>;
    readonly policies: () => SqsStore['policies'];
  };
}

function queueMessage(message: Message): QueueMessage {
  return {
    messageId: message.messageId,
    receiptHandle: message.receiptHandle ?? '',
    body: message.body,
    md5OfBody: message.md5OfBody,
    attributes: systemAttributes(message),
    messageAttributes: lambdaAttributes(message.attributes),
  };
}

function queueSourceOf(store: SqsStore): QueueSource {
  return {
    available: (queueArn) => store.byArn(queueArn).available,
    receive: (queueArn, max) => {
      const messages = store.byArn(queueArn).receive(max);
      store.countRequest(messages.reduce((sum, { body, attributes }) => sum + sizeOfMessage(body, attributes), 0));
      return messages.map(queueMessage);
    },
    delete: (queueArn, receiptHandles) => {
      const queue = store.byArn(queueArn);
      if (receiptHandles.length > 0) store.countRequest();
      for (const handle of receiptHandles) queue.delete(handle);
    },
    release: (queueArn, receiptHandles, delaySeconds) => {
      if (delaySeconds === undefined) return;
      const queue = store.byArn(queueArn);
      for (const handle of receiptHandles) releaseOne(() => queue.changeVisibility(handle, delaySeconds));
    },
    onAvailable: (queueArn, listener) => store.byArn(queueArn).onAvailable(listener),
  };
}

/** A message that became visible before its poller gave it back is back already. */
function releaseOne(release: () => void): void {
  try {
    release();
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
  }
}

function permissionsOf(store: SqsStore): Service['permissions'] {
  const on =
    (action: string) =>
    (input: { readonly QueueUrl: string }): readonly Permission[] => [
      { action: `sqs:${action}`, resource: store.arnOf(input.QueueUrl.slice(input.QueueUrl.lastIndexOf('/') + 1)) },
    ];
  return {
    SendMessage: on('SendMessage'),
    SendMessageBatch: on('SendMessage'),
    ReceiveMessage: on('ReceiveMessage'),
    DeleteMessage: on('DeleteMessage'),
    DeleteMessageBatch: on('DeleteMessage'),
    ChangeMessageVisibility: on('ChangeMessageVisibility'),
    ChangeMessageVisibilityBatch: on('ChangeMessageVisibility'),
    GetQueueAttributes: on('GetQueueAttributes'),
    PurgeQueue: on('PurgeQueue'),
    GetQueueUrl: (input: { readonly QueueName: string }) => [
      { action: 'sqs:GetQueueUrl', resource: store.arnOf(input.QueueName) },
    ],
    ListQueues: () => [{ action: 'sqs:ListQueues', resource: store.arnOf('*') }],
    StartMessageMoveTask: (input: { readonly SourceArn: string; readonly DestinationArn?: string }) => [
      { action: 'sqs:StartMessageMoveTask', resource: input.SourceArn },
      { action: 'sqs:ReceiveMessage', resource: input.SourceArn },
      { action: 'sqs:DeleteMessage', resource: input.SourceArn },
      ...(input.DestinationArn === undefined ? [] : [{ action: 'sqs:SendMessage', resource: input.DestinationArn }]),
    ],
  };
}

/** Meters `request`: one for each 64 KB of payload that a request begins, polls of event sources included. */
export function createSqs(ports: RegionPorts): Sqs {
  const store = new SqsStore(ports);
  return {
    name: 'sqs',
    operations: withKnownMembers('sqs', SQS_MEMBERS, {
      SendMessage: (input: SendMessageInput, context: CallContext) => sendMessage(store, input, context),
      SendMessageBatch: (input: SendMessageBatchInput, context: CallContext) => sendMessageBatch(store, input, context),
      ReceiveMessage: (input: ReceiveMessageInput) => receiveMessage(store, input),
      DeleteMessage: (input: ReceiptInput) => deleteMessage(store, input),
      DeleteMessageBatch: (input: BatchInput<ReceiptInput>) => deleteMessageBatch(store, input),
      ChangeMessageVisibility: (input: VisibilityInput) => changeMessageVisibility(store, input),
      ChangeMessageVisibilityBatch: (input: BatchInput<VisibilityInput>) => changeMessageVisibilityBatch(store, input),
      GetQueueUrl: (input: { readonly QueueName: string }) => getQueueUrl(store, input),
      GetQueueAttributes: (input: { readonly QueueUrl: string; readonly AttributeNames?: readonly string[] }) =>
        getQueueAttributes(store, input),
      ListQueues: (input: { readonly QueueNamePrefix?: string }) => listQueues(store, input),
      PurgeQueue: (input: { readonly QueueUrl: string }) => purgeQueue(store, input),
      StartMessageMoveTask: (input: { readonly SourceArn: string; readonly DestinationArn?: string }) =>
        startMessageMoveTask(store, input),
    }),
    resources: queueHandlers(store),
    permissions: permissionsOf(store),
    delivers: ['sqs'],
    deliver: (delivery) => deliverMessage(store, delivery),
    queueSource: queueSourceOf(store),
    inspect: {
      counts: () => Object.fromEntries(store.all().map((queue) => [queue.definition.name, queue.counts()])),
      policies: () => store.policies,
    },
  };
}
