/** `AWS::SNS::Topic`, `AWS::SNS::Subscription` and `AWS::SNS::TopicPolicy`. */
import { UnknownToRegionError } from '../../errors.ts';
import type { CreatedResource, ResourceContext, ResourceHandler } from '../../service.ts';
import type { FilterPolicy } from './filter-policy.ts';
import type { Protocol, SnsStore } from './store.ts';

const PROTOCOLS: ReadonlySet<string> = new Set(['lambda', 'sqs', 'email', 'email-json', 'sms']);

function protocolOf(value: unknown, where: string): Protocol {
  if (PROTOCOLS.has(String(value))) return String(value) as Protocol;
  throw new UnknownToRegionError(`Protocol ${String(value)}`, where, `use one of ${[...PROTOCOLS].join(', ')}`);
}

/** CloudFormation gives JSON as an object or as text. */
function jsonOf<T>(value: unknown): T | undefined {
  return (typeof value === 'string' ? JSON.parse(value) : value) as T | undefined;
}

function createTopic(store: SnsStore, context: ResourceContext): CreatedResource {
  const { properties, generatedName } = context;
  const name = properties['TopicName'] === undefined ? generatedName(256) : String(properties['TopicName']);
  const arn = store.createTopic(name);
  const inline = (properties['Subscription'] ?? []) as readonly {
    readonly Protocol: string;
    readonly Endpoint: string;
  }[];
  for (const { Protocol, Endpoint } of inline) {
    store.subscribe({
      topicArn: arn,
      protocol: protocolOf(Protocol, `${context.stackName}/${context.logicalId}`),
      endpoint: Endpoint,
      filterPolicy: undefined,
      filterScope: 'MessageAttributes',
      isRaw: false,
      deadLetterArn: undefined,
    });
  }
  return { ref: arn, attributes: { TopicArn: arn, TopicName: name } };
}

function createSubscription(store: SnsStore, context: ResourceContext): CreatedResource {
  const { properties } = context;
  const redrive = jsonOf<{ readonly deadLetterTargetArn: string }>(properties['RedrivePolicy']);
  const { arn } = store.subscribe({
    topicArn: String(properties['TopicArn']),
    protocol: protocolOf(properties['Protocol'], `${context.stackName}/${context.logicalId}`),
    endpoint: String(properties['Endpoint']),
    filterPolicy: jsonOf<FilterPolicy>(properties['FilterPolicy']),
    filterScope: properties['FilterPolicyScope'] === 'MessageBody' ? 'MessageBody' : 'MessageAttributes',
    isRaw: String(properties['RawMessageDelivery'] ?? 'false') === 'true',
    deadLetterArn: redrive?.deadLetterTargetArn,
  });
  return { ref: arn, attributes: { Arn: arn } };
}

function createPolicy(store: SnsStore, { properties, generatedName }: ResourceContext): CreatedResource {
  store.policies.push({ topicArns: properties['Topics'] as readonly string[], document: properties['PolicyDocument'] });
  const id = generatedName();
  return { ref: id, attributes: { Id: id } };
}

export function topicHandlers(store: SnsStore): Readonly<Record<string, ResourceHandler>> {
  return {
    'AWS::SNS::Topic': {
      properties: ['TopicName', 'Subscription'],
      inert: ['DeliveryStatusLogging', 'DisplayName', 'KmsMasterKeyId', 'SignatureVersion', 'Tags', 'TracingConfig'],
      create: (context) => createTopic(store, context),
    },
    'AWS::SNS::Subscription': {
      properties: [
        'TopicArn',
        'Protocol',
        'Endpoint',
        'FilterPolicy',
        'FilterPolicyScope',
        'RawMessageDelivery',
        'RedrivePolicy',
      ],
      inert: ['Region'],
      create: (context) => createSubscription(store, context),
    },
    'AWS::SNS::TopicPolicy': {
      properties: ['Topics', 'PolicyDocument'],
      inert: [],
      create: (context) => createPolicy(store, context),
    },
  };
}
