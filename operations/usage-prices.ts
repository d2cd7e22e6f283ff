/**
 * From what a region counts to what the price list prices. Every counter is either mapped to a unit of the list or
 * named as free; one that is neither is an error, since a silent zero would hide a cost.
 */
import type { UsageUnit } from '../domain/index.ts';

interface Pricing {
  readonly unit: UsageUnit;
  /** Counted units for one priced unit; 1 where both are the same. */
  readonly per?: number;
}

const SECONDS_PER_HOUR = 3600;

const PRICING: Readonly<Record<string, Pricing>> = {
  'appsync/connectionMinute': { unit: 'appsyncConnectionMinutes' },
  'appsync/operation': { unit: 'appsyncOperations' },
  'appsync/realtimeMessage': { unit: 'appsyncUpdates' },
  'dynamodb/rru': { unit: 'dynamodbReadUnits' },
  'dynamodb/wru': { unit: 'dynamodbWriteUnits' },
  'ecs/gbSecond': { unit: 'fargateGbHours', per: SECONDS_PER_HOUR },
  'ecs/vcpuSecond': { unit: 'fargateVcpuHours', per: SECONDS_PER_HOUR },
  'eventbridge/event': { unit: 'eventbridgeEvents' },
  'georoutes/matrixPair': { unit: 'locationMatrixPairs' },
  'georoutes/route': { unit: 'locationRoutes' },
  'iot/connectionMinute': { unit: 'iotConnectionMinutes' },
  'iot/message': { unit: 'iotMessages' },
  'iot/ruleAction': { unit: 'iotActions' },
  'iot/ruleTriggered': { unit: 'iotRules' },
  'kinesis/putUnit': { unit: 'kinesisPutUnits' },
  'lambda/gbSecond': { unit: 'lambdaGbSeconds' },
  'lambda/request': { unit: 'lambdaRequests' },
  'location/geofenceDelete': { unit: 'locationGeofencePuts' },
  'location/geofencePut': { unit: 'locationGeofencePuts' },
  // A geofence that is listed costs what one that is put costs.
  'location/geofenceRead': { unit: 'locationGeofencePuts' },
  'neptunedata/query': { unit: 'neptuneRequests' },
  'pipes/request': { unit: 'pipesRequests' },
  's3/get': { unit: 's3Gets' },
  's3/put': { unit: 's3Puts' },
  'sfn/transition': { unit: 'sfnTransitions' },
  'sns/publish': { unit: 'snsPublishes' },
  'sqs/request': { unit: 'sqsRequests' },
};

/** Counted, but not charged on their own. */
const FREE: Readonly<Record<string, string>> = {
  'kinesis/record': 'charged by PUT payload unit',
  's3/byte': 'storage is charged by the month',
};

/** What a run does not count: charges by the hour or the month that do not depend on its orders. */
export const NOT_COUNTED = [
  'CloudWatch logs, metrics and alarms',
  'Kinesis shard hours',
  'KMS',
  'Neptune capacity hours',
  'S3 and DynamoDB storage',
  'VPC endpoints',
  'X-Ray',
] as const;

/**
 * @param usage counted units by `service/unit`
 * @throws RangeError that names the counter that has neither a price nor a reason to be free
 */
export function pricedUsage(usage: Readonly<Record<string, number>>): Partial<Record<UsageUnit, number>> {
  const priced: Partial<Record<UsageUnit, number>> = {};
  for (const [counter, amount] of Object.entries(usage)) {
    const pricing = PRICING[counter];
    if (pricing !== undefined) {
      priced[pricing.unit] = (priced[pricing.unit] ?? 0) + amount / (pricing.per ?? 1);
    } else if (FREE[counter] === undefined) {
      throw new RangeError(`the run counted ${amount} of ${counter}, which has no price: add it to the price list`);
    }
  }
  return priced;
}
