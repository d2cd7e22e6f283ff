/**
 * The times of a rich tour whose vehicle has breaks, where lateness has no price: per slot and set of breaks, the earliest
 * time at which the vehicle may drive on with exactly these behind it, since then earlier is never worse. The same as the
 * labels of `schedule.ts`, in flat arrays.
 */
import type { RoutingModel } from './model.ts';
import { type CompiledBreak, OPEN_END } from './rich-model.ts';
import { AFTER, BEFORE, type Change, type RichTour } from './rich-tour.ts';
import type { Label, Schedule } from './schedule.ts';

export class BreakTimes {
  readonly #model: RoutingModel;
  readonly #schedule: Schedule;
  /** Per vehicle: how it may stand after its frozen part. */
  readonly #starts: readonly (readonly Label[])[];
  /** Where the vehicle stands in the replay at hand, per set of breaks; `Infinity` where it cannot. */
  readonly #now: Float64Array;

  constructor(model: RoutingModel, schedule: Schedule, starts: readonly (readonly Label[])[]) {
    this.#model = model;
    this.#schedule = schedule;
    this.#starts = starts;
    this.#now = new Float64Array(1 << Math.max(0, ...model.rich.breaks.map(({ length }) => length)));
  }

  refresh(tour: RichTour, vehicle: number, { first, same }: Change): void {
    const { order, count, reloads, ends, rested } = tour;
    const starts = this.#starts[vehicle] as readonly Label[];
    const width = this.#width(vehicle);
    const now = this.#now;
    if (first === 1) {
      now.fill(Infinity);
      for (const { taken, time } of starts) if (time < (now[taken] as number)) now[taken] = time;
      ends[0] = this.#write(rested, 0, width);
    } else this.#read(rested, first - 1, width);
    for (let slot = first; slot <= count; slot += 1) {
      this.#pass(vehicle, order[slot - 1] as number, order[slot] as number, reloads[slot] === 1);
      if (slot >= same && this.#isAt(rested, slot, width)) break;
      ends[slot] = this.#write(rested, slot, width);
    }
    this.#read(rested, count, width);
    const isUnused = count === 0 && (this.#model.rich.frozen[vehicle] as Int32Array).length === 0;
    const isHome = this.#isHome(vehicle, order[count] as number, count === 0);
    tour.isLate = !isUnused && !isHome;
    tour.late = !isUnused && isHome ? (starts[0] as Label).late : 0;
  }

  /** 0 when the stop can be served there, `Infinity` when not. */
  lateDelta(tour: RichTour, vehicle: number, node: number, position: number, reloads: number): number {
    const { count, order, reloads: flags, rested, latest } = tour;
    const width = this.#width(vehicle);
    this.#read(rested, position - 1, width);
    let time = this.#pass(vehicle, order[position - 1] as number, node, (reloads & BEFORE) !== 0);
    let at = node;
    for (let slot = position; slot <= count; slot += 1) {
      // What has to be reached before the vehicle drives on is out of time.
      if (!(time <= (latest[slot] as number))) return Infinity;
      const next = order[slot] as number;
      time = this.#pass(vehicle, at, next, slot === position ? (reloads & AFTER) !== 0 : flags[slot] === 1);
      if (time < Infinity && this.#isAt(rested, slot, width)) return 0;
      at = next;
    }
    return this.#isHome(vehicle, at, false) ? 0 : Infinity;
  }

  #width(vehicle: number): number {
    return 1 << (this.#model.rich.breaks[vehicle] as CompiledBreak[]).length;
  }

  #read(rested: Float64Array, slot: number, width: number): void {
    for (let taken = 0; taken < width; taken += 1) this.#now[taken] = rested[slot * width + taken] as number;
  }

  /** @returns the earliest of what it writes */
  #write(rested: Float64Array, slot: number, width: number): number {
    let first = Infinity;
    for (let taken = 0; taken < width; taken += 1) {
      const time = this.#now[taken] as number;
      rested[slot * width + taken] = time;
      if (time < first) first = time;
    }
    return first;
  }

  #isAt(rested: Float64Array, slot: number, width: number): boolean {
    for (let taken = 0; taken < width; taken += 1) {
      if (this.#now[taken] !== rested[slot * width + taken]) return false;
    }
    return true;
  }

  /** Drives to a stop, by the depot or not, and serves there. @returns when the vehicle may drive on at the earliest */
  #pass(vehicle: number, from: number, to: number, byDepot: boolean): number {
    const { from: opens, service, rich } = this.#model;
    const breaks = rich.breaks[vehicle] as CompiledBreak[];
    const width = 1 << breaks.length;
    const now = this.#now;
    if (byDepot) {
      this.#drive(breaks, width, from, 0);
      this.#rest(breaks, width);
      const reload = rich.reload[vehicle] as number;
      for (let taken = 0; taken < width; taken += 1) now[taken] = (now[taken] as number) + reload;
    }
    this.#drive(breaks, width, byDepot ? 0 : from, to);
    this.#rest(breaks, width);
    const open = opens[to] as number;
    const latest = rich.latest[to] as number;
    const lasts = service[to] as number;
    let first = Infinity;
    for (let taken = 0; taken < width; taken += 1) {
      const starts = Math.max(now[taken] as number, open);
      const time = starts <= latest ? starts + lasts : Infinity;
      now[taken] = time;
      if (time < first) first = time;
    }
    return first;
  }

  #drive(breaks: readonly CompiledBreak[], width: number, from: number, to: number): void {
    const { travel, size, rich } = this.#model;
    const now = this.#now;
    this.#rest(breaks, width);
    const way = travel[from * size + to] as number;
    for (let taken = 0; taken < width; taken += 1) {
      const leaves = now[taken] as number;
      now[taken] = rich.slots === undefined ? leaves + way : this.#schedule.arrival(from, to, leaves);
    }
  }

  /** A larger set of breaks is behind a smaller one, so that one round takes them in each order. */
  #rest(breaks: readonly CompiledBreak[], width: number): void {
    const now = this.#now;
    for (let taken = 0; taken < width - 1; taken += 1) {
      const time = now[taken] as number;
      if (time === Infinity) continue;
      for (let index = 0; index < breaks.length; index += 1) {
        const then = taken | (1 << index);
        if (then === taken) continue;
        const { from, closes, lasts } = breaks[index] as CompiledBreak;
        const starts = Math.max(time, from);
        if (starts <= closes && starts + lasts < (now[then] as number)) now[then] = starts + lasts;
      }
    }
  }

  #isHome(vehicle: number, from: number, isFrozenOnly: boolean): boolean {
    const { rich, shiftTo } = this.#model;
    const breaks = rich.breaks[vehicle] as CompiledBreak[];
    const width = 1 << breaks.length;
    const end = rich.endNode[vehicle] as number;
    if (end === OPEN_END) this.#rest(breaks, width);
    else this.#drive(breaks, width, from, end);
    for (let taken = 0; taken < width; taken += 1) {
      const time = this.#now[taken] as number;
      if (!(time < Infinity && (isFrozenOnly || time <= (shiftTo[vehicle] as number)))) continue;
      if (breaks.every((rest, index) => (taken & (1 << index)) !== 0 || rest.from >= time)) return true;
    }
    return false;
  }
}
