/**
 * How Step Functions names what a service refused. Optimised integrations call by version 1 of the AWS SDK for Java,
 * `aws-sdk` integrations by version 2: each has its own prefix, its own text, and a class of its own for an error that the
 * service's model does not list. Every listed error's class ends in `Exception`, whatever the service calls it.
 */
import type { AwsError } from '../../errors.ts';

/** Names that the models of most services do not list. */
const SELDOM_MODELLED = [
  'AccessDenied',
  'AccessDeniedException',
  'InternalFailure',
  'InvalidArgument',
  'InvalidParameterValue',
  'KeyTooLongError',
  'MissingParameter',
  'NotImplemented',
  'PreconditionFailed',
  'ThrottlingException',
  'UnknownOperationException',
  'ValidationException',
];

/** Services that list some of them all the same. */
const MODELLED: Readonly<Record<string, readonly string[]>> = {
  ecs: ['AccessDeniedException'],
  georoutes: ['AccessDeniedException', 'ThrottlingException', 'ValidationException'],
  kinesis: ['AccessDeniedException', 'ValidationException'],
  location: ['AccessDeniedException', 'ThrottlingException', 'ValidationException'],
  neptunedata: ['AccessDeniedException', 'ThrottlingException'],
  sfn: ['ValidationException'],
  sns: ['ValidationException'],
};

interface Naming {
  /** Before the dot of the error's name. */
  readonly prefix: string;
  /** In the cause. */
  readonly service: string;
  /** Of an error that the model does not list. */
  readonly base: string;
}

/** By the region's name of the service. */
const OPTIMISED: Readonly<Record<string, Naming>> = {
  dynamodb: { prefix: 'DynamoDB', service: 'AmazonDynamoDBv2', base: 'AmazonDynamoDBException' },
  ecs: { prefix: 'ECS', service: 'AmazonECS', base: 'AmazonECSException' },
  eventbridge: { prefix: 'EventBridge', service: 'AmazonEventBridge', base: 'AmazonEventBridgeException' },
  lambda: { prefix: 'Lambda', service: 'AWSLambda', base: 'AWSLambdaException' },
  sfn: { prefix: 'StepFunctions', service: 'AWSStepFunctions', base: 'AWSStepFunctionsException' },
  sns: { prefix: 'SNS', service: 'AmazonSNS', base: 'AmazonSNSException' },
  sqs: { prefix: 'SQS', service: 'AmazonSQS', base: 'AmazonSQSException' },
};

/** Names of the SDK's clients where they are not the service's own with a capital. */
const CLIENTS: Readonly<Record<string, string>> = {
  cognitoidentityprovider: 'CognitoIdentityProvider',
  dynamodb: 'DynamoDb',
  eventbridge: 'EventBridge',
  georoutes: 'GeoRoutes',
  iotdataplane: 'IotDataPlane',
  neptunedata: 'Neptunedata',
};

export type IntegrationKind = 'optimised' | 'aws-sdk';

export interface ErrorNaming {
  readonly error: string;
  readonly cause: string;
}

/** @param service the region's name of it */
export function nameError(error: AwsError, service: string, kind: IntegrationKind, requestId: string): ErrorNaming {
  const client = CLIENTS[service] ?? service.charAt(0).toUpperCase() + service.slice(1);
  const optimised = kind === 'optimised' ? OPTIMISED[service] : undefined;
  const naming = optimised ?? { prefix: client, service: client, base: `${client}Exception` };
  const named = `${naming.prefix}.${classOf(error.name, service) ?? naming.base}`;
  if (optimised !== undefined) {
    const code = `Status Code: ${error.httpStatus}; Error Code: ${error.name}; Request ID: ${requestId}; Proxy: null`;
    return { error: named, cause: `${error.message} (Service: ${naming.service}; ${code})` };
  }
  const request = `Status Code: ${error.httpStatus}, Request ID: ${requestId}`;
  const extended = service === 's3' ? `, Extended Request ID: ${requestId}` : '';
  const cause = `${error.message} (Service: ${naming.service}, ${request}${extended}) (SDK Attempt Count: 1)`;
  return { error: named, cause };
}

/** undefined for an error that the service's model does not list. */
function classOf(code: string, service: string): string | undefined {
  if (SELDOM_MODELLED.includes(code) && MODELLED[service]?.includes(code) !== true) return undefined;
  // What HeadObject cannot say for want of a body.
  if (service === 's3' && code === 'NotFound') return 'NoSuchKeyException';
  return code.endsWith('Exception') ? code : `${code}Exception`;
}
