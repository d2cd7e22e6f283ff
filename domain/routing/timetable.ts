/**
 * When a vehicle is where: the best schedule of a sequence of visits, with each break in its place. The vehicle leaves
 * as late as its first appointment allows, since time waited on the road is better spent at the depot.
 */
import type { RoutingModel } from './model.ts';
import { type CompiledBreak, OPEN_END } from './rich-model.ts';
import { type Label, Schedule, type Trace } from './schedule.ts';

/** Times are milliseconds after the problem's `nowMs`. */
export interface Visit {
  /** 0 for a reload at the depot. */
  readonly node: number;
  readonly arrival: number;
  readonly start: number;
  /** It drives on: after service, and after the breaks that are taken there. */
  readonly leaves: number;
}

export interface TakenBreak {
  readonly breakId: string;
  readonly start: number;
  readonly end: number;
  readonly afterStops: number;
}

export interface Timetable {
  readonly departs: number;
  readonly visits: readonly Visit[];
  readonly returns: number;
  readonly breaks: readonly TakenBreak[];
  /** Cost of lateness. */
  readonly late: number;
}

/** @returns undefined when no schedule keeps the rules */
export function timetableOf(model: RoutingModel, vehicle: number, nodes: readonly number[]): Timetable | undefined {
  const schedule = new Schedule(model, false);
  const frozen = (model.rich.frozen[vehicle] as Int32Array).length;
  const starts = model.startNode[vehicle] as number;
  let labels: readonly Label[] = schedule.start(vehicle);
  let before = starts;
  for (const [index, node] of nodes.entries()) {
    labels = schedule.visit(labels, vehicle, before, node, index, index < frozen);
    before = node;
  }
  const best = schedule.finish(labels, vehicle, before, nodes.length, nodes.length === frozen);
  if (best === undefined) return undefined;
  return { ...follow(model, schedule, vehicle, nodes, restsOf(best)), late: best.late };
}

function restsOf({ trace }: Label): Trace[] {
  const rests: Trace[] = [];
  for (let at: Trace | null = trace; at !== null; at = at.before) rests.push(at);
  return rests.reverse();
}

function follow(
  model: RoutingModel,
  schedule: Schedule,
  vehicle: number,
  nodes: readonly number[],
  rests: readonly Trace[],
): Omit<Timetable, 'late'> {
  const breaks: TakenBreak[] = [];
  let stops = 0;
  const rest = (visit: number, isArrived: boolean, time: number): number => {
    let until = time;
    for (const { item, ms } of rests.filter((one) => one.visit === visit && one.isArrived === isArrived)) {
      const { breakId, lasts } = (model.rich.breaks[vehicle] as CompiledBreak[])[item] as CompiledBreak;
      until = ms + lasts;
      breaks.push({ breakId, start: ms, end: until, afterStops: stops });
    }
    return until;
  };
  let before = model.startNode[vehicle] as number;
  let leaves = rest(0, false, model.shiftFrom[vehicle] as number);
  const firstRest = rests.find(({ visit, isArrived }) => visit === 0 && isArrived);
  const departs = departureOf(model, schedule, before, nodes[0] as number, leaves, firstRest?.ms);
  leaves = departs;
  const visits = nodes.map((node, index): Visit => {
    const arrival = schedule.arrival(before, node, leaves);
    const ready = rest(index, true, arrival);
    const start = node === 0 ? ready : Math.max(ready, model.from[node] as number);
    const served = start + ((node === 0 ? model.rich.reload[vehicle] : model.service[node]) as number);
    if (node !== 0) stops += 1;
    leaves = rest(index + 1, false, served);
    before = node;
    return { node, arrival, start, leaves };
  });
  const end = model.rich.endNode[vehicle] as number;
  const returns = end === OPEN_END ? leaves : schedule.arrival(before, end, leaves);
  return { departs, visits, returns, breaks };
}

function departureOf(
  { from, travel, size, rich }: RoutingModel,
  schedule: Schedule,
  start: number,
  first: number,
  earliest: number,
  restAt: number | undefined,
): number {
  const arrival = schedule.arrival(start, first, earliest);
  const due = restAt ?? (first === 0 ? arrival : Math.max(arrival, from[first] as number));
  if (rich.slots === undefined) return Math.max(earliest, due - (travel[start * size + first] as number));
  // Who leaves later never arrives earlier, so the last departure that is early enough is found by halving.
  let low = earliest;
  let high = due;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (schedule.arrival(start, first, middle) <= due) low = middle;
    else high = middle - 1;
  }
  return low;
}
