/**
 * When the vehicle is where on a rich tour, and what one more stop does to that. A vehicle without breaks has one way to
 * be on time, so its times stand in flat arrays; one with breaks has more, kept by `BreakTimes` or `LabelTimes`. What
 * stands before a change stays as it is, and a replay ends where it is again what it was.
 */
import { BreakTimes } from './break-times.ts';
import { frozenLabels } from './frozen-part.ts';
import { LabelTimes } from './label-times.ts';
import type { RoutingModel } from './model.ts';
import { OPEN_END } from './rich-model.ts';
import { AFTER, BEFORE, type Change, type RichTour, shortestEnd, shortestWay } from './rich-tour.ts';
import { type Label, Schedule } from './schedule.ts';

export class TourTimes {
  readonly #model: RoutingModel;
  readonly #schedule: Schedule;
  /** Per vehicle: how it may stand after its frozen part. */
  readonly #starts: readonly (readonly Label[])[];
  /** Per vehicle: who keeps the times where it has breaks. */
  readonly #keepers: readonly (BreakTimes | LabelTimes | undefined)[];
  /** Whether travel times change by the time of the day, or lateness has a price. */
  readonly #isTimed: boolean;
  /** What lateness costs at the stop served last. */
  #late = 0;

  constructor(model: RoutingModel) {
    const { breaks, slots, hasLateness, frozen } = model.rich;
    this.#model = model;
    this.#schedule = new Schedule(model, false);
    this.#starts = Array.from(frozen, (_, vehicle) => frozenLabels(this.#schedule, model, vehicle));
    this.#isTimed = slots !== undefined || hasLateness;
    const byBreaks = new BreakTimes(model, this.#schedule, this.#starts);
    const byLabels = new LabelTimes(model, this.#schedule, this.#starts);
    this.#keepers = this.#starts.map((starts, vehicle) => {
      if (breaks[vehicle]?.length === 0) return undefined;
      const isPriced = hasLateness || starts.length === 0 || starts.some(({ late }) => late !== starts[0]?.late);
      return isPriced ? byLabels : byBreaks;
    });
  }

  /** For how many sets of breaks a vehicle's tour keeps times. */
  breakSets(vehicle: number): number {
    const { length } = this.#model.rich.breaks[vehicle] as readonly unknown[];
    return this.#keepers[vehicle] instanceof BreakTimes ? 1 << length : 0;
  }

  /** Whether a place that is reached in time and left in time is possible, and adds no lateness. */
  isExact(vehicle: number): boolean {
    return !this.#isTimed && this.#keepers[vehicle] === undefined;
  }

  refresh(tour: RichTour, vehicle: number, change: Change): void {
    const keeper = this.#keepers[vehicle];
    if (keeper === undefined) this.#refreshSingle(tour, vehicle, change);
    else keeper.refresh(tour, vehicle, change);
    this.#refreshLatest(tour, vehicle, change);
  }

  #refreshSingle(tour: RichTour, vehicle: number, { first, same }: Change): void {
    const { order, count, reloads, ends, lates } = tour;
    const start = (this.#starts[vehicle] as readonly Label[])[0];
    ends[0] = start?.time ?? Infinity;
    lates[0] = start?.late ?? 0;
    let time = ends[first - 1] as number;
    let late = lates[first - 1] as number;
    for (let slot = first; slot <= count; slot += 1) {
      const node = order[slot] as number;
      time = this.#serve(node, this.#arrive(vehicle, order[slot - 1] as number, node, time, reloads[slot] === 1));
      late += this.#late;
      if (slot >= same && time === ends[slot] && late === lates[slot]) break;
      ends[slot] = time;
      lates[slot] = late;
    }
    const isUnused = count === 0 && (this.#model.rich.frozen[vehicle] as Int32Array).length === 0;
    const isHome = this.#isHome(vehicle, order[count] as number, ends[count] as number, count === 0);
    tour.isLate = !isUnused && !isHome;
    tour.late = !isUnused && isHome ? (lates[count] as number) : 0;
  }

  #arrive(vehicle: number, from: number, to: number, leaves: number, byDepot: boolean): number {
    const { travel, size, rich } = this.#model;
    if (rich.slots !== undefined) {
      if (!byDepot) return this.#schedule.arrival(from, to, leaves);
      const reloaded = this.#schedule.arrival(from, 0, leaves) + (rich.reload[vehicle] as number);
      return this.#schedule.arrival(0, to, reloaded);
    }
    if (!byDepot) return leaves + (travel[from * size + to] as number);
    return leaves + (travel[from * size] as number) + (rich.reload[vehicle] as number) + (travel[to] as number);
  }

  /** When service ends; `Infinity` when it would begin too late. `#late` is then what the lateness costs. */
  #serve(node: number, arrives: number): number {
    const { from, to, service, rich } = this.#model;
    const starts = Math.max(arrives, from[node] as number);
    this.#late = 0;
    if (!(arrives < Infinity && starts <= (rich.latest[node] as number))) return Infinity;
    const over = starts - (to[node] as number);
    if (over > 0) this.#late = Math.round(rich.lateRate * over);
    return starts + (service[node] as number);
  }

  #isHome(vehicle: number, from: number, leaves: number, isFrozenOnly: boolean): boolean {
    const { rich, shiftTo } = this.#model;
    const end = rich.endNode[vehicle] as number;
    const time = end === OPEN_END ? leaves : this.#schedule.arrival(from, end, leaves);
    return time < Infinity && (isFrozenOnly || time <= (shiftTo[vehicle] as number));
  }

  #refreshLatest({ order, count, reloads, latest }: RichTour, vehicle: number, { first, same }: Change): void {
    const model = this.#model;
    const { service, shiftTo, rich } = model;
    latest[count + 1] = shiftTo[vehicle] as number;
    const last = Math.min(count, same - 1);
    let due = latest[last + 1] as number;
    for (let slot = last; slot >= 1; slot -= 1) {
      const node = order[slot] as number;
      const way =
        slot === count
          ? shortestEnd(model, vehicle, node)
          : shortestWay(model, vehicle, node, order[slot + 1] as number, reloads[slot + 1] === 1);
      due = Math.min(rich.latest[node] as number, due - way - (service[node] as number));
      if (slot < first && due === latest[slot]) break;
      latest[slot] = due;
    }
  }

  /**
   * What lateness costs more with the stop there; `Infinity` when the schedule breaks a rule, or when it is clear on the
   * way that it costs `room` or more. The stop itself is served in time as far as ways without breaks can tell.
   */
  lateDelta(tour: RichTour, vehicle: number, node: number, position: number, reloads: number, room: number): number {
    const keeper = this.#keepers[vehicle];
    if (keeper !== undefined) return keeper.lateDelta(tour, vehicle, node, position, reloads, room);
    return this.#isTimed ? this.#replaySingle(tour, vehicle, node, position, reloads, room) : 0;
  }

  #replaySingle(
    tour: RichTour,
    vehicle: number,
    node: number,
    position: number,
    reloads: number,
    room: number,
  ): number {
    const { count, order, reloads: flags, latest } = tour;
    const left = tour.ends[position - 1] as number;
    let time = this.#serve(
      node,
      this.#arrive(vehicle, order[position - 1] as number, node, left, (reloads & BEFORE) !== 0),
    );
    let late = (tour.lates[position - 1] as number) + this.#late;
    let at = node;
    for (let slot = position; slot <= count; slot += 1) {
      const next = order[slot] as number;
      const arrives = this.#arrive(
        vehicle,
        at,
        next,
        time,
        slot === position ? (reloads & AFTER) !== 0 : flags[slot] === 1,
      );
      if (!(arrives <= (latest[slot] as number))) return Infinity;
      time = this.#serve(next, arrives);
      if (time === Infinity) return Infinity;
      late += this.#late;
      const was = tour.ends[slot] as number;
      const delta = late - (tour.lates[slot] as number);
      if (time === was) return delta;
      // Who is later here is nowhere earlier afterwards.
      if (time > was && delta >= room) return Infinity;
      at = next;
    }
    return this.#isHome(vehicle, at, time, false) ? late - tour.late : Infinity;
  }
}
