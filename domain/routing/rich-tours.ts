/**
 * The rich solution: exact for breaks, trips, lateness, skills, frozen parts, open ends and travel times by the time of
 * the day. The additional cost of a place, and whether its trips hold what they would, is known in constant time; only
 * places that are cheap enough to matter are replayed, cheapest first, and a replay ends where nothing changes any more.
 */
import { frozenLabels } from './frozen-part.ts';
import type { RoutingModel } from './model.ts';
import { LOAD_TOLERANCE } from './port.ts';
import { AFTER_RELOAD, NEVER } from './rich-model.ts';
import { emptyRichTour, endCost, growRichTour, legCost, type RichTour, shortestEnd, shortestWay } from './rich-tour.ts';
import { type Label, Schedule, sameUpToLateness } from './schedule.ts';
import { NOWHERE, type Slot, type Solution } from './solution.ts';

/** Bits of `Slot.reloads`: the vehicle goes by the depot before the stop, and before the one that follows it. */
const BEFORE = 1;
const AFTER = 2;

export class RichTours implements Solution {
  readonly model: RoutingModel;
  readonly tours: readonly RichTour[];
  readonly vehicleOf: Int32Array;
  readonly #schedule: Schedule;
  /** Per vehicle: how it may stand after its frozen part. */
  readonly #starts: readonly (readonly Label[])[];
  /** Candidates of the search for a slot: `position * 4 + reloads`, and what each costs more. */
  #candidates = new Int32Array(64);
  #deltas = new Float64Array(64);

  constructor(model: RoutingModel) {
    this.model = model;
    this.#schedule = new Schedule(model, false);
    this.tours = Array.from({ length: model.vehicleCount }, () => emptyRichTour(model.dimensions));
    this.vehicleOf = new Int32Array(model.size).fill(NOWHERE);
    this.#starts = this.tours.map((_, vehicle) => frozenLabels(this.#schedule, model, vehicle));
    for (let vehicle = 0; vehicle < model.vehicleCount; vehicle += 1) this.refresh(vehicle);
  }

  findSlot(vehicle: number, node: number, best: Slot, skip: () => boolean): void {
    if (this.model.rich.allowed[vehicle * this.model.size + node] === NEVER) return;
    const tour = this.tours[vehicle] as RichTour;
    const count = this.#collect(tour, vehicle, node, best.cost + tour.late);
    const order = this.#candidates.subarray(0, count);
    const deltas = this.#deltas;
    // The place is the index into the deltas as well, so equal costs go by place.
    order.sort((a, b) => (deltas[a] as number) - (deltas[b] as number) || a - b);
    for (const place of order) {
      const delta = deltas[place] as number;
      if (delta - tour.late >= best.cost) return;
      const position = place >> 2;
      const reloads = place & 3;
      if (!this.#fits(tour, vehicle, node, position, reloads)) continue;
      const extra = delta + this.#lateDelta(tour, vehicle, node, position, reloads);
      if (extra < best.cost && !skip()) {
        best.cost = extra;
        best.vehicle = vehicle;
        best.position = position;
        best.reloads = reloads;
      }
    }
  }

  /** Places that cost less than `below` before lateness; their costs stand in `#deltas`, by place. */
  #collect(tour: RichTour, vehicle: number, node: number, below: number): number {
    const { model } = this;
    const { count, order, reloads: flags, leg, reloadCount } = tour;
    const maxReloads = (model.rich.maxTrips[vehicle] as number) - 1;
    if (this.#deltas.length < (count + 2) * 4) {
      this.#deltas = new Float64Array((count + 2) * 8);
      this.#candidates = new Int32Array((count + 2) * 8);
    }
    let found = 0;
    for (let position = 1; position <= count + 1; position += 1) {
      const before = order[position - 1] as number;
      const isLast = position === count + 1;
      const spare = maxReloads - reloadCount + (isLast ? 0 : (flags[position] as number));
      const canBegin = position > 1 || model.rich.isUnderWay[vehicle] === 1 || this.#hasFrozen(vehicle);
      for (let reloads = 0; reloads < 4; reloads += 1) {
        const [begins, ends] = [(reloads & BEFORE) !== 0, (reloads & AFTER) !== 0];
        if ((begins ? 1 : 0) + (ends ? 1 : 0) > spare || (begins && !canBegin) || (ends && isLast)) continue;
        const onward = isLast ? endCost(model, vehicle, node) : legCost(model, node, order[position] as number, ends);
        const delta = legCost(model, before, node, begins) + onward - (leg[position] as number);
        if (!(delta < below)) continue;
        const place = position * 4 + reloads;
        this.#deltas[place] = delta;
        this.#candidates[found] = place;
        found += 1;
      }
    }
    return found;
  }

  #hasFrozen(vehicle: number): boolean {
    return (this.model.rich.frozen[vehicle] as Int32Array).length > 0;
  }

  /** Whether each trip holds what it would, and whether the goods are on board. */
  #fits(tour: RichTour, vehicle: number, node: number, position: number, reloads: number): boolean {
    const { dimensions, load, rich, size } = this.model;
    const begins = (reloads & BEFORE) !== 0;
    const ends = (reloads & AFTER) !== 0;
    const tripBefore = tour.trip[position - 1] as number;
    const isFirstTrip = tripBefore === 0 && !begins;
    if (isFirstTrip) {
      if (rich.allowed[vehicle * size + node] === AFTER_RELOAD) return false;
      if (!ends && position <= tour.count && tour.needsDepot[position] === 1) return false;
    }
    for (let dimension = 0; dimension < dimensions; dimension += 1) {
      let sum = load[node * dimensions + dimension] as number;
      if (!begins) sum += tour.loadTo[(position - 1) * dimensions + dimension] as number;
      if (!ends && position <= tour.count) sum += tour.loadFrom[position * dimensions + dimension] as number;
      if (sum > this.#limit(vehicle, dimension, isFirstTrip) + LOAD_TOLERANCE) return false;
    }
    return true;
  }

  #limit(vehicle: number, dimension: number, isFirstTrip: boolean): number {
    const cell = vehicle * this.model.dimensions + dimension;
    const capacity = this.model.capacity[cell] as number;
    return isFirstTrip ? Math.max(capacity, this.model.rich.frozenLoad[cell] as number) : capacity;
  }

  /** What lateness costs more with the stop there; `Infinity` when the schedule breaks a rule. */
  #lateDelta(tour: RichTour, vehicle: number, node: number, position: number, reloads: number): number {
    const { model } = this;
    const { from, service, rich } = model;
    const before = tour.order[position - 1] as number;
    const begins = (reloads & BEFORE) !== 0;
    const ends = (reloads & AFTER) !== 0;
    const isLast = position === tour.count + 1;
    const after = tour.order[position] as number;
    const reached = (tour.ends[position - 1] as number) + shortestWay(model, vehicle, before, node, begins);
    const starts = Math.max(reached, from[node] as number);
    if (!(starts <= (rich.latest[node] as number))) return Infinity;
    const way = isLast ? shortestEnd(model, vehicle, node) : shortestWay(model, vehicle, node, after, ends);
    if (!(starts + (service[node] as number) + way <= (tour.latest[position] as number))) return Infinity;
    const isExact = rich.slots === undefined && !rich.hasLateness && (rich.breaks[vehicle] as unknown[]).length === 0;
    return isExact ? 0 : this.#replay(tour, vehicle, node, position, begins, ends);
  }

  #replay(tour: RichTour, vehicle: number, node: number, position: number, begins: boolean, ends: boolean): number {
    const { count, order, reloads: flags } = tour;
    let labels = this.#pass(tour.labels[position - 1] as Label[], vehicle, order[position - 1] as number, node, begins);
    let at = node;
    for (let slot = position; slot <= count && labels.length > 0; slot += 1) {
      const next = order[slot] as number;
      labels = this.#pass(labels, vehicle, at, next, slot === position ? ends : flags[slot] === 1);
      const shift = sameUpToLateness(labels, tour.labels[slot] as Label[]);
      if (shift !== undefined) return shift;
      at = next;
    }
    const end = this.#schedule.finish(labels, vehicle, at, 0, false);
    return end === undefined ? Infinity : end.late - tour.late;
  }

  #pass(labels: readonly Label[], vehicle: number, from: number, to: number, byDepot: boolean): readonly Label[] {
    const schedule = this.#schedule;
    if (!byDepot) return schedule.visit(labels, vehicle, from, to, 0);
    return schedule.visit(schedule.visit(labels, vehicle, from, 0, 0), vehicle, 0, to, 0);
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
    this.refresh(vehicle);
  }

  /** Takes the marked nodes off one tour; a trip that has no stop left ends, and trips that fit into one become one. */
  removeMarked(vehicle: number, marked: Uint8Array): void {
    const tour = this.tours[vehicle] as RichTour;
    const { order, reloads: flags, trip, count } = tour;
    let kept = 0;
    // Where the stops of trip 0 would stand, so that a first trip of which none is left still begins with a reload.
    let tripBefore = 0;
    for (let slot = 1; slot <= count; slot += 1) {
      const node = order[slot] as number;
      if (marked[node] === 1) {
        this.vehicleOf[node] = NOWHERE;
        continue;
      }
      kept += 1;
      order[kept] = node;
      flags[kept] = trip[slot] === tripBefore ? 0 : 1;
      tripBefore = trip[slot] as number;
    }
    tour.count = kept;
    this.refresh(vehicle);
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
      if (sum > this.#limit(vehicle, dimension, isFirstTrip) + LOAD_TOLERANCE) return;
    }
    const { cost, isLate } = tour;
    tour.reloads[slot] = 0;
    this.refresh(vehicle);
    if ((isLate && !tour.isLate) || (isLate === tour.isLate && tour.cost <= cost)) return;
    tour.reloads[slot] = 1;
    this.refresh(vehicle);
  }

  /** Recomputes everything of one tour from its order and its reloads. */
  refresh(vehicle: number): void {
    const tour = this.tours[vehicle] as RichTour;
    const { model } = this;
    const { order, count } = tour;
    const frozen = model.rich.frozen[vehicle] as Int32Array;
    order[0] = frozen.at(-1) ?? (model.startNode[vehicle] as number);
    order[count + 1] = 0;
    tour.reloads[0] = 0;
    this.#refreshTrips(tour, vehicle);
    this.#refreshTimes(tour, vehicle);
    this.#refreshCost(tour, vehicle, frozen);
  }

  #refreshTrips(tour: RichTour, vehicle: number): void {
    const { dimensions, load, rich, size } = this.model;
    const { order, count, reloads: flags, trip, loadTo, loadFrom, needsDepot } = tour;
    trip[0] = 0;
    for (let dimension = 0; dimension < dimensions; dimension += 1) {
      loadTo[dimension] = rich.frozenLoad[vehicle * dimensions + dimension] as number;
    }
    for (let slot = 1; slot <= count; slot += 1) {
      const begins = flags[slot] === 1;
      trip[slot] = (trip[slot - 1] as number) + (begins ? 1 : 0);
      for (let dimension = 0; dimension < dimensions; dimension += 1) {
        const own = load[(order[slot] as number) * dimensions + dimension] as number;
        const cell = slot * dimensions + dimension;
        loadTo[cell] = own + (begins ? 0 : (loadTo[cell - dimensions] as number));
      }
    }
    tour.reloadCount = trip[count] as number;
    for (let slot = count; slot >= 1; slot -= 1) {
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

  #refreshTimes(tour: RichTour, vehicle: number): void {
    const { model } = this;
    const { order, count, reloads: flags, ends, latest } = tour;
    let labels = this.#starts[vehicle] as readonly Label[];
    tour.labels = [labels];
    ends[0] = earliest(labels);
    for (let slot = 1; slot <= count; slot += 1) {
      labels = this.#pass(labels, vehicle, order[slot - 1] as number, order[slot] as number, flags[slot] === 1);
      tour.labels.push(labels);
      ends[slot] = earliest(labels);
    }
    const isUnused = count === 0 && !this.#hasFrozen(vehicle);
    const end = isUnused ? undefined : this.#schedule.finish(labels, vehicle, order[count] as number, 0, count === 0);
    tour.isLate = !isUnused && end === undefined;
    tour.late = end?.late ?? 0;
    let due = model.shiftTo[vehicle] as number;
    latest[count + 1] = due;
    for (let slot = count; slot >= 1; slot -= 1) {
      const node = order[slot] as number;
      const way =
        slot === count
          ? shortestEnd(model, vehicle, node)
          : shortestWay(model, vehicle, node, order[slot + 1] as number, flags[slot + 1] === 1);
      due = Math.min(model.rich.latest[node] as number, due - way - (model.service[node] as number));
      latest[slot] = due;
    }
  }

  #refreshCost(tour: RichTour, vehicle: number, frozen: Int32Array): void {
    const { model } = this;
    const { order, count, reloads: flags, leg } = tour;
    if (count === 0 && frozen.length === 0) {
      // A vehicle without stops does not drive at all, wherever it stands; its first stop pays for its use.
      leg[1] = -model.vehicleCost;
      tour.cost = 0;
      return;
    }
    let sum = model.vehicleCost + tour.late;
    let before = model.startNode[vehicle] as number;
    for (const node of frozen) {
      sum += legCost(model, before, node, false);
      before = node;
    }
    for (let slot = 1; slot <= count; slot += 1) {
      leg[slot] = legCost(model, order[slot - 1] as number, order[slot] as number, flags[slot] === 1);
      sum += leg[slot] as number;
    }
    leg[count + 1] = endCost(model, vehicle, order[count] as number);
    tour.cost = sum + (leg[count + 1] as number);
    if (tour.cost === Infinity) tour.isLate = true;
  }

  copyTour(source: RichTours, vehicle: number): void {
    const from = source.tours[vehicle] as RichTour;
    const into = this.tours[vehicle] as RichTour;
    const { count } = from;
    const { dimensions } = this.model;
    growRichTour(into, count + 2);
    into.count = count;
    into.reloadCount = from.reloadCount;
    into.labels = from.labels;
    into.late = from.late;
    into.cost = from.cost;
    into.isLate = from.isLate;
    for (const name of ['order', 'reloads', 'ends', 'latest', 'leg', 'needsDepot', 'trip'] as const) {
      into[name].set(from[name].subarray(0, count + 2));
    }
    into.loadTo.set(from.loadTo.subarray(0, (count + 2) * dimensions));
    into.loadFrom.set(from.loadFrom.subarray(0, (count + 2) * dimensions));
    for (let slot = 1; slot <= count; slot += 1) this.vehicleOf[from.order[slot] as number] = vehicle;
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
    this.refresh(vehicle);
  }

  append(vehicle: number, node: number): boolean {
    const { rich, size } = this.model;
    const tour = this.tours[vehicle] as RichTour;
    const position = tour.count + 1;
    if (rich.allowed[vehicle * size + node] === NEVER) return false;
    const mayBegin = position > 1 || rich.isUnderWay[vehicle] === 1 || this.#hasFrozen(vehicle);
    const canReload = tour.reloadCount + 1 < (rich.maxTrips[vehicle] as number) && mayBegin;
    for (const reloads of canReload ? [0, BEFORE] : [0]) {
      if (!this.#fits(tour, vehicle, node, position, reloads)) continue;
      if (this.#lateDelta(tour, vehicle, node, position, reloads) === Infinity) continue;
      this.insert(node, { vehicle, position, cost: 0, reloads });
      return true;
    }
    return false;
  }
}

function earliest(labels: readonly Label[]): number {
  let time = Infinity;
  for (const label of labels) time = Math.min(time, label.time);
  return time;
}
