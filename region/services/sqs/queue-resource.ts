/** `AWS::SQS::Queue` and `AWS::SQS::QueuePolicy`. */
import type { CreatedResource, ResourceContext, ResourceHandler } from '../../service.ts';
import type { QueueDefinition } from './queue.ts';
import type { SqsStore } from './store.ts';

interface RedrivePolicy {
  readonly deadLetterTargetArn: string;
  readonly maxReceiveCount: number | string;
}

/** CloudFormation gives numbers as numbers or as text. */
function numberOr(value: unknown, otherwise: number): number {
  return value === undefined ? otherwise : Number(value);
}

function redriveOf(value: unknown): QueueDefinition['redrive'] {
  if (value === undefined) return undefined;
  const policy = (typeof value === 'string' ? JSON.parse(value) : value) as RedrivePolicy;
  return { deadLetterArn: policy.deadLetterTargetArn, maxReceiveCount: Number(policy.maxReceiveCount) };
}

function createQueue(store: SqsStore, { properties, generatedName }: ResourceContext): CreatedResource {
  const isFifo = String(properties['FifoQueue'] ?? 'false') === 'true';
  const generated = (): string => (isFifo ? `${generatedName(75)}.fifo` : generatedName(80));
  const name = properties['QueueName'] === undefined ? generated() : String(properties['QueueName']);
  const definition: QueueDefinition = {
    name,
    arn: store.arnOf(name),
    url: store.urlOf(name),
    isFifo,
    deduplicatesByContent: String(properties['ContentBasedDeduplication'] ?? 'false') === 'true',
    visibilitySeconds: numberOr(properties['VisibilityTimeout'], 30),
    delaySeconds: numberOr(properties['DelaySeconds'], 0),
    retentionSeconds: numberOr(properties['MessageRetentionPeriod'], 345_600),
    maxMessageBytes: numberOr(properties['MaximumMessageSize'], 1_048_576),
    waitSeconds: numberOr(properties['ReceiveMessageWaitTimeSeconds'], 0),
    redrive: redriveOf(properties['RedrivePolicy']),
    createdAtMs: store.ports.clock.now(),
  };
  store.create(definition);
  return {
    ref: definition.url,
    attributes: { Arn: definition.arn, QueueName: name, QueueUrl: definition.url },
  };
}

function createPolicy(store: SqsStore, { properties, generatedName }: ResourceContext): CreatedResource {
  const urls = properties['Queues'] as readonly string[];
  const queueArns = urls.map((url) => store.byUrl(url).definition.arn);
  store.policies.push({ queueArns, document: properties['PolicyDocument'] });
  const id = generatedName();
  return { ref: id, attributes: { Id: id } };
}

export function queueHandlers(store: SqsStore): Readonly<Record<string, ResourceHandler>> {
  return {
    'AWS::SQS::Queue': {
      properties: [
        'QueueName',
        'FifoQueue',
        'ContentBasedDeduplication',
        'VisibilityTimeout',
        'DelaySeconds',
        'MessageRetentionPeriod',
        'MaximumMessageSize',
        'ReceiveMessageWaitTimeSeconds',
        'RedrivePolicy',
      ],
      inert: ['KmsDataKeyReusePeriodSeconds', 'KmsMasterKeyId', 'RedriveAllowPolicy', 'SqsManagedSseEnabled', 'Tags'],
      create: (context) => createQueue(store, context),
    },
    'AWS::SQS::QueuePolicy': {
      properties: ['Queues', 'PolicyDocument'],
      inert: [],
      create: (context) => createPolicy(store, context),
    },
  };
}
