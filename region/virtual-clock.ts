/**
 * The clock that runs the region. C1: virtual time never goes back. C2: time moves only when nothing is runnable: every
 * promise reaction has run and no held I/O is in flight. C3: work due at one time runs in (due, sequence) order and
 * drains before time moves on. C4: before time moves, every `onQuiet` listener had its chance to make more work runnable.
 * C5: what comes from outside is let in at a quiet point, one after the other, each drained before the next.
 * This file is the one place of the region that uses the host's clock and timers, and only to pace `scaled` mode.
 */
import {
  clearInterval as hostClearInterval,
  clearTimeout as hostClearTimeout,
  setImmediate as hostSetImmediate,
  setInterval as hostSetInterval,
  setTimeout as hostSetTimeout,
} from 'node:timers';
import type { Clock, TimerHandle } from './clock.ts';
import { TimerHeap } from './timer-heap.ts';

export type ClockSettings =
  | { readonly mode: 'auto-skip'; readonly startAt: string }
  | { readonly mode: 'manual'; readonly startAt: string }
  | { readonly mode: 'scaled'; readonly startAt: string; readonly speed: number };

/** When a run ends: at a virtual time (inclusive), when a condition holds, or when nothing is left to do. */
export interface RunGoal {
  readonly untilMs?: number;
  readonly condition?: () => boolean;
  /** Ends when only background work is left. */
  readonly idle?: boolean;
}

export type RunEnd = 'reached' | 'idle' | 'closed';

/** Turns of timers at one virtual time that can only be a loop without progress. */
const TURNS_AT_ONE_TIME_MAX = 2_000_000;
const HOST_TIMEOUT_MAX_MS = 2_147_483_647;

export class VirtualClock implements Clock {
  readonly mode: ClockSettings['mode'];
  readonly #heap = new TimerHeap();
  readonly #speed: number;
  readonly #quietListeners: (() => boolean)[] = [];
  #nowMs: number;
  #turns = 0;
  #trace = 0;
  #isPaced = true;
  readonly #waitingOutside: { readonly work: () => void; readonly after: (() => void) | undefined }[] = [];
  #held = 0;
  #released: (() => void) | undefined;
  #wake: (() => void) | undefined;
  #crash: { readonly error: unknown } | undefined;
  #closed = false;
  #running = false;
  #runs: Promise<unknown> = Promise.resolve();
  #paceFromVirtualMs: number;
  #paceFromHostMs: number;

  constructor(settings: ClockSettings) {
    this.mode = settings.mode;
    this.#nowMs = Date.parse(settings.startAt);
    if (Number.isNaN(this.#nowMs)) throw new RangeError(`clock.startAt "${settings.startAt}": give an ISO 8601 time`);
    this.#speed = settings.mode === 'scaled' ? settings.speed : 1;
    if (!(this.#speed > 0)) throw new RangeError(`clock.speed ${this.#speed}: give a number above 0`);
    this.#paceFromVirtualMs = this.#nowMs;
    this.#paceFromHostMs = performance.now();
  }

  get running(): boolean {
    return this.#running;
  }

  now(): number {
    return this.#nowMs;
  }

  /** How often due work was run: with what was let in, all that the state of a region follows from. */
  get turns(): number {
    return this.#turns;
  }

  /** A sum over the times of all turns and the timers that were set: two runs that differ in them differ here. */
  get trace(): number {
    return (this.#trace ^ Math.imul(this.#heap.newest, 0x9e3779b1)) >>> 0;
  }

  /** In `scaled` mode: without pace, a run goes as fast as it can, to come back to where it had been. */
  get isPaced(): boolean {
    return this.#isPaced;
  }

  set isPaced(isPaced: boolean) {
    this.#isPaced = isPaced;
    if (isPaced) this.#startPace();
  }

  /** Lets work in at the next quiet point of a run, after what waits already; `after` once it is drained. C5. */
  letIn(work: () => void, after?: () => void): void {
    this.#waitingOutside.push({ work, after });
    this.#wake?.();
  }

  /** Lets work in again and again, as often as the host's time says. @returns what ends it */
  everyHostMs(periodMs: number, work: () => void): () => void {
    const interval = hostSetInterval(() => this.letIn(work), periodMs).unref();
    return () => hostClearInterval(interval);
  }

  /** Moves time forward without a turn: to where something was let in. Not past the next due time. */
  jumpTo(ms: number): void {
    const next = this.#heap.peek();
    if (ms < this.#nowMs || ms > (next?.dueMs ?? Number.POSITIVE_INFINITY)) {
      const until = next === undefined ? 'any time' : new Date(next.dueMs).toISOString();
      const [to, from] = [new Date(ms).toISOString(), new Date(this.#nowMs).toISOString()];
      throw new RangeError(`time cannot go from ${from} to ${to} without a turn: give a time from there to ${until}`);
    }
    this.#nowMs = ms;
  }

  at(dueMs: number, work: () => void, kind: 'foreground' | 'background' = 'foreground'): TimerHandle {
    if (!Number.isFinite(dueMs)) throw new RangeError(`timer due at ${dueMs}: give a finite time in ms`);
    const timer = this.#heap.add(Math.max(dueMs, this.#nowMs), work, kind === 'background');
    this.#wake?.();
    return timer;
  }

  async hold<T>(io: Promise<T>): Promise<T> {
    this.#held += 1;
    try {
      return await io;
    } finally {
      this.#held -= 1;
      if (this.#held === 0) this.#released?.();
    }
  }

  /** Registers what to ask before time moves; it answers true when it made more work runnable. */
  onQuiet(listener: () => boolean): void {
    this.#quietListeners.push(listener);
  }

  /** Ends every run with this error: the region can no longer be trusted. The first crash is kept. */
  crash(error: unknown): void {
    this.#crash ??= { error };
    this.#wake?.();
  }

  get hasCrashed(): boolean {
    return this.#crash !== undefined;
  }

  close(): void {
    this.#closed = true;
    this.#wake?.();
  }

  /** Makes a waiting run look again. */
  nudge(): void {
    this.#wake?.();
  }

  /** In `scaled` mode: brings virtual time up to the pace, for work that enters from outside. */
  catchUp(): void {
    if (this.mode !== 'scaled' || !this.#isPaced) return;
    const next = this.#heap.peek();
    this.#nowMs = Math.max(this.#nowMs, Math.min(this.#pacedNow(), next?.dueMs ?? Number.POSITIVE_INFINITY));
  }

  /** Runs until the goal; a second run waits for the first. Rejects with the error of a crash. */
  run(goal: RunGoal): Promise<RunEnd> {
    const started = this.#runs.then(() => this.#runToGoal(goal));
    this.#runs = started.catch(() => undefined);
    return started;
  }

  /** Resolves when no run is under way. */
  async ended(): Promise<void> {
    await this.#runs;
  }

  /** Waits until nothing is runnable, without moving time. */
  async drain(): Promise<void> {
    for (;;) {
      await new Promise<void>((resolve) => hostSetImmediate(resolve));
      while (this.#held > 0) {
        await new Promise<void>((resolve) => {
          this.#released = resolve;
        });
        this.#released = undefined;
        await new Promise<void>((resolve) => hostSetImmediate(resolve));
      }
      if (this.#crash !== undefined) throw this.#crash.error;
      let isBusy = false;
      for (const listener of this.#quietListeners) if (listener()) isBusy = true;
      if (!isBusy) return;
    }
  }

  async #runToGoal(goal: RunGoal): Promise<RunEnd> {
    this.#running = true;
    if (this.mode === 'scaled') this.#startPace();
    try {
      let turnsHere = 0;
      let hasLetIn = false;
      for (;;) {
        await this.drain();
        if (goal.condition?.() === true) return 'reached';
        if (this.#closed) return 'closed';
        if (this.#waitingOutside.length > 0 && !hasLetIn) {
          await this.#openDoor();
          hasLetIn = true;
          if (this.#closed) return 'closed';
        }
        const next = this.#heap.peek();
        if (goal.idle === true && this.#heap.foreground === 0) return 'idle';
        if (goal.untilMs !== undefined && (next === undefined || next.dueMs > goal.untilMs)) {
          if (!(await this.#passTo(goal.untilMs))) {
            hasLetIn = false;
            continue;
          }
          this.#nowMs = Math.max(this.#nowMs, goal.untilMs);
          return 'reached';
        }
        if (next === undefined && !(this.mode === 'scaled' && this.#isPaced)) return 'idle';
        if (!(await this.#passTo(next?.dueMs ?? Number.POSITIVE_INFINITY))) {
          hasLetIn = false;
          continue;
        }
        const dueMs = next?.dueMs ?? this.#nowMs;
        turnsHere = dueMs > this.#nowMs ? 0 : turnsHere + 1;
        if (turnsHere > TURNS_AT_ONE_TIME_MAX) throw new Error(this.#stuckMessage());
        this.#nowMs = Math.max(this.#nowMs, dueMs);
        this.#fireDue();
        hasLetIn = false;
      }
    } finally {
      this.#running = false;
    }
  }

  /** C5. Only those who wait now: whoever comes meanwhile has the next turn before him. */
  async #openDoor(): Promise<void> {
    for (let waiting = this.#waitingOutside.length; waiting > 0; waiting -= 1) {
      const next = this.#waitingOutside.shift();
      this.catchUp();
      next?.work();
      await this.drain();
      next?.after?.();
    }
  }

  #fireDue(): void {
    this.#turns += 1;
    this.#trace = (Math.imul(this.#trace, 31) + (this.#nowMs % 0x7fffffff)) | 0;
    // Only what was due when the turn began: work that schedules itself at once gets its own turn, after a drain.
    const newest = this.#heap.newest;
    let work = this.#heap.takeDue(this.#nowMs, newest);
    while (work !== undefined) {
      work();
      work = this.#heap.takeDue(this.#nowMs, newest);
    }
  }

  /** In `scaled` mode waits on the host until virtual time may be `dueMs`; false when woken before. */
  async #passTo(dueMs: number): Promise<boolean> {
    if (this.mode !== 'scaled' || !this.#isPaced) return true;
    const waitMs = (dueMs - this.#pacedNow()) / this.#speed;
    if (waitMs <= 0) return true;
    if (this.#waitingOutside.length > 0 || this.#crash !== undefined) return false;
    return new Promise<boolean>((resolve) => {
      const finish = (isOver: boolean): void => {
        if (timer !== undefined) hostClearTimeout(timer);
        this.#wake = undefined;
        resolve(isOver);
      };
      const timer =
        waitMs === Number.POSITIVE_INFINITY
          ? hostSetTimeout(() => finish(false), HOST_TIMEOUT_MAX_MS)
          : hostSetTimeout(() => finish(waitMs <= HOST_TIMEOUT_MAX_MS), Math.min(waitMs, HOST_TIMEOUT_MAX_MS));
      this.#wake = () => finish(false);
    });
  }

  #startPace(): void {
    this.#paceFromVirtualMs = this.#nowMs;
    this.#paceFromHostMs = performance.now();
  }

  #pacedNow(): number {
    return this.#paceFromVirtualMs + (performance.now() - this.#paceFromHostMs) * this.#speed;
  }

  #stuckMessage(): string {
    const at = new Date(this.#nowMs).toISOString();
    return `${TURNS_AT_ONE_TIME_MAX} turns at ${at} without time moving: some work schedules itself again with no delay`;
  }
}
