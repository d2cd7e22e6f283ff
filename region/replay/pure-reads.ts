/**
 * Calls that change nothing: they are answered without a line in the journal, so that whoever watches a region all day
 * does not make its replay longer. A call that is missing here is journaled, which is always right and only costs room.
 * While one of these runs, nothing is metered, no request is counted and no item expires; a draw of chance or a timer
 * ends the run with an error that names the call.
 */
const PURE_READS: Readonly<Record<string, readonly string[]>> = {
  dynamodb: ['GetItem', 'BatchGetItem', 'TransactGetItems', 'Query', 'Scan', 'DescribeTable', 'ListTables'],
  ecs: ['DescribeTasks'],
  eventbridge: ['DescribeRule'],
  iot: ['DescribeEndpoint', 'DescribeThing'],
  kinesis: ['DescribeStreamSummary', 'ListShards', 'ListStreams'],
  lambda: ['GetFunctionConfiguration'],
  location: ['DescribeGeofenceCollection', 'GetGeofence', 'ListGeofences'],
  s3: ['GetObject', 'HeadObject', 'ListBuckets', 'ListObjectsV2'],
  sfn: [
    'DescribeActivity',
    'DescribeExecution',
    'DescribeMapRun',
    'DescribeStateMachine',
    'DescribeStateMachineAlias',
    'DescribeStateMachineForExecution',
    'GetExecutionHistory',
    'ListActivities',
    'ListExecutions',
    'ListMapRuns',
    'ListStateMachineAliases',
    'ListStateMachineVersions',
    'ListStateMachines',
    'ListTagsForResource',
    'ValidateStateMachineDefinition',
  ],
  sns: ['ListTopics'],
  ssm: ['GetParameter', 'GetParameters', 'GetParametersByPath'],
  sts: ['GetCallerIdentity'],
  sqs: ['GetQueueAttributes', 'GetQueueUrl', 'ListQueues'],
};

const KEYS: ReadonlySet<string> = new Set(
  Object.entries(PURE_READS).flatMap(([service, operations]) => operations.map((name) => `${service}:${name}`)),
);

export const isPureRead = (service: string, operation: string): boolean => KEYS.has(`${service}:${operation}`);
