/**
 * Feeds a function from a queue. What was handled, or filtered out, is deleted; what failed stays invisible until its
 * visibility timeout ends, and the queue's redrive policy bounds the attempts.
 */
import type { TimerHandle } from '../../clock.ts';
import type { CorePorts } from '../../core-ports.ts';
import type { QueueMessage, QueueSource } from '../../event-source.ts';
import { failedItems, type MappingSettings, passesFilters } from './event-source-mapping.ts';
import type { LambdaStore } from './store.ts';

export class QueuePoller {
  readonly #ports: CorePorts;
  readonly #store: LambdaStore;
  readonly #settings: MappingSettings;
  readonly #source: QueueSource;
  #inFlight = 0;
  #wakeUp: TimerHandle | undefined;
  #windowEndMs: number | undefined;

  constructor(ports: CorePorts, store: LambdaStore, settings: MappingSettings) {
    this.#ports = ports;
    this.#store = store;
    this.#settings = settings;
    this.#source = ports.queueSource(settings.sourceArn);
  }

  start(): void {
    this.#source.onAvailable(this.#settings.sourceArn, () => this.#wake(this.#ports.clock.now()));
    this.#wake(this.#ports.clock.now());
  }

  /** A turn of its own: what is sent at one instant is received together. */
  #wake(dueMs: number): void {
    if (this.#wakeUp !== undefined && this.#wakeUp.dueMs <= dueMs) return;
    this.#wakeUp?.cancel();
    this.#wakeUp = this.#ports.clock.at(dueMs, () => {
      this.#wakeUp = undefined;
      this.#poll();
    });
  }

  #poll(): void {
    const { sourceArn, batchSize, windowMs, maximumConcurrency } = this.#settings;
    const nowMs = this.#ports.clock.now();
    while (this.#inFlight < maximumConcurrency) {
      const available = this.#source.available(sourceArn);
      if (available === 0) return;
      if (windowMs > 0 && available < batchSize) {
        this.#windowEndMs ??= nowMs + windowMs;
        if (nowMs < this.#windowEndMs) {
          this.#wake(this.#windowEndMs);
          return;
        }
      }
      this.#windowEndMs = undefined;
      const messages = this.#source.receive(sourceArn, batchSize);
      if (messages.length === 0) return;
      this.#inFlight += 1;
      this.#ports.spawn(() => this.#handle(messages));
    }
  }

  async #handle(received: readonly QueueMessage[]): Promise<void> {
    const { sourceArn, functionName } = this.#settings;
    const records = received.map((message) => this.#record(message));
    const passed = records.filter((record) => passesFilters(this.#settings, record));
    const isPassed = new Set(passed.map((record) => record.receiptHandle));
    const dropped = received.filter(({ receiptHandle }) => !isPassed.has(receiptHandle));
    this.#delete(dropped);
    if (passed.length > 0) {
      const outcome = await this.#store.pool(functionName).invoke(JSON.stringify({ Records: passed }), false);
      const messages = received.filter(({ receiptHandle }) => isPassed.has(receiptHandle));
      const failed = this.#failed(outcome, messages);
      this.#delete(messages.filter(({ messageId }) => !failed.has(messageId)));
      const handles = messages
        .filter(({ messageId }) => failed.has(messageId))
        .map(({ receiptHandle }) => receiptHandle);
      if (handles.length > 0) this.#source.release(sourceArn, handles);
    }
    this.#inFlight -= 1;
    this.#poll();
  }

  #delete(messages: readonly QueueMessage[]): void {
    if (messages.length === 0) return;
    this.#source.delete(
      this.#settings.sourceArn,
      messages.map(({ receiptHandle }) => receiptHandle),
    );
  }

  #failed(
    outcome: { payload: string; functionError?: string },
    messages: readonly QueueMessage[],
  ): ReadonlySet<string> {
    const ids = new Set(messages.map(({ messageId }) => messageId));
    if (outcome.functionError !== undefined) return ids;
    if (!this.#settings.reportsItemFailures) return new Set();
    const failed = failedItems(outcome.payload, ids);
    return failed === 'all' ? ids : new Set(failed);
  }

  #record(message: QueueMessage) {
    const { messageId, receiptHandle, body, attributes, messageAttributes, md5OfBody } = message;
    return {
      messageId,
      receiptHandle,
      body,
      attributes,
      messageAttributes,
      md5OfBody,
      eventSource: 'aws:sqs',
      eventSourceARN: this.#settings.sourceArn,
      awsRegion: this.#ports.region,
    };
  }
}
