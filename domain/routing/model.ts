/**
 * A routing problem compiled for the solver: flat typed arrays indexed by matrix index ("node"), times as whole
 * milliseconds after `nowMs`, so that sums are exact and comparisons need no tolerance. Malformed problems are refused
 * here, with the item named, since a solver that reads beyond an array answers nonsense.
 */
import type { RoutingProblem } from './port.ts';

export interface RoutingModel {
  readonly stopCount: number;
  readonly size: number;
  readonly vehicleCount: number;
  readonly dimensions: number;
  /** Travel times in ms, `Infinity` where there is no way. */
  readonly travel: Float64Array;
  /** `travel` turned over, so that all ways to a node stand side by side. */
  readonly inward: Float64Array;
  /** What each leg costs, whole numbers, `Infinity` where there is no way; and turned over. */
  readonly cost: Float64Array;
  readonly inwardCost: Float64Array;
  /** What it costs to use a vehicle. */
  readonly vehicleCost: number;
  /** More than all tours together can cost: to leave a stop out is never cheaper than to drive to it. */
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
  /** Per vehicle the first one with the same start, shift and capacity: empty, they are the same. */
  readonly kindOf: Int32Array;
}

function assertProblem({ stops, vehicles, matrix, iterations, objective }: RoutingProblem): void {
  const { size, durationsSeconds, distancesMeters } = matrix;
  const refuse = (what: string): never => {
    throw new RangeError(`routing problem: ${what}`);
  };
  if (size < stops.length + 1) refuse(`matrix size ${size} is too small for the depot and ${stops.length} stops`);
  if (durationsSeconds.length !== size * size || distancesMeters.length !== size * size) {
    refuse(`matrix of size ${size} needs ${size * size} durations and distances, row by row`);
  }
  if (!Number.isInteger(iterations) || iterations < 0) refuse(`iterations ${iterations} must be a whole number from 0`);
  for (const name of ['perSecond', 'perMeter', 'perVehicle'] as const) {
    const weight = objective?.[name] ?? 0;
    if (!(weight >= 0 && weight < Infinity)) refuse(`objective ${name} ${weight} must be a finite number from 0`);
  }
  const dimensions = stops[0]?.load.length ?? 0;
  const stopIds = new Set<string>();
  for (const { stopId, window, load, serviceSeconds } of stops) {
    if (stopIds.has(stopId)) refuse(`stop ${stopId} is listed twice`);
    stopIds.add(stopId);
    if (!(window.fromMs <= window.toMs)) refuse(`stop ${stopId} has a window that ends before it starts`);
    if (load.length !== dimensions) refuse(`stop ${stopId} has ${load.length} loads, the first stop ${dimensions}`);
    if (!load.every((amount) => amount >= 0)) refuse(`stop ${stopId} has a negative load: ${load.join(', ')}`);
    if (!(serviceSeconds >= 0)) refuse(`stop ${stopId} has a negative service time: ${serviceSeconds}`);
  }
  const vehicleIds = new Set<string>();
  for (const { vehicleId, capacity, startIndex = 0 } of vehicles) {
    if (vehicleIds.has(vehicleId)) refuse(`vehicle ${vehicleId} is listed twice`);
    vehicleIds.add(vehicleId);
    if (stops.length > 0 && capacity.length !== dimensions) {
      refuse(`vehicle ${vehicleId} has ${capacity.length} capacities, the stops ${dimensions} loads`);
    }
    if (startIndex !== 0 && !(startIndex > stops.length && startIndex < size)) {
      refuse(`vehicle ${vehicleId} starts at matrix index ${startIndex}; give 0 or a row after those of the stops`);
    }
  }
}

/** What the port states and the solver does not do yet is refused by name, never planned as if it had not been said. */
function refuseUnsupported({ stops, vehicles, matrix, objective, previous }: RoutingProblem): void {
  const refuse = (what: string): never => {
    throw new RangeError(`routing problem: ${what} is not supported by this solver yet; leave it out`);
  };
  if (matrix.slots !== undefined) refuse('matrix slots');
  if (previous !== undefined) refuse('previous');
  for (const name of ['perSecondLate', 'perUnassigned', 'perChange'] as const) {
    if (objective?.[name] !== undefined) refuse(`objective ${name}`);
  }
  for (const stop of stops) {
    for (const name of ['skills', 'latestMs', 'loadedOn'] as const) {
      if (stop[name] !== undefined) refuse(`${name} of stop ${stop.stopId}`);
    }
  }
  for (const vehicle of vehicles) {
    for (const name of [
      'endIndex',
      'skills',
      'breaks',
      'maxTrips',
      'reloadSeconds',
      'frozenStopIds',
      'isUnderWay',
    ] as const) {
      if (vehicle[name] !== undefined) refuse(`${name} of vehicle ${vehicle.vehicleId}`);
    }
  }
}

/** The matrix itself where it is symmetric. */
function turned(matrix: Float64Array, size: number): Float64Array {
  const result = new Float64Array(matrix.length);
  let isSymmetric = true;
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column < size; column += 1) {
      const cell = matrix[row * size + column] as number;
      result[column * size + row] = cell;
      if (cell !== matrix[column * size + row]) isSymmetric = false;
    }
  }
  return isSymmetric ? matrix : result;
}

/** Costs are rounded to thousandths of a unit, so that sums and differences of them are exact. */
function legCosts({ matrix, objective }: RoutingProblem, travel: Float64Array): Float64Array {
  const { perSecond = 1, perMeter = 0 } = objective ?? {};
  if (perSecond === 1 && perMeter === 0) return travel;
  return travel.map((ms, cell) => {
    const meters = perMeter === 0 ? 0 : perMeter * (matrix.distancesMeters[cell] as number);
    return ms < Infinity && meters < Infinity ? Math.round(perSecond * ms + 1000 * meters) : Infinity;
  });
}

function absenceCostOf(cost: Float64Array, size: number, vehicleCost: number, vehicleCount: number): number {
  let sum = 1 + vehicleCost * vehicleCount;
  for (let row = 0; row < size; row += 1) {
    let most = 0;
    for (let column = 0; column < size; column += 1) {
      const leg = cost[row * size + column] as number;
      if (leg < Infinity && leg > most) most = leg;
    }
    // The depot's row is left once per vehicle.
    sum += row === 0 ? most * vehicleCount : most;
  }
  return sum;
}

/** @throws RangeError that names the item when the problem contradicts itself */
export function compileProblem(problem: RoutingProblem): RoutingModel {
  assertProblem(problem);
  refuseUnsupported(problem);
  const { stops, vehicles, matrix, nowMs } = problem;
  const { size } = matrix;
  const dimensions = stops[0]?.load.length ?? 0;
  const perNode = (value: (stop: (typeof stops)[number]) => number): Float64Array => {
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
  const travel = matrix.durationsSeconds.map((seconds) => (seconds >= 0 ? Math.round(seconds * 1000) : Infinity));
  const cost = legCosts(problem, travel);
  const inward = turned(travel, size);
  const vehicleCost = Math.round((problem.objective?.perVehicle ?? 0) * 1000);
  const kinds = new Map<string, number>();
  return {
    stopCount: stops.length,
    size,
    vehicleCount: vehicles.length,
    dimensions,
    travel,
    inward,
    cost,
    inwardCost: cost === travel ? inward : turned(cost, size),
    vehicleCost,
    absenceCost: absenceCostOf(cost, size, vehicleCost, vehicles.length),
    isFleetFirst: problem.objective?.kind === 'hierarchical',
    from: perNode(({ window }) => Math.ceil(window.fromMs - nowMs)),
    to: perNode(({ window }) => Math.floor(window.toMs - nowMs)),
    service: perNode(({ serviceSeconds }) => Math.round(serviceSeconds * 1000)),
    load,
    priority: perNode((stop) => stop.priority),
    startNode: Int32Array.from(vehicles, ({ startIndex = 0 }) => startIndex),
    shiftFrom: Float64Array.from(vehicles, ({ shift }) => Math.max(0, Math.ceil(shift.fromMs - nowMs))),
    shiftTo: Float64Array.from(vehicles, ({ shift }) => Math.floor(shift.toMs - nowMs)),
    capacity,
    kindOf: Int32Array.from(vehicles, ({ startIndex = 0, shift, capacity }, index) => {
      const key = JSON.stringify([startIndex, shift.fromMs, shift.toMs, capacity.map(String)]);
      const kind = kinds.get(key) ?? index;
      kinds.set(key, kind);
      return kind;
    }),
  };
}
