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
    // Instances are the host's own: only a subclass has to be constructed as itself.
    if (new.target === (VirtualDate as unknown)) {
      if (args.length === 1) return new HostDate(args[0] as string);
      if (args.length === 0) return new HostDate(clock.now());
    }
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

type Callback = (...args: unknown[]) => void;

/** What the timer functions give: a `Timeout` as Node has it. */
class SandboxTimer {
  handle: TimerHandle | undefined;
  dueMs = 0;
  readonly #timers: SandboxTimers;
  readonly #id: number;
  readonly #delayMs: number;
  readonly #callback: Callback;
  readonly #args: readonly unknown[];
  readonly #repeats: boolean;

  constructor(
    timers: SandboxTimers,
    id: number,
    delayMs: number,
    callback: Callback,
    args: readonly unknown[],
    repeats: boolean,
  ) {
    this.#timers = timers;
    this.#id = id;
    this.#delayMs = delayMs;
    this.#callback = callback;
    this.#args = args;
    this.#repeats = repeats;
  }

  get delayMs(): number {
    return this.#delayMs;
  }

  fire(): void {
    if (this.#repeats) this.refresh();
    else this.#timers.forget(this.#id);
    this.#callback(...this.#args);
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  hasRef(): boolean {
    return true;
  }

  refresh(): this {
    this.#timers.start(this);
    return this;
  }

  [Symbol.toPrimitive](): number {
    return this.#id;
  }
}

export class SandboxTimers {
  readonly #clock: Clock;
  readonly #open = new Map<number, SandboxTimer>();
  #ids = 0;
  #frozen = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  readonly setTimeout = (callback: Callback, delayMs = 0, ...args: unknown[]): SandboxTimer =>
    this.#add(Math.max(1, Number(delayMs) || 1), callback, args, false);

  readonly setInterval = (callback: Callback, delayMs = 0, ...args: unknown[]): SandboxTimer =>
    this.#add(Math.max(1, Number(delayMs) || 1), callback, args, true);

  readonly setImmediate = (callback: Callback, ...args: unknown[]): SandboxTimer => this.#add(0, callback, args, false);

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

  /** Starts a timer, or starts it anew. */
  start(timer: SandboxTimer): void {
    this.#arm(timer, this.#clock.now() + timer.delayMs);
  }

  forget(id: number): void {
    this.#open.delete(id);
  }

  #add(delayMs: number, callback: Callback, args: readonly unknown[], repeats: boolean): SandboxTimer {
    this.#ids += 1;
    const timer = new SandboxTimer(this, this.#ids, delayMs, callback, args, repeats);
    this.#open.set(this.#ids, timer);
    this.start(timer);
    return timer;
  }

  #arm(timer: SandboxTimer, dueMs: number): void {
    timer.handle?.cancel();
    timer.dueMs = dueMs;
    if (!this.#frozen) timer.handle = this.#clock.at(dueMs, () => timer.fire());
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
