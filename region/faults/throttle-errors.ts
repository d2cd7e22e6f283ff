/** How services refuse what is too much. */
import { AwsError } from '../errors.ts';

const THROTTLED: Readonly<Record<string, readonly [name: string, message: string, status: number]>> = {
  dynamodb: [
    'ProvisionedThroughputExceededException',
    'The level of configured provisioned throughput for the table was exceeded. Consider increasing your provisioning level with the UpdateTable API.',
    400,
  ],
  georoutes: ['ThrottlingException', 'Rate exceeded', 429],
  kinesis: ['ProvisionedThroughputExceededException', 'Rate exceeded for shard', 400],
  lambda: ['TooManyRequestsException', 'Rate Exceeded.', 429],
  location: ['ThrottlingException', 'Rate exceeded', 429],
  neptunedata: ['ThrottlingException', 'Rate exceeded', 500],
  s3: ['SlowDown', 'Please reduce your request rate.', 503],
  sns: ['ThrottledException', 'Rate exceeded', 429],
  sqs: ['RequestThrottled', 'Request is throttled', 403],
};

export function throttled(service: string): AwsError {
  const [name, message, status] = THROTTLED[service] ?? ['ThrottlingException', 'Rate exceeded', 400];
  return new AwsError(name, message, status);
}
