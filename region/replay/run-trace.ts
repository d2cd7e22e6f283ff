/**
 * What tells one run from another: how far its clock is, what was called, drawn and metered. Two runs of the same
 * inputs have the same digest at the same turn; a replay that comes to another one has diverged.
 */
import { crc32 } from 'node:zlib';
import type { UsageCounter } from '../usage.ts';

/** A running sum over every word of chance that was drawn. */
export interface DrawTrace {
  words: number;
  sum: number;
}

export interface TracedParts {
  readonly clock: { readonly turns: number; readonly trace: number };
  readonly router: { readonly requests: number };
  readonly usage: UsageCounter;
  readonly draws: DrawTrace;
}

export class RunTrace {
  readonly #parts: TracedParts;

  constructor(parts: TracedParts) {
    this.#parts = parts;
  }

  digest(): string {
    const { clock, router, usage, draws } = this.#parts;
    const told = [clock.turns, clock.trace, router.requests, draws.words, draws.sum, usage.snapshot()];
    return crc32(JSON.stringify(told)).toString(16).padStart(8, '0');
  }

  /** Changes with every timer that is set and every draw: what a mere look must leave as it is. */
  touched(): string {
    const { clock, draws } = this.#parts;
    return `${clock.trace}/${draws.words}`;
  }
}
