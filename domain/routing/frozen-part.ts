/**
 * The frozen part of a route stays as it is, even where it breaks a rule: what a driver has on board and has been told
 * cannot be taken back by a planner. Driven by itself, it breaks as few rules as it can, and exactly those are loosened:
 * a stop is as late as it must be, a break begins when it first can. What is added to the route may make neither worse.
 */
import type { RoutingModel } from './model.ts';
import type { CompiledBreak } from './rich-model.ts';
import { type Label, Schedule, type Trace } from './schedule.ts';

/** How a vehicle may stand after its frozen stops; without any, at its start. */
export function frozenLabels(schedule: Schedule, model: RoutingModel, vehicle: number): readonly Label[] {
  let labels: readonly Label[] = schedule.start(vehicle);
  let before = model.startNode[vehicle] as number;
  for (const [index, node] of (model.rich.frozen[vehicle] as Int32Array).entries()) {
    labels = schedule.visit(labels, vehicle, before, node, index, true);
    before = node;
  }
  return labels;
}

/**
 * Loosens what the frozen parts break by themselves.
 * @throws RangeError when the matrix has no way along a frozen part
 */
export function settleFrozenParts(model: RoutingModel, nameOf: (vehicle: number, at: number) => string): void {
  const { rich } = model;
  const schedule = new Schedule(model, true);
  for (const [vehicle, nodes] of rich.frozen.entries()) {
    if (nodes.length === 0) continue;
    const labels = frozenLabels(schedule, model, vehicle);
    const best = schedule.finish(labels, vehicle, nodes.at(-1) as number, nodes.length, true);
    if (best === undefined) throw new Error(`the frozen part of vehicle ${vehicle} has no end`);
    const faults: Trace[] = [];
    for (let at = best.trace; at !== null; at = at.before) faults.push(at);
    for (const { kind, item, ms, visit } of faults) {
      if (kind === 'WINDOW') rich.frozenLatest[item] = (rich.frozenLatest[item] as number) + ms;
      if (kind === 'BREAK') {
        const late = (rich.breaks[vehicle] as CompiledBreak[])[item] as CompiledBreak;
        late.to += ms;
      }
      if (kind === 'UNREACHABLE') {
        const isEnd = visit === nodes.length;
        throw new RangeError(
          `routing problem: the matrix has no way ${isEnd ? 'to the end of the route from' : 'to'} ${nameOf(vehicle, Math.min(visit, nodes.length - 1))}; give it one or take the stop out of frozenStopIds`,
        );
      }
    }
  }
}

/** The model as if no frozen part had loosened anything of one vehicle's, or itself where none has. */
export function unsettled(model: RoutingModel, vehicle: number): RoutingModel {
  const { rich } = model;
  const own = rich.breaks[vehicle] as CompiledBreak[];
  const isLoose =
    own.some(({ to, closes }) => to !== closes) ||
    (rich.frozen[vehicle] as Int32Array).some((node) => rich.frozenLatest[node] !== rich.latest[node]);
  if (!isLoose) return model;
  const breaks = rich.breaks.map((rests) => rests.map((rest) => ({ ...rest, to: rest.closes })));
  return { ...model, rich: { ...rich, breaks, frozenLatest: rich.latest } };
}
