/**
 * The environments of one function. L1: an environment handles one event at a time. L2: events that arrive while all
 * environments are busy wait; a further environment is started only when the region is quiet, that is when the busy
 * ones wait for virtual time and not for the processor. So a burst that is handled at one instant runs in one warm
 * environment, in order. L3: an invocation that is still open when time is about to move gets its timeout.
 */
import type { CorePorts } from '../../core-ports.ts';
import { AwsError } from '../../errors.ts';
import { Environment, type Outcome } from './environment.ts';
import { faultyInvocation } from './faulty-invocation.ts';
import type { FunctionDefinition } from './function.ts';

export const ACCOUNT_CONCURRENCY = 1000;

/** What an invocation is billed for beyond the virtual time it took: computing takes no virtual time. */
export const NOMINAL_COMPUTE_MS = 25;

interface Invocation {
  readonly event: string;
  /** Throws `TooManyRequestsException` in place of waiting when the concurrency is used up. */
  readonly isThrottled: boolean;
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: Error) => void;
}

interface Running {
  readonly invocation: Invocation;
  readonly requestId: string;
  readonly startMs: number;
  cancelTimeout: (() => void) | undefined;
  isOver: boolean;
}

export class FunctionPool {
  readonly definition: FunctionDefinition;
  readonly #ports: CorePorts;
  readonly #onRestless: (pool: FunctionPool) => void;
  readonly #free: Environment[] = [];
  readonly #running = new Map<Environment, Running>();
  #waiting = new Set<Invocation>();
  #environments = 0;

  /** @param onRestless called when the pool has open invocations and wants `settle` to be called before time moves */
  constructor(ports: CorePorts, definition: FunctionDefinition, onRestless: (pool: FunctionPool) => void) {
    this.#ports = ports;
    this.definition = definition;
    this.#onRestless = onRestless;
  }

  /** @param event JSON text */
  invoke(event: string, isThrottled: boolean): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      const invocation = { event, isThrottled, resolve, reject };
      const environment = this.#free.pop() ?? (this.#environments === 0 ? this.#start() : undefined);
      if (environment === undefined) this.#waiting.add(invocation);
      else this.#run(environment, invocation);
      this.#onRestless(this);
    });
  }

  /** Drops the environments that are not in use, so that the next events start cold. */
  reset(): void {
    for (const environment of this.#free.splice(0)) {
      environment.discard();
      this.#environments -= 1;
    }
  }

  /** L2 and L3, when nothing is runnable. `isBusy`: work was made runnable; `isRestless`: invocations are open. */
  settle(): { readonly isBusy: boolean; readonly isRestless: boolean } {
    let isBusy = false;
    if (this.#waiting.size > 0) {
      const environment = this.#start();
      const next = environment === undefined ? undefined : this.#takeWaiting();
      if (environment !== undefined && next !== undefined) {
        this.#run(environment, next);
        isBusy = true;
      } else if (this.#refuseThrottled()) isBusy = true;
    }
    for (const [environment, running] of this.#running) {
      running.cancelTimeout ??= this.#armTimeout(environment, running);
    }
    return { isBusy, isRestless: this.#running.size > 0 || this.#waiting.size > 0 };
  }

  /** The one that waits longest. A set keeps the order and gives its first member without moving the others. */
  #takeWaiting(): Invocation | undefined {
    for (const invocation of this.#waiting) {
      this.#waiting.delete(invocation);
      return invocation;
    }
    return undefined;
  }

  #start(): Environment | undefined {
    const limit = this.definition.reservedConcurrency ?? ACCOUNT_CONCURRENCY;
    if (this.#environments >= limit) return undefined;
    this.#environments += 1;
    return new Environment(
      this.#ports,
      this.definition,
      this.#ports.prng(`${this.definition.name}/${this.#environments}`),
    );
  }

  #refuseThrottled(): boolean {
    const refused = [...this.#waiting].filter((invocation) => invocation.isThrottled);
    for (const invocation of refused) {
      this.#waiting.delete(invocation);
      invocation.reject(new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429));
    }
    return refused.length > 0;
  }

  #run(environment: Environment, invocation: Invocation): void {
    const startMs = this.#ports.clock.now();
    const requestId = this.#ports.uuid();
    const running: Running = { invocation, requestId, startMs, cancelTimeout: undefined, isOver: false };
    this.#running.set(environment, running);
    const deadlineMs = startMs + this.definition.timeoutMs;
    const fault = this.#ports.faultOf?.(this.definition.name, invocation.event);
    const handle = (): Promise<Outcome> => environment.handle(JSON.parse(invocation.event), requestId, deadlineMs);
    (fault === undefined ? handle() : faultyInvocation(fault, requestId, handle)).then(
      (outcome) => {
        if (running.isOver) return;
        running.cancelTimeout?.();
        this.#finish(environment, running, outcome);
        if (outcome.endsEnvironment === true) {
          environment.discard();
          this.#environments -= 1;
          return;
        }
        const next = this.#takeWaiting();
        if (next === undefined) this.#free.push(environment);
        else this.#run(environment, next);
      },
      (error: Error) => invocation.reject(error),
    );
  }

  #armTimeout(environment: Environment, running: Running): () => void {
    const timer = this.#ports.clock.at(running.startMs + this.definition.timeoutMs, () => {
      environment.discard();
      this.#environments -= 1;
      const seconds = (this.definition.timeoutMs / 1000).toFixed(2);
      const errorMessage = `RequestId: ${running.requestId} Error: Task timed out after ${seconds} seconds`;
      const payload = JSON.stringify({ errorType: 'Sandbox.Timedout', errorMessage });
      this.#finish(environment, running, { payload, functionError: 'Unhandled' });
    });
    return () => timer.cancel();
  }

  #finish(environment: Environment, running: Running, outcome: Outcome): void {
    running.isOver = true;
    this.#running.delete(environment);
    const billedMs = this.#ports.clock.now() - running.startMs + NOMINAL_COMPUTE_MS;
    this.#ports.meter('lambda', 'request', 1);
    this.#ports.meter('lambda', 'gbSecond', ((billedMs / 1000) * this.definition.memoryMb) / 1024);
    if (outcome.functionError !== undefined) {
      this.#ports.log('warn', 'function failed', {
        function: this.definition.name,
        requestId: running.requestId,
        error: outcome.payload,
      });
    }
    running.invocation.resolve(outcome);
  }
}
