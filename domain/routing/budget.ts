/**
 * How much of a search's effort is spent: the greater of the share of the iterations and that of the time. Islands that
 * share one thread share its time: each counts what passes while it runs, as many times as there are islands.
 */
import type { RoutingEffort } from './port.ts';

/** Steps between two questions for the time. */
const STEPS_PER_QUESTION = 16;

export class Budget {
  readonly #iterations: number;
  readonly #effort: RoutingEffort | undefined;
  /** Islands of the same thread. */
  readonly #sharers: number;
  #steps = 0;
  #timeShare: number;
  #resumedAt: number;
  #shareThen: number;

  constructor(iterations: number, effort: RoutingEffort | undefined, sharers = 1) {
    this.#iterations = iterations;
    this.#effort = effort;
    this.#sharers = sharers;
    this.#timeShare = effort?.spent() ?? 0;
    this.#resumedAt = this.#timeShare;
    this.#shareThen = this.#timeShare;
  }

  /** The island runs again, after others did. */
  resume(): void {
    if (this.#effort === undefined || this.#sharers === 1) return;
    this.#shareThen = this.#timeShare;
    this.#resumedAt = this.#effort.spent();
  }

  step(): void {
    this.#steps += 1;
    if (this.#steps % STEPS_PER_QUESTION === 0) this.isTimeUp();
  }

  /** Asks for the time. */
  isTimeUp(): boolean {
    if (this.#effort === undefined) return false;
    const spent = this.#effort.spent();
    const own = this.#shareThen + (spent - this.#resumedAt) * this.#sharers;
    // When all of the time has passed, it has for an island too that has hardly had its turn.
    this.#timeShare = spent >= 1 ? Math.max(1, own) : own;
    return this.#timeShare >= 1;
  }

  /** 0 to 1 and beyond. */
  share(): number {
    return this.#iterations === 0 ? 1 : Math.max(this.#steps / this.#iterations, this.#timeShare);
  }

  /** How many steps there will have been in the end, as far as can be told by now. */
  expectedSteps(): number {
    const share = this.share();
    return share > 0 && this.#steps > 0 ? Math.min(this.#iterations, this.#steps / share) : this.#iterations;
  }
}
