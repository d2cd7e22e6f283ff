/**
 * When the vehicle is where on a rich tour, and what one more stop does to that. A vehicle without breaks has one way to
 * be on time, so its times stand in flat arrays; one with breaks has labels. What stands before a change stays as it is,
 * and a replay ends where it is again what it was.
 */
import { frozenLabels } from './frozen-part.ts';
import type { RoutingModel } from './model.ts';
import { OPEN_END } from './rich-model.ts';
import { AFTER, BEFORE, type RichTour, shortestEnd, shortestWay } from './rich-tour.ts';
import { type Label, Schedule, sameUpToLateness } from './schedule.ts';

/** Where a tour differs from what is known of it. */
export interface Change {
  /** The first slot that is reached from elsewhere. */
  readonly first: number;
  /** The first slot from which on all legs are as before, and how many slots before it stood then. */
  readonly same: number;
  readonly shift: number;
}

export class TourTimes {
  readonly #model: RoutingModel;
  readonly #schedule: Schedule;
  /** Per vehicle: how it may stand after its frozen part. */
  readonly #starts: readonly (readonly Label[])[];
  readonly #hasBreaks: readonly boolean[];
  /** Whether travel times change by the time of the day, or lateness has a price. */
  readonly #isTimed: boolean;
  /** What the single label is late at the stop served last. */
  #late = 0;

  constructor(model: RoutingModel) {
    this.#model = model;
    this.#schedule = new Schedule(model, false);
    this.#starts = Array.from({ length: model.vehicleCount }, (_, vehicle) =>
      frozenLabels(this.#schedule, model, vehicle),
    );
    this.#hasBreaks = model.rich.breaks.map(({ length }) => length > 0);
    this.#isTimed = model.rich.slots !== undefined || model.rich.hasLateness;
  }

  /** Whether a place that is reached in time and left in time is possible, and adds no lateness. */
  isExact(vehicle: number): boolean {
    return !this.#isTimed && this.#hasBreaks[vehicle] === false;
  }

  refresh(tour: RichTour, vehicle: number, change: Change): void {
    if (this.#hasBreaks[vehicle] === true) this.#refreshLabels(tour, vehicle, change);
    else this.#refreshSingle(tour, vehicle, change.first);
    this.#refreshLatest(tour, vehicle);
  }

  #refreshSingle(tour: RichTour, vehicle: number, first: number): void {
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
      ends[slot] = time;
      lates[slot] = late;
    }
    const isUnused = count === 0 && (this.#model.rich.frozen[vehicle] as Int32Array).length === 0;
    const isHome = this.#isHome(vehicle, order[count] as number, time, count === 0);
    tour.isLate = !isUnused && !isHome;
    tour.late = !isUnused && isHome ? late : 0;
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

  #refreshLabels(tour: RichTour, vehicle: number, { first, same, shift }: Change): void {
    const { order, count, reloads, ends, labels: before } = tour;
    const kept = first === 1 ? [this.#starts[vehicle] as readonly Label[]] : before.slice(0, first);
    let labels = kept[first - 1] as readonly Label[];
    for (let slot = first; slot <= count; slot += 1) {
      labels = this.#pass(labels, vehicle, order[slot - 1] as number, order[slot] as number, reloads[slot] === 1);
      const was = slot < same ? undefined : before[slot - shift];
      if (was !== undefined && sameUpToLateness(labels, was) === 0) {
        for (let rest = slot - shift; rest < before.length; rest += 1) kept.push(before[rest] as readonly Label[]);
        break;
      }
      kept.push(labels);
    }
    tour.labels = kept;
    for (let slot = first - 1; slot <= count; slot += 1) ends[slot] = earliest(kept[slot] as readonly Label[]);
    const isUnused = count === 0 && (this.#model.rich.frozen[vehicle] as Int32Array).length === 0;
    const last = kept[count] as readonly Label[];
    const end = isUnused ? undefined : this.#schedule.finish(last, vehicle, order[count] as number, 0, count === 0);
    tour.isLate = !isUnused && end === undefined;
    tour.late = end?.late ?? 0;
  }

  #refreshLatest({ order, count, reloads, latest }: RichTour, vehicle: number): void {
    const model = this.#model;
    const { service, shiftTo, rich } = model;
    let due = shiftTo[vehicle] as number;
    latest[count + 1] = due;
    for (let slot = count; slot >= 1; slot -= 1) {
      const node = order[slot] as number;
      const way =
        slot === count
          ? shortestEnd(model, vehicle, node)
          : shortestWay(model, vehicle, node, order[slot + 1] as number, reloads[slot + 1] === 1);
      due = Math.min(rich.latest[node] as number, due - way - (service[node] as number));
      latest[slot] = due;
    }
  }

  /**
   * What lateness costs more with the stop there; `Infinity` when the schedule breaks a rule, or when it is clear on the
   * way that it costs `room` or more. The stop itself is served in time as far as ways without breaks can tell.
   */
  lateDelta(tour: RichTour, vehicle: number, node: number, position: number, reloads: number, room: number): number {
    if (this.#hasBreaks[vehicle] === true) return this.#replayLabels(tour, vehicle, node, position, reloads);
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

  #replayLabels(tour: RichTour, vehicle: number, node: number, position: number, reloads: number): number {
    const { count, order, reloads: flags } = tour;
    const before = tour.labels[position - 1] as readonly Label[];
    let labels = this.#pass(before, vehicle, order[position - 1] as number, node, (reloads & BEFORE) !== 0);
    let at = node;
    for (let slot = position; slot <= count && labels.length > 0; slot += 1) {
      const next = order[slot] as number;
      labels = this.#pass(labels, vehicle, at, next, slot === position ? (reloads & AFTER) !== 0 : flags[slot] === 1);
      const delta = sameUpToLateness(labels, tour.labels[slot] as readonly Label[]);
      if (delta !== undefined) return delta;
      at = next;
    }
    const end = this.#schedule.finish(labels, vehicle, at, 0, false);
    return end === undefined ? Infinity : end.late - tour.late;
  }

  #pass(labels: readonly Label[], vehicle: number, from: number, to: number, byDepot: boolean): readonly Label[] {
    const schedule = this.#schedule;
    if (!byDepot) return schedule.visit(labels, vehicle, from, to, 0);
    return schedule.visit(schedule.visit(labels, vehicle, from, 0, 0), vehicle, 0, to, 0);
  }
}

function earliest(labels: readonly Label[]): number {
  let time = Infinity;
  for (const label of labels) if (label.time < time) time = label.time;
  return time;
}
