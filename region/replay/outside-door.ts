/**
 * The one way into a region whose runs can be replayed. A call from outside waits for a quiet point of the clock; there it
 * is stored, then made, then drained. Made again at the same turn, it finds the same region and has the same effect.
 */

import { JSON_SERVICES } from '../endpoint/json-services.ts';
import { decode, encode } from '../endpoint/wire.ts';
import type { Principal } from '../service.ts';
import type { RunEnd, RunGoal } from '../virtual-clock.ts';
import type { Entry, Input, InputJournal } from './input-journal.ts';
import { isPureRead } from './pure-reads.ts';
import { ReplayError } from './replay-error.ts';
import type { RunTrace } from './run-trace.ts';

/** What the door needs of the clock. */
export interface DoorClock {
  readonly turns: number;
  isPaced: boolean;
  now(): number;
  letIn(work: () => void, after?: () => void): void;
  jumpTo(ms: number): void;
  crash(error: unknown): void;
}

/** What the door needs of the router. */
export interface DoorRouter {
  call(service: string, operation: string, input: object, principal: Principal): unknown;
  /** As `call`, counted nowhere. */
  look(service: string, operation: string, input: object, principal: Principal): unknown;
}

/** True while a call that changes nothing is answered. */
export interface Observation {
  isOn: boolean;
}

export interface DoorParts {
  readonly clock: DoorClock;
  readonly router: DoorRouter;
  readonly trace: RunTrace;
  readonly observation: Observation;
  readonly journal: InputJournal;
}

export interface Replayed {
  readonly inputs: number;
  /** Virtual time that the run had reached, ms since 1970. */
  readonly nowMs: number;
}

export class OutsideDoor {
  readonly #parts: DoorParts;

  constructor(parts: DoorParts) {
    this.#parts = parts;
  }

  /** As `Region.call`, by somebody who is not part of the run. */
  call(service: string, operation: string, input: object, principal: Principal): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const settle = (answer: unknown): void => {
        Promise.resolve(answer).then(
          (value) => this.#tell(() => resolve(value), reject),
          (error) => this.#tell(() => reject(error), reject),
        );
      };
      if (isPureRead(service, operation))
        this.#look(
          () => this.#parts.router.look(service, operation, input, principal),
          settle,
          `${service}:${operation}`,
        );
      else this.#parts.clock.letIn(() => this.#take({ service, operation, input, principal }, settle, reject));
    });
  }

  /** Stores how far the run is; at a quiet point only. */
  mark(): void {
    const { clock, journal, trace } = this.#parts;
    journal.mark({ kind: 'mark', turn: clock.turns, ms: clock.now(), digest: trace.digest() });
  }

  close(): void {
    this.#parts.journal.close();
  }

  /**
   * Brings a region that was just built to where the journal ends. What is said to inputs is dropped.
   * @param run runs the clock
   * @throws ReplayError when something else happens than the journal tells
   */
  async replay(run: (goal: RunGoal) => Promise<RunEnd>, onProgress: (nowMs: number) => void): Promise<Replayed> {
    const { clock, journal } = this.#parts;
    clock.isPaced = false;
    const unanswered = new Set<Input>();
    let inputs = 0;
    for (const entry of journal.entries()) {
      const end = await run({ condition: () => clock.turns >= entry.turn });
      if (end !== 'reached') throw this.#diverged(entry, `nothing is left to do at turn ${clock.turns}`);
      this.#arrive(entry);
      if (entry.kind === 'input') {
        inputs += 1;
        unanswered.add(entry);
        this.#make(entry, (answer) => {
          const forget = (): void => void unanswered.delete(entry);
          Promise.resolve(answer).then(forget, forget);
        });
      }
      onProgress(entry.ms);
    }
    await run({ condition: () => true });
    clock.isPaced = true;
    for (const input of unanswered) this.#abandon(input);
    return { inputs, nowMs: clock.now() };
  }

  /** Whoever asked is gone with the process that was asked: what waits for him must take nothing any more. */
  #abandon({ service, operation, input, principal }: Input): void {
    const { longPoll } = Object.values(JSON_SERVICES).find(({ name }) => name === service) ?? {};
    if (longPoll?.operation !== operation) return;
    const { idMember, abandon } = longPoll;
    const id = (input as Readonly<Record<string, unknown>>)[idMember];
    if (id === undefined) return;
    this.call(service, abandon, { [idMember]: id }, principal).catch((error) => this.#parts.clock.crash(error));
  }

  #arrive(entry: Entry): void {
    const { clock, trace } = this.#parts;
    if (clock.turns !== entry.turn) throw this.#diverged(entry, `the clock is at turn ${clock.turns}`);
    try {
      clock.jumpTo(entry.ms);
    } catch (error) {
      throw this.#diverged(entry, (error as Error).message);
    }
    if (entry.kind === 'mark' && entry.digest !== undefined && entry.digest !== trace.digest()) {
      throw this.#diverged(entry, `the digest is ${trace.digest()}, not ${entry.digest}`);
    }
  }

  /** I1. */
  #take(
    call: Pick<Input, 'service' | 'operation' | 'input' | 'principal'>,
    settle: (answer: unknown) => void,
    reject: (error: unknown) => void,
  ): void {
    const { clock, journal } = this.#parts;
    // As it will be read back: what is made now and what is made at a replay are the same.
    const input = decode(encode({ kind: 'input', turn: clock.turns, ms: clock.now(), ...call })) as Input;
    try {
      journal.append(input);
    } catch (error) {
      clock.crash(error);
      reject(error);
      return;
    }
    this.#make(input, settle);
  }

  #make({ service, operation, input, principal }: Input, settle: (answer: unknown) => void): void {
    let answer: unknown;
    try {
      answer = this.#parts.router.call(service, operation, input, principal);
    } catch (error) {
      answer = Promise.reject(error);
    }
    if (answer instanceof Promise) answer.catch(() => undefined);
    settle(answer);
  }

  #look(read: () => unknown, settle: (answer: unknown) => void, name: string): void {
    const { clock, observation, trace } = this.#parts;
    let before = '';
    const begin = (): void => {
      before = trace.touched();
      observation.isOn = true;
      try {
        settle(read());
      } catch (error) {
        settle(Promise.reject(error));
      }
    };
    const end = (): void => {
      observation.isOn = false;
      if (trace.touched() === before) return;
      clock.crash(new Error(`${name} passes for a call that changes nothing, and it drew chance or set a timer`));
    };
    clock.letIn(begin, end);
  }

  /** I2. The answer may come amid a turn, where the run has no digest yet. */
  #tell(answer: () => void, reject: (error: unknown) => void): void {
    const { clock, journal } = this.#parts;
    try {
      if (!journal.reaches(clock.turns)) journal.mark({ kind: 'mark', turn: clock.turns, ms: clock.now() });
    } catch (error) {
      clock.crash(error);
      reject(error);
      return;
    }
    answer();
  }

  #diverged(entry: Entry, what: string): ReplayError {
    const at = new Date(entry.ms).toISOString();
    const { node } = this.#parts.journal;
    const versions = node === process.version ? '' : `; it began under Node ${node}, and this is ${process.version}`;
    return new ReplayError(
      'RUN_DIVERGED',
      `the run does not come back to where it was: at turn ${entry.turn}, ${at}, ${what}${versions}`,
    );
  }
}
