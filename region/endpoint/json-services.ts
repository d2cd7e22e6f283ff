/**
 * The services that a region's port speaks for in AWS's JSON protocols, as data: `X-Amz-Target: <prefix>.<Operation>`. In
 * these protocols a request is the SDK's input as JSON, but for blobs (base64) and timestamps (seconds since the epoch).
 */
export interface JsonService {
  /** Name of the service in the region. */
  readonly name: string;
  /** Name of the service for people. */
  readonly title: string;
  readonly version: '1.0' | '1.1';
  /** What stands before the name of an error in `__type`. */
  readonly namespace: string;
  readonly bodyMaxBytes: number;
  /** Members of requests, at any depth, that hold base64 text, or lists of it. */
  readonly blobs: readonly string[];
  /** Members of requests, at any depth, that hold seconds since the epoch. */
  readonly timestamps: readonly string[];
  /** Error codes of the query protocol that the service spoke before, where they differ: clients still ask for them. */
  readonly queryCodes?: Readonly<Record<string, string>>;
  /** The operation that waits for a long time, and how the service is told that its caller has gone. */
  readonly longPoll?: { readonly operation: string; readonly idMember: string; readonly abandon: string };
}

const MIB = 1024 * 1024;
const plain = { blobs: [], timestamps: [] };

/** By prefix of the target. */
export const JSON_SERVICES: Readonly<Record<string, JsonService>> = {
  AWSStepFunctions: {
    name: 'sfn',
    title: 'Step Functions',
    version: '1.0',
    namespace: 'com.amazonaws.swf.service.v2.model',
    // A definition of 1 MiB with every character escaped.
    bodyMaxBytes: 7 * MIB,
    longPoll: { operation: 'GetActivityTask', idMember: '_pollId', abandon: '_AbandonActivityPoll' },
    ...plain,
  },
  DynamoDB_20120810: {
    name: 'dynamodb',
    title: 'DynamoDB',
    version: '1.0',
    namespace: 'com.amazonaws.dynamodb.v20120810',
    bodyMaxBytes: 17 * MIB,
    blobs: ['B', 'BS'],
    timestamps: [],
  },
  AmazonSQS: {
    name: 'sqs',
    title: 'SQS',
    version: '1.0',
    namespace: 'com.amazonaws.sqs',
    bodyMaxBytes: 7 * MIB,
    blobs: ['BinaryValue'],
    timestamps: [],
    queryCodes: {
      BatchEntryIdsNotDistinct: 'AWS.SimpleQueueService.BatchEntryIdsNotDistinct',
      BatchRequestTooLong: 'AWS.SimpleQueueService.BatchRequestTooLong',
      EmptyBatchRequest: 'AWS.SimpleQueueService.EmptyBatchRequest',
      InvalidBatchEntryId: 'AWS.SimpleQueueService.InvalidBatchEntryId',
      MessageNotInflight: 'AWS.SimpleQueueService.MessageNotInflight',
      PurgeQueueInProgress: 'AWS.SimpleQueueService.PurgeQueueInProgress',
      QueueDoesNotExist: 'AWS.SimpleQueueService.NonExistentQueue',
      TooManyEntriesInBatchRequest: 'AWS.SimpleQueueService.TooManyEntriesInBatchRequest',
    },
  },
  AWSEvents: {
    name: 'eventbridge',
    title: 'EventBridge',
    version: '1.1',
    namespace: '',
    bodyMaxBytes: 7 * MIB,
    blobs: [],
    timestamps: ['Time'],
  },
  Kinesis_20131202: {
    name: 'kinesis',
    title: 'Kinesis',
    version: '1.1',
    namespace: '',
    bodyMaxBytes: 17 * MIB,
    blobs: ['Data'],
    timestamps: ['Timestamp'],
  },
  AWSCognitoIdentityProviderService: {
    name: 'cognitoidentityprovider',
    title: 'Cognito user pools',
    version: '1.1',
    namespace: '',
    bodyMaxBytes: MIB,
    ...plain,
  },
  AmazonSSM: {
    name: 'ssm',
    title: 'SSM parameters',
    version: '1.1',
    namespace: '',
    bodyMaxBytes: MIB,
    ...plain,
  },
  AmazonEC2ContainerServiceV20141113: {
    name: 'ecs',
    title: 'ECS',
    version: '1.1',
    namespace: '',
    bodyMaxBytes: MIB,
    ...plain,
  },
};

/** For messages: what the port serves. */
export const SERVED = Object.entries(JSON_SERVICES)
  .map(([prefix, { title }]) => `${title} (${prefix})`)
  .join(', ');
