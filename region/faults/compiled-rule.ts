/** A rule of a plan made ready: when it holds, what it hits, and its chance. */
import { wildcard } from '../iam/statement.ts';
import { createPrng, type Prng } from '../prng.ts';
import type { FaultKind, FaultMoment, FaultRule } from './plan.ts';

export interface Chance {
  readonly seed: number;
  /** Told of every word that is drawn. */
  readonly draws: { words: number; sum: number };
}

export class CompiledRule {
  readonly id: string;
  readonly kind: FaultKind;
  readonly rule: FaultRule;
  hits = 0;
  readonly #seed: number;
  readonly #prng: Prng;
  readonly #fromMs: number;
  readonly #toMs: number;
  readonly #member: RegExp | undefined;
  /** By value of the member. */
  readonly #decisions = new Map<string, boolean>();

  constructor(rule: FaultRule, startMs: number, { seed, draws }: Chance) {
    this.id = rule.id;
    this.kind = rule.kind;
    this.rule = rule;
    this.#seed = seed;
    this.#prng = createPrng(seed, `faults/${rule.id}`, draws);
    this.#fromMs = msOf(rule.from, startMs) ?? Number.NEGATIVE_INFINITY;
    this.#toMs = msOf(rule.to, startMs) ?? Number.POSITIVE_INFINITY;
    this.#member = rule.per === undefined ? undefined : memberPattern(rule.per);
  }

  holds(nowMs: number): boolean {
    return nowMs >= this.#fromMs && nowMs < this.#toMs;
  }

  /** Whether it hits this time. @param text of the event or input, made when it is looked at */
  strikes(text: () => string): boolean {
    const { at, rate } = this.rule;
    if (at.containing !== undefined && !text().includes(at.containing)) return false;
    const doesStrike =
      this.#member === undefined ? this.#prng.random() < rate : this.#strikesMember(this.#member, text());
    if (doesStrike) this.hits += 1;
    return doesStrike;
  }

  /** Of a delay or a duplicate. */
  drawMs(): number {
    const [least, most] = this.rule.seconds ?? [0, 0];
    return Math.round(1000 * (least + this.#prng.random() * (most - least)));
  }

  /** An event may be a batch: one struck value strikes all of it. */
  #strikesMember(member: RegExp, text: string): boolean {
    for (const [, value = ''] of text.matchAll(member)) {
      let decision = this.#decisions.get(value);
      if (decision === undefined) {
        decision = createPrng(this.#seed, `faults/${this.id}/${value}`).random() < this.rule.rate;
        this.#decisions.set(value, decision);
      }
      if (decision) return true;
    }
    return false;
  }
}

export const matcherOf = (pattern: string | undefined): ((name: string) => boolean) =>
  pattern === undefined ? () => true : wildcard(pattern);

function msOf(moment: FaultMoment | undefined, startMs: number): number | undefined {
  if (moment === undefined) return undefined;
  return typeof moment === 'number' ? startMs + moment * 1000 : Date.parse(moment);
}

/** A text member of JSON, also of JSON within JSON, and of an item of DynamoDB. */
function memberPattern(member: string): RegExp {
  const name = member.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const quote = '\\\\*"';
  return new RegExp(`${quote}${name}${quote}\\s*:\\s*(?:\\{\\s*${quote}S${quote}\\s*:\\s*)?${quote}([^"\\\\]+)`, 'g');
}
