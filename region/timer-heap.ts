/**
 * The clock's queue: a binary heap over (due time, sequence). Cancelled timers stay until they surface, unless they
 * come to outnumber the live ones; then the heap is rebuilt, so that timeouts which are always cancelled cost no memory.
 */
import type { TimerHandle } from './clock.ts';

/** A class, not a closure for each timer: timers are the most frequent objects of a run. */
export class Timer implements TimerHandle {
  readonly dueMs: number;
  readonly sequence: number;
  readonly background: boolean;
  work: (() => void) | undefined;
  readonly #heap: TimerHeap;

  constructor(heap: TimerHeap, dueMs: number, sequence: number, background: boolean, work: () => void) {
    this.#heap = heap;
    this.dueMs = dueMs;
    this.sequence = sequence;
    this.background = background;
    this.work = work;
  }

  cancel(): void {
    this.#heap.cancel(this);
  }
}

const isBefore = (a: Timer, b: Timer): boolean => a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.sequence < b.sequence);

export class TimerHeap {
  #timers: Timer[] = [];
  #sequence = 0;
  #cancelled = 0;
  #foreground = 0;

  /** Live timers that keep the region busy. */
  get foreground(): number {
    return this.#foreground;
  }

  add(dueMs: number, work: () => void, background: boolean): TimerHandle {
    this.#sequence += 1;
    const timer = new Timer(this, dueMs, this.#sequence, background, work);
    if (!background) this.#foreground += 1;
    this.#timers.push(timer);
    this.#rise(this.#timers.length - 1);
    return timer;
  }

  /** The earliest live timer, left in place. */
  peek(): Timer | undefined {
    for (;;) {
      const first = this.#timers[0];
      if (first === undefined || first.work !== undefined) return first;
      this.#removeFirst();
      this.#cancelled -= 1;
    }
  }

  /** The sequence number of the newest timer. */
  get newest(): number {
    return this.#sequence;
  }

  /** Removes the earliest timer, when it is due at `nowMs` and no newer than `newest`, and gives its work. */
  takeDue(nowMs: number, newest: number): (() => void) | undefined {
    const first = this.peek();
    if (first === undefined || first.dueMs > nowMs || first.sequence > newest) return undefined;
    this.#removeFirst();
    const work = first.work;
    first.work = undefined;
    if (!first.background) this.#foreground -= 1;
    return work;
  }

  cancel(timer: Timer): void {
    if (timer.work === undefined) return;
    timer.work = undefined;
    if (!timer.background) this.#foreground -= 1;
    this.#cancelled += 1;
    if (this.#cancelled > 1024 && this.#cancelled * 2 > this.#timers.length) this.#rebuild();
  }

  #rebuild(): void {
    // A sorted array is a heap.
    this.#timers = this.#timers
      .filter((timer) => timer.work !== undefined)
      .sort((a, b) => a.dueMs - b.dueMs || a.sequence - b.sequence);
    this.#cancelled = 0;
  }

  #removeFirst(): void {
    const last = this.#timers.pop();
    if (last === undefined || this.#timers.length === 0) return;
    this.#timers[0] = last;
    this.#sink(0);
  }

  #rise(start: number): void {
    const timers = this.#timers;
    const timer = timers[start] as Timer;
    let index = start;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = timers[parent] as Timer;
      if (!isBefore(timer, above)) break;
      timers[index] = above;
      index = parent;
    }
    timers[index] = timer;
  }

  #sink(start: number): void {
    const timers = this.#timers;
    const timer = timers[start] as Timer;
    let index = start;
    for (;;) {
      let child = index * 2 + 1;
      const left = timers[child];
      if (left === undefined) break;
      const right = timers[child + 1];
      if (right !== undefined && isBefore(right, left)) child += 1;
      const least = timers[child] as Timer;
      if (!isBefore(least, timer)) break;
      timers[index] = least;
      index = child;
    }
    timers[index] = timer;
  }
}
