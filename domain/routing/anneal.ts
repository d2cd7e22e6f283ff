/**
 * Simulated annealing over ruin and recreate: a worse solution is accepted with a probability that falls with the
 * temperature, and the temperature falls exponentially over a span of the effort.
 *
 * Where every vehicle is in use, few changes are possible without leaving a stop out for a while. So in a long search a
 * stop left out has a price that is raised while too many of the solutions are incomplete, and lowered while too few
 * are; the best solution is judged by the full price all the same.
 */
import type { Budget } from './budget.ts';
import type { Search } from './search.ts';

const STEPS_PER_COOLING = 16;
/** Of the solutions this share is to be complete; the price is changed by the factor after so many steps. */
const COMPLETE_SHARE = 0.7;
const PRICE_FACTOR = 1.15;
const STEPS_PER_PRICE = 500;
/** In mean legs. */
const FIRST_PRICE = 10;
/** Of the span: a search that has been incomplete for so long goes back to the best, once it has cooled somewhat. */
const LOST_SHARE = 0.04;
const HOT_SHARE = 0.3;
/**
 * Of the span: so long stops may be left out. Of a thousand stops one that waits for a place keeps all that is found
 * elsewhere from becoming the best; free to the end, the last tenth of a span could pass in vain.
 */
const LOOSE_SHARE = 0.7;

export interface Cooling {
  /** Shares of the effort. */
  readonly from: number;
  readonly to: number;
  /** In mean legs. */
  readonly start: number;
  readonly end: number;
  /** Whether stops may be left out for a while. */
  readonly isLoose: boolean;
}

/** Falls exponentially as `share` goes from 0 to 1. */
export function cooled(from: number, to: number, share: number): number {
  return from * (to / from) ** Math.min(1, Math.max(0, share));
}

export function meanLegOf({ toursCost, used, model, absent }: Search): number {
  return (toursCost - used * model.vehicleCost) / Math.max(1, model.stopCount - absent.length);
}

export class Annealing {
  readonly #search: Search;
  readonly #budget: Budget;
  readonly #cooling: Cooling;
  readonly #meanLeg: number;
  readonly #lostSteps: number;
  #price: number;
  #isLoose: boolean;
  #incompleteSteps = 0;

  constructor(search: Search, budget: Budget, cooling: Cooling) {
    this.#search = search;
    this.#budget = budget;
    this.#cooling = cooling;
    this.#meanLeg = meanLegOf(search);
    this.#lostSteps = LOST_SHARE * (cooling.to - cooling.from) * budget.expectedSteps();
    this.#isLoose = cooling.isLoose;
    this.#price = cooling.isLoose ? FIRST_PRICE * this.#meanLeg : search.model.absenceCost;
  }

  /** Up to a share of the effort, with pauses; it may be called again. */
  *run(until: number): Generator<undefined, void> {
    const search = this.#search;
    const budget = this.#budget;
    const { from, to, start, end } = this.#cooling;
    const looseUntil = from + LOOSE_SHARE * (to - from);
    const { prng } = search;
    let temperature = 0;
    let absence = search.absence(search.absent);
    let complete = 0;
    for (let step = 0; budget.share() < until; step += 1) {
      if (step % STEPS_PER_COOLING === 0) {
        if (step > 0) yield;
        temperature = this.#meanLeg * cooled(start, end, (budget.share() - from) / (to - from));
        if (this.#isLoose && budget.share() >= looseUntil) absence = this.#tighten();
      }
      budget.step();
      const left = search.propose();
      const absenceThen = left.length === 0 ? 0 : search.absence(left);
      const delta = search.toursDelta();
      if (delta + (absenceThen - absence) * this.#price < -temperature * Math.log(1 - prng.next())) {
        search.accept(left, delta);
        absence = absenceThen;
        if (absence <= search.bestStanding.absence) search.keepIfBetter();
      } else {
        search.reject();
      }
      if (!this.#isLoose) continue;
      const isComplete = absence <= search.bestStanding.absence;
      if (isComplete) complete += 1;
      if (this.#isLost(isComplete)) {
        search.restart();
        absence = search.absence(search.absent);
      }
      if (step % STEPS_PER_PRICE === STEPS_PER_PRICE - 1) {
        this.#adjustPrice(complete / STEPS_PER_PRICE);
        complete = 0;
      }
    }
  }

  /** From here on no more is left out than by the best solution. @returns what the current one leaves out */
  #tighten(): number {
    const search = this.#search;
    this.#isLoose = false;
    this.#price = search.model.absenceCost;
    if (search.absence(search.absent) > search.bestStanding.absence) search.restart();
    return search.absence(search.absent);
  }

  #adjustPrice(completeShare: number): void {
    const price = this.#price * (completeShare < COMPLETE_SHARE ? PRICE_FACTOR : 1 / PRICE_FACTOR);
    this.#price = Math.min(price, this.#search.model.absenceCost);
  }

  #isLost(isComplete: boolean): boolean {
    this.#incompleteSteps = isComplete ? 0 : this.#incompleteSteps + 1;
    if (this.#incompleteSteps <= this.#lostSteps) return false;
    const { from, to } = this.#cooling;
    if (this.#budget.share() < from + HOT_SHARE * (to - from)) return false;
    this.#incompleteSteps = 0;
    return true;
  }
}
