/**
 * The ruin of "slack induction by string removals" (Christiaens and Vanden Berghe 2020): strings of neighbouring stops
 * are taken out of tours near a random stop, so that the freed slack lies close together in space and order. A tour
 * loses one string, as in the paper, unless there are fewer tours than strings: a depot often has one or two long ones.
 */
import type { Prng } from '../random.ts';
import type { RoutingModel } from './model.ts';
import type { Neighbours } from './neighbours.ts';
import { NOWHERE, type Solution, type TourView } from './solution.ts';

const MEAN_REMOVED = 10;
const MAX_STRING = 10;
/**
 * Where tours are far longer than strings, as of parcel vans, quarters change their vehicle as a whole or not at all: some
 * ruins take a string of up to this share of a mean tour, or one of each of two tours, so that they can change places. On
 * depot-days of two vehicles and 314 stops that shortened plans by 10 to 19 %; one string alone, in some towns not at all.
 */
const LONG_TOUR = 40;
const LONG_STRING_PROBABILITY = 0.08;
const LONG_STRING_SHARE = 0.8;
const MAX_LONG_STRINGS = 2;
/**
 * How often a string keeps some stops in its middle, and how often one more of them. Implementations of the paper read
 * the second either way round; 0.99 left a third less of the gap than 0.01 on Solomon's instances.
 */
const SPLIT_PROBABILITY = 0.5;
const KEEP_MORE_PROBABILITY = 0.99;

export class Ruin {
  readonly #model: RoutingModel;
  readonly #prng: Prng;
  readonly #neighbours: Neighbours;
  readonly #marked: Uint8Array;
  /** Strings cut from each tour in this ruin. */
  readonly #cuts: Int32Array;

  constructor(model: RoutingModel, prng: Prng, neighbours: Neighbours) {
    this.#model = model;
    this.#neighbours = neighbours;
    this.#prng = prng;
    this.#marked = new Uint8Array(model.size);
    this.#cuts = new Int32Array(model.vehicleCount);
  }

  /** Takes strings off the tours; adds what it took to `removed`, and the tours it changed to `touched`. */
  run(tours: Solution, removed: number[], touched: number[]): void {
    let onTour = 0;
    let used = 0;
    for (const { count } of tours.tours) {
      onTour += count;
      if (count > 0) used += 1;
    }
    if (onTour === 0) return;
    const mean = onTour / used;
    const isLong = mean >= LONG_TOUR && this.#prng.next() < LONG_STRING_PROBABILITY;
    const longest = isLong ? mean * LONG_STRING_SHARE : Math.min(MAX_STRING, mean);
    const maxStrings = isLong ? MAX_LONG_STRINGS : (4 * MEAN_REMOVED) / (1 + longest) - 1;
    const strings = Math.floor(this.#prng.next() * maxStrings + 1);
    const perTour = Math.ceil(strings / used);
    const seed = this.#prng.int(this.#model.stopCount) + 1;
    const before = removed.length;
    let cut = 0;
    for (const node of this.#neighbours.of(seed)) {
      if (cut >= strings) break;
      const vehicle = tours.vehicleOf[node] as number;
      if (vehicle === NOWHERE || this.#marked[node] === 1 || (this.#cuts[vehicle] as number) >= perTour) continue;
      this.#markString(tours.tours[vehicle] as TourView, node, longest, removed);
      if (this.#cuts[vehicle] === 0) touched.push(vehicle);
      this.#cuts[vehicle] = (this.#cuts[vehicle] as number) + 1;
      cut += 1;
    }
    for (const vehicle of touched) {
      tours.removeMarked(vehicle, this.#marked);
      this.#cuts[vehicle] = 0;
    }
    for (let index = before; index < removed.length; index += 1) this.#marked[removed[index] as number] = 0;
  }

  /** Marks a string of the tour that contains the node, or one around it with some of its middle kept. */
  #markString({ order, count }: TourView, node: number, longest: number, removed: number[]): void {
    const prng = this.#prng;
    let at = 1;
    while (order[at] !== node) at += 1;
    const wanted = Math.floor(prng.next() * Math.min(count, longest) + 1);
    let kept = 0;
    if (wanted > 1 && wanted < count && prng.next() < SPLIT_PROBABILITY) {
      kept = 1;
      while (wanted + kept < count && prng.next() < KEEP_MORE_PROBABILITY) kept += 1;
    }
    const span = wanted + kept;
    const first = Math.max(1, at - span + 1);
    const start = first + Math.floor(prng.next() * (Math.min(at, count - span + 1) - first + 1));
    const keepFrom = kept === 0 ? span : Math.floor(prng.next() * (wanted + 1));
    for (let offset = 0; offset < span; offset += 1) {
      if (offset >= keepFrom && offset < keepFrom + kept) continue;
      const candidate = order[start + offset] as number;
      if (this.#marked[candidate] === 1) continue;
      this.#marked[candidate] = 1;
      removed.push(candidate);
    }
  }
}
