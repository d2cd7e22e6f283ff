/**
 * The frozen part of a route stays as it is, even where it breaks a rule: what a driver has on board and has been told
 * cannot be taken back by a planner. A stop that it serves late is late by that much and no more; a break that it leaves
 * no time for is taken as soon as there is some; a shift that it overruns is overrun, and nothing is added to that route.
 */
import type { RoutingModel } from './model.ts';
import type { CompiledBreak } from './rich-model.ts';
import { type Label, Schedule } from './schedule.ts';

/** Labels after the frozen part of a vehicle's route; none when it keeps no schedule. */
export function frozenLabels(schedule: Schedule, model: RoutingModel, vehicle: number): Label[][] {
  const nodes = model.rich.frozen[vehicle] as Int32Array;
  const all = [schedule.start(vehicle)];
  let before = model.startNode[vehicle] as number;
  for (const [index, node] of nodes.entries()) {
    all.push(schedule.visit(all.at(-1) as Label[], vehicle, before, node, index, true));
    before = node;
  }
  return all;
}

function isPossible(schedule: Schedule, model: RoutingModel, vehicle: number): boolean {
  const nodes = model.rich.frozen[vehicle] as Int32Array;
  const labels = frozenLabels(schedule, model, vehicle).at(-1) as Label[];
  return schedule.finish(labels, vehicle, nodes.at(-1) as number, nodes.length, true) !== undefined;
}

/**
 * Gives each frozen stop the time that it can be served at, where that is after its window.
 * @throws RangeError when the matrix has no way along a frozen part
 */
export function settleFrozenParts(model: RoutingModel, nameOf: (vehicle: number, at: number) => string): void {
  const { rich, startNode, shiftFrom, from, service } = model;
  const schedule = new Schedule(model, false);
  for (const [vehicle, nodes] of rich.frozen.entries()) {
    if (nodes.length === 0) continue;
    let time = shiftFrom[vehicle] as number;
    let before = startNode[vehicle] as number;
    for (const [at, node] of nodes.entries()) {
      const starts = Math.max(schedule.arrival(before, node, time), from[node] as number);
      if (!(starts < Infinity)) {
        throw new RangeError(
          `routing problem: the matrix has no way to ${nameOf(vehicle, at)}; give it one or take the stop out of frozenStopIds`,
        );
      }
      rich.frozenLatest[node] = Math.max(rich.latest[node] as number, starts);
      time = starts + (service[node] as number);
      before = node;
    }
    if (isPossible(schedule, model, vehicle)) continue;
    for (const node of nodes) rich.frozenLatest[node] = Infinity;
    if (isPossible(schedule, model, vehicle)) continue;
    for (const rest of rich.breaks[vehicle] as CompiledBreak[]) rest.to = Infinity;
    if (isPossible(schedule, model, vehicle)) continue;
    throw new RangeError(
      `routing problem: the matrix has no way from ${nameOf(vehicle, nodes.length - 1)} to the end of its route; give it one or take the stop out of frozenStopIds`,
    );
  }
}
