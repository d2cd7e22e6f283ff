/**
 * The recreate step: stops on no tour are put back one by one at their cheapest feasible place, in an order drawn
 * anew each time, and with "blinks": each place is overlooked with a small probability, which is what lets a greedy
 * insertion leave the local optimum it would otherwise rebuild.
 */
import type { Prng } from '../random.ts';
import type { RoutingModel } from './model.ts';
import type { Neighbours } from './neighbours.ts';
import { NOWHERE, type Slot, type Solution, type TourView } from './solution.ts';

const BLINK_PROBABILITY = 0.01;
/**
 * Of a large fleet only the tours that pass near a stop are tried for it, and the others when none of them has room. With
 * 1,000 stops a step takes a third of the time, and in the same time the plan becomes better.
 */
const LARGE_FLEET = 24;
const NEAR_STOPS = 48;

export type InsertionOrder = 'random' | 'demand' | 'far' | 'close' | 'tight' | 'opens' | 'closes';

/** The weights of the paper for time windows. */
const WEIGHTED_ORDERS: readonly InsertionOrder[] = [
  ...(['random', 'random', 'random', 'random', 'demand', 'demand', 'demand', 'demand', 'far', 'far', 'close'] as const),
  ...(['tight', 'tight', 'opens', 'opens', 'closes', 'closes'] as const),
];

/** Per node; the smaller comes first. */
function keysOf(model: RoutingModel, order: Exclude<InsertionOrder, 'random'>): Float64Array {
  const { size, from, to, travel, load, dimensions, capacity } = model;
  const share = (node: number): number => {
    let sum = 0;
    for (let dimension = 0; dimension < dimensions; dimension += 1) {
      const most = Math.max(capacity[dimension] ?? 1, Number.MIN_VALUE);
      sum += (load[node * dimensions + dimension] as number) / most;
    }
    return sum;
  };
  const key: Record<typeof order, (node: number) => number> = {
    demand: (node) => -share(node),
    far: (node) => -(travel[node] as number),
    close: (node) => travel[node] as number,
    tight: (node) => (to[node] as number) - (from[node] as number),
    opens: (node) => from[node] as number,
    closes: (node) => to[node] as number,
  };
  return Float64Array.from({ length: size }, (_, node) => key[order](node));
}

export class Recreate {
  readonly #model: RoutingModel;
  readonly #prng: Prng;
  readonly #neighbours: Neighbours;
  readonly #keys: Readonly<Record<InsertionOrder, Float64Array>>;
  readonly #slot: Slot = { vehicle: NOWHERE, position: 0, cost: Infinity };
  /** Per kind of vehicle the stop for which an empty one was last tried: the others of its kind offer nothing else. */
  readonly #triedFor: Int32Array;
  /** Per vehicle the question for a slot in which it was last tried. */
  readonly #nearTo: Float64Array;
  #question = 0;
  /** 0 for a vehicle that is not to be used. */
  readonly isOpen: Uint8Array;
  readonly #blink: () => boolean;

  constructor(model: RoutingModel, prng: Prng, neighbours: Neighbours) {
    this.#model = model;
    this.#prng = prng;
    this.#neighbours = neighbours;
    this.#triedFor = new Int32Array(model.vehicleCount);
    this.#nearTo = new Float64Array(model.vehicleCount);
    this.isOpen = new Uint8Array(model.vehicleCount).fill(1);
    this.#keys = {
      random: new Float64Array(model.size),
      demand: keysOf(model, 'demand'),
      far: keysOf(model, 'far'),
      close: keysOf(model, 'close'),
      tight: keysOf(model, 'tight'),
      opens: keysOf(model, 'opens'),
      closes: keysOf(model, 'closes'),
    };
    // One draw per blink rather than per place.
    const draw = (): number => Math.floor(Math.log(1 - prng.next()) / Math.log(1 - BLINK_PROBABILITY));
    let until = draw();
    this.#blink = () => {
      until -= 1;
      if (until >= 0) return false;
      until = draw();
      return true;
    };
  }

  drawOrder(): InsertionOrder {
    return this.#prng.pick(WEIGHTED_ORDERS);
  }

  /**
   * Puts every absent stop that fits back on a tour, those of high priority first; ties go by node, so that the order
   * is total. Sorts `absent`, tells `changed` each tour that gets a stop, and returns the stops that stay absent.
   */
  run(tours: Solution, absent: number[], order: InsertionOrder, changed: (vehicle: number) => void): number[] {
    const { priority } = this.#model;
    const keys = this.#keys[order];
    if (order === 'random') for (const node of absent) keys[node] = this.#prng.next();
    absent.sort((a, b) => {
      const urgency = (priority[b] as number) - (priority[a] as number);
      if (urgency !== 0) return urgency;
      const [left, right] = [keys[a] as number, keys[b] as number];
      return left === right ? a - b : left < right ? -1 : 1;
    });
    const left: number[] = [];
    const slot = this.#slot;
    this.#triedFor.fill(0);
    for (const node of absent) {
      this.#findSlot(tours, node);
      if (slot.cost === Infinity) {
        left.push(node);
      } else {
        tours.insert(node, slot);
        changed(slot.vehicle);
      }
    }
    return left;
  }

  #findSlot(tours: Solution, node: number): void {
    const { vehicleCount } = this.#model;
    const slot = this.#slot;
    slot.cost = Infinity;
    if (vehicleCount > LARGE_FLEET) {
      this.#findSlotNear(tours, node);
      if (slot.cost < Infinity) return;
    }
    for (let vehicle = 0; vehicle < vehicleCount; vehicle += 1) {
      if (this.isOpen[vehicle] === 0) continue;
      if ((tours.tours[vehicle] as TourView).count === 0 && !this.#isFirstOfKind(vehicle, node)) continue;
      tours.findSlot(vehicle, node, slot, this.#blink);
    }
  }

  /** The same on the tours of the nearest stops, and on empty vehicles. */
  #findSlotNear(tours: Solution, node: number): void {
    this.#question += 1;
    const near = this.#neighbours.of(node);
    const count = Math.min(near.length, NEAR_STOPS);
    for (let index = 0; index < count; index += 1) {
      const vehicle = tours.vehicleOf[near[index] as number] as number;
      if (vehicle === NOWHERE || this.#nearTo[vehicle] === this.#question || this.isOpen[vehicle] === 0) continue;
      this.#nearTo[vehicle] = this.#question;
      tours.findSlot(vehicle, node, this.#slot, this.#blink);
    }
    for (const vehicle of tours.tours.keys()) {
      if (this.isOpen[vehicle] === 0 || (tours.tours[vehicle] as TourView).count > 0) continue;
      if (this.#isFirstOfKind(vehicle, node)) tours.findSlot(vehicle, node, this.#slot, this.#blink);
    }
  }

  #isFirstOfKind(vehicle: number, node: number): boolean {
    const kind = this.#model.kindOf[vehicle] as number;
    if (this.#triedFor[kind] === node) return false;
    this.#triedFor[kind] = node;
    return true;
  }
}
