/**
 * The port of route planning: a vehicle routing problem with time windows, several capacity dimensions and shifts in,
 * a plan out. Any solver behind it is a pure function of the problem: the same problem (seed and iterations included)
 * gives the same plan, since effort is counted in iterations and never in time.
 *
 * - V1 A route's load exceeds its vehicle's capacity in no dimension.
 * - V2 Service at a stop starts within its window; a vehicle that comes early waits.
 * - V3 A vehicle leaves no earlier than its shift (or now) and is back at the depot when its shift ends.
 * - V4 Each stop is on exactly one route or in `unassigned` with a reason per vehicle.
 * - V5 Times follow from the matrix: arrival = departure before + travel time, rounded to milliseconds per leg.
 */
import type { Position } from '../geo/position.ts';

export interface TimeWindowMs {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface RoutingStop {
  readonly stopId: string;
  /** Orders served together at this stop. */
  readonly orderIds: readonly string[];
  readonly position: Position;
  readonly serviceSeconds: number;
  /** When service may start. */
  readonly window: TimeWindowMs;
  /** One number per capacity dimension, in the order of `CAPACITY_DIMENSIONS`. */
  readonly load: readonly number[];
  /** Of two stops that cannot both be served the one with the higher priority is; 0 is usual. */
  readonly priority: number;
}

export interface RoutingVehicle {
  readonly vehicleId: string;
  readonly driverId: string;
  /** One number per capacity dimension; `Infinity` where there is no limit. */
  readonly capacity: readonly number[];
  readonly shift: TimeWindowMs;
  /** Matrix index where the vehicle starts, when it is not the depot: a row after those of the stops. */
  readonly startIndex?: number;
}

/** Row-major, `size` x `size`: from row to column. Index 0 is the depot, index i + 1 is stop i. */
export interface TravelMatrix {
  readonly size: number;
  /** Not finite or negative: there is no way. */
  readonly durationsSeconds: Float64Array;
  readonly distancesMeters: Float64Array;
}

/**
 * What a plan costs, once as many stops as possible are served, by priority. `hierarchical`: as few vehicles as can be
 * found, then the least weighted cost. `weighted`: the least weighted cost. The weights are 1 per second driven and 0
 * per metre and per vehicle used, unless given.
 */
export interface RoutingObjective {
  readonly kind: 'hierarchical' | 'weighted';
  readonly perSecond?: number;
  readonly perMeter?: number;
  readonly perVehicle?: number;
}

/** Whoever knows the time bounds the solver's effort by it; the plan then depends on the speed of the machine. */
export interface RoutingEffort {
  /** The share of the time that has passed, from 0; the best plan so far is returned soon after it reaches 1. */
  readonly spent: () => number;
}

export interface RoutingProblem {
  readonly depot: Position;
  readonly stops: readonly RoutingStop[];
  readonly vehicles: readonly RoutingVehicle[];
  readonly matrix: TravelMatrix;
  /** No vehicle leaves before. */
  readonly nowMs: number;
  readonly iterations: number;
  readonly seed: number | string;
  /** Weighted, by driven seconds, unless given. */
  readonly objective?: RoutingObjective;
}

export interface PlannedStop {
  readonly stopId: string;
  readonly arrivalMs: number;
  readonly serviceStartMs: number;
  readonly departureMs: number;
  /** From the stop before, or from the start for the first. */
  readonly legSeconds: number;
  readonly legMeters: number;
}

export interface PlannedRoute {
  readonly vehicleId: string;
  /** Never empty: a vehicle without stops has no route. */
  readonly stops: readonly PlannedStop[];
  readonly departMs: number;
  /** Back at the depot. */
  readonly returnMs: number;
  readonly loads: readonly number[];
  /** With the way back. */
  readonly distanceMeters: number;
}

export type RoutingConstraint = 'CAPACITY' | 'WINDOW' | 'SHIFT' | 'NO_VEHICLE' | 'UNREACHABLE';

export interface UnassignedReason {
  /** Null with NO_VEHICLE. */
  readonly vehicleId: string | null;
  readonly constraint: RoutingConstraint;
  /** With CAPACITY: which one. */
  readonly dimension?: string;
  readonly detail: string;
}

export interface UnassignedStop {
  readonly stopId: string;
  readonly orderIds: readonly string[];
  readonly reasons: readonly UnassignedReason[];
}

export interface RoutingPlan {
  readonly routes: readonly PlannedRoute[];
  readonly unassigned: readonly UnassignedStop[];
  /** Driven seconds of all routes: what the solver keeps low unless the problem gives another objective. */
  readonly costSeconds: number;
}

export const CAPACITY_DIMENSIONS = ['volumeM3', 'weightKg'] as const;

/** Sums of loads carry rounding errors; a billionth of a unit is nothing to a vehicle. */
export const LOAD_TOLERANCE = 1e-9;

export function dimensionName(index: number): string {
  return CAPACITY_DIMENSIONS[index] ?? `dimension ${index}`;
}
