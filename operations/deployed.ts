/**
 * The deployed system as operations see it: clients of the AWS SDK and the outputs of the stacks. Where they come from,
 * an account or a region in one process, makes no difference here.
 */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { LocationClient } from '@aws-sdk/client-location';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import { STSClient } from '@aws-sdk/client-sts';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/** Makes clients and knows the outputs; a region in one process fits, and so does a connection to one. */
export interface AwsAccess {
  sdk<T extends object>(Client: new (configuration: never) => T): T;
  readonly outputs: Readonly<Record<string, string>>;
  /** Whose time it is; without it, what needs the time says so by an error. */
  readonly time?: OperatorTime;
  readonly target?: Target;
}

/** The time of what is operated: virtual in a region, the host's in an account. */
export interface OperatorTime {
  /** ISO 8601 UTC with milliseconds. */
  now(): string;
  /** Told of every time that was read from what is operated; a clock of its own ignores it. */
  saw(iso: string): void;
  /** Resolves after that long, or as soon as the signal is aborted. */
  pause(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Where the clients speak to. */
export interface Target {
  /** Name of the AWS region. */
  readonly region: string;
  /** Absent for an account's own endpoints. */
  readonly endpoint?: string;
}

/** Outputs of the stacks that operations use. */
export type OutputName =
  | 'OrdersTableName'
  | 'LedgerTableName'
  | 'FleetTableName'
  | 'PlanningTableName'
  | 'RoutesTableName'
  | 'IntakeQueueUrl'
  | 'SignalsQueueUrl'
  | 'OrderLifecycleMachineArn'
  | 'RoutePlanningMachineArn'
  | 'RouteDispatchMachineArn'
  | 'ZoneCollectionName'
  | 'ArchiveBucketName'
  | 'BoardTableName'
  | 'ActionsTableName'
  | 'PositionsTableName'
  | 'IdempotencyTableName'
  | 'OperateOrderFunctionName'
  | 'QueryGraphFunctionName'
  | 'OrderReplayMachineArn';

export interface Deployed {
  readonly documents: DynamoDBDocumentClient;
  readonly queues: SQSClient;
  readonly machines: SFNClient;
  readonly location: LocationClient;
  readonly objects: S3Client;
  readonly functions: LambdaClient;
  readonly identities: STSClient;
  readonly time: OperatorTime;
  readonly target: Target;
  /** The same as `time.now()`. */
  now(): string;
  /** Throws an Error that names the output when no stack has it. */
  output(name: OutputName): string;
}

const NO_TIME = 'This asks for the time, and nobody said whose: open the deployed system with a `time`.';

const NO_CLOCK: OperatorTime = {
  now: () => {
    throw new Error(NO_TIME);
  },
  saw: () => undefined,
  pause: () => Promise.reject(new Error(NO_TIME)),
};

export function openDeployed(access: AwsAccess): Deployed {
  const time = access.time ?? NO_CLOCK;
  return {
    documents: DynamoDBDocumentClient.from(access.sdk(DynamoDBClient), {
      marshallOptions: { removeUndefinedValues: true },
    }),
    functions: access.sdk(LambdaClient),
    identities: access.sdk(STSClient),
    time,
    target: access.target ?? { region: 'us-east-1' },
    now: () => time.now(),
    queues: access.sdk(SQSClient),
    machines: access.sdk(SFNClient),
    location: access.sdk(LocationClient),
    objects: access.sdk(S3Client),
    output: (name) => {
      const value = access.outputs[name];
      if (value !== undefined) return value;
      throw new Error(`The stacks have no output ${name}: deploy this version of the app, or synthesise it again.`);
    },
  };
}
