/**
 * The recreate step: stops on no tour are put back one by one at their cheapest feasible place, in an order drawn
 * anew each time, and with "blinks": each place is overlooked with a small probability, which is what lets a greedy
 * insertion leave the local optimum it would otherwise rebuild.
 */
import type { Prng } from '../random.ts';
import { NOWHERE, type Slot, type Tours } from './tours.ts';

const BLINK_PROBABILITY = 0.01;

export type InsertionOrder = 'random' | 'demand' | 'far' | 'close' | 'tight' | 'early';

/** The weights of the paper, with the two orders for time windows it adds for them. */
const WEIGHTED_ORDERS: readonly InsertionOrder[] = [
  ...(['random', 'random', 'random', 'random', 'demand', 'demand', 'demand', 'demand'] as const),
  ...(['far', 'far', 'close', 'tight', 'tight', 'early', 'early'] as const),
];

export function drawOrder(prng: Prng): InsertionOrder {
  return prng.pick(WEIGHTED_ORDERS);
}

/** Stops with a higher priority come first whatever the order; ties go by node, so that the order is total. */
function sortKey(tours: Tours, order: InsertionOrder, prng: Prng): (node: number) => number {
  const { from, to, travel, load, dimensions, capacity } = tours.model;
  switch (order) {
    case 'random':
      return () => prng.next();
    case 'demand':
      return (node) => {
        let share = 0;
        for (let dimension = 0; dimension < dimensions; dimension += 1) {
          const most = Math.max(capacity[dimension] ?? 1, Number.MIN_VALUE);
          share += (load[node * dimensions + dimension] as number) / most;
        }
        return -share;
      };
    case 'far':
      return (node) => -(travel[node] as number);
    case 'close':
      return (node) => travel[node] as number;
    case 'tight':
      return (node) => (to[node] as number) - (from[node] as number);
    case 'early':
      return (node) => to[node] as number;
  }
}

/** Skips each place with the blink probability, at one draw per blink rather than per place. */
function blinker(prng: Prng): () => boolean {
  const draw = (): number => Math.floor(Math.log(1 - prng.next()) / Math.log(1 - BLINK_PROBABILITY));
  let until = draw();
  return () => {
    if (until > 0) {
      until -= 1;
      return false;
    }
    until = draw();
    return true;
  };
}

/** Puts every absent stop that fits back on a tour; returns the stops that stay absent. */
export function recreate(tours: Tours, absent: readonly number[], order: InsertionOrder, prng: Prng): number[] {
  const { priority, vehicleCount } = tours.model;
  const key = sortKey(tours, order, prng);
  const queue = absent.map((node) => ({ node, priority: priority[node] as number, key: key(node) }));
  queue.sort((a, b) => b.priority - a.priority || (a.key === b.key ? a.node - b.node : a.key < b.key ? -1 : 1));
  const blinks = blinker(prng);
  const slot: Slot = { vehicle: NOWHERE, position: 0, cost: Infinity };
  const left: number[] = [];
  for (const { node } of queue) {
    slot.cost = Infinity;
    for (let vehicle = 0; vehicle < vehicleCount; vehicle += 1) tours.findSlot(vehicle, node, slot, blinks);
    if (slot.cost === Infinity) left.push(node);
    else tours.insert(node, slot);
  }
  return left;
}
