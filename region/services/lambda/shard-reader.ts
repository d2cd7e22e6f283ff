/**
 * Feeds a function from one shard of a stream, in order. A batch is retried, whole, halved or from its first failure,
 * until it succeeds, its attempts are used up or its records are too old; then it goes to the on-failure destination
 * and the shard moves on. Nothing behind a failing batch is read before that.
 */
import type { CorePorts } from '../../core-ports.ts';
import type { StreamPosition, StreamRecord, StreamSource } from '../../event-source.ts';
import { failedItems, type MappingSettings, passesFilters } from './event-source-mapping.ts';
import type { LambdaStore } from './store.ts';

/** How often Lambda polls a shard: once a second for Kinesis, four times for a table stream. */
const POLL_INTERVAL_MS = { kinesis: 1000, dynamodb: 250 } as const;
const RETRY_DELAY_MS = 1000;
const RETRY_DELAY_MAX_MS = 60_000;

export class ShardReader {
  readonly #ports: CorePorts;
  readonly #store: LambdaStore;
  readonly #settings: MappingSettings;
  readonly #shardId: string;
  readonly #source: StreamSource;
  readonly #intervalMs: number;
  #position: StreamPosition;
  #isBusy = false;
  #isScheduled = false;
  #lastPollMs = Number.NEGATIVE_INFINITY;
  #windowEndMs: number | undefined;

  constructor(ports: CorePorts, store: LambdaStore, settings: MappingSettings, shardId: string) {
    this.#ports = ports;
    this.#store = store;
    this.#settings = settings;
    this.#shardId = shardId;
    this.#source = ports.streamSource(settings.sourceArn);
    this.#intervalMs = POLL_INTERVAL_MS[settings.kind === 'kinesis' ? 'kinesis' : 'dynamodb'];
    const { sourceArn, startingPosition } = settings;
    this.#position = startingPosition === 'LATEST' ? this.#source.latest(sourceArn, shardId) : 'TRIM_HORIZON';
  }

  /** Records arrived, or may have. */
  wake(): void {
    if (!this.#isBusy && !this.#isScheduled) this.#schedule(this.#lastPollMs + this.#intervalMs);
  }

  #schedule(dueMs: number): void {
    this.#isScheduled = true;
    this.#ports.clock.at(Math.max(dueMs, this.#ports.clock.now()), () => {
      this.#isScheduled = false;
      this.#poll();
    });
  }

  #poll(): void {
    const { sourceArn, batchSize, windowMs } = this.#settings;
    const nowMs = this.#ports.clock.now();
    this.#lastPollMs = nowMs;
    const records = this.#source.read(sourceArn, this.#shardId, this.#position, batchSize, this);
    if (records.length === 0) return;
    if (windowMs > 0 && records.length < batchSize) {
      this.#windowEndMs ??= nowMs + windowMs;
      if (nowMs < this.#windowEndMs) {
        this.#schedule(Math.min(this.#windowEndMs, nowMs + this.#intervalMs));
        return;
      }
    }
    this.#windowEndMs = undefined;
    this.#isBusy = true;
    this.#ports.spawn(async () => {
      await this.#handle(records);
      this.#position = { after: (records.at(-1) as StreamRecord).sequenceNumber };
      this.#isBusy = false;
      // What came meanwhile is read at the next poll; a full batch means that more is waiting already.
      if (records.length === batchSize) this.#schedule(nowMs);
      else this.wake();
    });
  }

  async #handle(read: readonly StreamRecord[]): Promise<void> {
    const passed = read.filter((record) => passesFilters(this.#settings, record.event));
    // A stack of parts that are still to be handled, first part last.
    const parts: { readonly records: readonly StreamRecord[]; readonly tries: number }[] = [];
    if (passed.length > 0) parts.push({ records: passed, tries: 1 });
    for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
      const { records, tries } = part;
      const failedAt = await this.#invoke(records);
      if (failedAt === undefined) continue;
      const rest = records.slice(failedAt);
      if (this.#isExhausted(rest, tries)) {
        await this.#abandon(rest, tries);
        continue;
      }
      await this.#delay(Math.min(RETRY_DELAY_MS * 2 ** Math.min(tries - 1, 10), RETRY_DELAY_MAX_MS));
      if (this.#settings.bisects && rest.length > 1) {
        const middle = Math.ceil(rest.length / 2);
        // Halving does not use up attempts.
        parts.push({ records: rest.slice(middle), tries }, { records: rest.slice(0, middle), tries });
      } else parts.push({ records: rest, tries: tries + 1 });
    }
  }

  /** The index of the first record that is to be retried, undefined when all were handled. */
  async #invoke(records: readonly StreamRecord[]): Promise<number | undefined> {
    const event = JSON.stringify({ Records: records.map((record) => record.event) });
    const outcome = await this.#store.pool(this.#settings.functionName).invoke(event, false);
    if (outcome.functionError !== undefined) return 0;
    if (!this.#settings.reportsItemFailures) return undefined;
    const ids = records.map((record) => record.sequenceNumber);
    const failed = failedItems(outcome.payload, new Set(ids));
    if (failed === 'all') return 0;
    const first = ids.findIndex((id) => failed.includes(id));
    return first < 0 ? undefined : first;
  }

  #isExhausted(records: readonly StreamRecord[], tries: number): boolean {
    const { maximumRetryAttempts, maximumRecordAgeMs } = this.#settings;
    if (maximumRetryAttempts >= 0 && tries > maximumRetryAttempts) return true;
    return this.#ports.clock.now() - (records[0]?.arrivedAtMs ?? 0) > maximumRecordAgeMs;
  }

  #delay(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#ports.clock.at(this.#ports.clock.now() + ms, resolve);
    });
  }

  async #abandon(records: readonly StreamRecord[], tries: number): Promise<void> {
    const { onFailureArn, sourceArn, functionName, kind } = this.#settings;
    this.#ports.log('error', 'stream batch abandoned', {
      function: functionName,
      shard: this.#shardId,
      size: records.length,
      tries,
    });
    if (onFailureArn === undefined) return;
    const { arn, roleArn } = this.#store.pool(functionName).definition;
    const [first, last] = [records[0], records.at(-1)] as [StreamRecord, StreamRecord];
    const batch = {
      shardId: this.#shardId,
      startSequenceNumber: first.sequenceNumber,
      endSequenceNumber: last.sequenceNumber,
      approximateArrivalOfFirstRecord: new Date(first.arrivedAtMs).toISOString(),
      approximateArrivalOfLastRecord: new Date(last.arrivedAtMs).toISOString(),
      batchSize: records.length,
      streamArn: sourceArn,
    };
    await this.#ports.deliver({
      targetArn: onFailureArn,
      principal: { kind: 'role', arn: roleArn },
      payload: {
        requestContext: {
          requestId: this.#ports.uuid(),
          functionArn: arn,
          condition: 'RetryAttemptsExhausted',
          approximateInvokeCount: tries,
        },
        responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
        version: '1.0',
        timestamp: new Date(this.#ports.clock.now()).toISOString(),
        ...(kind === 'kinesis' ? { KinesisBatchInfo: batch } : { DDBStreamBatchInfo: batch }),
      },
    });
  }
}
