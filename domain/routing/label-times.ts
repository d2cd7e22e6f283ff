/**
 * The times of a rich tour by labels: for a vehicle with breaks where lateness has a price, so that to be earlier and to
 * have been less late are not the same.
 */
import type { RoutingModel } from './model.ts';
import { AFTER, BEFORE, type Change, type RichTour } from './rich-tour.ts';
import { type Label, leastShift, type Schedule, sameUpToLateness } from './schedule.ts';

export class LabelTimes {
  readonly #model: RoutingModel;
  readonly #schedule: Schedule;
  /** Per vehicle: how it may stand after its frozen part. */
  readonly #starts: readonly (readonly Label[])[];

  constructor(model: RoutingModel, schedule: Schedule, starts: readonly (readonly Label[])[]) {
    this.#model = model;
    this.#schedule = schedule;
    this.#starts = starts;
  }

  refresh(tour: RichTour, vehicle: number, { first, same, shift }: Change): void {
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

  lateDelta(tour: RichTour, vehicle: number, node: number, position: number, reloads: number, room: number): number {
    const { count, order, reloads: flags, latest } = tour;
    const before = tour.labels[position - 1] as readonly Label[];
    let labels = this.#pass(before, vehicle, order[position - 1] as number, node, (reloads & BEFORE) !== 0);
    let at = node;
    for (let slot = position; slot <= count && labels.length > 0; slot += 1) {
      if (!(earliest(labels) <= (latest[slot] as number))) return Infinity;
      const next = order[slot] as number;
      labels = this.#pass(labels, vehicle, at, next, slot === position ? (reloads & AFTER) !== 0 : flags[slot] === 1);
      const was = tour.labels[slot] as readonly Label[];
      const delta = sameUpToLateness(labels, was);
      if (delta !== undefined) return delta;
      if (leastShift(labels, was) >= room) return Infinity;
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
