/**
 * One tour of the rich solution. Stops stand in order; a flag says where the vehicle goes by the depot before a stop,
 * and so begins a trip. The frozen part is before slot 0: the tour starts where and when it ends.
 */
import type { RoutingModel } from './model.ts';
import { OPEN_END } from './rich-model.ts';
import type { Label } from './schedule.ts';

/** Bits of `Slot.reloads`: the vehicle goes by the depot before the stop, and before the one that follows it. */
export const BEFORE = 1;
export const AFTER = 2;

export interface RichTour {
  count: number;
  order: Int32Array;
  /** Per slot: 1 where the vehicle reloads before it. */
  reloads: Uint8Array;
  /** Reloads of the tour. */
  reloadCount: number;
  /** Per slot, from 0: how the vehicle may stand after it; empty where that has a simpler form. */
  labels: readonly (readonly Label[])[];
  /** Per slot, from 0, and set of breaks: when the vehicle may drive on with them behind it; empty unless it has breaks. */
  rested: Float64Array;
  /** Per slot: when service ends at the earliest, and when it must be reached at the latest, breaks aside. */
  ends: Float64Array;
  latest: Float64Array;
  /** Per slot, from 0: cost of lateness so far; for a vehicle without breaks. */
  lates: Float64Array;
  /** Per slot: cost of what leads to it. */
  leg: Float64Array;
  /** Per slot and dimension: load of its trip up to it, and from it to the end of its trip. */
  loadTo: Float64Array;
  loadFrom: Float64Array;
  /** Per slot: a stop from it to the end of its trip whose goods are at the depot. */
  needsDepot: Uint8Array;
  /** Per slot: the trip it belongs to. */
  trip: Int32Array;
  /** Cost of lateness, which `cost` contains. */
  late: number;
  cost: number;
  isLate: boolean;
}

const FIRST_SLOTS = 14;

/** @param breakSets for how many sets of breaks it keeps times */
export function emptyRichTour(dimensions: number, breakSets: number): RichTour {
  const times = (width = 1): Float64Array => new Float64Array(FIRST_SLOTS * width);
  return {
    count: 0,
    order: new Int32Array(FIRST_SLOTS),
    reloads: new Uint8Array(FIRST_SLOTS),
    reloadCount: 0,
    labels: [],
    rested: times(breakSets),
    ends: times(),
    latest: times(),
    lates: times(),
    leg: times(),
    loadTo: times(dimensions),
    loadFrom: times(dimensions),
    needsDepot: new Uint8Array(FIRST_SLOTS),
    trip: new Int32Array(FIRST_SLOTS),
    late: 0,
    cost: 0,
    isLate: false,
  };
}

/** Room for `slots` slots; arrays double, so that a tour grows rarely. */
export function growRichTour(tour: RichTour, slots: number): void {
  const { length } = tour.order;
  if (length >= slots) return;
  const wider = Math.max(slots, length * 2);
  // Each array keeps its number of values per slot.
  const widen = <Values extends Float64Array | Int32Array | Uint8Array>(values: Values): Values => {
    const result = new (values.constructor as new (length: number) => Values)((values.length / length) * wider);
    result.set(values);
    return result;
  };
  tour.order = widen(tour.order);
  tour.reloads = widen(tour.reloads);
  tour.rested = widen(tour.rested);
  tour.ends = widen(tour.ends);
  tour.latest = widen(tour.latest);
  tour.lates = widen(tour.lates);
  tour.leg = widen(tour.leg);
  tour.loadTo = widen(tour.loadTo);
  tour.loadFrom = widen(tour.loadFrom);
  tour.needsDepot = widen(tour.needsDepot);
  tour.trip = widen(tour.trip);
}

/** Where the order or the reloads of a tour have changed. */
export interface Change {
  /** The first slot that is reached otherwise than before. */
  readonly first: number;
  /** The first slot from which on the tour goes on as before, and by how many slots that has moved. */
  readonly same: number;
  readonly shift: number;
}

/** Moves what is known of the slots from which on the tour goes on as before; its count is the new one already. */
export function shiftSlots(tour: RichTour, { same, shift }: Change): void {
  if (shift === 0) return;
  const until = tour.count - shift + 2;
  for (const values of [tour.ends, tour.lates, tour.latest, tour.leg]) values.copyWithin(same, same - shift, until);
  tour.needsDepot.copyWithin(same, same - shift, until);
  for (const values of [tour.loadFrom, tour.rested]) {
    const width = values.length / tour.order.length;
    if (width > 0) values.copyWithin(same * width, (same - shift) * width, until * width);
  }
}

/** Makes one tour the same as another. */
export function copyRichTour(into: RichTour, from: RichTour): void {
  const { count } = from;
  growRichTour(into, count + 2);
  into.count = count;
  into.reloadCount = from.reloadCount;
  into.labels = from.labels;
  into.late = from.late;
  into.cost = from.cost;
  into.isLate = from.isLate;
  for (let slot = 0; slot <= count + 1; slot += 1) {
    into.order[slot] = from.order[slot] as number;
    into.reloads[slot] = from.reloads[slot] as number;
    into.ends[slot] = from.ends[slot] as number;
    into.latest[slot] = from.latest[slot] as number;
    into.lates[slot] = from.lates[slot] as number;
    into.leg[slot] = from.leg[slot] as number;
    into.needsDepot[slot] = from.needsDepot[slot] as number;
    into.trip[slot] = from.trip[slot] as number;
  }
  copyPerSlot(into.rested, from.rested, from);
  copyPerSlot(into.loadTo, from.loadTo, from);
  copyPerSlot(into.loadFrom, from.loadFrom, from);
}

/** Several values per slot. */
function copyPerSlot(into: Float64Array, from: Float64Array, { count, order }: RichTour): void {
  const cells = (count + 2) * (from.length / order.length);
  for (let cell = 0; cell < cells; cell += 1) into[cell] = from[cell] as number;
}

/** What the way to a stop costs, by the depot or not. */
export function legCost({ cost, size }: RoutingModel, from: number, to: number, byDepot: boolean): number {
  if (!byDepot) return cost[from * size + to] as number;
  return (cost[from * size] as number) + (cost[to] as number);
}

export function endCost({ cost, size, rich }: RoutingModel, vehicle: number, from: number): number {
  const end = rich.endNode[vehicle] as number;
  return end === OPEN_END ? 0 : (cost[from * size + end] as number);
}

/** The least that a way takes, whenever the vehicle leaves. */
function shortest({ travel, size, rich }: RoutingModel, from: number, to: number): number {
  return rich.slots === undefined
    ? (travel[from * size + to] as number)
    : (rich.slots.shortest[from * rich.slots.size + to] as number);
}

export function shortestWay(model: RoutingModel, vehicle: number, from: number, to: number, byDepot: boolean): number {
  if (!byDepot) return shortest(model, from, to);
  return shortest(model, from, 0) + (model.rich.reload[vehicle] as number) + shortest(model, 0, to);
}

export function shortestEnd(model: RoutingModel, vehicle: number, from: number): number {
  const end = model.rich.endNode[vehicle] as number;
  return end === OPEN_END ? 0 : shortest(model, from, end);
}
