/**
 * One more stop on a route that is planned: every place is replayed, in every trip and with a reload around it where the
 * vehicle has trips left, and what it would break is written down. The best place breaks the least rules, then by the
 * fewest seconds, then costs the least; breaking none, it is an option, and breaking some, it is the reason why not.
 */
import { unsettled } from './frozen-part.ts';
import type { RoutingModel } from './model.ts';
import { type BrokenConstraint, dimensionName, LOAD_TOLERANCE, type RoutingProblem, type RoutingStop } from './port.ts';
import { type CompiledBreak, missingSkills } from './rich-model.ts';
import { endCost } from './rich-tour.ts';
import { type Label, Schedule, type Trace } from './schedule.ts';

export interface Insertion {
  /** The visits of the route with the stop in its place; 0 is a reload. */
  readonly visits: readonly number[];
  /** Stops before it, and the trip it is part of. */
  readonly position: number;
  readonly trip: number;
  /** In the model's unit of cost, with lateness. */
  readonly extraCost: number;
  readonly broken: readonly BrokenConstraint[];
}

interface Place {
  /** Index of the visit that it precedes. */
  readonly index: number;
  readonly begins: boolean;
  readonly ends: boolean;
}

/** How little a place breaks; of two that break the same the cheaper is better. */
export interface Rank {
  readonly broken: number;
  /** Milliseconds. */
  readonly short: number;
  /** Load above what fits, as shares of the capacities. */
  readonly over: number;
  readonly cost: number;
}

export function isBelow(left: Rank, right: Rank): boolean {
  if (left.broken !== right.broken) return left.broken < right.broken;
  if (left.short !== right.short) return left.short < right.short;
  if (left.over !== right.over) return left.over < right.over;
  return left.cost < right.cost;
}

/** The route of one vehicle, ready to be asked for places. */
export class PlannedTour {
  readonly #problem: RoutingProblem;
  readonly #model: RoutingModel;
  readonly #vehicle: number;
  readonly #visits: readonly number[];
  readonly #schedule: Schedule;
  readonly #frozen: number;
  /** For places within the frozen part, which then loosens nothing any more. */
  readonly #unsettled: Schedule | undefined;
  /** Per visit, from the start: how the vehicle may stand before it. */
  readonly #labels: (readonly Label[])[];
  readonly #late: number;
  /** Per visit: the trip that is open before it, and stops before it. */
  readonly #trip: number[] = [0];
  readonly #stops: number[] = [0];

  constructor(problem: RoutingProblem, model: RoutingModel, vehicle: number, visits: readonly number[]) {
    this.#problem = problem;
    this.#model = model;
    this.#vehicle = vehicle;
    this.#visits = visits;
    this.#schedule = new Schedule(model, true);
    this.#frozen = (model.rich.frozen[vehicle] as Int32Array).length;
    const bare = unsettled(model, vehicle);
    this.#unsettled = bare === model ? undefined : new Schedule(bare, true);
    this.#labels = [this.#schedule.start(vehicle)];
    for (const [index, node] of visits.entries()) {
      const labels = this.#labels[index] as Label[];
      const isFrozen = index < this.#frozen;
      this.#labels.push(this.#schedule.visit(labels, vehicle, this.#before(index), node, index, isFrozen));
      this.#trip.push((this.#trip[index] as number) + (node === 0 ? 1 : 0));
      this.#stops.push((this.#stops[index] as number) + (node === 0 ? 0 : 1));
    }
    this.#late = visits.length === 0 ? 0 : (this.#finish(this.#labels.at(-1) as Label[])?.late ?? 0);
  }

  #before(index: number): number {
    return index === 0 ? (this.#model.startNode[this.#vehicle] as number) : (this.#visits[index - 1] as number);
  }

  #finish(labels: readonly Label[]): Label | undefined {
    const { length } = this.#visits;
    return this.#schedule.finish(labels, this.#vehicle, this.#before(length), length, length === this.#frozen);
  }

  /** The best place for a stop that is on no route. */
  best(node: number): Insertion {
    let best: { place: Place; rank: Rank; label: Label; fixed: readonly BrokenConstraint[] } | undefined;
    for (const place of this.#places()) {
      const loads = this.#loadFaults(node, place);
      const fixed = [...this.#vehicleFaults(node, place), ...loads.faults];
      if (best !== undefined && best.rank.broken < fixed.length) continue;
      const cost = this.#cost(node, place);
      const { over } = loads;
      // Not yet known is what lateness adds, or takes away.
      const least = Number.isFinite(cost) ? cost - this.#late : Number.NEGATIVE_INFINITY;
      const label = this.#replay(
        node,
        place,
        (broken, short) =>
          best === undefined || isBelow({ broken: fixed.length + broken, short, over, cost: least }, best.rank),
      );
      if (label === undefined) continue;
      const rank = {
        broken: fixed.length + label.broken,
        short: label.short,
        over,
        // A way that does not exist is among what is broken, and has no price.
        cost: (Number.isFinite(cost) ? cost : 0) + label.late - this.#late,
      };
      if (best === undefined || isBelow(rank, best.rank)) best = { place, rank, label, fixed };
    }
    if (best === undefined) throw new Error(`vehicle ${this.#vehicle} has no place that could be tried`);
    const { place, rank, label, fixed } = best;
    return {
      visits: this.#with(node, place),
      position: this.#stops[place.index] as number,
      trip: (this.#trip[place.index] as number) + (place.begins ? 1 : 0),
      extraCost: rank.cost,
      broken: [...fixed, ...this.#scheduleFaults(label, place)].sort(bySeverity),
    };
  }

  *#places(): Generator<Place> {
    const visits = this.#visits;
    const { rich } = this.#model;
    const spare = (rich.maxTrips[this.#vehicle] as number) - 1 - (this.#trip.at(-1) as number);
    for (let index = 0; index <= visits.length; index += 1) {
      const isFrozen = index < this.#frozen;
      const canBegin = index > 0 ? visits[index - 1] !== 0 : rich.isUnderWay[this.#vehicle] === 1;
      const canEnd = index < visits.length && visits[index] !== 0;
      yield { index, begins: false, ends: false };
      if (spare < 1 || isFrozen) continue;
      if (canBegin) yield { index, begins: true, ends: false };
      if (canEnd) yield { index, begins: false, ends: true };
      if (canBegin && canEnd && spare > 1) yield { index, begins: true, ends: true };
    }
  }

  #with(node: number, { index, begins, ends }: Place): number[] {
    const inserted = [...(begins ? [0] : []), node, ...(ends ? [0] : [])];
    return [...this.#visits.slice(0, index), ...inserted, ...this.#visits.slice(index)];
  }

  /** Frozen stops that would no longer be: those after the place. */
  #thawed({ index }: Place): readonly number[] {
    return index < this.#frozen ? this.#visits.slice(index, this.#frozen) : [];
  }

  /** What the vehicle is not allowed to: skills, goods elsewhere, the frozen part. */
  #vehicleFaults(node: number, place: Place): BrokenConstraint[] {
    const { stops, vehicles } = this.#problem;
    const vehicle = vehicles[this.#vehicle] as RoutingProblem['vehicles'][number];
    const faults: BrokenConstraint[] = [];
    const thawed = this.#thawed(place);
    const affected = [node, ...thawed].map((each) => stops[each - 1] as RoutingStop);
    if (affected.some((stop) => missingSkills(stop, vehicle).length > 0)) faults.push({ constraint: 'SKILL' });
    const isFirstTrip = (this.#trip[place.index] as number) === 0 && !place.begins;
    const isElsewhere = ({ loadedOn }: RoutingStop): boolean =>
      loadedOn !== vehicle.vehicleId && (loadedOn !== undefined || (vehicle.isUnderWay === true && isFirstTrip));
    if (affected.some(isElsewhere)) faults.push({ constraint: 'LOADED' });
    if (thawed.length > 0) faults.push({ constraint: 'FROZEN' });
    return faults;
  }

  /** Where the trip would hold more than the vehicle does, and by which share of it altogether. */
  #loadFaults(node: number, place: Place): { faults: BrokenConstraint[]; over: number } {
    const { dimensions, load, capacity } = this.#model;
    const isFirstTrip = (this.#trip[place.index] as number) === 0 && !place.begins;
    const before = place.begins ? [] : this.#visits.slice(0, place.index);
    const after = place.ends ? [] : this.#visits.slice(place.index);
    const start = before.lastIndexOf(0) + 1;
    const end = after.indexOf(0);
    const trip = [...before.slice(start), node, ...(end < 0 ? after : after.slice(0, end))];
    const kept = isFirstTrip ? this.#visits.slice(0, Math.min(place.index, this.#frozen)) : [];
    const faults: BrokenConstraint[] = [];
    let share = 0;
    for (let dimension = 0; dimension < dimensions; dimension += 1) {
      const sumOf = (nodes: readonly number[]): number =>
        nodes.reduce((sum, each) => sum + (load[each * dimensions + dimension] as number), 0);
      const most = capacity[this.#vehicle * dimensions + dimension] as number;
      const over = sumOf(trip) - most;
      // Frozen stops may weigh more than the vehicle holds; what adds nothing to that is no fault.
      if (over > LOAD_TOLERANCE && sumOf(trip) > sumOf(kept) + LOAD_TOLERANCE) {
        faults.push({ constraint: 'CAPACITY', dimension: dimensionName(dimension), shortBy: over });
        share += over / Math.max(most, 1e-9);
      }
    }
    return { faults, over: share };
  }

  /** Additional cost before lateness. */
  #cost(node: number, { index, begins, ends }: Place): number {
    const model = this.#model;
    const { cost, size, vehicleCost } = model;
    const legs = (nodes: readonly number[]): number => {
      let sum = 0;
      for (let at = 1; at < nodes.length; at += 1) {
        sum += cost[(nodes[at - 1] as number) * size + (nodes[at] as number)] as number;
      }
      return sum;
    };
    const start = this.#before(index);
    const next = this.#visits[index];
    const way = legs([
      start,
      ...(begins ? [0] : []),
      node,
      ...(ends ? [0] : []),
      ...(next === undefined ? [] : [next]),
    ]);
    if (next !== undefined) return way - legs([start, next]);
    const end = endCost(model, this.#vehicle, node);
    return this.#visits.length === 0 ? way + end + vehicleCost : way + end - endCost(model, this.#vehicle, start);
  }

  /** The best label at the end, or none once no label is worth following. */
  #replay(node: number, place: Place, isWorth: (broken: number, short: number) => boolean): Label | undefined {
    const { index } = place;
    const visits = this.#with(node, place);
    const isThawed = index < this.#frozen;
    const shift = visits.length - this.#visits.length;
    const isBare = isThawed && this.#unsettled !== undefined;
    const schedule = isBare ? (this.#unsettled as Schedule) : this.#schedule;
    const first = isBare ? 0 : index;
    let labels = this.#labels[first] as Label[];
    for (let at = first; at < visits.length; at += 1) {
      const before = at === 0 ? this.#before(0) : (visits[at - 1] as number);
      labels = schedule
        .visit(labels, this.#vehicle, before, visits[at] as number, at)
        .filter(({ broken, short }) => isWorth(broken, short));
      if (labels.length === 0) return undefined;
      if (!isThawed && at - index >= shift && this.#visits.length > this.#frozen) {
        const rest = this.#sameRest(labels, at - shift + 1);
        if (rest !== undefined) return rest;
      }
    }
    const end = visits.at(-1) as number;
    return schedule.finish(labels, this.#vehicle, end, visits.length, false);
  }

  /** Where the vehicle stands as it would without the stop, all that follows is known: the rest breaks no rule. */
  #sameRest(labels: readonly Label[], index: number): Label | undefined {
    const [label] = labels;
    const planned = this.#labels[index] as Label[];
    const [other] = planned;
    if (labels.length !== 1 || planned.length !== 1 || label === undefined || other === undefined) return undefined;
    if (label.time !== other.time || label.taken !== other.taken || other.broken > 0) return undefined;
    return { ...label, late: label.late - other.late + this.#late };
  }

  /** What the frozen part is late by already counts too: only with both together would the rule hold. */
  #scheduleFaults({ trace }: Label, { index }: Place): BrokenConstraint[] {
    const { frozenLatest, latest, breaks } = this.#model.rich;
    const isSettled = index >= this.#frozen;
    const faults: BrokenConstraint[] = [];
    let cut: BrokenConstraint | undefined;
    for (let at: Trace | null = trace; at !== null; at = at.before) {
      const shortBy = at.ms / 1000;
      if (at.kind === 'WINDOW') {
        const isFrozen = isSettled && at.visit < this.#frozen;
        const loosenedMs = isFrozen ? (frozenLatest[at.item] as number) - (latest[at.item] as number) : 0;
        const stop = this.#stopNamed(at.item);
        faults.push({ constraint: 'WINDOW', ...stop, shortBy: shortBy + loosenedMs / 1000 });
      }
      if (at.kind === 'SHIFT') faults.push({ constraint: 'SHIFT', shortBy });
      else if (at.kind === 'UNREACHABLE') cut = { constraint: 'UNREACHABLE', ...this.#stopNamed(at.item) };
      else if (at.kind === 'BREAK') {
        const { breakId } = (breaks[this.#vehicle] as CompiledBreak[])[at.item] as CompiledBreak;
        faults.push({ constraint: 'BREAK', breakId, shortBy });
      }
    }
    return cut === undefined ? faults : [...faults, cut];
  }

  #stopNamed(node: number): { stopId?: string } {
    const stop = this.#problem.stops[node - 1];
    return stop === undefined ? {} : { stopId: stop.stopId };
  }
}

const SEVERITY = ['UNREACHABLE', 'SKILL', 'LOADED', 'FROZEN', 'CAPACITY', 'WINDOW', 'SHIFT', 'BREAK'];

function bySeverity(left: BrokenConstraint, right: BrokenConstraint): number {
  return SEVERITY.indexOf(left.constraint) - SEVERITY.indexOf(right.constraint);
}
