/**
 * The last look at what the search left out: a step tries only some of many, and overlooks a place now and then. A stop
 * that can still be served for less than it costs to leave it out is, so that a reason is never one that does not hold.
 */
import { NOWHERE, type Slot, type Solution } from './solution.ts';

/** @returns the stops that find no place */
export function placeRest(solution: Solution, absent: readonly number[]): number[] {
  const { absenceCost, priority, vehicleCount } = solution.model;
  const weight = (node: number): number => 1 + Math.max(0, priority[node] as number);
  let left = [...absent].sort((a, b) => weight(b) - weight(a) || a - b);
  let before = left.length + 1;
  // A way around can be a short cut, so that one stop makes room for another.
  while (left.length < before) {
    before = left.length;
    left = left.filter((node) => {
      const slot: Slot = { vehicle: NOWHERE, position: 0, cost: absenceCost * weight(node) };
      for (let vehicle = 0; vehicle < vehicleCount; vehicle += 1) solution.findSlot(vehicle, node, slot, () => false);
      if (slot.vehicle !== NOWHERE) solution.insert(node, slot);
      return slot.vehicle === NOWHERE;
    });
  }
  return left;
}
