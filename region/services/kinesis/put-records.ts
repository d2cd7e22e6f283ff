/** PutRecord, PutRecords, and records that other services deliver. */
import { AwsError } from '../../errors.ts';
import type { Delivery } from '../../service.ts';
import type { KinesisStore, StreamReference } from './store.ts';
import type { Stream } from './stream.ts';

export interface RecordInput {
  readonly Data: Uint8Array;
  readonly PartitionKey: string;
  readonly ExplicitHashKey?: string;
}

export type PutRecordInput = RecordInput & StreamReference;

export interface PutRecordsInput extends StreamReference {
  readonly Records: readonly RecordInput[];
}

const PUT_UNIT_BYTES = 25 * 1024;
const MAX_RECORD_BYTES = 1024 * 1024;
const MAX_RECORDS = 500;
const MAX_REQUEST_BYTES = 5 * 1024 * 1024;

function invalidArgument(message: string): AwsError {
  return new AwsError('InvalidArgumentException', message);
}

function checkRecord({ Data, PartitionKey, ExplicitHashKey }: RecordInput): number {
  if (!(Data instanceof Uint8Array)) throw invalidArgument('Data of a record must be a Uint8Array');
  if (PartitionKey === undefined || PartitionKey.length < 1 || PartitionKey.length > 256) {
    throw invalidArgument(`PartitionKey must have 1 to 256 characters; it is ${JSON.stringify(PartitionKey)}`);
  }
  if (ExplicitHashKey !== undefined && !/^(?:0|[1-9]\d{0,38})$/.test(ExplicitHashKey)) {
    throw invalidArgument(
      `Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was ${ExplicitHashKey}`,
    );
  }
  const bytes = Data.byteLength + Buffer.byteLength(PartitionKey);
  if (bytes > MAX_RECORD_BYTES) {
    throw invalidArgument(`A record of ${bytes} bytes, its partition key included, exceeds ${MAX_RECORD_BYTES} bytes`);
  }
  return bytes;
}

function put(store: KinesisStore, stream: Stream, record: RecordInput, bytes: number): object {
  store.ports.meter('kinesis', 'putUnit', Math.max(1, Math.ceil(bytes / PUT_UNIT_BYTES)));
  store.ports.meter('kinesis', 'record', 1);
  const data = Uint8Array.from(record.Data);
  return stream.put(record.PartitionKey, data, store.ports.clock.now(), record.ExplicitHashKey);
}

export function putRecord(store: KinesisStore, input: PutRecordInput): object {
  const stream = store.stream(input);
  return put(store, stream, input, checkRecord(input));
}

export function putRecords(store: KinesisStore, input: PutRecordsInput): object {
  const stream = store.stream(input);
  const count = input.Records.length;
  if (count === 0 || count > MAX_RECORDS) {
    throw invalidArgument(`Records has ${count} elements: a request takes 1 to ${MAX_RECORDS}`);
  }
  const sizes = input.Records.map(checkRecord);
  const total = sizes.reduce((sum, bytes) => sum + bytes, 0);
  if (total > MAX_REQUEST_BYTES) {
    throw invalidArgument(`Records of ${total} bytes exceed the ${MAX_REQUEST_BYTES} bytes of a request`);
  }
  return {
    FailedRecordCount: 0,
    Records: input.Records.map((record, index) => put(store, stream, record, sizes[index] ?? 0)),
  };
}

interface DeliveryParameters {
  readonly PartitionKey?: string;
  readonly KinesisParameters?: { readonly PartitionKey?: string };
  /** Of a pipe. */
  readonly KinesisStreamParameters?: { readonly PartitionKey?: string };
}

/**
 * A record from a rule, a pipe or a topic rule: bytes and text as they are, anything else as JSON. The partition key
 * is that of the parameters, else the id of the event.
 */
export function deliverRecord(store: KinesisStore, delivery: Delivery): void {
  const { payload, targetArn, principal } = delivery;
  if (principal.kind === 'role') {
    store.ports.authorize(principal, [{ action: 'kinesis:PutRecord', resource: targetArn }]);
  }
  const parameters = (delivery.parameters ?? {}) as DeliveryParameters;
  const eventId = (payload as { readonly id?: unknown } | null)?.id;
  const partitionKey =
    parameters.PartitionKey ??
    parameters.KinesisParameters?.PartitionKey ??
    parameters.KinesisStreamParameters?.PartitionKey ??
    (typeof eventId === 'string' ? eventId : store.ports.uuid());
  const data =
    payload instanceof Uint8Array
      ? payload
      : Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload));
  const record = { Data: data, PartitionKey: partitionKey };
  put(store, store.stream({ StreamARN: targetArn }), record, checkRecord(record));
}
