/** GetQueueUrl, GetQueueAttributes, ListQueues, PurgeQueue and StartMessageMoveTask. */
import { AwsError } from '../../errors.ts';
import type { Queue } from './queue.ts';
import type { SqsStore } from './store.ts';

export function getQueueUrl(store: SqsStore, input: { readonly QueueName: string }): object {
  store.countRequest();
  return { QueueUrl: store.byName(input.QueueName).definition.url };
}

function attributesOf(queue: Queue): Readonly<Record<string, string>> {
  const { definition } = queue;
  const { visible, inFlight, delayed } = queue.counts();
  const created = String(Math.floor(definition.createdAtMs / 1000));
  return {
    QueueArn: definition.arn,
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    ApproximateNumberOfMessagesDelayed: String(delayed),
    CreatedTimestamp: created,
    LastModifiedTimestamp: created,
    VisibilityTimeout: String(definition.visibilitySeconds),
    MaximumMessageSize: String(definition.maxMessageBytes),
    MessageRetentionPeriod: String(definition.retentionSeconds),
    DelaySeconds: String(definition.delaySeconds),
    ReceiveMessageWaitTimeSeconds: String(definition.waitSeconds),
    ...(definition.isFifo
      ? { FifoQueue: 'true', ContentBasedDeduplication: String(definition.deduplicatesByContent) }
      : {}),
    ...(definition.redrive === undefined
      ? {}
      : {
          RedrivePolicy: JSON.stringify({
            deadLetterTargetArn: definition.redrive.deadLetterArn,
            maxReceiveCount: definition.redrive.maxReceiveCount,
          }),
        }),
  };
}

export function getQueueAttributes(
  store: SqsStore,
  input: { readonly QueueUrl: string; readonly AttributeNames?: readonly string[] },
): object {
  store.countRequest();
  const attributes = attributesOf(store.byUrl(input.QueueUrl));
  const names = input.AttributeNames ?? [];
  if (names.includes('All')) return { Attributes: attributes };
  const unknown = names.find((name) => !KNOWN_ATTRIBUTES.has(name));
  if (unknown !== undefined) throw new AwsError('InvalidAttributeName', `Unknown Attribute ${unknown}.`);
  const wanted = Object.entries(attributes).filter(([name]) => names.includes(name));
  return wanted.length === 0 ? {} : { Attributes: Object.fromEntries(wanted) };
}

const KNOWN_ATTRIBUTES: ReadonlySet<string> = new Set([
  'QueueArn',
  'ApproximateNumberOfMessages',
  'ApproximateNumberOfMessagesNotVisible',
  'ApproximateNumberOfMessagesDelayed',
  'CreatedTimestamp',
  'LastModifiedTimestamp',
  'VisibilityTimeout',
  'MaximumMessageSize',
  'MessageRetentionPeriod',
  'DelaySeconds',
  'ReceiveMessageWaitTimeSeconds',
  'FifoQueue',
  'ContentBasedDeduplication',
  'RedrivePolicy',
]);

/** All queues whose name starts with the prefix, in one answer of at most 1,000. */
export function listQueues(store: SqsStore, input: { readonly QueueNamePrefix?: string }): object {
  store.countRequest();
  const urls = store
    .all()
    .filter(({ definition }) => definition.name.startsWith(input.QueueNamePrefix ?? ''))
    .map(({ definition }) => definition.url)
    .slice(0, 1000);
  return urls.length === 0 ? {} : { QueueUrls: urls };
}

export function purgeQueue(store: SqsStore, input: { readonly QueueUrl: string }): object {
  store.countRequest();
  store.byUrl(input.QueueUrl).purge();
  return {};
}

/** Moves what is ready in a dead-letter queue at once: to the queue that is named, else to where each came from. */
export function startMessageMoveTask(
  store: SqsStore,
  input: { readonly SourceArn: string; readonly DestinationArn?: string },
): object {
  store.countRequest();
  const source = store.byArn(input.SourceArn);
  const isDeadLetterQueue = store
    .all()
    .some(({ definition }) => definition.redrive?.deadLetterArn === source.definition.arn);
  if (!isDeadLetterQueue) {
    throw new AwsError('InvalidParameterValue', 'Source queue must be configured as a Dead Letter Queue.');
  }
  for (const message of source.drain()) {
    const destination = input.DestinationArn ?? message.deadLetterSourceArn ?? source.definition.arn;
    store.byArn(destination).adopt(message, undefined);
  }
  return {
    TaskHandle: Buffer.from(JSON.stringify({ taskId: store.ports.uuid(), sourceArn: input.SourceArn })).toString(
      'base64',
    ),
  };
}
