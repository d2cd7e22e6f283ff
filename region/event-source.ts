/**
 * How event source mappings and pipes pull from queues and streams: an interface inside the region, beside the public
 * API, because the pollers that AWS runs are not callers with an IAM principal of the template. A service that holds
 * queues or streams exposes `queueSource` or `streamSource` on its `Service`; `RegionPorts` finds it by ARN.
 */

/** A received message: invisible to others until it is deleted or its visibility timeout ends. */
export interface QueueMessage {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly md5OfBody: string;
  /** System attributes as strings: `ApproximateReceiveCount`, `SentTimestamp`, `SenderId`, `MessageGroupId`, ... */
  readonly attributes: Readonly<Record<string, string>>;
  /** As a Lambda event gives them: `{ stringValue?, binaryValue? (base64), dataType, stringListValues, binaryListValues }`. */
  readonly messageAttributes: Readonly<Record<string, unknown>>;
}

export interface QueueSource {
  /** How many messages could be received now. */
  available(queueArn: string): number;
  /** Receives up to `max` visible messages and starts their visibility timeout. */
  receive(queueArn: string, max: number): QueueMessage[];
  delete(queueArn: string, receiptHandles: readonly string[]): void;
  /** Gives messages back: each becomes visible again after `delaySeconds`, at its visibility timeout when omitted. */
  release(queueArn: string, receiptHandles: readonly string[], delaySeconds?: number): void;
  /**
   * Calls `listener` synchronously whenever messages become visible (sent, delay over, timeout over, group unlocked).
   * The listener only takes note and returns; it never receives within the call.
   */
  onAvailable(queueArn: string, listener: () => void): void;
}

export interface StreamRecord {
  readonly sequenceNumber: string;
  readonly arrivedAtMs: number;
  /** The element of a Lambda event's `Records` (`{ eventID, eventName, eventSource, kinesis | dynamodb, ... }`). */
  readonly event: Readonly<Record<string, unknown>>;
}

/** Where in a shard to read: its oldest record, only what comes after now, or what follows a sequence number. */
export type StreamPosition = 'TRIM_HORIZON' | 'LATEST' | { readonly after: string };

export interface StreamSource {
  /** Shard ids of the stream, constant for its life. */
  shards(streamArn: string): readonly string[];
  /** The position that `LATEST` means at this moment, as one that later reads can continue from. */
  latest(streamArn: string, shardId: string): StreamPosition;
  /**
   * Up to `max` records in order, none when the position is at the end; reading does not consume.
   * @param reader who reads on from here and never before: once all readers are past a record it need not be kept
   */
  read(
    streamArn: string,
    shardId: string,
    position: StreamPosition,
    max: number,
    reader?: object,
  ): readonly StreamRecord[];
  /** Calls `listener` synchronously with the shard that received records. It only takes note and returns. */
  onRecords(streamArn: string, listener: (shardId: string) => void): void;
}
