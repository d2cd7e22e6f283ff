/**
 * The rich solution: exact for breaks, trips, lateness, skills, frozen parts, open ends and travel times by the time of
 * the day. A change of a tour recomputes what it can have changed; places are found by a search of their own.
 */
import type { RoutingModel } from './model.ts';
import { PlaceSearch, tripLimit } from './place-search.ts';
import { LOAD_TOLERANCE } from './port.ts';
import { AFTER_RELOAD, NEVER } from './rich-model.ts';
import {
  AFTER,
  BEFORE,
  type Change,
  copyRichTour,
  emptyRichTour,
  endCost,
  growRichTour,
  legCost,
  type RichTour,
  shiftSlots,
} from './rich-tour.ts';
import { NOWHERE, type Slot, type Solution } from './solution.ts';
import { TourTimes } from './tour-times.ts';

const ALL: Change = { first: 1, same: Infinity, shift: 0 };

export class RichTours implements Solution {
  readonly model: RoutingModel;
  readonly tours: readonly RichTour[];
  readonly vehicleOf: Int32Array;
  readonly #times: TourTimes;
  readonly #places: PlaceSearch;
  /** Per vehicle: what the ways along its frozen part cost. */
  readonly #frozenCost: Float64Array;

  constructor(model: RoutingModel) {
    this.model = model;
    this.#times = new TourTimes(model);
    this.#places = new PlaceSearch(model, this.#times);
    this.#frozenCost = Float64Array.from(model.rich.frozen, (nodes, vehicle) => frozenCost(model, vehicle, nodes));
    this.tours = Array.from({ length: model.vehicleCount }, (_, vehicle) =>
      emptyRichTour(model.dimensions, this.#times.breakSets(vehicle)),
    );
    this.vehicleOf = new Int32Array(model.size).fill(NOWHERE);
    for (let vehicle = 0; vehicle < model.vehicleCount; vehicle += 1) this.#refresh(vehicle, ALL);
  }

  findSlot(vehicle: number, node: number, best: Slot, skip: () => boolean): void {
    this.#places.find(this.tours[vehicle] as RichTour, vehicle, node, best, skip);
  }

  insert(node: number, { vehicle, position, reloads = 0 }: Slot): void {
    const tour = this.tours[vehicle] as RichTour;
    growRichTour(tour, tour.count + 3);
    const { order, reloads: flags, count } = tour;
    order.copyWithin(position + 1, position, count + 1);
    flags.copyWithin(position + 1, position, count + 1);
    order[position] = node;
    flags[position] = reloads & BEFORE;
    if (position <= count) flags[position + 1] = (reloads & AFTER) >> 1;
    tour.count += 1;
    this.vehicleOf[node] = vehicle;
    this.#refresh(vehicle, { first: position, same: position + 1, shift: 1 });
  }

  /** Takes the marked nodes off one tour; a trip that has no stop left ends, and trips that fit into one become one. */
  removeMarked(vehicle: number, marked: Uint8Array): void {
    const tour = this.tours[vehicle] as RichTour;
    const { order, reloads: flags, trip, count } = tour;
    let kept = 0;
    let first = 0;
    let same = 0;
    // Where the stops of trip 0 would stand, so that a first trip of which none is left still begins with a reload.
    let tripBefore = 0;
    for (let slot = 1; slot <= count; slot += 1) {
      const node = order[slot] as number;
      if (marked[node] === 1) {
        this.vehicleOf[node] = NOWHERE;
        same = kept + 1;
        if (first === 0) first = same;
        continue;
      }
      kept += 1;
      order[kept] = node;
      flags[kept] = trip[slot] === tripBefore ? 0 : 1;
      tripBefore = trip[slot] as number;
    }
    tour.count = kept;
    if (first > 0) this.#refresh(vehicle, { first, same, shift: kept - count });
    for (let slot = 1; slot <= kept; slot += 1) if (flags[slot] === 1) this.#joinTrips(tour, vehicle, slot);
  }

  /** Leaves out the reload before a slot where that is possible and no dearer. */
  #joinTrips(tour: RichTour, vehicle: number, slot: number): void {
    const { dimensions } = this.model;
    const isFirstTrip = tour.trip[slot - 1] === 0;
    if (isFirstTrip && tour.needsDepot[slot] === 1) return;
    for (let dimension = 0; dimension < dimensions; dimension += 1) {
      const before = tour.loadTo[(slot - 1) * dimensions + dimension] as number;
      const sum = before + (tour.loadFrom[slot * dimensions + dimension] as number);
      if (sum > tripLimit(this.model, vehicle, dimension, isFirstTrip) + LOAD_TOLERANCE) return;
    }
    const { cost, isLate } = tour;
    const change = { first: slot, same: slot, shift: 0 };
    tour.reloads[slot] = 0;
    this.#refresh(vehicle, change);
    if ((isLate && !tour.isLate) || (isLate === tour.isLate && tour.cost <= cost)) return;
    tour.reloads[slot] = 1;
    this.#refresh(vehicle, change);
  }

  /** Recomputes what a change of the order or the reloads can have changed; the rest of the tour is as it was. */
  #refresh(vehicle: number, change: Change): void {
    const tour = this.tours[vehicle] as RichTour;
    const { order, count } = tour;
    order[0] = (this.model.rich.frozen[vehicle] as Int32Array).at(-1) ?? (this.model.startNode[vehicle] as number);
    order[count + 1] = 0;
    tour.reloads[0] = 0;
    shiftSlots(tour, change);
    this.#refreshTrips(tour, vehicle, change);
    this.#times.refresh(tour, vehicle, change);
    this.#refreshCost(tour, vehicle, change);
  }

  #refreshTrips(tour: RichTour, vehicle: number, { first, same }: Change): void {
    const { dimensions, load, rich, size } = this.model;
    const { order, count, reloads: flags, trip, loadTo, loadFrom, needsDepot } = tour;
    trip[0] = 0;
    for (let dimension = 0; dimension < dimensions; dimension += 1) {
      loadTo[dimension] = rich.frozenLoad[vehicle * dimensions + dimension] as number;
    }
    for (let slot = first; slot <= count; slot += 1) {
      const begins = flags[slot] === 1;
      trip[slot] = (trip[slot - 1] as number) + (begins ? 1 : 0);
      for (let dimension = 0; dimension < dimensions; dimension += 1) {
        const own = load[(order[slot] as number) * dimensions + dimension] as number;
        const cell = slot * dimensions + dimension;
        loadTo[cell] = own + (begins ? 0 : (loadTo[cell - dimensions] as number));
      }
    }
    tour.reloadCount = trip[count] as number;
    for (let slot = Math.min(count, same - 1); slot >= 1; slot -= 1) {
      const node = order[slot] as number;
      const isTripEnd = slot === count || flags[slot + 1] === 1;
      const own = rich.allowed[vehicle * size + node] === AFTER_RELOAD ? 1 : 0;
      needsDepot[slot] = isTripEnd ? own : own | (needsDepot[slot + 1] as number);
      for (let dimension = 0; dimension < dimensions; dimension += 1) {
        const cell = slot * dimensions + dimension;
        const rest = isTripEnd ? 0 : (loadFrom[cell + dimensions] as number);
        loadFrom[cell] = (load[node * dimensions + dimension] as number) + rest;
      }
    }
  }

  #refreshCost(tour: RichTour, vehicle: number, { first, same }: Change): void {
    const { model } = this;
    const { order, count, reloads: flags, leg } = tour;
    if (count === 0 && (model.rich.frozen[vehicle] as Int32Array).length === 0) {
      // A vehicle without stops does not drive at all, wherever it stands; its first stop pays for its use.
      leg[1] = -model.vehicleCost;
      tour.cost = 0;
      return;
    }
    for (let slot = first; slot <= count && slot <= same; slot += 1) {
      leg[slot] = legCost(model, order[slot - 1] as number, order[slot] as number, flags[slot] === 1);
    }
    leg[count + 1] = endCost(model, vehicle, order[count] as number);
    let sum = model.vehicleCost + tour.late + (this.#frozenCost[vehicle] as number);
    for (let slot = 1; slot <= count + 1; slot += 1) sum += leg[slot] as number;
    tour.cost = sum;
    if (tour.cost === Infinity) tour.isLate = true;
  }

  copyTour(source: RichTours, vehicle: number): void {
    const from = source.tours[vehicle] as RichTour;
    copyRichTour(this.tours[vehicle] as RichTour, from);
    for (let slot = 1; slot <= from.count; slot += 1) this.vehicleOf[from.order[slot] as number] = vehicle;
  }

  copy(source: RichTours): void {
    this.vehicleOf.fill(NOWHERE);
    for (let vehicle = 0; vehicle < this.tours.length; vehicle += 1) this.copyTour(source, vehicle);
  }

  cost(): number {
    let sum = 0;
    for (const tour of this.tours) sum += tour.cost;
    return sum;
  }

  visits(vehicle: number): number[] {
    const { count, order, reloads: flags } = this.tours[vehicle] as RichTour;
    const nodes = [...(this.model.rich.frozen[vehicle] as Int32Array)];
    for (let slot = 1; slot <= count; slot += 1) {
      if (flags[slot] === 1) nodes.push(0);
      nodes.push(order[slot] as number);
    }
    return nodes;
  }

  setVisits(vehicle: number, nodes: readonly number[]): void {
    const tour = this.tours[vehicle] as RichTour;
    growRichTour(tour, nodes.length + 2);
    tour.count = 0;
    let reloads = 0;
    for (const node of nodes.slice((this.model.rich.frozen[vehicle] as Int32Array).length)) {
      if (node === 0) {
        reloads = 1;
        continue;
      }
      tour.count += 1;
      tour.order[tour.count] = node;
      tour.reloads[tour.count] = reloads;
      this.vehicleOf[node] = vehicle;
      reloads = 0;
    }
    this.#refresh(vehicle, ALL);
  }

  append(vehicle: number, node: number): boolean {
    const { rich, size } = this.model;
    const tour = this.tours[vehicle] as RichTour;
    const position = tour.count + 1;
    if (rich.allowed[vehicle * size + node] === NEVER) return false;
    const canReload =
      tour.reloadCount + 1 < (rich.maxTrips[vehicle] as number) && this.#places.canBegin(vehicle, position);
    for (const reloads of canReload ? [0, BEFORE] : [0]) {
      if (!this.#places.isPossible(tour, vehicle, node, position, reloads)) continue;
      this.insert(node, { vehicle, position, cost: 0, reloads });
      return true;
    }
    return false;
  }
}

function frozenCost(model: RoutingModel, vehicle: number, nodes: Int32Array): number {
  let sum = 0;
  let before = model.startNode[vehicle] as number;
  for (const node of nodes) {
    sum += legCost(model, before, node, false);
    before = node;
  }
  return sum;
}
