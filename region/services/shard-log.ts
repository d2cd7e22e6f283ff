/**
 * The append-only log behind one shard of a stream, shared by Kinesis and DynamoDB Streams. Records are found by
 * sequence number in constant time. Memory is bounded in two ways: records older than the retention are dropped, and
 * what every reader has passed is dropped at once, where all of them say who they are or there is but one.
 */
import type { StreamPosition, StreamRecord } from '../event-source.ts';

/** How many leading records may be dead before the array is cut: keeps trimming at constant cost per record. */
const CUT_AT = 1024;

const SEQUENCE_DIGITS = 20;

export function sequenceNumberOf(index: number): string {
  return `4${String(index).padStart(SEQUENCE_DIGITS, '0')}`;
}

/** The index behind a sequence number, or `undefined` when the text is none. */
export function indexOfSequenceNumber(sequenceNumber: string): number | undefined {
  return /^4\d{20}$/.test(sequenceNumber) ? Number(sequenceNumber.slice(1)) : undefined;
}

export class ShardLog {
  readonly shardId: string;
  readonly #retentionMs: number;
  #records: StreamRecord[] = [];
  /** Index in the whole log of `#records[0]`. */
  #base = 1;
  /** Leading elements of `#records` that are trimmed but not yet cut off. */
  #dead = 0;
  /** By reader: index in the whole log of the first record that it has still to read. */
  readonly #readers = new Map<object, number>();

  constructor(shardId: string, retentionMs: number) {
    this.shardId = shardId;
    this.#retentionMs = retentionMs;
  }

  /** The sequence number that the next record will have. */
  nextSequenceNumber(): string {
    return sequenceNumberOf(this.#base + this.#records.length);
  }

  append(record: StreamRecord): void {
    this.#records.push(record);
    const oldestMs = record.arrivedAtMs - this.#retentionMs;
    let dead = this.#dead;
    for (let first = this.#records[dead]; first !== undefined && first.arrivedAtMs < oldestMs; ) {
      dead += 1;
      first = this.#records[dead];
    }
    this.#trimTo(dead);
  }

  /** The position after the newest record. */
  end(): StreamPosition {
    return { after: sequenceNumberOf(this.#base + this.#records.length - 1) };
  }

  /**
   * Up to `max` records from `position`.
   * @param soleReader whether nobody else reads this shard: what lies before the position is then dropped
   */
  read(position: StreamPosition, max: number, soleReader: boolean): readonly StreamRecord[] {
    if (position === 'LATEST') return [];
    let from = this.#dead;
    if (position !== 'TRIM_HORIZON') {
      const index = indexOfSequenceNumber(position.after);
      if (index === undefined) throw new Error(`no sequence number of ${this.shardId}: ${position.after}`);
      from = Math.max(index + 1 - this.#base, this.#dead);
      if (soleReader) {
        this.#trimTo(Math.min(from, this.#records.length));
        from = Math.max(index + 1 - this.#base, this.#dead);
      }
    }
    return this.#records.slice(from, from + max);
  }

  /** Notes how far one of `readers` readers has come, and drops what all of them have behind them. */
  passed(reader: object, position: StreamPosition, readers: number): void {
    const index = typeof position === 'object' ? indexOfSequenceNumber(position.after) : undefined;
    if (index === undefined) return;
    this.#readers.set(reader, index + 1);
    if (this.#readers.size !== readers) return;
    const first = Math.min(...this.#readers.values());
    this.#trimTo(Math.min(first - this.#base, this.#records.length));
  }

  /** Records that are kept. */
  get size(): number {
    return this.#records.length - this.#dead;
  }

  #trimTo(dead: number): void {
    this.#dead = Math.max(this.#dead, dead);
    if (this.#dead < CUT_AT || this.#dead * 2 < this.#records.length) return;
    this.#records = this.#records.slice(this.#dead);
    this.#base += this.#dead;
    this.#dead = 0;
  }
}
