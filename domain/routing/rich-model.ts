/**
 * The part of a compiled problem that few problems have: breaks, trips, skills, frozen parts, goods on board, late
 * service, open ends and travel times by the time of the day. Times are milliseconds after `nowMs`, as in the model.
 */

import type { RoutingProblem, RoutingStop, RoutingVehicle } from './port.ts';
import { compileSlots, type SlottedTravel } from './slotted-travel.ts';

/** The end of a route that ends where its last stop is. */
export const OPEN_END = -1;

/** Whether a vehicle may serve a stop. */
export const NEVER = 0;
export const ALWAYS = 1;
/** The goods are at the depot and the vehicle is not: once it has been there. */
export const AFTER_RELOAD = 2;

export interface CompiledBreak {
  readonly breakId: string;
  readonly from: number;
  /** When it must have begun; until the frozen part of the route is behind, that is `to`, which may be later. */
  readonly closes: number;
  to: number;
  readonly lasts: number;
}

export interface RichModel {
  /** Whether the plain solution does not know all that the problem has. */
  readonly isNeeded: boolean;
  /** Per vehicle: matrix index, or `OPEN_END`. */
  readonly endNode: Int32Array;
  readonly breaks: readonly (readonly CompiledBreak[])[];
  readonly maxTrips: Int32Array;
  readonly reload: Float64Array;
  readonly isUnderWay: Uint8Array;
  readonly frozen: readonly Int32Array[];
  /** Per vehicle and dimension: what the frozen stops of a vehicle weigh together. */
  readonly frozenLoad: Float64Array;
  /** Per node. */
  readonly isFrozen: Uint8Array;
  /** `NEVER`, `ALWAYS` or `AFTER_RELOAD`, per vehicle and node. */
  readonly allowed: Uint8Array;
  /** Per node: when service must have begun; the end of the window is when it should have. */
  readonly latest: Float64Array;
  /** The same for a stop as part of a frozen sequence, which stays even where it is late. */
  readonly frozenLatest: Float64Array;
  /** Cost per millisecond of lateness. */
  readonly lateRate: number;
  /** Whether some stop may be served late at a price. */
  readonly hasLateness: boolean;
  readonly slots: SlottedTravel | undefined;
}

function isRich({ stops, vehicles, matrix }: RoutingProblem): boolean {
  const isRichStop = ({ skills, latestMs, loadedOn }: RoutingStop): boolean =>
    (skills?.length ?? 0) > 0 || latestMs !== undefined || loadedOn !== undefined;
  const isRichVehicle = (vehicle: RoutingVehicle): boolean =>
    (vehicle.breaks?.length ?? 0) > 0 ||
    (vehicle.maxTrips ?? 1) > 1 ||
    (vehicle.frozenStopIds?.length ?? 0) > 0 ||
    (vehicle.endIndex ?? 0) !== 0 ||
    vehicle.isUnderWay === true;
  return (matrix.slots?.length ?? 0) > 0 || stops.some(isRichStop) || vehicles.some(isRichVehicle);
}

export function missingSkills({ skills = [] }: RoutingStop, vehicle: RoutingVehicle): string[] {
  return skills.filter((skill) => !(vehicle.skills ?? []).includes(skill));
}

function allowanceOf(stop: RoutingStop, vehicle: RoutingVehicle): number {
  if (stop.loadedOn !== undefined && stop.loadedOn !== vehicle.vehicleId) return NEVER;
  if (missingSkills(stop, vehicle).length > 0) return NEVER;
  if (vehicle.isUnderWay !== true || stop.loadedOn === vehicle.vehicleId) return ALWAYS;
  return (vehicle.maxTrips ?? 1) > 1 ? AFTER_RELOAD : NEVER;
}

export function compileRich(problem: RoutingProblem, size: number, dimensions: number): RichModel {
  const { stops, vehicles, matrix, nowMs, objective } = problem;
  const nodeOf = new Map(stops.map(({ stopId }, index) => [stopId, index + 1]));
  const frozen = vehicles.map(({ frozenStopIds = [] }) =>
    Int32Array.from(frozenStopIds, (stopId) => nodeOf.get(stopId) as number),
  );
  const isFrozen = new Uint8Array(size);
  const frozenLoad = new Float64Array(vehicles.length * dimensions);
  for (const [vehicle, nodes] of frozen.entries()) {
    for (const node of nodes) {
      isFrozen[node] = 1;
      for (const [dimension, amount] of (stops[node - 1] as RoutingStop).load.entries()) {
        const cell = vehicle * dimensions + dimension;
        frozenLoad[cell] = (frozenLoad[cell] as number) + amount;
      }
    }
  }
  const allowed = new Uint8Array(vehicles.length * size);
  const latest = new Float64Array(size).fill(Infinity);
  for (const [index, stop] of stops.entries()) {
    latest[index + 1] = Math.floor((stop.latestMs ?? stop.window.toMs) - nowMs);
    for (const [at, vehicle] of vehicles.entries()) allowed[at * size + index + 1] = allowanceOf(stop, vehicle);
  }
  const lateRate = objective?.perSecondLate ?? 0;
  return {
    isNeeded: isRich(problem),
    endNode: Int32Array.from(vehicles, ({ endIndex = 0 }) => (endIndex === 'open' ? OPEN_END : endIndex)),
    breaks: vehicles.map(({ breaks = [] }) =>
      breaks.map(({ breakId, durationSeconds, window }) => ({
        breakId,
        from: Math.ceil(window.fromMs - nowMs),
        to: Math.floor(window.toMs - nowMs),
        closes: Math.floor(window.toMs - nowMs),
        lasts: Math.round(durationSeconds * 1000),
      })),
    ),
    maxTrips: Int32Array.from(vehicles, ({ maxTrips = 1 }) => maxTrips),
    reload: Float64Array.from(vehicles, ({ reloadSeconds = 0 }) => Math.round(reloadSeconds * 1000)),
    isUnderWay: Uint8Array.from(vehicles, ({ isUnderWay = false }) => (isUnderWay ? 1 : 0)),
    frozen,
    frozenLoad,
    isFrozen,
    allowed,
    latest,
    frozenLatest: latest.slice(),
    lateRate,
    hasLateness: lateRate > 0 && stops.some(({ window, latestMs }) => (latestMs ?? window.toMs) > window.toMs),
    slots: compileSlots(matrix, nowMs),
  };
}

/** What makes two empty vehicles different beyond start, shift and capacity. */
export function richKind(problem: RoutingProblem, vehicle: RoutingVehicle): unknown[] {
  const { vehicleId, endIndex, skills = [], breaks = [], maxTrips = 1, reloadSeconds = 0, isUnderWay } = vehicle;
  const isOwn = vehicle.frozenStopIds !== undefined || problem.stops.some(({ loadedOn }) => loadedOn === vehicleId);
  const rests = breaks.map(({ durationSeconds, window }) => [durationSeconds, window.fromMs, window.toMs]);
  return [endIndex ?? 0, [...skills].sort(), rests, maxTrips, reloadSeconds, isUnderWay, isOwn ? vehicleId : ''];
}

/** What the tours may cost beyond one leg per stop: ways to the depot between trips, and lateness. */
export function richCostBound({ stops }: RoutingProblem, rich: RichModel, cost: Float64Array, size: number): number {
  let late = 0;
  for (const [index, { window, latestMs }] of stops.entries()) {
    if (rich.isFrozen[index + 1] === 0) late += rich.lateRate * ((latestMs ?? window.toMs) - window.toMs);
  }
  if (!rich.maxTrips.some((trips) => trips > 1)) return late;
  let detours = 0;
  let out = 0;
  for (let node = 0; node < size; node += 1) {
    const leg = cost[node] as number;
    if (leg < Infinity) out = Math.max(out, leg);
  }
  detours = out * stops.length;
  for (let node = 1; node <= stops.length; node += 1) {
    const home = cost[node * size] as number;
    if (home < Infinity) detours += home;
  }
  return late + detours;
}
