/**
 * Reads the shards of a stream for a pipe. A shard is worked in order and one batch at a time: a batch that fails is
 * repeated, with growing pauses, from the first event that was not delivered, and blocks its shard until it passes, its
 * attempts are used up, or it is too old; then it goes to the dead-letter queue as a note of where it was.
 */
import type { TimerHandle } from '../../clock.ts';
import type { StreamPosition, StreamRecord } from '../../event-source.ts';
import type { RegionPorts } from '../../service.ts';
import { type Fields, isObject } from '../eventbridge/known-fields.ts';
import { PartialDelivery, type Pipeline } from './pipeline.ts';

const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 60_000;

interface Shard {
  readonly id: string;
  position: StreamPosition;
  busy: boolean;
  window: TimerHandle | undefined;
  windowOver: boolean;
  retries: number;
}

export function pollStream(ports: RegionPorts, pipeline: Pipeline): void {
  const { arn, kind, startingPosition } = pipeline.definition.source;
  const actions =
    kind === 'dynamodb' ? ['DescribeStream', 'GetShardIterator', 'GetRecords'] : ['GetShardIterator', 'GetRecords'];
  ports.authorize(
    pipeline.principal,
    actions.map((action) => ({ action: `${kind}:${action}`, resource: arn })),
  );
  const source = ports.streamSource(arn);
  const shards = new Map<string, Shard>();
  for (const id of source.shards(arn)) {
    const position = startingPosition === 'LATEST' ? source.latest(arn, id) : startingPosition;
    shards.set(id, { id, position, busy: false, window: undefined, windowOver: false, retries: 0 });
  }
  const wake = (shard: Shard): void => {
    if (shard.busy) return;
    shard.busy = true;
    ports.spawn(() => workShard(ports, pipeline, shard, wake));
  };
  source.onRecords(arn, (id) => {
    const shard = shards.get(id);
    if (shard !== undefined) wake(shard);
  });
  for (const shard of shards.values()) wake(shard);
}

/** Works off the shard until it has nothing more, must wait for its window, or pauses after a failure. */
async function workShard(
  ports: RegionPorts,
  pipeline: Pipeline,
  shard: Shard,
  wake: (shard: Shard) => void,
): Promise<void> {
  const { arn, batchSize, windowMs } = pipeline.definition.source;
  const source = ports.streamSource(arn);
  const resumeAt = (dueMs: number, before: () => void = () => undefined) =>
    ports.clock.at(dueMs, () => {
      before();
      wake(shard);
    });
  for (;;) {
    const records = source.read(arn, shard.id, shard.position, batchSize, shard);
    if (records.length === 0) break;
    if (windowMs > 0 && records.length < batchSize && !shard.windowOver && shard.retries === 0) {
      shard.window ??= resumeAt(ports.clock.now() + windowMs, () => {
        shard.windowOver = true;
      });
      break;
    }
    shard.window?.cancel();
    shard.window = undefined;
    shard.windowOver = false;
    const pauseMs = await workBatch(ports, pipeline, shard, records);
    if (pauseMs > 0) {
      // The shard stays busy through the pause: new records must not jump the queue.
      ports.clock.at(ports.clock.now() + pauseMs, () => ports.spawn(() => workShard(ports, pipeline, shard, wake)));
      return;
    }
  }
  shard.busy = false;
}

/** Returns how long to pause before the next read; 0 when the batch is done with. */
async function workBatch(
  ports: RegionPorts,
  pipeline: Pipeline,
  shard: Shard,
  records: readonly StreamRecord[],
): Promise<number> {
  const { kind, maximumRetryAttempts, maximumRecordAgeMs } = pipeline.definition.source;
  try {
    await pipeline.process(records.map((record) => (kind === 'kinesis' ? kinesisEvent(record.event) : record.event)));
  } catch (error) {
    if (!(error instanceof PartialDelivery)) throw error;
    const delivered = records[error.delivered - 1];
    if (delivered !== undefined) {
      shard.position = { after: delivered.sequenceNumber };
      shard.retries = 0;
    }
    const rest = records.slice(error.delivered);
    const ageMs = ports.clock.now() - (rest[0]?.arrivedAtMs ?? ports.clock.now());
    const tooOften = maximumRetryAttempts >= 0 && shard.retries >= maximumRetryAttempts;
    ports.log('warn', 'pipe batch failed', {
      pipe: pipeline.definition.name,
      error: error.cause.name,
      cause: error.message,
    });
    if (!tooOften && ageMs <= maximumRecordAgeMs) {
      shard.retries += 1;
      return Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (shard.retries - 1));
    }
    await giveUp(ports, pipeline, shard, rest, tooOften ? 'RetryAttemptsExhausted' : 'RecordAgeExceeded');
  }
  const last = records[records.length - 1];
  if (last !== undefined) shard.position = { after: last.sequenceNumber };
  shard.retries = 0;
  return 0;
}

async function giveUp(
  ports: RegionPorts,
  pipeline: Pipeline,
  shard: Shard,
  records: readonly StreamRecord[],
  condition: string,
): Promise<void> {
  const { arn, name, source } = pipeline.definition;
  const [first, last] = [records[0], records[records.length - 1]];
  ports.log('error', 'pipe gave up on a batch', { pipe: name, condition, records: records.length });
  if (source.deadLetterArn === undefined || first === undefined || last === undefined) return;
  await ports.deliver({
    targetArn: source.deadLetterArn,
    principal: pipeline.principal,
    payload: {
      context: { partnerResourceArn: arn, condition },
      version: '1.0',
      timestamp: new Date(ports.clock.now()).toISOString(),
      [source.kind === 'dynamodb' ? 'DDBStreamBatchInfo' : 'KinesisBatchInfo']: {
        shardId: shard.id,
        startSequenceNumber: first.sequenceNumber,
        endSequenceNumber: last.sequenceNumber,
        approximateArrivalOfFirstRecord: new Date(first.arrivedAtMs).toISOString(),
        approximateArrivalOfLastRecord: new Date(last.arrivedAtMs).toISOString(),
        batchSize: records.length,
        streamArn: source.arn,
      },
    },
  });
}

/** Pipes lift the members of `kinesis` to the top of the event. */
function kinesisEvent(event: Fields): Fields {
  const { kinesis, ...rest } = event;
  return isObject(kinesis) ? { ...kinesis, ...rest } : event;
}
