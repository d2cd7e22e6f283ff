/**
 * The two solutions between which every search here moves: `current`, and `working`, the current one ruined and
 * recreated. A step changes a few tours; only those are copied when it is accepted or taken back, so that the price of
 * a step does not grow with the fleet. Beside them stands the best solution that was found.
 *
 * - S1 `current` and `working` are equal between steps.
 * - S2 `toursCost` and `used` are those of `current`; sums are whole numbers, so they stay exact over any number of steps.
 * - S3 The best solution leaves out as little as any that was current, by priority; among those that leave out the same it
 *   has the fewest vehicles where they come first, then the least cost.
 */
import type { Prng } from '../random.ts';
import type { Budget } from './budget.ts';
import { createSolution } from './create-solution.ts';
import type { RoutingModel } from './model.ts';
import { Neighbours } from './neighbours.ts';
import { type InsertionOrder, Recreate } from './recreate.ts';
import { Ruin } from './ruin.ts';
import { NOWHERE, type Solution, type TourView } from './solution.ts';
import { isBetter, type Standing } from './standing.ts';

/** Of many stops left out only some are tried per step, or a fleet far too small would slow every step down. */
const MAX_RETRIES = 20;
const CONSTRUCTIONS: readonly InsertionOrder[] = ['closes', 'tight', 'far', 'demand', 'close'];

export class Search {
  readonly model: RoutingModel;
  readonly prng: Prng;
  readonly current: Solution;
  readonly best: Solution;
  /** Stops on no tour of the current, and of the best solution. */
  absent: number[];
  bestAbsent: readonly number[];
  bestStanding: Standing;
  /** Of all tours of the current solution. */
  toursCost = 0;
  /** Vehicles of the current solution that have stops. */
  used = 0;
  readonly #improved: ((standing: Standing) => void) | undefined;
  readonly #working: Solution;
  readonly #ruin: Ruin;
  readonly #recreate: Recreate;
  readonly #touched: number[] = [];
  readonly #isTouched: Uint8Array;
  /** Stops that the step in hand took out or tried. */
  #tried: number[] = [];

  constructor(model: RoutingModel, prng: Prng, improved?: (standing: Standing) => void) {
    this.model = model;
    this.prng = prng;
    this.#improved = improved;
    this.current = createSolution(model);
    this.best = createSolution(model);
    this.#working = createSolution(model);
    const neighbours = new Neighbours(model);
    this.#ruin = new Ruin(model, prng, neighbours);
    this.#recreate = new Recreate(model, prng, neighbours);
    this.#isTouched = new Uint8Array(model.vehicleCount);
    this.absent = Array.from({ length: model.stopCount }, (_, index) => index + 1).filter(
      (node) => model.rich.isFrozen[node] === 0,
    );
    this.bestAbsent = this.absent;
    this.#count();
    this.bestStanding = this.standing();
  }

  /** Stops left out, those of higher priority counting more. */
  absence(absent: readonly number[]): number {
    let weight = 0;
    for (const node of absent) weight += 1 + Math.max(0, this.model.priority[node] as number);
    return weight;
  }

  standing(): Standing {
    const absence = this.absent.length === 0 ? 0 : this.absence(this.absent);
    const { absenceCost, isFleetFirst, vehicleCost } = this.model;
    const vehicles = isFleetFirst ? this.used : 0;
    return { absence, vehicles, cost: this.toursCost - vehicles * vehicleCost + absence * absenceCost };
  }

  /**
   * The plan before, when there is one, and several greedy constructions, with a pause after each: the best of them becomes
   * the current solution.
   */
  *construct(budget: Budget): Generator<undefined, void> {
    const nodes = this.absent;
    const empty = createSolution(this.model);
    for (const order of CONSTRUCTIONS) {
      this.#try(empty, nodes, order);
      if (budget.isTimeUp()) break;
      yield;
    }
    const { previous } = this.model;
    if (previous !== undefined) {
      const kept = createSolution(this.model);
      const waiting = new Set(nodes);
      for (const [vehicle, tour] of previous.entries()) {
        for (const node of tour) if (waiting.has(node) && kept.append(vehicle, node)) waiting.delete(node);
      }
      this.#try(kept, [...waiting], 'closes');
    }
    this.restart();
  }

  #try(start: Solution, nodes: readonly number[], order: InsertionOrder): void {
    this.current.copy(start);
    this.absent = this.#recreate.run(this.current, [...nodes], order, () => undefined);
    this.#count();
    if (isBetter(this.standing(), this.bestStanding)) this.keep();
  }

  #count(): void {
    this.toursCost = this.current.cost();
    this.used = this.current.tours.filter((_, vehicle) => this.#isUsed(vehicle)).length;
  }

  #isUsed(vehicle: number): boolean {
    const { tours, model } = this.current;
    return (tours[vehicle] as TourView).count > 0 || (model.rich.frozen[vehicle] as Int32Array).length > 0;
  }

  /** Goes back to the best solution. */
  restart(): void {
    this.current.copy(this.best);
    this.#working.copy(this.best);
    this.absent = [...this.bestAbsent];
    this.#count();
  }

  /** The current solution is the best from now on. */
  keep(): void {
    this.best.copy(this.current);
    this.bestAbsent = [...this.absent];
    this.bestStanding = this.standing();
    this.#improved?.(this.bestStanding);
  }

  keepIfBetter(): void {
    if (isBetter(this.standing(), this.bestStanding)) this.keep();
  }

  /** Takes over a solution that another search found. */
  adopt(routes: readonly (readonly number[])[]): void {
    this.best.vehicleOf.fill(NOWHERE);
    for (const [vehicle, nodes] of routes.entries()) this.best.setVisits(vehicle, nodes);
    const visited = new Set(routes.flat());
    this.bestAbsent = Array.from({ length: this.model.stopCount }, (_, index) => index + 1).filter(
      (node) => !visited.has(node),
    );
    this.restart();
    this.bestStanding = this.standing();
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
    this.#count();
  }

  /** Only the vehicles that the best solution uses may be used. */
  openUsed(): void {
    const { frozen } = this.model.rich;
    for (const [vehicle, { count }] of this.best.tours.entries()) {
      this.#recreate.isOpen[vehicle] = count > 0 || (frozen[vehicle] as Int32Array).length > 0 ? 1 : 0;
    }
  }

  /** Whether some vehicle that may be used is not. */
  hasSpareVehicle(): boolean {
    return this.current.tours.some(({ count }, vehicle) => count === 0 && this.#recreate.isOpen[vehicle] === 1);
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

  /** @param delta what `toursDelta` said */
  accept(left: number[], delta: number): void {
    for (const vehicle of this.#touched) {
      const wasUsed = this.#isUsed(vehicle);
      this.current.copyTour(this.#working, vehicle);
      const isUsed = this.#isUsed(vehicle);
      if (wasUsed !== isUsed) this.used += isUsed ? 1 : -1;
    }
    for (const node of left) this.current.vehicleOf[node] = NOWHERE;
    this.absent = left;
    this.toursCost += delta;
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
