/**
 * A stand-in for the region that a test hands to one service: a clock that the test moves, seeded chance, and a record
 * of everything the service asked of the region. Calls, deliveries and authorisation answer from functions that the
 * test may replace.
 */
import type { Clock, TimerHandle } from '../clock.ts';
import type { QueueSource, StreamSource } from '../event-source.ts';
import type {
  CallContext,
  Delivery,
  Permission,
  Principal,
  RegionPorts,
  ResourceContext,
  Service,
} from '../service.ts';

/** 2026-03-02T08:00:00Z, a Monday: where the manual clock starts unless told otherwise. */
export const FAKE_START_MS = Date.UTC(2026, 2, 2, 8);

interface Timer {
  readonly dueMs: number;
  readonly sequence: number;
  readonly work: () => void;
}

/** Lets every promise that can settle without the clock settle. */
async function drain(): Promise<void> {
  await new Promise<void>((resolve) => {
    setImmediate(resolve);
  });
}

/** Moves only when told; steps to each due time and drains the work there before the next. */
export class ManualClock implements Clock {
  #nowMs: number;
  #sequence = 0;
  #timers: Timer[] = [];

  constructor(startMs: number = FAKE_START_MS) {
    this.#nowMs = startMs;
  }

  now(): number {
    return this.#nowMs;
  }

  at(dueMs: number, work: () => void): TimerHandle {
    const timer: Timer = { dueMs: Math.max(dueMs, this.#nowMs), sequence: this.#sequence++, work };
    this.#timers.push(timer);
    this.#timers.sort((a, b) => a.dueMs - b.dueMs || a.sequence - b.sequence);
    return {
      dueMs: timer.dueMs,
      cancel: () => {
        this.#timers = this.#timers.filter((other) => other !== timer);
      },
    };
  }

  hold<T>(io: Promise<T>): Promise<T> {
    return io;
  }

  /** Timers that are still to fire. */
  get pending(): number {
    return this.#timers.length;
  }

  /** Runs everything due up to and including `targetMs`, in order, then stands at `targetMs`. */
  async advanceTo(targetMs: number): Promise<void> {
    await drain();
    for (let next = this.#timers[0]; next !== undefined && next.dueMs <= targetMs; next = this.#timers[0]) {
      this.#timers.shift();
      this.#nowMs = next.dueMs;
      next.work();
      await drain();
    }
    this.#nowMs = Math.max(this.#nowMs, targetMs);
  }

  async advance(ms: number): Promise<void> {
    await this.advanceTo(this.#nowMs + ms);
  }
}

/** The mulberry32 generator: one 32-bit state, good enough to vary tests and repeatable by seed. */
export function seededChance(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function seededUuid(chance: () => number): string {
  const hex = (digits: number): string => {
    let text = '';
    for (let index = 0; index < digits; index += 1) text += Math.floor(chance() * 16).toString(16);
    return text;
  };
  const variant = '89ab'.charAt(Math.floor(chance() * 4));
  return `${hex(8)}-${hex(4)}-4${hex(3)}-${variant}${hex(3)}-${hex(12)}`;
}

export interface RecordedCall {
  readonly service: string;
  readonly operation: string;
  readonly input: object;
  readonly principal: Principal;
}

export interface FakePorts extends RegionPorts {
  readonly clock: ManualClock;
  /** Everything passed to `call`, in order. */
  readonly calls: readonly RecordedCall[];
  /** Everything passed to `deliver`, in order. */
  readonly deliveries: readonly Delivery[];
  /** Sums of `meter` by `service/unit`. */
  readonly meters: Readonly<Record<string, number>>;
  /** Rejections of spawned work: empty in a healthy test. */
  readonly crashes: readonly unknown[];
  readonly logs: readonly { readonly level: string; readonly message: string }[];
}

export interface FakePortsOptions {
  readonly startMs?: number;
  readonly seed?: number;
  /** Answers `call`; by default each call is answered with `{}`. */
  readonly onCall?: (call: RecordedCall) => unknown;
  /** Runs for each delivery; throw to refuse it. */
  readonly onDeliver?: (delivery: Delivery) => void | Promise<void>;
  readonly onAuthorize?: (principal: Principal, permissions: readonly Permission[]) => void;
  readonly queueSource?: QueueSource;
  readonly streamSource?: StreamSource;
}

function required<T>(source: T | undefined, what: string, arn: string): T {
  if (source === undefined) throw new Error(`fakePorts has no ${what} for ${arn}: pass one in its options`);
  return source;
}

export function fakePorts(options: FakePortsOptions = {}): FakePorts {
  const calls: RecordedCall[] = [];
  const deliveries: Delivery[] = [];
  const meters: Record<string, number> = {};
  const crashes: unknown[] = [];
  const logs: { level: string; message: string }[] = [];
  const chance = seededChance(options.seed ?? 1);
  return {
    accountId: '123456789012',
    region: 'eu-central-1',
    partition: 'aws',
    clock: new ManualClock(options.startMs),
    calls,
    deliveries,
    meters,
    crashes,
    logs,
    random: chance,
    uuid: () => seededUuid(chance),
    async call(service, operation, input, principal) {
      const call = { service, operation, input, principal };
      calls.push(call);
      return options.onCall === undefined ? {} : options.onCall(call);
    },
    async deliver(delivery) {
      deliveries.push(delivery);
      await options.onDeliver?.(delivery);
    },
    queueSource: (arn) => required(options.queueSource, 'queueSource', arn),
    streamSource: (arn) => required(options.streamSource, 'streamSource', arn),
    authorize: (principal, permissions) => options.onAuthorize?.(principal, permissions),
    spawn(work) {
      Promise.resolve()
        .then(work)
        .catch((error: unknown) => crashes.push(error));
    },
    meter(service, unit, amount) {
      const key = `${service}/${unit}`;
      meters[key] = (meters[key] ?? 0) + amount;
    },
    log(level, message) {
      logs.push({ level, message });
    },
  };
}

/** A `ResourceContext` for a resource that has these properties. */
export function fakeResource(logicalId: string, properties: Readonly<Record<string, unknown>>): ResourceContext {
  return {
    stackName: 'Test',
    logicalId,
    generatedName: (maxLength = 64) => `Test-${logicalId}-0A1B2C3D`.slice(0, maxLength),
    properties,
    assemblyDirectory: 'cdk.out',
  };
}

export const accountContext: CallContext = { principal: { kind: 'account' }, requestId: 'request-1' };

/** Calls an operation of a service as the account; sync answers are awaited too, so errors always reject. */
export async function invoke<T = Record<string, unknown>>(
  service: Service,
  operation: string,
  input: object,
): Promise<T> {
  const run = service.operations[operation];
  if (run === undefined) throw new Error(`${service.name} has no operation ${operation}`);
  return (await run(input as never, accountContext)) as T;
}
