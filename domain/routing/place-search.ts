/**
 * The search of a rich tour for the place of one more stop. What a place costs more, whether its trips hold what they
 * would and whether it can be in time, breaks and lateness aside, is known in constant time; where that leaves a question,
 * places are replayed, cheapest first.
 */
import { CheapestFirst } from './cheapest-first.ts';
import type { RoutingModel } from './model.ts';
import { LOAD_TOLERANCE } from './port.ts';
import { AFTER_RELOAD, NEVER, OPEN_END } from './rich-model.ts';
import { AFTER, BEFORE, endCost, legCost, type RichTour, shortestEnd, shortestWay } from './rich-tour.ts';
import type { Slot } from './solution.ts';
import type { TourTimes } from './tour-times.ts';

export class PlaceSearch {
  readonly #model: RoutingModel;
  readonly #times: TourTimes;
  /** The least that each way takes, whenever one leaves. */
  readonly #shortest: Float64Array;
  /** Places are `position * 4 + reloads`. */
  readonly #candidates = new CheapestFirst();
  /** The cheapest place that a scan found, -1 when none, and what it costs more. */
  #cheapest = -1;
  #delta = 0;

  constructor(model: RoutingModel, times: TourTimes) {
    this.#model = model;
    this.#times = times;
    this.#shortest = model.rich.slots?.shortest ?? model.travel;
  }

  find(tour: RichTour, vehicle: number, node: number, best: Slot, skip: () => boolean): void {
    if (this.#model.rich.allowed[vehicle * this.#model.size + node] === NEVER) return;
    const isExact = this.#times.isExact(vehicle);
    if (isExact) {
      this.#scan(tour, vehicle, node, best.cost, true);
      if (this.#cheapest === -1) return;
      if (!skip()) {
        put(best, vehicle, this.#cheapest, this.#delta);
        return;
      }
    }
    const late = isExact ? 0 : tour.late;
    const candidates = this.#candidates;
    candidates.clear();
    this.#scan(tour, vehicle, node, best.cost + late, false);
    // The cheapest one has been skipped above.
    if (isExact) candidates.take();
    for (let place = candidates.take(); place !== -1; place = candidates.take()) {
      const delta = candidates.cost;
      if (delta - late >= best.cost) return;
      const extra = delta + this.#times.lateDelta(tour, vehicle, node, place >> 2, place & 3, best.cost - delta);
      if (extra < best.cost && !skip()) put(best, vehicle, place, extra);
    }
  }

  /** Whether the stop can be served there. */
  isPossible(tour: RichTour, vehicle: number, node: number, position: number, reloads: number): boolean {
    return (
      this.#canBeInTime(tour, vehicle, node, position, reloads) &&
      this.#fits(tour, vehicle, node, position, reloads) &&
      this.#times.lateDelta(tour, vehicle, node, position, reloads, Infinity) < Infinity
    );
  }

  canBegin(vehicle: number, position: number): boolean {
    const { isUnderWay, frozen } = this.#model.rich;
    return position > 1 || isUnderWay[vehicle] === 1 || (frozen[vehicle] as Int32Array).length > 0;
  }

  /**
   * Places that cost less than `below` before lateness, can be in time and hold what they would: the cheapest of them, or
   * all of them as candidates. As in the plain solution, those that the stop's window allows stand side by side.
   */
  #scan(tour: RichTour, vehicle: number, node: number, below: number, isCheapestOnly: boolean): void {
    const { cost, inwardCost, size, from, service, rich } = this.#model;
    const { order, ends, latest, leg, count, reloads: flags } = tour;
    const shortest = this.#shortest;
    const opens = from[node] as number;
    const closes = rich.latest[node] as number;
    const lasts = service[node] as number;
    const spare = (rich.maxTrips[vehicle] as number) - 1 - tour.reloadCount;
    const row = node * size;
    let limit = below;
    this.#cheapest = -1;
    for (let position = firstToReach(tour, opens + lasts); position <= count + 1; position += 1) {
      const left = ends[position - 1] as number;
      if (left > closes) return;
      const before = order[position - 1] as number;
      const isLast = position === count + 1;
      const after = isLast ? (rich.endNode[vehicle] as number) : (order[position] as number);
      const onward = after === OPEN_END ? 0 : (cost[row + after] as number);
      const delta = (inwardCost[row + before] as number) + onward - (leg[position] as number);
      if (delta < limit) {
        const starts = Math.max(left + (shortest[before * size + node] as number), opens);
        const way = after === OPEN_END ? 0 : (shortest[row + after] as number);
        const isInTime = starts <= closes && starts + lasts + way <= (latest[position] as number);
        if (isInTime && this.#fits(tour, vehicle, node, position, 0)) {
          limit = this.#found(position * 4, delta, limit, isCheapestOnly);
        }
      }
      const free = isLast ? spare : spare + (flags[position] as number);
      if (free > 0) limit = this.#scanReloads(tour, vehicle, node, position, free, limit, isCheapestOnly);
    }
  }

  /** The places at one position with a reload around the stop, of which the vehicle has `free` ones left. */
  #scanReloads(
    tour: RichTour,
    vehicle: number,
    node: number,
    position: number,
    free: number,
    below: number,
    isCheapestOnly: boolean,
  ): number {
    const model = this.#model;
    const before = tour.order[position - 1] as number;
    const isLast = position === tour.count + 1;
    const canBegin = this.canBegin(vehicle, position);
    let limit = below;
    for (let reloads = 1; reloads < 4; reloads += 1) {
      const begins = (reloads & BEFORE) !== 0;
      const ends = (reloads & AFTER) !== 0;
      if ((begins && ends && free < 2) || (begins && !canBegin) || (ends && isLast)) continue;
      const onward = isLast
        ? endCost(model, vehicle, node)
        : legCost(model, node, tour.order[position] as number, ends);
      const delta = legCost(model, before, node, begins) + onward - (tour.leg[position] as number);
      if (!(delta < limit) || !this.#canBeInTime(tour, vehicle, node, position, reloads)) continue;
      if (!this.#fits(tour, vehicle, node, position, reloads)) continue;
      limit = this.#found(position * 4 + reloads, delta, limit, isCheapestOnly);
    }
    return limit;
  }

  /** @returns below what the next place has to cost */
  #found(place: number, delta: number, limit: number, isCheapestOnly: boolean): number {
    if (!isCheapestOnly) {
      this.#candidates.add(place, delta);
      return limit;
    }
    this.#cheapest = place;
    this.#delta = delta;
    return delta;
  }

  /** Exact where there are neither breaks nor slots; elsewhere it never says no where the answer is yes. */
  #canBeInTime(tour: RichTour, vehicle: number, node: number, position: number, reloads: number): boolean {
    const model = this.#model;
    const before = tour.order[position - 1] as number;
    const way = shortestWay(model, vehicle, before, node, (reloads & BEFORE) !== 0);
    const starts = Math.max((tour.ends[position - 1] as number) + way, model.from[node] as number);
    if (!(starts <= (model.rich.latest[node] as number))) return false;
    const onward =
      position === tour.count + 1
        ? shortestEnd(model, vehicle, node)
        : shortestWay(model, vehicle, node, tour.order[position] as number, (reloads & AFTER) !== 0);
    return starts + (model.service[node] as number) + onward <= (tour.latest[position] as number);
  }

  /** Whether each trip holds what it would, and whether the goods are on board. */
  #fits(tour: RichTour, vehicle: number, node: number, position: number, reloads: number): boolean {
    const { dimensions, load, rich, size } = this.#model;
    const begins = (reloads & BEFORE) !== 0;
    const ends = (reloads & AFTER) !== 0;
    const isFirstTrip = tour.trip[position - 1] === 0 && !begins;
    if (isFirstTrip) {
      if (rich.allowed[vehicle * size + node] === AFTER_RELOAD) return false;
      if (!ends && position <= tour.count && tour.needsDepot[position] === 1) return false;
    }
    for (let dimension = 0; dimension < dimensions; dimension += 1) {
      let sum = load[node * dimensions + dimension] as number;
      if (!begins) sum += tour.loadTo[(position - 1) * dimensions + dimension] as number;
      if (!ends && position <= tour.count) sum += tour.loadFrom[position * dimensions + dimension] as number;
      if (sum > tripLimit(this.#model, vehicle, dimension, isFirstTrip) + LOAD_TOLERANCE) return false;
    }
    return true;
  }
}

function put(slot: Slot, vehicle: number, place: number, cost: number): void {
  slot.cost = cost;
  slot.vehicle = vehicle;
  slot.position = place >> 2;
  slot.reloads = place & 3;
}

/** The first position that may be reached as late as that; times only grow along a tour. */
function firstToReach({ latest, count }: RichTour, time: number): number {
  let low = 1;
  let high = count + 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((latest[middle] as number) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** What the first trip has had on board since before it may be more than the vehicle holds. */
export function tripLimit(
  { dimensions, capacity, rich }: RoutingModel,
  vehicle: number,
  dimension: number,
  isFirstTrip: boolean,
): number {
  const cell = vehicle * dimensions + dimension;
  const most = capacity[cell] as number;
  return isFirstTrip ? Math.max(most, rich.frozenLoad[cell] as number) : most;
}
