/** `AWS::Pipes::Pipe` read once: source settings, filters, enrichment and the shape of what the target receives. */
import { UnknownToRegionError } from '../../errors.ts';
import type { ResourceContext } from '../../service.ts';
import { compilePath } from '../eventbridge/json-path.ts';
import {
  type Fields,
  isObject,
  knownFields,
  optionalNumber,
  optionalString,
  requiredString,
} from '../eventbridge/known-fields.ts';
import { compilePattern, type EventMatcher } from '../eventbridge/pattern.ts';

export type SourceKind = 'dynamodb' | 'kinesis' | 'sqs';

export interface SourceSettings {
  readonly kind: SourceKind;
  readonly arn: string;
  /** Any of them lets an event through; none lets all through. */
  readonly filters: readonly EventMatcher[];
  readonly batchSize: number;
  readonly windowMs: number;
  readonly startingPosition: 'TRIM_HORIZON' | 'LATEST';
  /** -1 repeats until the record is gone from the stream. */
  readonly maximumRetryAttempts: number;
  /** Infinity when records have no age limit. */
  readonly maximumRecordAgeMs: number;
  readonly deadLetterArn: string | undefined;
}

export interface PipeDefinition {
  readonly name: string;
  readonly arn: string;
  readonly roleArn: string;
  readonly running: boolean;
  readonly source: SourceSettings;
  readonly enrichment: { readonly arn: string; readonly inputTemplate: string | undefined } | undefined;
  readonly targetArn: string;
  readonly inputTemplate: string | undefined;
  /** Target settings of one event, with its `$.path` values read from it. */
  readonly parametersFor: (event: unknown) => Fields;
  /** Functions and state machines get the batch as one list, the others event by event. */
  readonly wholeBatch: boolean;
}

export const PIPE_PROPERTIES = [
  'Name',
  'RoleArn',
  'Source',
  'SourceParameters',
  'Enrichment',
  'EnrichmentParameters',
  'Target',
  'TargetParameters',
  'DesiredState',
];

const SOURCE_PARAMETERS: Readonly<Record<SourceKind, { readonly name: string; readonly batchSize: number }>> = {
  dynamodb: { name: 'DynamoDBStreamParameters', batchSize: 100 },
  kinesis: { name: 'KinesisStreamParameters', batchSize: 100 },
  sqs: { name: 'SqsQueueParameters', batchSize: 10 },
};

const STREAM_FIELDS = [
  'BatchSize',
  'MaximumBatchingWindowInSeconds',
  'StartingPosition',
  'MaximumRetryAttempts',
  'MaximumRecordAgeInSeconds',
  'DeadLetterConfig',
  'OnPartialBatchItemFailure',
  'ParallelizationFactor',
];

const TARGET_FIELDS: Readonly<Record<string, readonly string[]>> = {
  EventBridgeEventBusParameters: ['DetailType', 'Source', 'Time', 'Resources'],
  SqsQueueParameters: ['MessageGroupId', 'MessageDeduplicationId'],
  StepFunctionStateMachineParameters: ['InvocationType'],
  LambdaFunctionParameters: ['InvocationType'],
  KinesisStreamParameters: ['PartitionKey'],
};

export function parsePipe(context: ResourceContext, arnOf: (name: string) => string): PipeDefinition {
  const { properties, logicalId } = context;
  const where = `pipe ${logicalId}`;
  const name = optionalString(properties, 'Name') ?? context.generatedName(64);
  const enrichmentArn = optionalString(properties, 'Enrichment');
  const enrichment = knownFields(
    properties['EnrichmentParameters'] ?? {},
    ['InputTemplate'],
    `${where}.EnrichmentParameters`,
  );
  const targetArn = requiredString(properties, 'Target', where);
  const target = knownFields(
    properties['TargetParameters'] ?? {},
    ['InputTemplate', ...Object.keys(TARGET_FIELDS)],
    `${where}.TargetParameters`,
  );
  return {
    name,
    arn: arnOf(name),
    roleArn: requiredString(properties, 'RoleArn', where),
    running: (optionalString(properties, 'DesiredState') ?? 'RUNNING') === 'RUNNING',
    source: parseSource(requiredString(properties, 'Source', where), properties['SourceParameters'], where),
    enrichment:
      enrichmentArn === undefined
        ? undefined
        : { arn: enrichmentArn, inputTemplate: optionalString(enrichment, 'InputTemplate') },
    targetArn,
    inputTemplate: optionalString(target, 'InputTemplate'),
    parametersFor: compileParameters(target, targetArn, where),
    wholeBatch: ['lambda', 'states'].includes(targetArn.split(':')[2] ?? ''),
  };
}

function parseSource(arn: string, value: unknown, where: string): SourceSettings {
  const kind = arn.split(':')[2] ?? '';
  if (kind !== 'dynamodb' && kind !== 'kinesis' && kind !== 'sqs') {
    throw new UnknownToRegionError(`source ${arn}`, where, 'use a DynamoDB stream, a Kinesis stream or an SQS queue');
  }
  const { name, batchSize } = SOURCE_PARAMETERS[kind];
  const parameters = knownFields(value ?? {}, ['FilterCriteria', name], `${where}.SourceParameters`);
  const fields = knownFields(
    parameters[name] ?? {},
    kind === 'sqs' ? ['BatchSize', 'MaximumBatchingWindowInSeconds'] : STREAM_FIELDS,
    `${where}.${name}`,
  );
  const startingPosition = optionalString(fields, 'StartingPosition') ?? (kind === 'sqs' ? 'TRIM_HORIZON' : '');
  if (startingPosition !== 'TRIM_HORIZON' && startingPosition !== 'LATEST') {
    throw new UnknownToRegionError(`StartingPosition ${startingPosition}`, where, 'use TRIM_HORIZON or LATEST');
  }
  if ((optionalNumber(fields, 'ParallelizationFactor', where) ?? 1) !== 1) {
    throw new UnknownToRegionError('ParallelizationFactor above 1', where, 'leave it out: a shard is read in order');
  }
  const ageSeconds = optionalNumber(fields, 'MaximumRecordAgeInSeconds', where) ?? -1;
  const deadLetter = knownFields(fields['DeadLetterConfig'] ?? {}, ['Arn'], `${where}.DeadLetterConfig`);
  return {
    kind,
    arn,
    filters: parseFilters(parameters['FilterCriteria'], where),
    batchSize: optionalNumber(fields, 'BatchSize', where) ?? batchSize,
    windowMs: (optionalNumber(fields, 'MaximumBatchingWindowInSeconds', where) ?? 0) * 1000,
    startingPosition,
    maximumRetryAttempts: optionalNumber(fields, 'MaximumRetryAttempts', where) ?? -1,
    maximumRecordAgeMs: ageSeconds < 0 ? Number.POSITIVE_INFINITY : ageSeconds * 1000,
    deadLetterArn: optionalString(deadLetter, 'Arn'),
  };
}

function parseFilters(value: unknown, where: string): readonly EventMatcher[] {
  const { Filters: filters = [] } = knownFields(value ?? {}, ['Filters'], `${where}.FilterCriteria`);
  if (!Array.isArray(filters)) throw new UnknownToRegionError('Filters', where, 'give a list of { Pattern }');
  return filters.map((filter) => compilePattern(requiredString(isObject(filter) ? filter : {}, 'Pattern', where)));
}

/** The settings as queues, buses, streams and functions of the region take them, for rules and pipes alike. */
function compileParameters(target: Fields, targetArn: string, where: string): (event: unknown) => Fields {
  const groups = Object.entries(withInvocationType(target, targetArn, where))
    .filter(([group]) => group !== 'InputTemplate')
    .map(([group, value]) => {
      const fields = knownFields(value, TARGET_FIELDS[group] ?? [], `${where}.${group}`);
      const name = group === 'SqsQueueParameters' ? 'SqsParameters' : group;
      return [name, Object.entries(fields).map(([field, one]) => [field, compileValue(one)] as const)] as const;
    });
  return (event) =>
    Object.fromEntries(
      groups.map(([group, fields]) => [group, Object.fromEntries(fields.map(([field, read]) => [field, read(event)]))]),
    );
}

/** A pipe waits for its function unless told otherwise; waiting for a state machine needs a synchronous Express one. */
function withInvocationType(target: Fields, targetArn: string, where: string): Fields {
  const service = targetArn.split(':')[2];
  if (service === 'lambda') {
    const given = target['LambdaFunctionParameters'] ?? {};
    if (!isObject(given)) return target;
    return { ...target, LambdaFunctionParameters: { InvocationType: 'REQUEST_RESPONSE', ...given } };
  }
  if (service === 'states') {
    const parameters = target['StepFunctionStateMachineParameters'];
    if (!isObject(parameters) || parameters['InvocationType'] !== 'FIRE_AND_FORGET') {
      throw new UnknownToRegionError(
        'InvocationType REQUEST_RESPONSE',
        `${where}.TargetParameters`,
        'use FIRE_AND_FORGET',
      );
    }
  }
  return target;
}

/** A value that begins with `$.` is a path into the event, any other is itself. */
function compileValue(value: unknown): (event: unknown) => unknown {
  if (Array.isArray(value)) {
    const readers = value.map(compileValue);
    return (event) => readers.map((read) => read(event));
  }
  return typeof value === 'string' && value.startsWith('$.') ? compilePath(value) : () => value;
}
