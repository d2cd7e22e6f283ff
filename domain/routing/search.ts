/**
 * The two solutions between which every search here moves: `current`, and `working`, the current one ruined and
 * recreated. A step changes a few tours; only those are copied when it is accepted or taken back, so that the price of
 * a step does not grow with the fleet. Beside them stands the best solution that a search has found.
 */
import type { Prng } from '../random.ts';
import { createSolution } from './create-solution.ts';
import type { RoutingModel } from './model.ts';
import type { RoutingEffort } from './port.ts';
import { type InsertionOrder, Recreate } from './recreate.ts';
import { Ruin } from './ruin.ts';
import { NOWHERE, type Solution, type TourView } from './solution.ts';

/** Of many stops left out only some are tried per step, or a fleet far too small would slow every step down. */
const MAX_RETRIES = 20;
const CONSTRUCTIONS: readonly InsertionOrder[] = ['closes', 'tight', 'far', 'demand', 'close'];
/** Steps between two questions for the time. */
const STEPS_PER_QUESTION = 16;

/** How much of the effort is spent: the greater of the share of the iterations and that of the time. */
export class Budget {
  readonly iterations: number;
  readonly #effort: RoutingEffort | undefined;
  #steps = 0;
  #timeShare = 0;

  constructor(iterations: number, effort: RoutingEffort | undefined) {
    this.iterations = iterations;
    this.#effort = effort;
    this.#timeShare = effort?.spent() ?? 0;
  }

  step(): void {
    this.#steps += 1;
    if (this.#steps % STEPS_PER_QUESTION === 0) this.isTimeUp();
  }

  /** Asks for the time. */
  isTimeUp(): boolean {
    this.#timeShare = this.#effort?.spent() ?? 0;
    return this.#timeShare >= 1;
  }

  /** 0 to 1 and beyond. */
  share(): number {
    return this.iterations === 0 ? 1 : Math.max(this.#steps / this.iterations, this.#timeShare);
  }
}

export class Search {
  readonly model: RoutingModel;
  readonly prng: Prng;
  readonly current: Solution;
  readonly best: Solution;
  /** Stops on no tour of the current, and of the best solution. */
  absent: number[];
  bestAbsent: readonly number[];
  bestCost: number;
  currentCost: number;
  readonly #working: Solution;
  readonly #ruin: Ruin;
  readonly #recreate: Recreate;
  readonly #touched: number[] = [];
  readonly #isTouched: Uint8Array;
  /** Stops that the step in hand took out or tried. */
  #tried: number[] = [];

  constructor(model: RoutingModel, prng: Prng) {
    this.model = model;
    this.prng = prng;
    this.current = createSolution(model);
    this.best = createSolution(model);
    this.#working = createSolution(model);
    this.#ruin = new Ruin(model, prng);
    this.#recreate = new Recreate(model, prng);
    this.#isTouched = new Uint8Array(model.vehicleCount);
    this.absent = Array.from({ length: model.stopCount }, (_, index) => index + 1).filter(
      (node) => model.rich.isFrozen[node] === 0,
    );
    this.bestAbsent = this.absent;
    this.bestCost = this.best.cost() + this.absenceCost(this.absent);
    this.currentCost = this.bestCost;
  }

  absenceCost(absent: readonly number[]): number {
    let cost = 0;
    for (const node of absent) cost += 1 + Math.max(0, this.model.priority[node] as number);
    return cost * this.model.absenceCost;
  }

  /** Several greedy constructions, or one when there is no time, of which the cheapest becomes the best and current solution. */
  construct(budget: Budget): void {
    const nodes = this.absent;
    const empty = createSolution(this.model);
    for (const order of CONSTRUCTIONS) {
      this.#working.copy(empty);
      const left = this.#recreate.run(this.#working, [...nodes], order, () => undefined);
      const cost = this.#working.cost() + this.absenceCost(left);
      if (cost < this.bestCost) {
        this.best.copy(this.#working);
        this.bestAbsent = left;
        this.bestCost = cost;
      }
      if (budget.isTimeUp()) break;
    }
    this.restart();
  }

  /** Goes back to the best solution. */
  restart(): void {
    this.current.copy(this.best);
    this.#working.copy(this.best);
    this.absent = [...this.bestAbsent];
    this.currentCost = this.bestCost;
  }

  /** The current solution is the best from now on. */
  keep(): void {
    this.best.copy(this.current);
    this.bestAbsent = [...this.absent];
    this.bestCost = this.currentCost;
  }

  /** Takes a vehicle's stops off and uses it no more. */
  close(vehicle: number): void {
    const { order, count } = this.current.tours[vehicle] as TourView;
    this.absent.push(...order.subarray(1, count + 1));
    this.#recreate.isOpen[vehicle] = 0;
    const none = createSolution(this.model);
    this.current.copyTour(none, vehicle);
    this.#working.copyTour(none, vehicle);
    for (const node of this.absent) this.#forget(node);
    this.currentCost = this.current.cost() + this.absenceCost(this.absent);
  }

  /** Only the vehicles that the best solution uses may be used. */
  openUsed(): void {
    for (const [vehicle, tour] of this.best.tours.entries()) this.#recreate.isOpen[vehicle] = tour.count > 0 ? 1 : 0;
  }

  #forget(node: number): void {
    this.current.vehicleOf[node] = NOWHERE;
    this.#working.vehicleOf[node] = NOWHERE;
  }

  readonly #touch = (vehicle: number): void => {
    if (this.#isTouched[vehicle] === 1) return;
    this.#isTouched[vehicle] = 1;
    this.#touched.push(vehicle);
  };

  /** Ruins and recreates the working solution; returns the stops that are then on no tour. */
  propose(): number[] {
    const waiting = this.absent;
    const tried: number[] = [];
    const tooMany = waiting.length > MAX_RETRIES;
    const first = tooMany ? this.prng.int(waiting.length - MAX_RETRIES + 1) : 0;
    for (let index = first; index < waiting.length && index < first + MAX_RETRIES; index += 1) {
      tried.push(waiting[index] as number);
    }
    this.#ruin.run(this.#working, tried, this.#touched);
    for (const vehicle of this.#touched) this.#isTouched[vehicle] = 1;
    const left = this.#recreate.run(this.#working, tried, this.#recreate.drawOrder(), this.#touch);
    if (tooMany) left.push(...waiting.slice(0, first), ...waiting.slice(first + MAX_RETRIES));
    this.#tried = tried;
    return left;
  }

  /** What the tours of the proposal cost more than those of the current solution; Infinity when one is late. */
  toursDelta(): number {
    let delta = 0;
    for (const vehicle of this.#touched) {
      const tour = this.#working.tours[vehicle] as TourView;
      if (tour.isLate) return Infinity;
      delta += tour.cost - (this.current.tours[vehicle] as TourView).cost;
    }
    return delta;
  }

  accept(left: number[], cost: number): void {
    for (const vehicle of this.#touched) this.current.copyTour(this.#working, vehicle);
    for (const node of left) this.current.vehicleOf[node] = NOWHERE;
    this.absent = left;
    this.currentCost = cost;
    this.#settle();
  }

  reject(): void {
    for (const node of this.#tried) this.#working.vehicleOf[node] = NOWHERE;
    for (const vehicle of this.#touched) this.#working.copyTour(this.current, vehicle);
    this.#settle();
  }

  #settle(): void {
    for (const vehicle of this.#touched) this.#isTouched[vehicle] = 0;
    this.#touched.length = 0;
  }
}
