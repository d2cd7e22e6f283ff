/**
 * A route's times, exactly. A label is one way to have come so far: when the vehicle may drive on, which breaks are
 * behind it, what lateness has cost. Each break is tried wherever the vehicle stands: before it drives on, and when it
 * has arrived and not begun to serve; of two labels the one that is nowhere better goes. Since who leaves later never
 * arrives earlier, what is left at the end holds the best schedule. A tolerant scheduler goes on past what breaks a
 * rule and writes it down, which is how reasons are found; a strict one drops it.
 */
import type { RoutingModel } from './model.ts';
import { type CompiledBreak, OPEN_END } from './rich-model.ts';
import { arrivalBySlots } from './slotted-travel.ts';

/** What happened on the way to a label: a break taken, or a rule broken by `ms`. */
export interface Trace {
  readonly kind: 'break' | 'WINDOW' | 'SHIFT' | 'BREAK' | 'UNREACHABLE';
  /** Index of the break, or the node. */
  readonly item: number;
  readonly ms: number;
  /** Index of the visit before which it happened, and on which side of the drive. */
  readonly visit: number;
  readonly isArrived: boolean;
  readonly before: Trace | null;
}

export interface Label {
  readonly time: number;
  /** Cost of lateness. */
  readonly late: number;
  /** One bit per break. */
  readonly taken: number;
  /** Rules broken, and by how many milliseconds together; 0 when strict. */
  readonly broken: number;
  readonly short: number;
  readonly trace: Trace | null;
}

function isNowhereBetter(label: Label, than: Label): boolean {
  return (
    label.time >= than.time &&
    label.late >= than.late &&
    (label.taken & than.taken) === label.taken &&
    label.broken >= than.broken &&
    label.short >= than.short
  );
}

function isBeaten(label: Label, by: readonly Label[]): boolean {
  for (const other of by) if (isNowhereBetter(label, other)) return true;
  return false;
}

/** Written out, since a label is made for each stop of each replay. */
function moved({ taken, broken, short, trace }: Label, time: number, late: number): Label {
  return { time, late, taken, broken, short, trace };
}

/** Adds a label unless one that is there is as good everywhere; takes out what it beats. */
function add(labels: Label[], label: Label): boolean {
  if (isBeaten(label, labels)) return false;
  let kept = 0;
  for (const other of labels) {
    if (isNowhereBetter(other, label)) continue;
    labels[kept] = other;
    kept += 1;
  }
  if (kept < labels.length) labels.length = kept;
  labels.push(label);
  return true;
}

export class Schedule {
  readonly #model: RoutingModel;
  readonly #isTolerant: boolean;

  constructor(model: RoutingModel, isTolerant: boolean) {
    this.#model = model;
    this.#isTolerant = isTolerant;
  }

  /** When a vehicle that leaves one node at a time is at another. */
  arrival(from: number, to: number, leaves: number): number {
    const { travel, size, rich } = this.#model;
    const base = travel[from * size + to] as number;
    if (rich.slots === undefined || base === Infinity) return leaves + base;
    return arrivalBySlots(rich.slots, from * rich.slots.size + to, leaves);
  }

  /** A break that was over before the route could begin is no part of it. */
  start(vehicle: number): Label[] {
    const time = this.#model.shiftFrom[vehicle] as number;
    let taken = 0;
    for (const [index, { to }] of (this.#model.rich.breaks[vehicle] as CompiledBreak[]).entries()) {
      if (to < time) taken |= 1 << index;
    }
    return [{ time, late: 0, taken, broken: 0, short: 0, trace: null }];
  }

  /**
   * Drives to a stop, or to the depot to reload (node 0), and serves there. Around a stop of the frozen part, until the
   * vehicle drives on from it, breaks may be as late as that part makes them.
   */
  visit(
    labels: readonly Label[],
    vehicle: number,
    from: number,
    to: number,
    visit: number,
    isFrozen = false,
  ): readonly Label[] {
    const { rich, from: opens, to: closes, service } = this.#model;
    const driven = this.#drive(labels, vehicle, from, to, visit, isFrozen);
    const ready = this.#rest(driven, vehicle, visit, true, isFrozen);
    const served: Label[] = [];
    for (const label of ready) {
      if (to === 0) {
        add(served, moved(label, label.time + (rich.reload[vehicle] as number), label.late));
        continue;
      }
      const starts = Math.max(label.time, opens[to] as number);
      const over = starts - ((isFrozen ? rich.frozenLatest : rich.latest)[to] as number);
      const late = label.late + Math.round(rich.lateRate * Math.max(0, starts - (closes[to] as number)));
      const time = starts + (service[to] as number);
      if (over <= 0) add(served, moved(label, time, late));
      else if (this.#isTolerant) {
        add(served, { ...this.#broken(label, 'WINDOW', to, over, visit), time, late });
      }
    }
    return isFrozen ? this.#rest(served, vehicle, visit + 1, false, true) : served;
  }

  /** The best way to end the route, or none. */
  finish(
    labels: readonly Label[],
    vehicle: number,
    from: number,
    visit: number,
    isFrozenOnly: boolean,
  ): Label | undefined {
    const end = this.#model.rich.endNode[vehicle] as number;
    const ended =
      end === OPEN_END ? this.#rest(labels, vehicle, visit, false) : this.#drive(labels, vehicle, from, end, visit);
    const breaks = this.#model.rich.breaks[vehicle] as CompiledBreak[];
    let best: Label | undefined;
    for (let label of ended) {
      if (breaks.some((rest, index) => (label.taken & (1 << index)) === 0 && rest.from < label.time)) continue;
      const over = label.time - (this.#model.shiftTo[vehicle] as number);
      if (over > 0 && !isFrozenOnly) {
        if (!this.#isTolerant) continue;
        label = this.#broken(label, 'SHIFT', vehicle, over, visit);
      }
      if (best === undefined || isBetter(label, best)) best = label;
    }
    return best;
  }

  #drive(
    labels: readonly Label[],
    vehicle: number,
    from: number,
    to: number,
    visit: number,
    isFrozen = false,
  ): Label[] {
    const driven: Label[] = [];
    for (const label of this.#rest(labels, vehicle, visit, false, isFrozen)) {
      const time = this.arrival(from, to, label.time);
      if (time < Infinity) add(driven, moved(label, time, label.late));
      else if (this.#isTolerant) add(driven, this.#broken(label, 'UNREACHABLE', to, 0, visit));
    }
    return driven;
  }

  /** The labels, and those of each way to take breaks here. */
  #rest(
    labels: readonly Label[],
    vehicle: number,
    visit: number,
    isArrived: boolean,
    isFrozen = false,
  ): readonly Label[] {
    const breaks = this.#model.rich.breaks[vehicle] as CompiledBreak[];
    if (breaks.length === 0) return labels;
    let all: Label[] | undefined;
    let latest = labels;
    while (latest.length > 0) {
      const next: Label[] = [];
      for (const label of latest) {
        for (let index = 0; index < breaks.length; index += 1) {
          const taken = label.taken | (1 << index);
          if (taken === label.taken) continue;
          const { from, to, closes, lasts } = breaks[index] as CompiledBreak;
          const starts = Math.max(label.time, from);
          const isBroken = starts > (isFrozen ? to : closes);
          if (isBroken && !this.#isTolerant) continue;
          const at = isBroken ? this.#broken(label, 'BREAK', index, starts - closes, visit) : label;
          const { late, broken, short } = at;
          const trace: Trace = { kind: 'break', item: index, ms: starts, visit, isArrived, before: at.trace };
          const rested = { time: starts + lasts, late, taken, broken, short, trace };
          // Most often it has been tried at the stop before as well, and nothing is to be copied.
          if (isBeaten(rested, all ?? labels)) continue;
          all ??= [...labels];
          add(all, rested);
          next.push(rested);
        }
      }
      latest = next;
    }
    return all ?? labels;
  }

  #broken(label: Label, kind: Trace['kind'], item: number, ms: number, visit: number): Label {
    const trace: Trace = { kind, item, ms, visit, isArrived: true, before: label.trace };
    return { ...label, broken: label.broken + 1, short: label.short + ms, trace };
  }
}

function isBetter(left: Label, right: Label): boolean {
  if (left.broken !== right.broken) return left.broken < right.broken;
  if (left.short !== right.short) return left.short < right.short;
  if (left.late !== right.late) return left.late < right.late;
  return left.time < right.time;
}

/** What lateness differs by when two sets of labels are otherwise the same; undefined when they are not. */
export function sameUpToLateness(labels: readonly Label[], others: readonly Label[]): number | undefined {
  if (labels.length !== others.length || labels.length === 0) return undefined;
  const shift = (labels[0] as Label).late - (others[0] as Label).late;
  for (const [index, { time, late, taken }] of labels.entries()) {
    const other = others[index] as Label;
    if (time !== other.time || taken !== other.taken || late - other.late !== shift) return undefined;
  }
  return shift;
}

/**
 * What lateness differs by at least in the end, when each way to stand can be beaten by one of the others but for
 * lateness; no bound, which is -Infinity, when not.
 */
export function leastShift(labels: readonly Label[], others: readonly Label[]): number {
  let least = Infinity;
  for (const { time, late, taken } of labels) {
    let shift = Number.NEGATIVE_INFINITY;
    for (const other of others) {
      if (other.time <= time && (taken & other.taken) === taken) shift = Math.max(shift, late - other.late);
    }
    least = Math.min(least, shift);
  }
  return least;
}
