/** The shapes of requests, as the service model of Step Functions states them. */
import type { Shape, StructureShape } from './constraints.ts';

function structure(members: StructureShape['members'], required: readonly string[] = [], name?: string) {
  return { kind: 'structure', members, required, ...(name !== undefined && { name }) } as const;
}
const text = (max?: number, min = 0): Shape => ({ kind: 'string', min, ...(max !== undefined && { max }) });
const secret = (max?: number, min = 0): Shape => ({
  kind: 'string',
  min,
  secret: true,
  ...(max !== undefined && { max }),
});
const oneOf = (...values: string[]): Shape => ({ kind: 'string', enum: values });
const integer = (min: number, max?: number): Shape => ({
  kind: 'integer',
  min,
  ...(max !== undefined && { max }),
});
const list = (of: Shape, min?: number, max?: number): Shape => ({
  kind: 'list',
  of,
  ...(min !== undefined && { min }),
  ...(max !== undefined && { max }),
});

const arn = text(256, 1);
const longArn = text(2_000, 1);
const boolean: Shape = { kind: 'boolean' };
/** The upper bound of names, and which characters they may have, are refused as InvalidName. */
const name = text(undefined, 1);
const definition = secret(1_048_576, 1);
/** Payloads are bounded in bytes, which the actions count. */
const payload = secret();
const failure = { error: secret(256), cause: secret(32_768) };
const taskToken = secret(2_048, 1);
const description = text(256);
const aliasName: Shape = {
  kind: 'string',
  min: 1,
  max: 80,
  pattern: String.raw`^(?=.*[a-zA-Z_\-\.])[a-zA-Z0-9_\-\.]+$`,
};
const tags = list(structure({ key: text(128, 1), value: text(256) }, [], 'Tag'));
const loggingConfiguration = structure({
  level: oneOf('ALL', 'ERROR', 'FATAL', 'OFF'),
  includeExecutionData: boolean,
  destinations: list(structure({ cloudWatchLogsLogGroup: structure({ logGroupArn: text(256, 1) }) })),
});
const tracingConfiguration = structure({ enabled: boolean });
const encryptionConfiguration = structure(
  {
    type: oneOf('AWS_OWNED_KEY', 'CUSTOMER_MANAGED_KMS_KEY'),
    kmsKeyId: text(2_048, 1),
    kmsDataKeyReusePeriodSeconds: integer(60, 900),
  },
  ['type'],
);
const machineConfiguration = {
  loggingConfiguration,
  tracingConfiguration,
  encryptionConfiguration,
  publish: boolean,
  versionDescription: description,
};
const routingConfiguration = list(
  structure(
    { stateMachineVersionArn: arn, weight: integer(0, 100) },
    ['stateMachineVersionArn', 'weight'],
    'RoutingConfigurationListItem',
  ),
  1,
  2,
);
const pages = { maxResults: integer(0, 1_000), nextToken: text(1_024, 1) };

const byMachine = structure({ stateMachineArn: arn }, ['stateMachineArn']);
const byExecution = structure({ executionArn: arn }, ['executionArn']);
const byActivity = structure({ activityArn: arn }, ['activityArn']);
const byAlias = structure({ stateMachineAliasArn: arn }, ['stateMachineAliasArn']);
const pagesOfMachine = structure({ stateMachineArn: arn, ...pages }, ['stateMachineArn']);
const start = structure({ stateMachineArn: arn, name, input: payload, traceHeader: text(256) }, ['stateMachineArn']);

/** By action. An action without a shape checks its request itself. */
export const REQUEST_SHAPES: { readonly [action: string]: StructureShape } = {
  CreateActivity: structure({ name, tags, encryptionConfiguration }, ['name']),
  CreateStateMachine: structure(
    { name, definition, roleArn: arn, type: oneOf('STANDARD', 'EXPRESS'), tags, ...machineConfiguration },
    ['name', 'definition', 'roleArn'],
  ),
  CreateStateMachineAlias: structure({ description, name: aliasName, routingConfiguration }, [
    'name',
    'routingConfiguration',
  ]),
  DeleteActivity: byActivity,
  DeleteStateMachine: byMachine,
  DeleteStateMachineAlias: byAlias,
  DeleteStateMachineVersion: structure({ stateMachineVersionArn: longArn }, ['stateMachineVersionArn']),
  DescribeActivity: byActivity,
  DescribeExecution: byExecution,
  DescribeMapRun: structure({ mapRunArn: longArn }, ['mapRunArn']),
  DescribeStateMachine: byMachine,
  DescribeStateMachineAlias: byAlias,
  DescribeStateMachineForExecution: byExecution,
  GetActivityTask: structure({ activityArn: arn, workerName: text(80, 1) }, ['activityArn']),
  GetExecutionHistory: structure(
    { executionArn: arn, reverseOrder: boolean, includeExecutionData: boolean, ...pages },
    ['executionArn'],
  ),
  ListActivities: structure(pages),
  ListExecutions: structure({
    stateMachineArn: arn,
    mapRunArn: longArn,
    statusFilter: oneOf('SUCCEEDED', 'TIMED_OUT', 'PENDING_REDRIVE', 'ABORTED', 'FAILED', 'RUNNING'),
    redriveFilter: oneOf('REDRIVEN', 'NOT_REDRIVEN'),
    maxResults: integer(0, 1_000),
    nextToken: text(3_096, 1),
  }),
  ListMapRuns: structure({ executionArn: arn, ...pages }, ['executionArn']),
  ListStateMachineAliases: pagesOfMachine,
  ListStateMachineVersions: pagesOfMachine,
  ListStateMachines: structure(pages),
  ListTagsForResource: structure({ resourceArn: arn }, ['resourceArn']),
  PublishStateMachineVersion: structure({ stateMachineArn: arn, revisionId: text(), description }, ['stateMachineArn']),
  RedriveExecution: structure(
    { executionArn: arn, clientToken: { kind: 'string', min: 1, max: 64, pattern: '^[!-~]+$' } },
    ['executionArn'],
  ),
  SendTaskFailure: structure({ taskToken, ...failure }, ['taskToken']),
  SendTaskHeartbeat: structure({ taskToken }, ['taskToken']),
  SendTaskSuccess: structure({ taskToken, output: payload }, ['taskToken', 'output']),
  StartExecution: start,
  StartSyncExecution: start,
  StopExecution: structure({ executionArn: arn, ...failure }, ['executionArn']),
  TagResource: structure({ resourceArn: arn, tags }, ['resourceArn', 'tags']),
  TestState: structure(
    {
      definition,
      roleArn: arn,
      input: payload,
      inspectionLevel: oneOf('INFO', 'DEBUG', 'TRACE'),
      revealSecrets: boolean,
      variables: secret(262_144),
      stateName: text(80, 1),
      mock: structure({
        result: secret(262_144),
        errorOutput: structure(failure),
        fieldValidationMode: oneOf('STRICT', 'PRESENT', 'NONE'),
      }),
      context: secret(262_144),
      stateConfiguration: structure({
        retrierRetryCount: integer(0),
        errorCausedByState: text(80, 1),
        mapIterationFailureCount: integer(0),
        mapItemReaderData: secret(262_144),
      }),
    },
    ['definition'],
  ),
  UntagResource: structure({ resourceArn: arn, tagKeys: list(text(128, 1)) }, ['resourceArn', 'tagKeys']),
  UpdateMapRun: structure(
    {
      mapRunArn: longArn,
      maxConcurrency: integer(0),
      toleratedFailureCount: integer(0),
      toleratedFailurePercentage: { kind: 'float', min: 0, max: 100 },
    },
    ['mapRunArn'],
  ),
  UpdateStateMachine: structure({ stateMachineArn: arn, definition, roleArn: arn, ...machineConfiguration }, [
    'stateMachineArn',
  ]),
  UpdateStateMachineAlias: structure({ stateMachineAliasArn: arn, description, routingConfiguration }, [
    'stateMachineAliasArn',
  ]),
  ValidateStateMachineDefinition: structure(
    {
      definition,
      type: oneOf('STANDARD', 'EXPRESS'),
      severity: oneOf('ERROR', 'WARNING'),
      maxResults: integer(0, 100),
    },
    ['definition'],
  ),
};
