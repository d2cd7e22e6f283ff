/**
 * Time as a program in a sandbox sees it: `Date`, timers, `performance` and `process.hrtime` on the region's clock.
 * Timers that are still open when an invocation ends are frozen with their environment, as Lambda does, and thawed by
 * the next one.
 */
import type { Clock, TimerHandle } from '../clock.ts';

/** The host's `Date` with `new Date()`, `Date()` and `Date.now()` on the clock; its instances are plain dates. */
export function createVirtualDate(clock: Clock): DateConstructor {
  const HostDate = Date;
  function VirtualDate(this: unknown, ...args: unknown[]): Date | string {
    if (new.target === undefined) return new HostDate(clock.now()).toString();
    return Reflect.construct(HostDate, args.length === 0 ? [clock.now()] : args, new.target) as Date;
  }
  VirtualDate.prototype = HostDate.prototype;
  VirtualDate.now = () => clock.now();
  VirtualDate.parse = HostDate.parse;
  VirtualDate.UTC = HostDate.UTC;
  Object.defineProperty(VirtualDate, 'name', { value: 'Date' });
  Object.defineProperty(VirtualDate, 'length', { value: 7 });
  return VirtualDate as unknown as DateConstructor;
}

interface SandboxTimer {
  handle: TimerHandle | undefined;
  dueMs: number;
  readonly fire: () => void;
  ref(): SandboxTimer;
  unref(): SandboxTimer;
  hasRef(): boolean;
  refresh(): SandboxTimer;
  [Symbol.toPrimitive](): number;
}

type Callback = (...args: unknown[]) => void;

export class SandboxTimers {
  readonly #clock: Clock;
  readonly #open = new Map<number, SandboxTimer>();
  #ids = 0;
  #frozen = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  readonly setTimeout = (callback: Callback, delayMs = 0, ...args: unknown[]): SandboxTimer => {
    const id = this.#nextId();
    const start = (): number => this.#clock.now() + Math.max(1, Number(delayMs) || 1);
    return this.#add(id, start, () => {
      this.#open.delete(id);
      callback(...args);
    });
  };

  readonly setInterval = (callback: Callback, delayMs = 0, ...args: unknown[]): SandboxTimer => {
    const id = this.#nextId();
    const start = (): number => this.#clock.now() + Math.max(1, Number(delayMs) || 1);
    const timer = this.#add(id, start, () => {
      this.#arm(timer, start());
      callback(...args);
    });
    return timer;
  };

  readonly setImmediate = (callback: Callback, ...args: unknown[]): SandboxTimer => {
    const id = this.#nextId();
    return this.#add(
      id,
      () => this.#clock.now(),
      () => {
        this.#open.delete(id);
        callback(...args);
      },
    );
  };

  readonly clear = (timer: SandboxTimer | number | null | undefined): void => {
    if (timer === null || timer === undefined) return;
    const id = Number(timer);
    this.#open.get(id)?.handle?.cancel();
    this.#open.delete(id);
  };

  /** Timers that would keep a program running. */
  get open(): number {
    return this.#open.size;
  }

  freeze(): void {
    this.#frozen = true;
    for (const timer of this.#open.values()) timer.handle?.cancel();
  }

  thaw(): void {
    this.#frozen = false;
    for (const timer of this.#open.values()) this.#arm(timer, timer.dueMs);
  }

  discard(): void {
    this.freeze();
    this.#open.clear();
  }

  #nextId(): number {
    this.#ids += 1;
    return this.#ids;
  }

  #add(id: number, start: () => number, fire: () => void): SandboxTimer {
    const timer: SandboxTimer = {
      handle: undefined,
      dueMs: 0,
      fire,
      ref: () => timer,
      unref: () => timer,
      hasRef: () => true,
      refresh: () => {
        this.#arm(timer, start());
        return timer;
      },
      [Symbol.toPrimitive]: () => id,
    };
    this.#open.set(id, timer);
    this.#arm(timer, start());
    return timer;
  }

  #arm(timer: SandboxTimer, dueMs: number): void {
    timer.handle?.cancel();
    timer.dueMs = dueMs;
    if (!this.#frozen) timer.handle = this.#clock.at(dueMs, timer.fire);
  }
}

export interface VirtualPerformance {
  now(): number;
  readonly timeOrigin: number;
  mark(): void;
  measure(): void;
}

export function createPerformance(clock: Clock): VirtualPerformance {
  const timeOrigin = clock.now();
  return { now: () => clock.now() - timeOrigin, timeOrigin, mark: () => undefined, measure: () => undefined };
}

/** `timers/promises`, as far as programs wait with it. */
export function createTimerPromises(timers: SandboxTimers): Readonly<Record<string, unknown>> {
  const wait = (delayMs?: number, value?: unknown): Promise<unknown> =>
    new Promise((resolve) => {
      timers.setTimeout(() => resolve(value), delayMs);
    });
  return { setTimeout: wait, setImmediate: (value?: unknown) => wait(0, value), scheduler: { wait } };
}
