/**
 * A routing problem compiled for the solver: flat typed arrays indexed by matrix index ("node"), times as whole
 * milliseconds after `nowMs`, so that sums are exact and comparisons need no tolerance.
 */
import { assertProblem } from './assert-problem.ts';
import { compileLegs, type Legs } from './legs.ts';
import type { RoutingProblem, RoutingStop } from './port.ts';
import { compileRich, type RichModel, richCostBound, richKind } from './rich-model.ts';

export interface RoutingModel extends Legs {
  readonly stopCount: number;
  readonly vehicleCount: number;
  readonly dimensions: number;
  /** What it costs to use a vehicle. */
  readonly vehicleCost: number;
  /** Of a stop of priority 0 left out; unless the objective names it, more than all tours together can cost. */
  readonly absenceCost: number;
  readonly isFleetFirst: boolean;
  /** Per node: window and service in ms. Node 0 and the start rows stand unused. */
  readonly from: Float64Array;
  readonly to: Float64Array;
  readonly service: Float64Array;
  /** Per node and dimension. */
  readonly load: Float64Array;
  readonly priority: Float64Array;
  /** Per vehicle. */
  readonly startNode: Int32Array;
  readonly shiftFrom: Float64Array;
  readonly shiftTo: Float64Array;
  readonly capacity: Float64Array;
  /** Per vehicle the first one that is the same in all that the problem says of it: empty, they are the same. */
  readonly kindOf: Int32Array;
  readonly rich: RichModel;
  /** Tours that the search begins with, as nodes per vehicle. */
  readonly previous: readonly Int32Array[] | undefined;
}

/** @throws RangeError that names the item when the problem contradicts itself */
export function compileProblem(problem: RoutingProblem): RoutingModel {
  assertProblem(problem);
  const { stops, vehicles, nowMs, objective } = problem;
  const legs = compileLegs(problem);
  const { size } = legs;
  const dimensions = stops[0]?.load.length ?? 0;
  const perNode = (value: (stop: RoutingStop) => number): Float64Array => {
    const values = new Float64Array(size);
    for (const [index, stop] of stops.entries()) values[index + 1] = value(stop);
    return values;
  };
  const load = new Float64Array(size * dimensions);
  for (const [index, stop] of stops.entries()) load.set(stop.load, (index + 1) * dimensions);
  const capacity = new Float64Array(vehicles.length * dimensions);
  if (dimensions > 0) {
    for (const [index, vehicle] of vehicles.entries()) capacity.set(vehicle.capacity, index * dimensions);
  }
  const vehicleCost = Math.round((objective?.perVehicle ?? fleetFirstVehicleCost(problem, legs)) * 1000);
  const rich = compileRich(problem, size, dimensions);
  return {
    ...legs,
    stopCount: stops.length,
    vehicleCount: vehicles.length,
    dimensions,
    vehicleCost,
    absenceCost: absenceCostOf(problem, legs, vehicleCost, rich),
    isFleetFirst: objective?.kind === 'hierarchical',
    from: perNode(({ window }) => Math.ceil(window.fromMs - nowMs)),
    to: perNode(({ window }) => Math.floor(window.toMs - nowMs)),
    service: perNode(({ serviceSeconds }) => Math.round(serviceSeconds * 1000)),
    load,
    priority: perNode((stop) => stop.priority),
    startNode: Int32Array.from(vehicles, ({ startIndex = 0 }) => startIndex),
    shiftFrom: Float64Array.from(vehicles, ({ shift }) => Math.max(0, Math.ceil(shift.fromMs - nowMs))),
    shiftTo: Float64Array.from(vehicles, ({ shift }) => Math.floor(shift.toMs - nowMs)),
    capacity,
    kindOf: kindsOf(problem),
    rich,
    previous: previousOf(problem),
  };
}

function kindsOf(problem: RoutingProblem): Int32Array {
  const kinds = new Map<string, number>();
  return Int32Array.from(problem.vehicles, (vehicle, index) => {
    const { startIndex = 0, shift, capacity } = vehicle;
    const key = JSON.stringify([startIndex, shift, capacity.map(String), richKind(problem, vehicle)]);
    const kind = kinds.get(key) ?? index;
    kinds.set(key, kind);
    return kind;
  });
}

function previousOf({ previous, stops, vehicles }: RoutingProblem): readonly Int32Array[] | undefined {
  if (previous === undefined) return undefined;
  const nodeOf = new Map(stops.map(({ stopId }, index) => [stopId, index + 1]));
  const stopsOf = new Map(previous.routes.map(({ vehicleId, stopIds }) => [vehicleId, stopIds]));
  return vehicles.map(({ vehicleId }) =>
    Int32Array.from((stopsOf.get(vehicleId) ?? []).flatMap((stopId) => nodeOf.get(stopId) ?? [])),
  );
}

/**
 * Where vehicles come before cost and no price for one is given, they have one all the same: the way to the mean stop
 * and back. It draws the search towards few vehicles before any is taken away, and is the same for all plans with as
 * many of them.
 */
function fleetFirstVehicleCost({ objective, stops }: RoutingProblem, { cost, size }: Legs): number {
  if (objective?.kind !== 'hierarchical') return 0;
  let sum = 0;
  let count = 0;
  for (let node = 1; node <= stops.length; node += 1) {
    const both = (cost[node] as number) + (cost[node * size] as number);
    if (both === Infinity) continue;
    sum += both;
    count += 1;
  }
  return count === 0 ? 0 : sum / count / 1000;
}

/** To leave a stop out is never cheaper than to drive to it, unless the objective says what it costs. */
function absenceCostOf(problem: RoutingProblem, legs: Legs, vehicleCost: number, rich: RichModel): number {
  const { objective, vehicles } = problem;
  const { cost, size } = legs;
  if (objective?.perUnassigned !== undefined) return Math.round(objective.perUnassigned * 1000);
  let sum = 1 + vehicleCost * vehicles.length + richCostBound(problem, rich, cost, size);
  for (let row = 0; row < size; row += 1) {
    let most = 0;
    for (let column = 0; column < size; column += 1) {
      const leg = cost[row * size + column] as number;
      if (leg < Infinity && leg > most) most = leg;
    }
    // The depot's row is left once per vehicle.
    sum += row === 0 ? most * vehicles.length : most;
  }
  return sum;
}
