/**
 * What the search knows of a solution: tours that can be cut, asked for a place and given a stop. There are two. The
 * plain one answers in constant time and knows windows, shifts and loads alone; the rich one replays the route and knows
 * breaks, trips, lateness and the time of the day as well. The problem decides which one the search runs on.
 */
import type { RoutingModel } from './model.ts';

export const NOWHERE = -1;

export interface Slot {
  vehicle: number;
  /** The slot the stop takes; the one there and those after it move up. */
  position: number;
  /** Additional cost; `Infinity` when the stop fits nowhere. */
  cost: number;
  /** Where the vehicle reloads around it: only the rich solution knows, and only it reads. */
  reloads?: number;
}

export interface TourView {
  /** Stops that may be moved; a frozen part is not among them. */
  readonly count: number;
  /** Slot 0 is the start, slots 1 to `count` are the stops, the slot after them is the end. */
  readonly order: Int32Array;
  readonly cost: number;
  /** Breaks a constraint; after removals only. */
  readonly isLate: boolean;
}

export interface Solution {
  readonly model: RoutingModel;
  readonly tours: readonly TourView[];
  /** Per node; NOWHERE when the stop is on no tour, or frozen. */
  readonly vehicleOf: Int32Array;
  /** The cheapest feasible place on one tour, written to `best` when it beats what is there and is not skipped. */
  findSlot(vehicle: number, node: number, best: Slot, skip: () => boolean): void;
  insert(node: number, slot: Slot): void;
  removeMarked(vehicle: number, marked: Uint8Array): void;
  copyTour(source: Solution, vehicle: number): void;
  copy(source: Solution): void;
  cost(): number;
  /** Every visit of a route in order, frozen stops included; 0 where the vehicle reloads at the depot. */
  visits(vehicle: number): number[];
  /** Makes a route of such a sequence, whatever it breaks. */
  setVisits(vehicle: number, nodes: readonly number[]): void;
  /** Puts the stop at the end of the route, if it breaks nothing there. */
  append(vehicle: number, node: number): boolean;
}
