/**
 * The port of route planning: a vehicle routing problem with time windows, several capacity dimensions, shifts, breaks,
 * trips, skills and parts that are no longer to be changed in, a plan out. Any solver behind it is a pure function of the
 * problem: the same problem (seed and iterations included) gives the same plan, since effort is counted in iterations.
 *
 * - V1 The load of a trip exceeds its vehicle's capacity in no dimension.
 * - V2 Service at a stop starts within its window, or up to `latestMs` where the stop has one; a vehicle that comes early
 *   waits.
 * - V3 A vehicle leaves no earlier than its shift (or now) and is at the end of its route when its shift ends.
 * - V4 Each stop is on exactly one route or in `unassigned` with a reason per vehicle.
 * - V5 Times follow from the matrix: arrival = departure before + travel time, rounded to milliseconds per leg.
 * - V6 A vehicle has every skill that a stop of its route asks for.
 * - V7 A route begins with its vehicle's frozen stops, in their order.
 * - V8 A stop that is loaded on a vehicle is on no other's route, and a vehicle under way serves before its first reload
 *   only what is loaded on it.
 * - V9 A route has at most its vehicle's trips, each from the depot but the first of a vehicle that starts elsewhere.
 *   What is frozen stays even where it breaks V1, V2, V3, V6, V8 or V10 by itself; then it is late by what it must be, and
 *   what is added to its route keeps them all.
 * - V10 Each break of a used vehicle is taken whole, begun within its window, and the vehicle stands still meanwhile; one
 *   whose window opens after the route has ended, or was over before it could begin, is no part of the route.
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
  /** All of them are asked of the vehicle; none unless given. */
  readonly skills?: readonly string[];
  /**
   * Service may start after the window, until then, and each second costs `perSecondLate`; the window's end unless given.
   */
  readonly latestMs?: number;
  /** The vehicle that has the stop's goods on board: no other can serve it. */
  readonly loadedOn?: string;
}

/** A time in which the driver rests, wherever the vehicle is then. */
export interface DriverBreak {
  readonly breakId: string;
  readonly durationSeconds: number;
  /** When it may begin. */
  readonly window: TimeWindowMs;
}

export interface RoutingVehicle {
  readonly vehicleId: string;
  readonly driverId: string;
  /** One number per capacity dimension; `Infinity` where there is no limit. */
  readonly capacity: readonly number[];
  readonly shift: TimeWindowMs;
  /** Matrix index where the vehicle starts, when it is not the depot: a row after those of the stops. */
  readonly startIndex?: number;
  /** Where its route ends: a matrix index (0, the depot, unless given), or `open` for its last stop, wherever that is. */
  readonly endIndex?: number | 'open';
  readonly skills?: readonly string[];
  readonly breaks?: readonly DriverBreak[];
  /** How often it may leave the depot within its shift; 1 unless given. */
  readonly maxTrips?: number;
  /** At the depot between two trips; 0 unless given. */
  readonly reloadSeconds?: number;
  /** The stops that its route begins with, in this order, whatever else is planned. */
  readonly frozenStopIds?: readonly string[];
  /** It has left the depot: until it has been back it serves only stops that are `loadedOn` it. */
  readonly isUnderWay?: boolean;
}

/** Row-major, `size` x `size`: from row to column. Index 0 is the depot, index i + 1 is stop i. */
export interface TravelMatrix {
  readonly size: number;
  /** Not finite or negative: there is no way. */
  readonly durationsSeconds: Float64Array;
  readonly distancesMeters: Float64Array;
  /**
   * Travel times that hold from a time of the day on, ascending; `durationsSeconds` holds before the first. A trip that
   * passes from one slot into the next drives the rest of its way at the speed of the next, so that who leaves later
   * never arrives earlier. Cost counts `durationsSeconds`, whatever the slot.
   */
  readonly slots?: readonly TravelSlot[];
}

export interface TravelSlot {
  readonly fromMs: number;
  readonly durationsSeconds: Float64Array;
}

/**
 * What a plan costs. `hierarchical`: as few vehicles as can be found, then the least weighted cost. `weighted`: the least
 * weighted cost. The weights are 1 per second driven and 0 for the others, unless given.
 */
export interface RoutingObjective {
  readonly kind: 'hierarchical' | 'weighted';
  readonly perSecond?: number;
  readonly perMeter?: number;
  readonly perVehicle?: number;
  /** Per second that a stop is served after its window (see `latestMs`). */
  readonly perSecondLate?: number;
  /**
   * For a stop of priority 0 left out, twice that for priority 1, and so on. Unless given, it is more than any plan can
   * cost otherwise: as many stops as possible are served, by priority.
   */
  readonly perUnassigned?: number;
  /** For each leg between two stops of `previous` that did not follow each other there: what a driver has to relearn. */
  readonly perChange?: number;
}

/** A plan that people work by already; with `perChange` the new one stays close to it. */
export interface PreviousPlan {
  readonly routes: readonly { readonly vehicleId: string; readonly stopIds: readonly string[] }[];
}

/** Whoever knows the time bounds the solver's effort by it; the plan then depends on the speed of the machine. */
export interface RoutingEffort {
  /** The share of the time that has passed, from 0; the best plan so far is returned soon after it reaches 1. */
  readonly spent: () => number;
  /** Told of each better solution: its cost in the objective's units, stops left out, vehicles used. */
  readonly improved?: (cost: number, unassigned: number, vehicles: number) => void;
}

export interface RoutingProblem {
  readonly depot: Position;
  readonly stops: readonly RoutingStop[];
  readonly vehicles: readonly RoutingVehicle[];
  readonly matrix: TravelMatrix;
  /** No vehicle leaves before. */
  readonly nowMs: number;
  /** Of each island. */
  readonly iterations: number;
  /**
   * Searches that run beside each other and tell each other what they found, on as many threads as the caller has: the
   * plan depends on their number, not on that of the threads. 1 unless given.
   */
  readonly islands?: number;
  readonly seed: number | string;
  /** Weighted, by driven seconds, unless given. */
  readonly objective?: RoutingObjective;
  /** The search begins with it, as far as it still holds. Stops and vehicles that the problem does not have are ignored. */
  readonly previous?: PreviousPlan;
}

export interface PlannedStop {
  readonly stopId: string;
  readonly arrivalMs: number;
  readonly serviceStartMs: number;
  readonly departureMs: number;
  /** From the stop before, or from the start for the first. */
  readonly legSeconds: number;
  readonly legMeters: number;
  /** From 0; stops of one trip are loaded together. Left out where the vehicle makes one trip. */
  readonly trip?: number;
  /** Seconds after the window at which service starts; left out when in time. */
  readonly lateSeconds?: number;
}

/** The vehicle is back at the depot before `trip` and leaves it again. */
export interface PlannedReload {
  /** The trip that begins with it, from 1. */
  readonly trip: number;
  readonly arrivalMs: number;
  readonly departureMs: number;
  readonly legSeconds: number;
  readonly legMeters: number;
}

export interface PlannedBreak {
  readonly breakId: string;
  readonly startMs: number;
  readonly endMs: number;
  /** How many stops are served before it. */
  readonly afterStops: number;
}

export interface PlannedRoute {
  readonly vehicleId: string;
  /** Never empty: a vehicle without stops has no route. */
  readonly stops: readonly PlannedStop[];
  readonly departMs: number;
  /** Back at the depot. */
  readonly returnMs: number;
  /** Of all its trips together. */
  readonly loads: readonly number[];
  /** With the ways to the depot between trips and at the end. */
  readonly distanceMeters: number;
  /** Left out where there are none. */
  readonly reloads?: readonly PlannedReload[];
  readonly breaks?: readonly PlannedBreak[];
}

export type RoutingConstraint =
  | 'CAPACITY'
  | 'WINDOW'
  | 'SHIFT'
  | 'SKILL'
  | 'FROZEN'
  | 'LOADED'
  | 'BREAK'
  | 'NO_VEHICLE'
  /** It could be served, for more than it costs to leave it out. */
  | 'COST'
  | 'UNREACHABLE'
  /** Too many stops are left out to replay each of them. */
  | 'UNEXAMINED';

/** One constraint that the insertion breaks; without it, and the others named beside it, the insertion keeps all rules. */
export interface BrokenConstraint {
  readonly constraint: RoutingConstraint;
  /** With CAPACITY: which one. */
  readonly dimension?: string;
  /**
   * With WINDOW: the stop whose window would be missed, the inserted one's or one after it. With UNREACHABLE: the stop to
   * which there is no way; left out where it is the depot or the end.
   */
  readonly stopId?: string;
  /** With BREAK: which one. */
  readonly breakId?: string;
  /** By how much: units of the dimension, or seconds; with COST what it would cost. */
  readonly shortBy?: number;
}

export interface UnassignedReason extends BrokenConstraint {
  /** Null with NO_VEHICLE. */
  readonly vehicleId: string | null;
  /** What else the best insertion breaks; usually nothing. */
  readonly also?: readonly BrokenConstraint[];
  /** Place of the best insertion: the number of stops before it. */
  readonly position?: number;
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
