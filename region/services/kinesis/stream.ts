/**
 * One data stream: shards that share the hash space evenly, each an append-only log. A record goes to the shard that
 * holds the MD5 of its partition key, and stays in order there.
 */
import { hash } from 'node:crypto';
import type { StreamPosition, StreamRecord } from '../../event-source.ts';
import { ShardLog } from '../shard-log.ts';

export interface StreamDefinition {
  readonly name: string;
  readonly arn: string;
  readonly region: string;
  readonly mode: 'PROVISIONED' | 'ON_DEMAND';
  readonly shardCount: number;
  readonly retentionHours: number;
  readonly createdAtMs: number;
}

const HASH_SPACE = 2n ** 128n;

/** A record; its Lambda event is rendered when it is first read. */
export class KinesisRecord implements StreamRecord {
  readonly sequenceNumber: string;
  readonly arrivedAtMs: number;
  readonly partitionKey: string;
  readonly data: Uint8Array;
  readonly #stream: StreamDefinition;
  readonly #shardId: string;
  #event: Readonly<Record<string, unknown>> | undefined;

  constructor(stream: StreamDefinition, log: ShardLog, partitionKey: string, data: Uint8Array, nowMs: number) {
    this.#stream = stream;
    this.#shardId = log.shardId;
    this.sequenceNumber = log.nextSequenceNumber();
    this.arrivedAtMs = nowMs;
    this.partitionKey = partitionKey;
    this.data = data;
  }

  get event(): Readonly<Record<string, unknown>> {
    this.#event ??= {
      kinesis: {
        kinesisSchemaVersion: '1.0',
        partitionKey: this.partitionKey,
        sequenceNumber: this.sequenceNumber,
        data: Buffer.from(this.data.buffer, this.data.byteOffset, this.data.byteLength).toString('base64'),
        approximateArrivalTimestamp: this.arrivedAtMs / 1000,
      },
      eventSource: 'aws:kinesis',
      eventVersion: '1.0',
      eventID: `${this.#shardId}:${this.sequenceNumber}`,
      eventName: 'aws:kinesis:record',
      awsRegion: this.#stream.region,
      eventSourceARN: this.#stream.arn,
    };
    return this.#event;
  }
}

export class Stream {
  readonly definition: StreamDefinition;
  readonly #shards: readonly ShardLog[];
  readonly #listeners: ((shardId: string) => void)[] = [];
  /** Whether somebody reads by shard iterator, of whose progress the stream knows nothing. */
  #isReadByIterator = false;

  constructor(definition: StreamDefinition) {
    this.definition = definition;
    this.#shards = Array.from(
      { length: definition.shardCount },
      (_, index) => new ShardLog(`shardId-${String(index).padStart(12, '0')}`, definition.retentionHours * 3_600_000),
    );
  }

  get shardIds(): readonly string[] {
    return this.#shards.map(({ shardId }) => shardId);
  }

  shard(shardId: string): ShardLog | undefined {
    return this.#shards.find((shard) => shard.shardId === shardId);
  }

  /** Hash keys of a shard, both ends included. */
  hashRange(shardId: string): { readonly StartingHashKey: string; readonly EndingHashKey: string } {
    const at = BigInt(this.shardIds.indexOf(shardId));
    const count = BigInt(this.#shards.length);
    return {
      StartingHashKey: String((HASH_SPACE * at + count - 1n) / count),
      EndingHashKey: String((HASH_SPACE * (at + 1n) + count - 1n) / count - 1n),
    };
  }

  put(
    partitionKey: string,
    data: Uint8Array,
    nowMs: number,
    explicitHashKey?: string,
  ): { readonly SequenceNumber: string; readonly ShardId: string } {
    const shard = this.#shardFor(partitionKey, explicitHashKey);
    const record = new KinesisRecord(this.definition, shard, partitionKey, data, nowMs);
    shard.append(record);
    for (const listener of this.#listeners) listener(shard.shardId);
    return { SequenceNumber: record.sequenceNumber, ShardId: shard.shardId };
  }

  onRecords(listener: (shardId: string) => void): void {
    this.#listeners.push(listener);
  }

  /** For a consumer that listens: as long as it is the only one, the stream drops what it has passed. */
  read(shardId: string, position: StreamPosition, max: number): readonly StreamRecord[] {
    const isSole = this.#listeners.length === 1 && !this.#isReadByIterator;
    return this.shard(shardId)?.read(position, max, isSole) ?? [];
  }

  /** For a caller with a shard iterator: nothing is dropped before its retention ends. */
  readByIterator(shardId: string, position: StreamPosition, max: number): readonly StreamRecord[] {
    this.keepForIterators();
    return this.shard(shardId)?.read(position, max, false) ?? [];
  }

  keepForIterators(): void {
    this.#isReadByIterator = true;
  }

  /** Records that are kept in all shards. */
  get size(): number {
    return this.#shards.reduce((sum, shard) => sum + shard.size, 0);
  }

  #shardFor(partitionKey: string, explicitHashKey: string | undefined): ShardLog {
    const count = this.#shards.length;
    let at = 0;
    if (explicitHashKey !== undefined) {
      at = Number((BigInt(explicitHashKey) * BigInt(count)) / HASH_SPACE);
    } else if (count > 1) {
      const high = hash('md5', partitionKey, 'buffer').readUIntBE(0, 6);
      at = Math.floor((high / 2 ** 48) * count);
    }
    const shard = this.#shards[at];
    if (shard === undefined) throw new RangeError(`hash key ${explicitHashKey} is outside the 128-bit hash space`);
    return shard;
  }
}
