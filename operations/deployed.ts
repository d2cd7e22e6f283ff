/**
 * The deployed system as operations see it: clients of the AWS SDK and the outputs of the stacks. Where they come from,
 * an account or a region in one process, makes no difference here.
 */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LocationClient } from '@aws-sdk/client-location';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/** Makes clients and knows the outputs; a region in one process fits, and so does a connection to one. */
export interface AwsAccess {
  sdk<T extends object>(Client: new (configuration: never) => T): T;
  readonly outputs: Readonly<Record<string, string>>;
}

/** Outputs of the stacks that operations use. */
export type OutputName =
  | 'OrdersTableName'
  | 'LedgerTableName'
  | 'FleetTableName'
  | 'RoutesTableName'
  | 'IntakeQueueUrl'
  | 'SignalsQueueUrl'
  | 'OrderLifecycleMachineArn'
  | 'RoutePlanningMachineArn'
  | 'RouteDispatchMachineArn'
  | 'ZoneCollectionName';

export interface Deployed {
  readonly documents: DynamoDBDocumentClient;
  readonly queues: SQSClient;
  readonly machines: SFNClient;
  readonly location: LocationClient;
  /** Throws an Error that names the output when no stack has it. */
  output(name: OutputName): string;
}

export function openDeployed(access: AwsAccess): Deployed {
  return {
    documents: DynamoDBDocumentClient.from(access.sdk(DynamoDBClient)),
    queues: access.sdk(SQSClient),
    machines: access.sdk(SFNClient),
    location: access.sdk(LocationClient),
    output: (name) => {
      const value = access.outputs[name];
      if (value !== undefined) return value;
      throw new Error(`The stacks have no output ${name}: deploy this version of the app, or synthesise it again.`);
    },
  };
}
