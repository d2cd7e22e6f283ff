/**
 * Fleet minimisation by absence counters (Christiaens and Vanden Berghe 2020): a tour is dissolved and its stops wait.
 * Each stop counts how often a step left it out; a step that leaves out stops that were left out less often is accepted
 * whatever it costs, so that the hard ones find a place and the easy ones wait. When none waits, the next tour goes.
 */
import { cooled, meanLegOf } from './anneal.ts';
import type { Budget } from './budget.ts';
import type { RoutingModel } from './model.ts';
import type { Search } from './search.ts';

/** Temperatures as a share of the mean leg: cooler than where cost is the aim, since the counters do the shaking. */
const START_TEMPERATURE = 1;
const END_TEMPERATURE = 0.1;
const STEPS_PER_PAUSE = 16;

/** The fewest vehicles whose capacities hold all loads, whatever the windows. */
function fewestVehicles({ dimensions, vehicleCount, capacity, load, stopCount }: RoutingModel): number {
  let fewest = 1;
  for (let dimension = 0; dimension < dimensions; dimension += 1) {
    let total = 0;
    for (let node = 1; node <= stopCount; node += 1) total += load[node * dimensions + dimension] as number;
    const largest = Array.from({ length: vehicleCount }, (_, at) => capacity[at * dimensions + dimension] as number);
    largest.sort((a, b) => b - a);
    let count = 0;
    for (let held = 0; held < total * (1 - 1e-9) && count < vehicleCount; count += 1) held += largest[count] as number;
    fewest = Math.max(fewest, count);
  }
  return fewest;
}

export class FleetMinimisation {
  readonly #search: Search;
  readonly #budget: Budget;
  readonly #absences: Float64Array;
  readonly #fewest: number;
  readonly #meanLeg: number;
  readonly #from: number;
  readonly #to: number;
  /** No vehicle has been taken away yet. */
  #isWhole = true;

  /** Uses the budget between the shares `from` and `to`. */
  constructor(search: Search, budget: Budget, from: number, to: number) {
    this.#search = search;
    this.#budget = budget;
    this.#absences = new Float64Array(search.model.size);
    this.#fewest = fewestVehicles(search.model);
    this.#meanLeg = meanLegOf(search);
    this.#from = from;
    this.#to = to;
  }

  /**
   * Up to a share of the effort, with pauses; it may be called again. A fleet that cannot serve every stop is left whole.
   * @returns whether there is nothing left to do: as few vehicles as capacity and frozen stops allow
   */
  *run(until: number): Generator<undefined, boolean> {
    const search = this.#search;
    const budget = this.#budget;
    const absences = this.#absences;
    const { prng } = search;
    for (let step = 1; budget.share() < until; step += 1) {
      if (step % STEPS_PER_PAUSE === 0) yield;
      if (search.absent.length === 0) {
        search.keepIfBetter();
        search.openUsed();
        const easiest = search.used <= this.#fewest ? -1 : this.#easiestTour();
        if (easiest === -1) return true;
        search.close(easiest);
        this.#isWhole = false;
      }
      budget.step();
      const left = search.propose();
      const delta = search.toursDelta();
      const sum = this.#sumOf(left);
      const limit = this.#sumOf(search.absent);
      const share = (budget.share() - this.#from) / (this.#to - this.#from);
      const temperature = this.#meanLeg * cooled(START_TEMPERATURE, END_TEMPERATURE, share);
      const isCheap = left.length <= search.absent.length && delta < -temperature * Math.log(1 - prng.next());
      const isAccepted = delta < Infinity && (left.length === 0 || sum < limit || (sum === limit && isCheap));
      for (const node of left) absences[node] = (absences[node] as number) + 1;
      if (isAccepted) search.accept(left, delta);
      else search.reject();
      if (this.#isWhole && isAccepted) search.keepIfBetter();
    }
    return false;
  }

  /** The best solution is current again, and only the vehicles that it uses are open, when it leaves nothing out. */
  end(): void {
    const search = this.#search;
    if (search.absent.length === 0) search.keepIfBetter();
    search.restart();
    if (search.bestAbsent.length === 0) search.openUsed();
  }

  #sumOf(nodes: readonly number[]): number {
    let sum = 0;
    for (const node of nodes) sum += this.#absences[node] as number;
    return sum;
  }

  /** The tour whose stops were left out least often: they will find places again. -1 when all have frozen stops. */
  #easiestTour(): number {
    const { current, model } = this.#search;
    let easiest = -1;
    let least = Infinity;
    for (const [vehicle, { count, order }] of current.tours.entries()) {
      if (count === 0 || (model.rich.frozen[vehicle] as Int32Array).length > 0) continue;
      let sum = 0;
      for (let slot = 1; slot <= count; slot += 1) sum += this.#absences[order[slot] as number] as number;
      if (sum < least) {
        least = sum;
        easiest = vehicle;
      }
    }
    return easiest;
  }
}
