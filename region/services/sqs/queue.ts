/**
 * One queue. Every message is in exactly one place (Q1): ready, delayed, in flight, or gone; an expired one is gone
 * when it is next looked at. A receipt handle is good from its receive until the message is deleted or received again
 * (Q2). A message that has been received `maxReceiveCount` times moves to the dead-letter queue instead of being
 * received once more (Q3).
 */
import type { TimerHandle } from '../../clock.ts';
import type { RegionPorts } from '../../service.ts';
import { invalidParameter, invalidReceiptHandle } from './errors.ts';
import { type Message, md5, type OutgoingMessage } from './message.ts';
import { ReadyList } from './ready-list.ts';

export interface QueueDefinition {
  readonly name: string;
  readonly arn: string;
  readonly url: string;
  readonly isFifo: boolean;
  readonly deduplicatesByContent: boolean;
  readonly visibilitySeconds: number;
  readonly delaySeconds: number;
  readonly retentionSeconds: number;
  readonly maxMessageBytes: number;
  readonly waitSeconds: number;
  readonly redrive: { readonly deadLetterArn: string; readonly maxReceiveCount: number } | undefined;
  readonly createdAtMs: number;
}

const DEDUPLICATION_MS = 5 * 60 * 1000;

export interface Waiter {
  readonly max: number;
  readonly visibilitySeconds: number | undefined;
  readonly answer: (messages: readonly Message[]) => void;
}

/** Moves a message on to the queue of this ARN. */
export type Redrive = (deadLetterArn: string, message: Message, sourceArn: string) => void;

export class Queue {
  readonly definition: QueueDefinition;
  readonly #ports: RegionPorts;
  readonly #redrive: Redrive;
  readonly #ready: ReadyList;
  readonly #delayed = new Map<Message, TimerHandle>();
  readonly #inFlight = new Map<string, { readonly message: Message; timer: TimerHandle }>();
  readonly #sent = new Map<string, { readonly message: Message; readonly untilMs: number }>();
  readonly #listeners: (() => void)[] = [];
  #waiters: Waiter[] = [];
  #order = 0;

  constructor(definition: QueueDefinition, ports: RegionPorts, redrive: Redrive) {
    this.definition = definition;
    this.#ports = ports;
    this.#redrive = redrive;
    this.#ready = new ReadyList(definition.isFifo);
  }

  /** Messages that are ready, in flight, and delayed. */
  counts(): { readonly visible: number; readonly inFlight: number; readonly delayed: number } {
    this.#ready.dropOldest(this.#isExpired);
    return { visible: this.#ready.size, inFlight: this.#inFlight.size, delayed: this.#delayed.size };
  }

  get available(): number {
    this.#ready.dropOldest(this.#isExpired);
    return this.#ready.available;
  }

  onAvailable(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** In a FIFO queue a message sent again within five minutes is the one that was sent before. */
  send(outgoing: OutgoingMessage): Message {
    const { isFifo, delaySeconds } = this.definition;
    const now = this.#ports.clock.now();
    const deduplicationId = isFifo ? this.#deduplicationId(outgoing) : undefined;
    if (deduplicationId !== undefined) {
      const known = this.#knownDuplicate(deduplicationId, now);
      if (known !== undefined) return known;
    }
    const message = this.#enter({ ...outgoing, deduplicationId }, now, undefined);
    if (deduplicationId !== undefined) {
      this.#sent.set(deduplicationId, { message, untilMs: now + DEDUPLICATION_MS });
    }
    const delayMs = 1000 * (isFifo ? delaySeconds : (outgoing.delaySeconds ?? delaySeconds));
    if (delayMs === 0) {
      this.#show(message);
    } else {
      const timer = this.#ports.clock.at(now + delayMs, () => {
        this.#delayed.delete(message);
        this.#show(message);
      });
      this.#delayed.set(message, timer);
    }
    return message;
  }

  /** Takes a message over from another queue: it keeps its identity and the time it was sent. */
  adopt(message: Message, sourceArn: string | undefined): void {
    const adopted = this.#enter(message, message.sentAtMs, sourceArn, message.messageId);
    this.#show(adopted);
  }

  /** Up to `max` messages, invisible from now for the visibility timeout. */
  receive(max: number, visibilitySeconds: number = this.definition.visibilitySeconds): Message[] {
    const { redrive, arn } = this.definition;
    const now = this.#ports.clock.now();
    const received: Message[] = [];
    for (const message of this.#ready.take(max, this.#isExpired)) {
      if (redrive !== undefined && message.receiveCount >= redrive.maxReceiveCount) {
        this.#redrive(redrive.deadLetterArn, message, arn);
        continue;
      }
      message.receiveCount += 1;
      message.firstReceivedAtMs ??= now;
      message.receiptHandle = `${message.messageId}#${message.order}#${message.receiveCount}`;
      this.#hide(message, message.receiptHandle, now + visibilitySeconds * 1000);
      received.push(message);
    }
    return received;
  }

  /** Answers as soon as there is a message, or with none after `waitSeconds`. */
  wait(waitSeconds: number, max: number, visibilitySeconds: number | undefined): Promise<readonly Message[]> {
    const { clock } = this.#ports;
    return new Promise((resolve) => {
      const timer = clock.at(clock.now() + waitSeconds * 1000, () => {
        this.#waiters = this.#waiters.filter((other) => other !== waiter);
        resolve([]);
      });
      const waiter: Waiter = {
        max,
        visibilitySeconds,
        answer: (messages) => {
          timer.cancel();
          resolve(messages);
        },
      };
      this.#waiters.push(waiter);
    });
  }

  /** Deleting twice is no error; a handle that was never given out is. */
  delete(receiptHandle: string): void {
    const held = this.#inFlight.get(receiptHandle);
    if (held === undefined) {
      this.#checkHandle(receiptHandle);
      return;
    }
    held.timer.cancel();
    this.#inFlight.delete(receiptHandle);
    this.#unlock(held.message);
  }

  /** Makes a message in flight visible after `seconds` from now. Throws when it is not in flight. */
  changeVisibility(receiptHandle: string, seconds: number): void {
    const held = this.#inFlight.get(receiptHandle);
    if (held === undefined) {
      this.#checkHandle(receiptHandle);
      throw invalidParameter(
        `Value ${receiptHandle} for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for visibility timeout change.`,
      );
    }
    held.timer.cancel();
    this.#inFlight.delete(receiptHandle);
    if (seconds > 0) {
      this.#hide(held.message, receiptHandle, this.#ports.clock.now() + seconds * 1000, true);
      return;
    }
    this.#return(held.message);
  }

  purge(): void {
    this.#ready.clear();
    for (const timer of this.#delayed.values()) timer.cancel();
    this.#delayed.clear();
    for (const { message, timer } of this.#inFlight.values()) {
      timer.cancel();
      this.#ready.unlock(message);
    }
    this.#inFlight.clear();
  }

  /** Takes every ready message out of the queue. */
  drain(): Message[] {
    return this.#ready.take(Number.POSITIVE_INFINITY, this.#isExpired);
  }

  readonly #isExpired = (message: Message): boolean =>
    message.sentAtMs + this.definition.retentionSeconds * 1000 <= this.#ports.clock.now();

  #deduplicationId(outgoing: OutgoingMessage): string {
    if (outgoing.deduplicationId !== undefined) return outgoing.deduplicationId;
    if (this.definition.deduplicatesByContent) return md5(outgoing.body);
    throw invalidParameter(
      'The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
    );
  }

  #knownDuplicate(deduplicationId: string, now: number): Message | undefined {
    for (const [id, { untilMs }] of this.#sent) {
      if (untilMs > now) break;
      this.#sent.delete(id);
    }
    return this.#sent.get(deduplicationId)?.message;
  }

  #enter(outgoing: OutgoingMessage, sentAtMs: number, sourceArn: string | undefined, messageId?: string): Message {
    this.#order += 1;
    return {
      body: outgoing.body,
      attributes: outgoing.attributes,
      senderId: outgoing.senderId,
      groupId: outgoing.groupId,
      deduplicationId: outgoing.deduplicationId,
      traceHeader: outgoing.traceHeader,
      messageId: messageId ?? this.#ports.uuid(),
      md5OfBody: md5(outgoing.body),
      sentAtMs,
      order: this.#order,
      sequenceNumber: this.definition.isFifo ? String(this.#order).padStart(20, '1') : undefined,
      deadLetterSourceArn: sourceArn,
      receiveCount: 0,
      firstReceivedAtMs: undefined,
      receiptHandle: undefined,
    };
  }

  #hide(message: Message, receiptHandle: string, untilMs: number, isLocked = false): void {
    const timer = this.#ports.clock.at(untilMs, () => {
      this.#inFlight.delete(receiptHandle);
      this.#return(message);
    });
    this.#inFlight.set(receiptHandle, { message, timer });
    if (!isLocked) this.#ready.lock(message);
  }

  #return(message: Message): void {
    this.#ready.unlock(message);
    this.#show(message);
  }

  #unlock(message: Message): void {
    this.#ready.unlock(message);
    if (this.definition.isFifo && this.#ready.available > 0) this.#announce();
  }

  #show(message: Message): void {
    this.#ready.add(message);
    this.#announce();
  }

  /** Lets those who wait have what there is; then tells the listeners. */
  #announce(): void {
    for (let waiter = this.#waiters[0]; waiter !== undefined; waiter = this.#waiters[0]) {
      const messages = this.receive(waiter.max, waiter.visibilitySeconds);
      if (messages.length === 0) break;
      this.#waiters.shift();
      waiter.answer(messages);
    }
    if (this.#ready.size === 0) return;
    for (const listener of this.#listeners) listener();
  }

  /** Refuses what cannot be a handle of this queue. */
  #checkHandle(receiptHandle: string): void {
    const order = Number(receiptHandle.split('#')[1] ?? Number.NaN);
    if (!(order >= 1 && order <= this.#order)) throw invalidReceiptHandle(receiptHandle);
  }
}
