/**
 * The ruin of "slack induction by string removals" (Christiaens and Vanden Berghe 2020): strings of neighbouring stops
 * are taken out of tours near a random stop, so that the freed slack lies close together in space and order. Several
 * strings may come from one tour, unlike in the paper, since a depot here often has one or two long tours.
 */
import type { Prng } from '../random.ts';
import type { RoutingModel } from './model.ts';
import { NOWHERE, type Tours } from './tours.ts';

const MEAN_REMOVED = 10;
const MAX_STRING = 10;
/** How often a string keeps some stops in its middle. */
const SPLIT_PROBABILITY = 0.5;
const KEEP_MORE_PROBABILITY = 0.99;
const MAX_NEIGHBOURS = 128;

/** Per node the nearest other stops, itself first. */
export function neighboursOf(model: RoutingModel): Int32Array[] {
  const { stopCount, size, travel } = model;
  const nodes = Array.from({ length: stopCount }, (_, index) => index + 1);
  const lists: Int32Array[] = [new Int32Array(0)];
  for (const node of nodes) {
    const between = (other: number): number =>
      other === node ? -1 : (travel[node * size + other] as number) + (travel[other * size + node] as number);
    const keys = new Map(nodes.map((other) => [other, between(other)]));
    const key = (other: number): number => keys.get(other) as number;
    // Two infinite distances are equal, and their difference would be NaN.
    const sorted = [...nodes].sort((a, b) => (key(a) === key(b) ? a - b : key(a) < key(b) ? -1 : 1));
    lists.push(Int32Array.from(sorted.slice(0, MAX_NEIGHBOURS)));
  }
  return lists;
}

/** Marks the stops to remove in `marked` and takes them off their tours; returns how many there are. */
export function ruin(tours: Tours, neighbours: readonly Int32Array[], marked: Uint8Array, prng: Prng): number {
  const { stopCount, vehicleCount } = tours.model;
  let onTour = 0;
  let usedTours = 0;
  for (const length of tours.length) {
    onTour += length;
    if (length > 0) usedTours += 1;
  }
  if (onTour === 0) return 0;
  const longest = Math.min(MAX_STRING, onTour / usedTours);
  const maxStrings = (4 * MEAN_REMOVED) / (1 + longest) - 1;
  const strings = Math.floor(prng.next() * maxStrings + 1);

  const seed = prng.int(stopCount) + 1;
  let removed = 0;
  let cut = 0;
  for (const node of neighbours[seed] as Int32Array) {
    if (cut >= strings) break;
    if (tours.vehicleOf[node] === NOWHERE || marked[node] === 1) continue;
    removed += markString(tours, node, longest, marked, prng);
    cut += 1;
  }
  for (let vehicle = 0; vehicle < vehicleCount; vehicle += 1) tours.removeMarked(vehicle, marked);
  return removed;
}

/** Marks a string of the node's tour that contains the node, some of its middle kept half of the time. */
function markString(tours: Tours, node: number, longest: number, marked: Uint8Array, prng: Prng): number {
  const vehicle = tours.vehicleOf[node] as number;
  const count = tours.length[vehicle] as number;
  const base = vehicle * tours.model.stopCount;
  const at = tours.positionOf[node] as number;
  const wanted = Math.floor(prng.next() * Math.min(count, longest) + 1);
  let kept = 0;
  if (wanted > 1 && wanted < count && prng.next() < SPLIT_PROBABILITY) {
    kept = 1;
    while (wanted + kept < count && prng.next() > KEEP_MORE_PROBABILITY) kept += 1;
  }
  const span = wanted + kept;
  const first = Math.max(0, at - span + 1);
  const start = first + prng.int(Math.min(at, count - span) - first + 1);
  const keepFrom = kept === 0 ? span : prng.int(wanted + 1);
  let removed = 0;
  for (let offset = 0; offset < span; offset += 1) {
    if (offset >= keepFrom && offset < keepFrom + kept) continue;
    const candidate = tours.order[base + start + offset] as number;
    if (marked[candidate] === 0) removed += 1;
    marked[candidate] = 1;
  }
  return removed;
}
