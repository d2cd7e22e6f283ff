/**
 * The engine with a journal under it: what an apply decided is stored before anything of it is seen. Applies that come
 * while others run share one transaction; a single one never waits for company.
 *
 * D1. No effect runs and no response is given before the events behind it are stored; those of reads and refusals wait
 *     for the events that they have seen.
 * D2. Effects run in the order of their applies.
 * D3. After a failed append nothing is done any more: memory is ahead of the disk, and only a restart agrees with it.
 */
import {
  type AppliedEvent,
  type Command,
  type Effect,
  Engine,
  EngineError,
  type EngineOptions,
} from '../../engine/index.ts';
import type { JournalBatch, JournalStore, OutboxEffect } from './journal-store.ts';

/**
 * Runs one effect. Status changes are asked for again after a restart unless the promise has resolved; what is
 * outstanding of the others follows from the events.
 */
export type Perform = (effect: Performable) => void | Promise<void>;

/** What is left to the host: the ends of synchronous executions go to their callers. */
export type Performable = Exclude<Effect, { readonly kind: 'syncExecutionEnded' }>;

/** What an apply came to, held back until it is stored. */
interface Outcome {
  readonly at: number;
  readonly events: readonly AppliedEvent[];
  readonly effects: readonly Effect[];
  /** Gives the caller the response, or the refusal. */
  settle(): void;
  reject(error: unknown): void;
}

export class DurableEngine {
  readonly engine: Engine;
  readonly #store: JournalStore;
  readonly #perform: Perform;
  readonly #unpublished: OutboxEffect[];
  #lastMs = 0;
  #nextOutbox = 1;
  #applying = 0;
  #group: Outcome[] = [];
  #done: number[] = [];
  #failure: unknown;
  /** Callers of StartSyncExecution, by the execution whose end they wait for, and of TestState, by its task. */
  readonly #waiting = new Map<string, (response: unknown) => void>();
  readonly #whenSettled: (() => void)[] = [];

  /** Builds the engine as the journal left it; nothing is done before `resume`. @throws JournalError */
  constructor(options: EngineOptions, store: JournalStore, perform: Perform) {
    this.engine = new Engine(options);
    this.#store = store;
    this.#perform = perform;
    const outbox = new Map<number, OutboxEffect>();
    this.engine.restore(this.#replay(outbox));
    this.#unpublished = [...outbox.values()];
  }

  *#replay(outbox: Map<number, OutboxEffect>): Iterable<AppliedEvent> {
    for (const batch of this.#store.load()) {
      this.#lastMs = Math.max(this.#lastMs, batch.at);
      for (const entry of batch.outbox) {
        outbox.set(entry.id, entry);
        this.#nextOutbox = entry.id + 1;
      }
      for (const id of batch.done) outbox.delete(id);
      yield* batch.events;
    }
  }

  /** Time of the last stored apply, 0 for a new journal: the host's clock must not go on before it. */
  get lastMs(): number {
    return this.#lastMs;
  }

  /** Runs again what a restart left outstanding: timers with their due times, tasks, status changes. */
  resume(): void {
    for (const entry of this.#unpublished.splice(0)) this.#publish(entry);
    // Nobody waits any more for the synchronous executions that a restart found open.
    for (const effect of this.engine.pending()) if (effect.kind !== 'syncExecutionEnded') this.#perform(effect);
  }

  /**
   * As `Engine.apply`; the effects have been handed to `perform` when it resolves with the response, which for a
   * StartSyncExecution is when the execution has ended.
   */
  apply(nowMs: number, command: Command): Promise<unknown> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    this.#applying += 1;
    return new Promise((resolve, reject) => {
      this.engine.apply(nowMs, command).then(
        ({ events, effects, response, awaits }) => {
          const awaited = awaits ?? openTest(command, response, effects);
          const settle = (): void => {
            if (command.kind !== 'api') this.#answerTest(command, response);
            if (awaited === undefined) resolve(response);
            else this.#waiting.set(awaited, resolve);
          };
          this.#take({ at: nowMs, events, effects, settle, reject });
        },
        (error) => {
          // What is not the caller's fault may have left half a turn in memory: D3.
          if (!(error instanceof EngineError)) this.#failure ??= error;
          this.#take({ at: nowMs, events: [], effects: [], settle: () => reject(error), reject });
        },
      );
    });
  }

  /** The report that ends a test is answered with the response for whoever called TestState. */
  #answerTest(report: Exclude<Command, { readonly kind: 'api' }>, response: unknown): void {
    if (response === undefined) return;
    const id = report.kind === 'timerFired' ? report.timerId : report.taskId;
    this.#waiting.get(id)?.(response);
    this.#waiting.delete(id);
  }

  /** Resolves when no apply is under way. */
  async settled(): Promise<void> {
    while (this.#applying > 0) await new Promise<void>((resolve) => this.#whenSettled.push(resolve));
  }

  /** Stores what is known to be done and closes the journal; no apply may be under way. */
  close(): void {
    if (this.#done.length > 0 && this.#failure === undefined) {
      this.#store.append([{ at: this.#lastMs, events: [], outbox: [], done: this.#takeDone() }]);
    }
    this.#store.close();
  }

  #take(outcome: Outcome): void {
    this.#applying -= 1;
    this.#group.push(outcome);
    if (this.#applying === 0 || this.#group.length >= this.#store.largestGroup) this.#commit();
    if (this.#applying === 0) for (const resolve of this.#whenSettled.splice(0)) resolve();
  }

  /** D1, D2. */
  #commit(): void {
    const group = this.#group;
    this.#group = [];
    const published: OutboxEffect[] = [];
    const batches = group.filter(({ events }) => events.length > 0).map((outcome) => this.#batchOf(outcome, published));
    if (this.#failure === undefined && batches.length > 0) {
      try {
        this.#store.append(batches);
      } catch (error) {
        this.#failure = error;
      }
    }
    let next = 0;
    for (const outcome of group) {
      if (this.#failure !== undefined) {
        outcome.reject(this.#failure);
        continue;
      }
      for (const effect of outcome.effects) {
        const entry = published[next];
        if (entry?.effect === effect) {
          next += 1;
          this.#publish(entry);
        } else if (effect.kind === 'syncExecutionEnded') {
          this.#waiting.get(effect.executionArn)?.(effect.response);
          this.#waiting.delete(effect.executionArn);
        } else this.#perform(effect);
      }
      outcome.settle();
    }
  }

  #batchOf({ at, events, effects }: Outcome, published: OutboxEffect[]): JournalBatch {
    this.#lastMs = Math.max(this.#lastMs, at);
    const outbox: OutboxEffect[] = [];
    for (const effect of effects) {
      if (effect.kind !== 'executionStatusChanged') continue;
      outbox.push({ id: this.#nextOutbox, effect });
      this.#nextOutbox += 1;
    }
    published.push(...outbox);
    return { at, events, outbox, done: this.#takeDone() };
  }

  #takeDone(): readonly number[] {
    const done = this.#done;
    this.#done = [];
    return done;
  }

  /** What a kill keeps from being noted as done is published again. */
  #publish({ id, effect }: OutboxEffect): void {
    const noted = (): void => void this.#done.push(id);
    const promise = this.#perform(effect);
    // A failure to publish is the performer's to report; the entry stays outstanding.
    if (promise instanceof Promise) promise.then(noted, () => undefined);
    else noted();
  }
}

/** The task that a TestState asks of the host, where it has no answer before. */
function openTest(command: Command, response: unknown, effects: readonly Effect[]): string | undefined {
  if (command.kind !== 'api' || command.action !== 'TestState' || response !== undefined) return undefined;
  return effects.find((effect) => effect.kind === 'invokeTask')?.taskId;
}
