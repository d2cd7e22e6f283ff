/** `AWS::Lambda::EventSourceMapping` read once: which source, how its records are batched, filtered and retried. */
import { UnknownToRegionError } from '../../errors.ts';
import type { ResourceContext } from '../../service.ts';
import {
  type Fields,
  isObject,
  knownFields,
  optionalNumber,
  optionalString,
  requiredString,
} from '../eventbridge/known-fields.ts';
import { compilePattern, type EventMatcher } from '../eventbridge/pattern.ts';

export type SourceKind = 'sqs' | 'kinesis' | 'dynamodb';

export interface MappingSettings {
  readonly id: string;
  readonly kind: SourceKind;
  readonly sourceArn: string;
  readonly functionName: string;
  readonly isEnabled: boolean;
  readonly batchSize: number;
  readonly windowMs: number;
  /** Batches that are handled at once, of a queue. */
  readonly maximumConcurrency: number;
  readonly reportsItemFailures: boolean;
  /** Any of them lets a record through; none lets all through. */
  readonly filters: readonly EventMatcher[];
  readonly startingPosition: 'TRIM_HORIZON' | 'LATEST';
  readonly bisects: boolean;
  /** -1: until the record expires. */
  readonly maximumRetryAttempts: number;
  readonly maximumRecordAgeMs: number;
  readonly onFailureArn: string | undefined;
}

export const MAPPING_PROPERTIES = [
  'FunctionName',
  'EventSourceArn',
  'Enabled',
  'BatchSize',
  'MaximumBatchingWindowInSeconds',
  'FunctionResponseTypes',
  'ScalingConfig',
  'FilterCriteria',
  'StartingPosition',
  'BisectBatchOnFunctionError',
  'MaximumRetryAttempts',
  'MaximumRecordAgeInSeconds',
  'DestinationConfig',
];

/** A shard is read by one reader, in order: a parallelization factor would change throughput, which takes no time here. */
export const MAPPING_INERT = ['ParallelizationFactor', 'Tags', 'KmsKeyArn', 'MetricsConfig'];

const DEFAULT_QUEUE_CONCURRENCY = 5;
const STREAM_RETENTION_MS = 24 * 3_600_000;

function filtersOf(value: unknown, where: string): readonly EventMatcher[] {
  const { Filters: filters = [] } = knownFields(value ?? {}, ['Filters'], where);
  if (!Array.isArray(filters)) throw new UnknownToRegionError('Filters', where, 'give a list of { Pattern }');
  return filters.map((filter) => compilePattern(requiredString(isObject(filter) ? filter : {}, 'Pattern', where)));
}

function onFailureOf(value: unknown, where: string): string | undefined {
  const { OnFailure: onFailure = {} } = knownFields(value ?? {}, ['OnFailure'], where);
  return optionalString(knownFields(onFailure, ['Destination'], where), 'Destination');
}

export function parseMapping(context: ResourceContext, nameOf: (id: string) => string, id: string): MappingSettings {
  const { properties } = context;
  const where = `${context.stackName}/${context.logicalId}`;
  const sourceArn = requiredString(properties, 'EventSourceArn', where);
  const kind = sourceArn.split(':')[2] ?? '';
  if (kind !== 'sqs' && kind !== 'kinesis' && kind !== 'dynamodb') {
    throw new UnknownToRegionError(
      `event source ${sourceArn}`,
      where,
      'use a queue, a Kinesis stream or a table stream',
    );
  }
  const startingPosition = optionalString(properties, 'StartingPosition') ?? 'TRIM_HORIZON';
  if (startingPosition !== 'TRIM_HORIZON' && startingPosition !== 'LATEST') {
    throw new UnknownToRegionError(`StartingPosition ${startingPosition}`, where, 'use TRIM_HORIZON or LATEST');
  }
  const number = (name: string, fields: Fields = properties): number | undefined => optionalNumber(fields, name, where);
  const scaling = knownFields(properties['ScalingConfig'] ?? {}, ['MaximumConcurrency'], where);
  const ageSeconds = number('MaximumRecordAgeInSeconds') ?? -1;
  return {
    id,
    kind,
    sourceArn,
    functionName: nameOf(requiredString(properties, 'FunctionName', where)),
    isEnabled: String(properties['Enabled'] ?? true) === 'true',
    batchSize: number('BatchSize') ?? (kind === 'sqs' ? 10 : 100),
    windowMs: (number('MaximumBatchingWindowInSeconds') ?? 0) * 1000,
    maximumConcurrency: number('MaximumConcurrency', scaling) ?? DEFAULT_QUEUE_CONCURRENCY,
    reportsItemFailures: [properties['FunctionResponseTypes'] ?? []].flat().includes('ReportBatchItemFailures'),
    filters: filtersOf(properties['FilterCriteria'], where),
    startingPosition,
    bisects: String(properties['BisectBatchOnFunctionError'] ?? false) === 'true',
    maximumRetryAttempts: number('MaximumRetryAttempts') ?? -1,
    maximumRecordAgeMs: ageSeconds < 0 ? STREAM_RETENTION_MS : ageSeconds * 1000,
    onFailureArn: onFailureOf(properties['DestinationConfig'], where),
  };
}

/** Whether the record passes the filters; a `body` or `data` that is JSON is matched by its content. */
export function passesFilters(settings: MappingSettings, record: Readonly<Record<string, unknown>>): boolean {
  if (settings.filters.length === 0) return true;
  const view = filterView(settings.kind, record);
  return settings.filters.some((matches) => matches(view));
}

function filterView(kind: SourceKind, record: Readonly<Record<string, unknown>>): unknown {
  if (kind === 'sqs') return { ...record, body: parsed(String(record['body'])) };
  if (kind === 'dynamodb') return record;
  const kinesis = record['kinesis'] as { data: string };
  return { ...record, data: parsed(Buffer.from(kinesis.data, 'base64').toString('utf8')) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/**
 * What a handler reports of a batch under `ReportBatchItemFailures`: the identifiers of what failed, or `all` when the
 * answer is not one that Lambda accepts.
 */
export function failedItems(payload: string, known: ReadonlySet<string>): readonly string[] | 'all' {
  const answer: unknown = JSON.parse(payload);
  if (!isObject(answer)) return answer === null || answer === '' ? [] : 'all';
  const { batchItemFailures } = answer;
  if (batchItemFailures === undefined || batchItemFailures === null) return [];
  if (!Array.isArray(batchItemFailures)) return 'all';
  const ids = batchItemFailures.map((failure) => (isObject(failure) ? failure['itemIdentifier'] : undefined));
  return ids.every((id): id is string => typeof id === 'string' && known.has(id)) ? ids : 'all';
}
