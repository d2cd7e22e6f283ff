/**
 * Amazon Kinesis Data Streams: records in order by shard, kept for the retention period, or only until they are read
 * where one event source is the only reader.
 */
import type { StreamSource } from '../../event-source.ts';
import type { Permission, RegionPorts, Service } from '../../service.ts';
import { type Members, members, withKnownMembers } from '../known-members.ts';
import { deliverRecord, type PutRecordInput, type PutRecordsInput, putRecord, putRecords } from './put-records.ts';
import {
  describeStreamSummary,
  type GetRecordsInput,
  getRecords,
  getShardIterator,
  iteratorArn,
  listShards,
  listStreams,
  type ShardIteratorInput,
} from './read-records.ts';
import { KinesisStore, type StreamReference, streamHandlers } from './store.ts';

export interface Kinesis extends Service {
  readonly streamSource: StreamSource;
  readonly inspect: {
    /** Records that are in memory, by stream name. */
    readonly sizes: () => Readonly<Record<string, number>>;
  };
}

function streamSourceOf(store: KinesisStore): StreamSource {
  return {
    shards: (StreamARN) => store.stream({ StreamARN }).shardIds,
    latest: (StreamARN, shardId) => store.stream({ StreamARN }).shard(shardId)?.end() ?? 'LATEST',
    read: (StreamARN, shardId, position, max) => store.stream({ StreamARN }).read(shardId, position, max),
    onRecords: (StreamARN, listener) => store.stream({ StreamARN }).onRecords(listener),
  };
}

function permissionsOf(store: KinesisStore): Service['permissions'] {
  const on =
    (operation: string) =>
    (input: StreamReference): readonly Permission[] => [
      { action: `kinesis:${operation}`, resource: store.arnOf(input) },
    ];
  return {
    PutRecord: on('PutRecord'),
    PutRecords: on('PutRecords'),
    DescribeStreamSummary: on('DescribeStreamSummary'),
    ListShards: on('ListShards'),
    ListStreams: () => [{ action: 'kinesis:ListStreams', resource: '*' }],
    GetShardIterator: on('GetShardIterator'),
    GetRecords: (input: GetRecordsInput) => [{ action: 'kinesis:GetRecords', resource: iteratorArn(input) }],
  };
}

const STREAM = ['StreamName', 'StreamARN'];
const RECORD = ['Data', 'PartitionKey', 'ExplicitHashKey'];

const MEMBERS: Readonly<Record<string, Members>> = {
  PutRecord: members([...STREAM, ...RECORD]),
  PutRecords: members(STREAM, { Records: members(RECORD) }),
  DescribeStreamSummary: members(STREAM),
  ListShards: members(STREAM),
  GetShardIterator: members([...STREAM, 'ShardId', 'ShardIteratorType', 'StartingSequenceNumber']),
  GetRecords: members(['ShardIterator', 'Limit']),
};

/** Meters `putUnit` (25 KB of payload begun) and `record`. */
export function createKinesis(ports: RegionPorts): Kinesis {
  const store = new KinesisStore(ports);
  return {
    name: 'kinesis',
    operations: withKnownMembers('kinesis', MEMBERS, {
      PutRecord: (input: PutRecordInput) => putRecord(store, input),
      PutRecords: (input: PutRecordsInput) => putRecords(store, input),
      DescribeStreamSummary: (input: StreamReference) => describeStreamSummary(store, input),
      ListStreams: () => listStreams(store),
      ListShards: (input: StreamReference) => listShards(store, input),
      GetShardIterator: (input: ShardIteratorInput) => getShardIterator(store, input),
      GetRecords: (input: GetRecordsInput) => getRecords(store, input),
    }),
    resources: streamHandlers(store),
    permissions: permissionsOf(store),
    delivers: ['kinesis'],
    deliver: (delivery) => deliverRecord(store, delivery),
    streamSource: streamSourceOf(store),
    inspect: {
      sizes: () => Object.fromEntries(store.names().map((name) => [name, store.stream({ StreamName: name }).size])),
    },
  };
}
