/**
 * The change stream of one table: one shard, records as a Lambda event has them. A record is rendered when it is first
 * read; until then it holds the shared item images.
 */
import { hash } from 'node:crypto';
import type { StreamPosition, StreamRecord } from '../../event-source.ts';
import { ShardLog } from '../shard-log.ts';
import { type AttributeValue, type Item, sizeOfItem } from './attribute-value.ts';

export type StreamViewType = 'NEW_IMAGE' | 'OLD_IMAGE' | 'NEW_AND_OLD_IMAGES' | 'KEYS_ONLY';

/** DynamoDB Streams keep records for 24 hours. */
const RETENTION_MS = 24 * 3600 * 1000;

export interface Mutation {
  readonly key: Item;
  readonly before: Item | undefined;
  readonly after: Item | undefined;
  /** Bytes of `before` and `after`, 0 where there is none. */
  readonly sizeBefore: number;
  readonly sizeAfter: number;
  /** Whether the item was deleted because its time to live was over. */
  readonly isExpiry: boolean;
}

/** A value as JSON carries it: binary in base64. Shares what holds no binary. */
function eventValue(value: AttributeValue): unknown {
  if (value.B !== undefined) return { B: Buffer.from(value.B).toString('base64') };
  if (value.BS !== undefined) return { BS: value.BS.map((bytes) => Buffer.from(bytes).toString('base64')) };
  if (value.M !== undefined) {
    const M = eventImage(value.M);
    return M === value.M ? value : { M };
  }
  if (value.L === undefined) return value;
  const elements = value.L;
  const L = elements.map(eventValue);
  return L.every((element, index) => element === elements[index]) ? value : { L };
}

function eventImage(item: Item): Readonly<Record<string, unknown>> {
  let copy: Record<string, unknown> | undefined;
  for (const name in item) {
    const value = item[name];
    if (value === undefined) continue;
    const image = eventValue(value);
    if (image === value) continue;
    copy ??= { ...item };
    copy[name] = image;
  }
  return copy ?? item;
}

class TableStreamRecord implements StreamRecord {
  readonly sequenceNumber: string;
  readonly arrivedAtMs: number;
  readonly #stream: TableStream;
  readonly #mutation: Mutation;
  #event: Readonly<Record<string, unknown>> | undefined;

  constructor(stream: TableStream, mutation: Mutation, sequenceNumber: string, arrivedAtMs: number) {
    this.#stream = stream;
    this.#mutation = mutation;
    this.sequenceNumber = sequenceNumber;
    this.arrivedAtMs = arrivedAtMs;
  }

  get event(): Readonly<Record<string, unknown>> {
    this.#event ??= this.#render();
    return this.#event;
  }

  #render(): Readonly<Record<string, unknown>> {
    const { key, before, after, sizeBefore, sizeAfter, isExpiry } = this.#mutation;
    const { arn, region, viewType, label } = this.#stream;
    const showsNew = viewType === 'NEW_IMAGE' || viewType === 'NEW_AND_OLD_IMAGES';
    const showsOld = viewType === 'OLD_IMAGE' || viewType === 'NEW_AND_OLD_IMAGES';
    const newImage = showsNew ? after : undefined;
    const oldImage = showsOld ? before : undefined;
    const size = sizeOfItem(key) + (showsNew ? sizeAfter : 0) + (showsOld ? sizeBefore : 0);
    const changed = after === undefined ? 'REMOVE' : 'MODIFY';
    return {
      eventID: `${label}${this.sequenceNumber.slice(-16)}`,
      eventName: before === undefined ? 'INSERT' : changed,
      eventVersion: '1.1',
      eventSource: 'aws:dynamodb',
      awsRegion: region,
      dynamodb: {
        ApproximateCreationDateTime: Math.floor(this.arrivedAtMs / 1000),
        Keys: eventImage(key),
        ...(newImage === undefined ? {} : { NewImage: eventImage(newImage) }),
        ...(oldImage === undefined ? {} : { OldImage: eventImage(oldImage) }),
        SequenceNumber: this.sequenceNumber,
        SizeBytes: size,
        StreamViewType: viewType,
      },
      eventSourceARN: arn,
      ...(isExpiry ? { userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' } } : {}),
    };
  }
}

export class TableStream {
  readonly arn: string;
  readonly region: string;
  readonly viewType: StreamViewType;
  /** 16 hexadecimal digits of the stream's own, for the ids of its records. */
  readonly label: string;
  readonly log = new ShardLog('shardId-00000000000000000001-00000001', RETENTION_MS);
  readonly #listeners: ((shardId: string) => void)[] = [];

  constructor(arn: string, region: string, viewType: StreamViewType) {
    this.arn = arn;
    this.region = region;
    this.viewType = viewType;
    this.label = hash('md5', arn).slice(0, 16);
  }

  record(mutation: Mutation, nowMs: number): void {
    this.log.append(new TableStreamRecord(this, mutation, this.log.nextSequenceNumber(), nowMs));
    for (const listener of this.#listeners) listener(this.log.shardId);
  }

  onRecords(listener: (shardId: string) => void): void {
    this.#listeners.push(listener);
  }

  read(position: StreamPosition, max: number, reader?: object): readonly StreamRecord[] {
    if (reader !== undefined) this.log.passed(reader, position, this.#listeners.length);
    return this.log.read(position, max, this.#listeners.length === 1);
  }
}
