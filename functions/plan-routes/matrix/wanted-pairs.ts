/**
 * Which pairs are worth their price. Before the first plan: the ways from and to the depot, and of each place the
 * nearest others by what is believed so far, both as next and as previous stop, where nearness counts the waiting and
 * the lateness that the windows force (Vidal et al. 2013). After a plan: the legs that it drives.
 */
import type { RoutingStop } from '../../../domain/index.ts';
import type { PairTable } from './pair-table.ts';

/** Of a pair whose windows do not follow each other: a second of waiting, and a second too late, in seconds driven. */
const WAIT_WEIGHT = 0.2;
const LATE_WEIGHT = 1;

/** Stops of one place stand for it with the widest of their windows. */
export interface PlaceWindow {
  readonly fromMs: number;
  readonly toMs: number;
  readonly serviceMs: number;
}

/** By place; the depot's place, and others without a stop, are always open. */
export function windowsOf(stops: readonly RoutingStop[], placeOf: Int32Array, places: number): PlaceWindow[] {
  const windows: (PlaceWindow | undefined)[] = new Array(places).fill(undefined);
  for (const [index, { window, serviceSeconds }] of stops.entries()) {
    const place = placeOf[index + 1] as number;
    const known = windows[place];
    windows[place] = {
      fromMs: Math.min(known?.fromMs ?? Number.POSITIVE_INFINITY, window.fromMs),
      toMs: Math.max(known?.toMs ?? Number.NEGATIVE_INFINITY, window.toMs),
      serviceMs: Math.min(known?.serviceMs ?? Number.POSITIVE_INFINITY, serviceSeconds * 1000),
    };
  }
  return windows.map(
    (window) => window ?? { fromMs: Number.NEGATIVE_INFINITY, toMs: Number.POSITIVE_INFINITY, serviceMs: 0 },
  );
}

/** What it takes to serve `to` right after `from`, in seconds; a lower bound of what it costs beyond the driving. */
export function succession(from: PlaceWindow, to: PlaceWindow, seconds: number): number {
  const waitMs = to.fromMs - (from.toMs + from.serviceMs + seconds * 1000);
  const lateMs = from.fromMs + from.serviceMs + seconds * 1000 - to.toMs;
  return seconds + (WAIT_WEIGHT * Math.max(0, waitMs) + LATE_WEIGHT * Math.max(0, lateMs)) / 1000;
}

export class WantedPairs {
  readonly #byOrigin = new Map<number, Set<number>>();
  readonly #table: PairTable;
  count = 0;

  constructor(table: PairTable) {
    this.#table = table;
  }

  /** What is known is not wanted again. */
  add(from: number, to: number): void {
    if (from === to || this.#table.isKnown(from, to)) return;
    const known = this.#byOrigin.get(from) ?? new Set<number>();
    this.#byOrigin.set(from, known);
    if (known.has(to)) return;
    known.add(to);
    this.count += 1;
  }

  /** The ways from the depot and back. */
  addDepot(depot: number): void {
    for (let place = 0; place < this.#table.size; place += 1) {
      this.add(depot, place);
      this.add(place, depot);
    }
  }

  /** Of each place the `nearest` others, as next and as previous. */
  addNearest(seconds: Float64Array, windows: readonly PlaceWindow[], nearest: number, depot: number): void {
    const { size } = this.#table;
    for (let place = 0; place < size; place += 1) {
      if (place === depot) continue;
      const next = (other: number) => successionOf(place, other);
      const previous = (other: number) => successionOf(other, place);
      for (const to of this.#nearest(place, depot, nearest, next)) this.add(place, to);
      for (const from of this.#nearest(place, depot, nearest, previous)) this.add(from, place);
    }
    function successionOf(from: number, to: number): number {
      return succession(windows[from] as PlaceWindow, windows[to] as PlaceWindow, seconds[from * size + to] as number);
    }
  }

  #nearest(place: number, depot: number, nearest: number, costOf: (other: number) => number): number[] {
    const others: { readonly place: number; readonly cost: number }[] = [];
    for (let other = 0; other < this.#table.size; other += 1) {
      if (other !== place && other !== depot) others.push({ place: other, cost: costOf(other) });
    }
    others.sort((left, right) => left.cost - right.cost || left.place - right.place);
    return others.slice(0, nearest).map((other) => other.place);
  }

  byOrigin(): ReadonlyMap<number, readonly number[]> {
    return new Map([...this.#byOrigin].map(([origin, destinations]) => [origin, [...destinations]]));
  }
}
