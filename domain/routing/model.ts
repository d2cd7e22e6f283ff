/**
 * A routing problem compiled for the solver: flat typed arrays indexed by matrix index ("node"), times as whole
 * milliseconds after `nowMs`, so that sums are exact and comparisons need no tolerance.
 */
import { assertProblem } from './assert-problem.ts';
import { compileLegs, type Legs } from './legs.ts';
import type { RoutingProblem, RoutingStop } from './port.ts';

export interface RoutingModel extends Legs {
  readonly stopCount: number;
  readonly vehicleCount: number;
  readonly dimensions: number;
  /** What it costs to use a vehicle. */
  readonly vehicleCost: number;
  /** Of a stop of priority 0 left out; unless the objective names it, more than all tours together can cost. */
  readonly absenceCost: number;
  readonly isFleetFirst: boolean;
  /** Per node: window and service in ms. Node 0, the start rows and the open end stand unused. */
  readonly from: Float64Array;
  readonly to: Float64Array;
  readonly service: Float64Array;
  /** Per node and dimension. */
  readonly load: Float64Array;
  readonly priority: Float64Array;
  /** Per vehicle. */
  readonly startNode: Int32Array;
  readonly endNode: Int32Array;
  readonly shiftFrom: Float64Array;
  readonly shiftTo: Float64Array;
  readonly capacity: Float64Array;
  /** Per vehicle the nodes that its tour begins with. */
  readonly frozen: readonly Int32Array[];
  /** Per node: 1 for a stop that is frozen on some vehicle. */
  readonly isFrozen: Uint8Array;
  /** Per vehicle and node, 1 where the vehicle may serve the stop; undefined when every one may serve every stop. */
  readonly allowed: Uint8Array | undefined;
  /** Per vehicle the first one that differs in nothing: empty, they are the same. */
  readonly kindOf: Int32Array;
  /** Tours that the search begins with, as nodes per vehicle. */
  readonly previous: readonly Int32Array[] | undefined;
}

/** @throws RangeError that names the item when the problem contradicts itself */
export function compileProblem(problem: RoutingProblem): RoutingModel {
  assertProblem(problem);
  refuseUnsupported(problem);
  const { stops, vehicles, nowMs, objective } = problem;
  const legs = compileLegs(problem);
  const { size, openNode } = legs;
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
  const nodeOf = new Map(stops.map(({ stopId }, index) => [stopId, index + 1]));
  const nodesOf = (stopIds: readonly string[]): Int32Array =>
    Int32Array.from(stopIds.flatMap((stopId) => nodeOf.get(stopId) ?? []));
  const frozen = vehicles.map(({ frozenStopIds = [] }) => nodesOf(frozenStopIds));
  const isFrozen = new Uint8Array(size);
  for (const node of frozen.flatMap((nodes) => [...nodes])) isFrozen[node] = 1;
  const vehicleCost = Math.round((objective?.perVehicle ?? fleetFirstVehicleCost(problem, legs)) * 1000);
  const previousOf = new Map(problem.previous?.routes.map(({ vehicleId, stopIds }) => [vehicleId, stopIds]));
  const model: RoutingModel = {
    ...legs,
    stopCount: stops.length,
    vehicleCount: vehicles.length,
    dimensions,
    vehicleCost,
    absenceCost: absenceCostOf(problem, legs, vehicleCost),
    isFleetFirst: objective?.kind === 'hierarchical',
    from: perNode(({ window }) => Math.ceil(window.fromMs - nowMs)),
    to: perNode(({ window }) => Math.floor(window.toMs - nowMs)),
    service: perNode(({ serviceSeconds }) => Math.round(serviceSeconds * 1000)),
    load,
    priority: perNode((stop) => stop.priority),
    startNode: Int32Array.from(vehicles, ({ startIndex = 0 }) => startIndex),
    endNode: Int32Array.from(vehicles, ({ endIndex = 0 }) => (endIndex === 'open' ? openNode : endIndex)),
    shiftFrom: Float64Array.from(vehicles, ({ shift }) => Math.max(0, Math.ceil(shift.fromMs - nowMs))),
    shiftTo: Float64Array.from(vehicles, ({ shift }) => Math.floor(shift.toMs - nowMs)),
    capacity,
    frozen,
    isFrozen,
    allowed: allowedOf(problem, size),
    kindOf: kindsOf(problem),
    previous:
      problem.previous === undefined
        ? undefined
        : vehicles.map(({ vehicleId }) => nodesOf(previousOf.get(vehicleId) ?? [])),
  };
  for (let vehicle = 0; vehicle < vehicles.length; vehicle += 1) makeRoomForFrozen(model, vehicle);
  return model;
}

/** What the port states and the solver does not do yet is refused by name, never planned as if it had not been said. */
function refuseUnsupported({ stops, vehicles, matrix, objective }: RoutingProblem): void {
  const refuse = (what: string): never => {
    throw new RangeError(`routing problem: ${what} is not supported by this solver yet; leave it out`);
  };
  if (matrix.slots !== undefined) refuse('matrix slots');
  if (objective?.perSecondLate !== undefined) refuse('objective perSecondLate');
  for (const stop of stops) if (stop.latestMs !== undefined) refuse(`latestMs of stop ${stop.stopId}`);
  for (const vehicle of vehicles) {
    for (const name of ['breaks', 'maxTrips', 'reloadSeconds'] as const) {
      if (vehicle[name] !== undefined) refuse(`${name} of vehicle ${vehicle.vehicleId}`);
    }
  }
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
function absenceCostOf({ objective, vehicles }: RoutingProblem, { cost, size }: Legs, vehicleCost: number): number {
  if (objective?.perUnassigned !== undefined) return Math.round(objective.perUnassigned * 1000);
  let sum = 1 + vehicleCost * vehicles.length;
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

function allowedOf({ stops, vehicles }: RoutingProblem, size: number): Uint8Array | undefined {
  const isFree =
    stops.every(({ skills = [], loadedOn }) => skills.length === 0 && loadedOn === undefined) &&
    vehicles.every(({ isUnderWay = false }) => !isUnderWay);
  if (isFree) return undefined;
  const allowed = new Uint8Array(vehicles.length * size);
  for (const [index, vehicle] of vehicles.entries()) {
    const has = new Set(vehicle.skills ?? []);
    for (const [stop, { skills = [], loadedOn }] of stops.entries()) {
      const isOnBoard = loadedOn === vehicle.vehicleId;
      const isReachable = loadedOn === undefined ? vehicle.isUnderWay !== true : isOnBoard;
      if (isReachable && skills.every((skill) => has.has(skill))) allowed[index * size + stop + 1] = 1;
    }
  }
  return allowed;
}

/** Vehicles that are bound to stops are like no other. */
function kindsOf({ stops, vehicles }: RoutingProblem): Int32Array {
  const bound = new Set(stops.flatMap(({ loadedOn }) => loadedOn ?? []));
  const kinds = new Map<string, number>();
  return Int32Array.from(vehicles, ({ vehicleId, driverId: _, frozenStopIds = [], ...vehicle }, index) => {
    if (bound.has(vehicleId) || frozenStopIds.length > 0) return index;
    const key = JSON.stringify({
      ...vehicle,
      capacity: vehicle.capacity.map(String),
      skills: vehicle.skills?.toSorted(),
    });
    const kind = kinds.get(key) ?? index;
    kinds.set(key, kind);
    return kind;
  });
}

/**
 * What is frozen is driven, even when it is late by now: windows, the shift and capacity give way as far as the frozen
 * stops need it, so that whatever is planned after them is planned on the time at which they will truly be done.
 */
function makeRoomForFrozen(model: RoutingModel, vehicle: number): void {
  const { travel, size, from, to, service, load, capacity, dimensions, startNode, endNode, shiftTo } = model;
  const nodes = model.frozen[vehicle] as Int32Array;
  if (nodes.length === 0) return;
  let at = startNode[vehicle] as number;
  let left = model.shiftFrom[vehicle] as number;
  const loads = new Float64Array(dimensions);
  for (const node of nodes) {
    const starts = Math.max(left + (travel[at * size + node] as number), from[node] as number);
    if (starts === Infinity) {
      throw new RangeError(
        `routing problem: there is no way to the stop of matrix index ${node}, frozen on vehicle ${vehicle + 1} of the list; release it`,
      );
    }
    to[node] = Math.max(to[node] as number, starts);
    left = starts + (service[node] as number);
    at = node;
    for (let dimension = 0; dimension < dimensions; dimension += 1) {
      loads[dimension] = (loads[dimension] as number) + (load[node * dimensions + dimension] as number);
    }
    if (model.allowed !== undefined) model.allowed[vehicle * size + node] = 1;
  }
  const home = left + (travel[at * size + (endNode[vehicle] as number)] as number);
  shiftTo[vehicle] = Math.max(shiftTo[vehicle] as number, home);
  for (let dimension = 0; dimension < dimensions; dimension += 1) {
    const cell = vehicle * dimensions + dimension;
    capacity[cell] = Math.max(capacity[cell] as number, loads[dimension] as number);
  }
}
