/**
 * Sends lines of an orders file to the intake queue, in order: the message is the line as it stands, its number goes
 * along as an attribute. What the queue can not take is refused here, with the same shape as the intake refuses.
 */
import {
  GetQueueAttributesCommand,
  SendMessageBatchCommand,
  type SendMessageBatchRequestEntry,
  type SendMessageBatchResult,
} from '@aws-sdk/client-sqs';
import { byteLength, type Refusal } from '../domain/index.ts';
import type { Deployed } from './deployed.ts';
import type { OrderLine } from './order-lines.ts';

export interface LocalRefusal {
  readonly line: number;
  readonly orderId?: string;
  readonly refusals: readonly Refusal[];
}

export interface Placed {
  readonly sent: number;
  /** Lines that never left, since the queue takes no such message. */
  readonly refused: readonly LocalRefusal[];
}

const BATCH_ENTRIES = 10;
const BATCH_BYTES = 1_048_576;
const SEND_TRIES = 5;
/** Characters that SQS can not carry. */
const UNSENDABLE = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

export class Intake {
  readonly #queues: Deployed['queues'];
  readonly #queueUrl: string;
  #maxBytes: number | undefined;

  constructor({ queues, output }: Pick<Deployed, 'queues' | 'output'>) {
    this.#queues = queues;
    this.#queueUrl = output('IntakeQueueUrl');
  }

  /** @throws Error naming the line when the queue fails to take a message again and again */
  async place(lines: readonly OrderLine[]): Promise<Placed> {
    const maxBytes = await this.#maxMessageBytes();
    const refused: LocalRefusal[] = [];
    let batch: SendMessageBatchRequestEntry[] = [];
    let batchBytes = 0;
    let sent = 0;
    const flush = async (): Promise<void> => {
      if (batch.length > 0) await this.#send(batch);
      sent += batch.length;
      batch = [];
      batchBytes = 0;
    };
    for (const line of lines) {
      const entry = entryOf(line);
      const bytes = bytesOf(entry);
      const refusal = refusalOf(line.text, bytes, maxBytes);
      if (refusal !== undefined) {
        const { line: number, orderId } = line;
        refused.push({ line: number, ...(orderId === undefined ? {} : { orderId }), refusals: [refusal] });
        continue;
      }
      if (batch.length === BATCH_ENTRIES || batchBytes + bytes > BATCH_BYTES) await flush();
      batch.push(entry);
      batchBytes += bytes;
    }
    await flush();
    return { sent, refused };
  }

  async #maxMessageBytes(): Promise<number> {
    if (this.#maxBytes !== undefined) return this.#maxBytes;
    const { Attributes } = await this.#queues.send(
      new GetQueueAttributesCommand({ QueueUrl: this.#queueUrl, AttributeNames: ['MaximumMessageSize'] }),
    );
    this.#maxBytes = Number(Attributes?.MaximumMessageSize ?? BATCH_BYTES);
    return this.#maxBytes;
  }

  async #send(batch: readonly SendMessageBatchRequestEntry[]): Promise<void> {
    let entries = [...batch];
    for (let tries = 1; entries.length > 0; tries += 1) {
      const { Failed = [] }: SendMessageBatchResult = await this.#queues.send(
        new SendMessageBatchCommand({ QueueUrl: this.#queueUrl, Entries: entries }),
      );
      const [first] = Failed;
      if (first === undefined) return;
      if (tries === SEND_TRIES || Failed.some(({ SenderFault }) => SenderFault === true)) {
        throw new Error(`The intake queue does not take line ${first.Id}: ${first.Code} ${first.Message ?? ''}`);
      }
      entries = entries.filter(({ Id }) => Failed.some((failed) => failed.Id === Id));
    }
  }
}

function entryOf({ line, text }: OrderLine): SendMessageBatchRequestEntry {
  return {
    Id: String(line),
    MessageBody: text,
    MessageAttributes: { line: { DataType: 'Number', StringValue: String(line) } },
  };
}

/** As SQS counts: the body, and name, type and value of each attribute. */
function bytesOf({ MessageBody = '', MessageAttributes = {} }: SendMessageBatchRequestEntry): number {
  let bytes = byteLength(MessageBody);
  for (const [name, { DataType = '', StringValue = '' }] of Object.entries(MessageAttributes)) {
    bytes += byteLength(name) + byteLength(DataType) + byteLength(StringValue);
  }
  return bytes;
}

function refusalOf(text: string, bytes: number, maxBytes: number): Refusal | undefined {
  if (bytes > maxBytes) {
    const remedy = `send an order of at most ${maxBytes} bytes, which is what the intake queue takes: split it`;
    return { field: '$', value: `${bytes} bytes`, remedy, code: 'TOO_LARGE' };
  }
  const unsendable = UNSENDABLE.exec(text);
  if (unsendable === null) return undefined;
  const code = (text.codePointAt(unsendable.index) ?? 0).toString(16).padStart(4, '0');
  const remedy = `remove the character at position ${unsendable.index + 1}, which no queue message can carry`;
  return { field: '$', value: `U+${code}`, remedy, code: 'BAD_FORMAT' };
}
