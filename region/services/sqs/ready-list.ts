/**
 * The messages of a queue that may be received, oldest first. Taking from the front is constant time. In a FIFO queue
 * a message whose group has messages in flight stays, and one that comes back returns to its old place.
 */
import type { Message } from './message.ts';

const CUT_AT = 512;

export class ReadyList {
  #messages: Message[] = [];
  #head = 0;
  readonly #isFifo: boolean;
  /** Messages in flight by group. */
  readonly #locks = new Map<string, number>();

  constructor(isFifo: boolean) {
    this.#isFifo = isFifo;
  }

  get size(): number {
    return this.#messages.length - this.#head;
  }

  /** How many could be taken now. */
  get available(): number {
    if (this.#locks.size === 0) return this.size;
    return this.#live().filter((message) => !this.#locks.has(message.groupId ?? '')).length;
  }

  add(message: Message): void {
    const last = this.#messages.at(-1);
    if (!this.#isFifo || last === undefined || this.size === 0 || last.order < message.order) {
      this.#messages.push(message);
      return;
    }
    const at = this.#messages.findIndex((other, index) => index >= this.#head && other.order > message.order);
    this.#messages.splice(at, 0, message);
  }

  /** Takes up to `max` messages; those for which `isGone` holds are dropped on the way. */
  take(max: number, isGone: (message: Message) => boolean): Message[] {
    if (this.#isFifo) return this.#takeByGroup(max, isGone);
    const taken: Message[] = [];
    while (taken.length < max) {
      const message = this.#messages[this.#head];
      if (message === undefined) break;
      this.#head += 1;
      if (!isGone(message)) taken.push(message);
    }
    this.#cut();
    return taken;
  }

  /** Drops messages for which `isGone` holds from the front, where the oldest are. */
  dropOldest(isGone: (message: Message) => boolean): void {
    for (let first = this.#messages[this.#head]; first !== undefined && isGone(first); ) {
      this.#head += 1;
      first = this.#messages[this.#head];
    }
    this.#cut();
  }

  clear(): void {
    this.#messages = [];
    this.#head = 0;
  }

  lock(message: Message): void {
    if (!this.#isFifo || message.groupId === undefined) return;
    this.#locks.set(message.groupId, (this.#locks.get(message.groupId) ?? 0) + 1);
  }

  unlock(message: Message): void {
    if (!this.#isFifo || message.groupId === undefined) return;
    const left = (this.#locks.get(message.groupId) ?? 1) - 1;
    if (left === 0) this.#locks.delete(message.groupId);
    else this.#locks.set(message.groupId, left);
  }

  #live(): Message[] {
    return this.#messages.slice(this.#head);
  }

  #takeByGroup(max: number, isGone: (message: Message) => boolean): Message[] {
    const taken: Message[] = [];
    const kept: Message[] = [];
    for (const message of this.#live()) {
      if (isGone(message)) continue;
      if (taken.length < max && !this.#locks.has(message.groupId ?? '')) taken.push(message);
      else kept.push(message);
    }
    this.#messages = kept;
    this.#head = 0;
    return taken;
  }

  #cut(): void {
    if (this.#head < CUT_AT || this.#head * 2 < this.#messages.length) return;
    this.#messages = this.#live();
    this.#head = 0;
  }
}
