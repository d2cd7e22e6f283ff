/**
 * Unit prices of the services the stacks use: list prices in US dollars for us-east-1, first paid tier, without free
 * tiers and discounts. Source: the pricing page of each service (https://aws.amazon.com/<service>/pricing/), as of
 * autumn 2026. One row per unit, so that a usage counter names exactly one price.
 */

export interface UnitPrice {
  readonly service: string;
  /** What one unit is. */
  readonly unit: string;
  readonly dollars: number;
}

const perMillion = (dollars: number): number => dollars / 1_000_000;
const perThousand = (dollars: number): number => dollars / 1000;

export const UNIT_PRICES = {
  // aws.amazon.com/step-functions/pricing: Standard workflows, $0.025 per 1,000.
  sfnTransitions: { service: 'Step Functions', unit: 'state transition', dollars: perThousand(0.025) },
  // aws.amazon.com/lambda/pricing: x86, first tier.
  lambdaRequests: { service: 'Lambda', unit: 'request', dollars: perMillion(0.2) },
  lambdaGbSeconds: { service: 'Lambda', unit: 'GB-second', dollars: 0.0000166667 },
  lambdaArmGbSeconds: { service: 'Lambda', unit: 'GB-second (arm64)', dollars: 0.0000133334 },
  // aws.amazon.com/dynamodb/pricing/on-demand, standard table class; a transactional write counts two units.
  dynamodbWriteUnits: { service: 'DynamoDB', unit: 'write request unit', dollars: perMillion(0.625) },
  dynamodbReadUnits: { service: 'DynamoDB', unit: 'read request unit', dollars: perMillion(0.125) },
  // GetRecords by Lambda is free; other readers pay for each.
  dynamodbStreamReads: { service: 'DynamoDB', unit: 'stream read request unit', dollars: perMillion(0.2) },
  // aws.amazon.com/sqs/pricing: 64 KB per request.
  sqsRequests: { service: 'SQS', unit: 'request', dollars: perMillion(0.4) },
  sqsFifoRequests: { service: 'SQS', unit: 'FIFO request', dollars: perMillion(0.5) },
  // aws.amazon.com/sns/pricing: deliveries to SQS and Lambda are free.
  snsPublishes: { service: 'SNS', unit: 'publish', dollars: perMillion(0.5) },
  snsEmails: { service: 'SNS', unit: 'e-mail', dollars: 2 / 100_000 },
  // aws.amazon.com/eventbridge/pricing: 64 KB per event or request.
  eventbridgeEvents: { service: 'EventBridge', unit: 'custom event', dollars: perMillion(1) },
  pipesRequests: { service: 'EventBridge Pipes', unit: 'request', dollars: perMillion(0.4) },
  schedulerInvocations: { service: 'EventBridge Scheduler', unit: 'invocation', dollars: perMillion(1) },
  // aws.amazon.com/kinesis/data-streams/pricing: provisioned by shard and 25 KB PUT unit, on demand by stream and GB.
  kinesisShardHours: { service: 'Kinesis', unit: 'shard hour', dollars: 0.015 },
  kinesisPutUnits: { service: 'Kinesis', unit: 'PUT payload unit', dollars: perMillion(0.014) },
  kinesisStreamHours: { service: 'Kinesis', unit: 'on-demand stream hour', dollars: 0.04 },
  kinesisGbIn: { service: 'Kinesis', unit: 'on-demand GB in', dollars: 0.08 },
  kinesisGbOut: { service: 'Kinesis', unit: 'on-demand GB out', dollars: 0.04 },
  // aws.amazon.com/iot-core/pricing: 5 KB per message; a rule and each of its actions count one each.
  iotMessages: { service: 'IoT Core', unit: 'message', dollars: perMillion(1) },
  iotRules: { service: 'IoT Core', unit: 'rule triggered', dollars: perMillion(0.15) },
  iotActions: { service: 'IoT Core', unit: 'action executed', dollars: perMillion(0.15) },
  iotConnectionMinutes: { service: 'IoT Core', unit: 'connection minute', dollars: perMillion(0.08) },
  // aws.amazon.com/appsync/pricing
  appsyncOperations: { service: 'AppSync', unit: 'query or mutation', dollars: perMillion(4) },
  appsyncUpdates: { service: 'AppSync', unit: 'real-time update', dollars: perMillion(2) },
  appsyncConnectionMinutes: { service: 'AppSync', unit: 'connection minute', dollars: perMillion(0.08) },
  // aws.amazon.com/s3/pricing: S3 Standard.
  s3Puts: { service: 'S3', unit: 'PUT', dollars: perThousand(0.005) },
  s3Gets: { service: 'S3', unit: 'GET', dollars: perThousand(0.0004) },
  // aws.amazon.com/location/pricing: a matrix costs by its pairs of origin and destination.
  locationMatrixPairs: { service: 'Location', unit: 'route matrix pair', dollars: perThousand(0.5) },
  locationRoutes: { service: 'Location', unit: 'route calculated', dollars: perThousand(0.5) },
  locationGeofencePuts: { service: 'Location', unit: 'geofence put or deleted', dollars: perThousand(0.05) },
  // aws.amazon.com/fargate/pricing: Linux, x86.
  fargateVcpuHours: { service: 'Fargate', unit: 'vCPU hour', dollars: 0.04048 },
  fargateGbHours: { service: 'Fargate', unit: 'GB hour', dollars: 0.004445 },
  // aws.amazon.com/neptune/pricing
  neptuneNcuHours: { service: 'Neptune', unit: 'NCU hour', dollars: 0.1608 },
  neptuneRequests: { service: 'Neptune', unit: 'I/O request', dollars: perMillion(0.2) },
  // aws.amazon.com/cloudwatch/pricing and aws.amazon.com/xray/pricing
  cloudwatchLogGb: { service: 'CloudWatch', unit: 'GB of logs', dollars: 0.5 },
  cloudwatchMetrics: { service: 'CloudWatch', unit: 'custom metric month', dollars: 0.3 },
  xrayTraces: { service: 'X-Ray', unit: 'trace recorded', dollars: perMillion(5) },
  // aws.amazon.com/kms/pricing
  kmsRequests: { service: 'KMS', unit: 'request', dollars: 0.03 / 10_000 },
} as const satisfies Record<string, UnitPrice>;

export type UsageUnit = keyof typeof UNIT_PRICES;
