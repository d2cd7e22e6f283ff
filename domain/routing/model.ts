/**
 * A routing problem compiled for the solver: flat typed arrays indexed by matrix index ("node"), times as whole
 * milliseconds after `nowMs`, so that sums are exact and comparisons need no tolerance. Malformed problems are refused
 * here, with the item named, since a solver that reads beyond an array answers nonsense.
 */
import { assertProblem } from './assert-problem.ts';
import type { RoutingProblem } from './port.ts';
import { compileRich, type RichModel, richCostBound, richKind } from './rich-model.ts';

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
  /** Per vehicle the first one that is the same in all that the problem says of it: empty, they are the same. */
  readonly kindOf: Int32Array;
  readonly rich: RichModel;
}

/** What the port states and the solver does not do yet is refused by name, never planned as if it had not been said. */
function refuseUnsupported({ objective, previous }: RoutingProblem): void {
  const refuse = (what: string): never => {
    throw new RangeError(`routing problem: ${what} is not supported by this solver yet; leave it out`);
  };
  if (previous !== undefined) refuse('previous');
  for (const name of ['perUnassigned', 'perChange'] as const) {
    if (objective?.[name] !== undefined) refuse(`objective ${name}`);
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
  const travel = matrix.durationsSeconds.map((seconds, cell) => {
    const meters = matrix.distancesMeters[cell] as number;
    const isWay = seconds >= 0 && meters >= 0 && meters < Infinity;
    return isWay ? Math.round(seconds * 1000) : Infinity;
  });
  const cost = legCosts(problem, travel);
  const inward = turned(travel, size);
  const vehicleCost = Math.round((problem.objective?.perVehicle ?? 0) * 1000);
  const kinds = new Map<string, number>();
  const rich = compileRich(problem, size, dimensions);
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
    absenceCost: absenceCostOf(cost, size, vehicleCost, vehicles.length) + richCostBound(problem, rich, cost, size),
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
    kindOf: Int32Array.from(vehicles, (vehicle, index) => {
      const { startIndex = 0, shift, capacity } = vehicle;
      const key = JSON.stringify([startIndex, shift, capacity.map(String), richKind(problem, vehicle)]);
      const kind = kinds.get(key) ?? index;
      kinds.set(key, kind);
      return kind;
    }),
    rich,
  };
}
