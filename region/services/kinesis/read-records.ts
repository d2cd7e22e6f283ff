/** DescribeStreamSummary, ListStreams, ListShards, GetShardIterator and GetRecords. */
import { AwsError, UnknownToRegionError } from '../../errors.ts';
import type { StreamPosition } from '../../event-source.ts';
import { indexOfSequenceNumber, sequenceNumberOf } from '../shard-log.ts';
import type { KinesisStore, StreamReference } from './store.ts';
import { KinesisRecord } from './stream.ts';

export function describeStreamSummary(store: KinesisStore, input: StreamReference): object {
  const { definition } = store.stream(input);
  return {
    StreamDescriptionSummary: {
      StreamName: definition.name,
      StreamARN: definition.arn,
      StreamStatus: 'ACTIVE',
      StreamModeDetails: { StreamMode: definition.mode },
      RetentionPeriodHours: definition.retentionHours,
      StreamCreationTimestamp: new Date(definition.createdAtMs),
      EnhancedMonitoring: [{ ShardLevelMetrics: [] }],
      OpenShardCount: definition.shardCount,
      ConsumerCount: 0,
    },
  };
}

export function listStreams(store: KinesisStore): object {
  return { StreamNames: store.names(), HasMoreStreams: false };
}

export function listShards(store: KinesisStore, input: StreamReference): object {
  const stream = store.stream(input);
  return {
    Shards: stream.shardIds.map((ShardId) => ({
      ShardId,
      HashKeyRange: stream.hashRange(ShardId),
      SequenceNumberRange: { StartingSequenceNumber: sequenceNumberOf(1) },
    })),
  };
}

export interface ShardIteratorInput extends StreamReference {
  readonly ShardId: string;
  readonly ShardIteratorType: string;
  readonly StartingSequenceNumber?: string;
}

interface Iterator {
  readonly streamArn: string;
  readonly shardId: string;
  readonly position: StreamPosition;
}

function encode(iterator: Iterator): string {
  return Buffer.from(JSON.stringify(iterator)).toString('base64');
}

function decode(text: string): Iterator {
  try {
    return JSON.parse(Buffer.from(text, 'base64').toString()) as Iterator;
  } catch {
    throw new AwsError('InvalidArgumentException', 'Invalid ShardIterator.');
  }
}

function startOf(input: ShardIteratorInput, end: StreamPosition): StreamPosition {
  const index = indexOfSequenceNumber(input.StartingSequenceNumber ?? '');
  switch (input.ShardIteratorType) {
    case 'TRIM_HORIZON':
      return 'TRIM_HORIZON';
    case 'LATEST':
      return end;
    case 'AT_SEQUENCE_NUMBER':
    case 'AFTER_SEQUENCE_NUMBER':
      if (index === undefined) {
        throw new AwsError(
          'InvalidArgumentException',
          `StartingSequenceNumber ${input.StartingSequenceNumber} used in GetShardIterator on shard ${input.ShardId} is invalid.`,
        );
      }
      return { after: sequenceNumberOf(input.ShardIteratorType === 'AT_SEQUENCE_NUMBER' ? index - 1 : index) };
    default:
      throw new UnknownToRegionError(
        'ShardIteratorType of kinesis:GetShardIterator',
        input.ShardIteratorType,
        'use TRIM_HORIZON, LATEST, AT_SEQUENCE_NUMBER or AFTER_SEQUENCE_NUMBER',
      );
  }
}

export function getShardIterator(store: KinesisStore, input: ShardIteratorInput): object {
  const stream = store.stream(input);
  const shard = stream.shard(input.ShardId);
  if (shard === undefined) {
    throw new AwsError(
      'ResourceNotFoundException',
      `Shard ${input.ShardId} in stream ${stream.definition.name} under account ${store.ports.accountId} does not exist`,
    );
  }
  stream.keepForIterators();
  const position = startOf(input, shard.end());
  return { ShardIterator: encode({ streamArn: stream.definition.arn, shardId: input.ShardId, position }) };
}

export interface GetRecordsInput {
  readonly ShardIterator: string;
  readonly Limit?: number;
}

export function iteratorArn(input: GetRecordsInput): string {
  return decode(input.ShardIterator).streamArn;
}

export function getRecords(store: KinesisStore, input: GetRecordsInput): object {
  const iterator = decode(input.ShardIterator);
  const stream = store.stream({ StreamARN: iterator.streamArn });
  const records = stream.readByIterator(iterator.shardId, iterator.position, input.Limit ?? 10_000);
  const last = records.at(-1);
  const position: StreamPosition = last === undefined ? iterator.position : { after: last.sequenceNumber };
  const [next] = stream.readByIterator(iterator.shardId, position, 1);
  return {
    Records: records
      .filter((record) => record instanceof KinesisRecord)
      .map((record) => ({
        SequenceNumber: record.sequenceNumber,
        ApproximateArrivalTimestamp: new Date(record.arrivedAtMs),
        Data: record.data,
        PartitionKey: record.partitionKey,
      })),
    NextShardIterator: encode({ ...iterator, position }),
    MillisBehindLatest: next === undefined ? 0 : store.ports.clock.now() - next.arrivedAtMs,
  };
}
