/**
 * A re-plan as a routing problem: the pending requests and free vehicles of the wave, and with them the remaining stops
 * of the routes that may change, each kept on its vehicle. Where no vehicle is free, the next trip of each vehicle under
 * way stands beside it as a vehicle of its own, so that what waits for it moves no stop of the trip that it is on. Pure,
 * like the wave's own problem, which it extends.
 */
import { msOf, type RoutingProblem, type RoutingStop, type RoutingVehicle } from '../../domain/index.ts';
import { LOADING_MS, type Wave, type WaveProblem, waveProblem } from './plan-wave.ts';
import { type RemainingStop, type RunningRoute, remainingStops } from './running-route.ts';

/** What a leg that the driver did not have before has to save at least, in seconds of driving. */
export const CHANGE_SECONDS = 600;
/** How late what is aboard may be where the promises cannot all be kept. */
const LENIENCE_MS = 30 * 60_000;
/** Above that of any request: what is on a route is not left out for what might come in. */
const KEPT_PRIORITY = 10;
/** From a vehicle's return to its next departure: the next look at the depot, the planner, the offer, the loading. */
const TURNAROUND_MS = 15 * 60_000;
/** The search begins with the plan that there is, and is to change little of it. */
const ITERATIONS = 1_500;
/** For each stop that is planned from nothing, up to what a wave has. */
const ITERATIONS_PER_NEW_STOP = 50;

export interface ReplanProblem extends WaveProblem {
  readonly previous: NonNullable<RoutingProblem['previous']>;
  /**
   * By the id that the next trip of a vehicle under way has as a vehicle of the problem: whose it is, and when the vehicle
   * is back if nothing changes.
   */
  readonly nextTripOf: ReadonlyMap<string, { readonly vehicleId: string; readonly returnMs: number }>;
}

/** `strict`: every window that can still be met is to be met. `lenient`: what is on a route may be late, but stays. */
export type Strictness = 'strict' | 'lenient';

export function replanProblem(wave: Wave, running: readonly RunningRoute[], strictness: Strictness): ReplanProblem {
  const latestMs = Math.max(0, ...running.map(({ vehicle }) => msOf(vehicle.shift.to)));
  const base = waveProblem(wave, undefined, latestMs);
  const kept = running.map((each) => ({ ...each, remaining: remainingStops(each, wave.nowMs) }));
  const keptStops = kept.flatMap((each) => each.remaining.map((stop) => stopOf(each, stop, strictness)));
  const stops = [...base.stops, ...keptStops];
  const starts = kept.map(startOf);
  const positions = [wave.depotPosition, ...stops.map(({ position }) => position)];
  const vehicles = kept.map((each, index) => {
    const start = starts[index];
    const startIndex = start === undefined ? undefined : positions.push(start) - 1;
    return vehicleOf(each, startIndex, wave.nowMs);
  });
  const newIterations = ITERATIONS_PER_NEW_STOP * base.stops.length;
  // A forecast binds no wave: whoever can be served by a vehicle that stands free does not wait for another.
  const nextTrips = base.vehicles.length > 0 || base.stops.length === 0 ? [] : kept.flatMap(nextTrip);
  return {
    ...base,
    stops,
    positions,
    vehicles: [...base.vehicles, ...vehicles, ...nextTrips.map(({ trip }) => trip)],
    nextTripOf: new Map(nextTrips.map(({ trip, ...of }) => [trip.vehicleId, of])),
    iterations: base.vehicles.length === 0 ? ITERATIONS : Math.min(base.iterations, ITERATIONS + newIterations),
    // A vehicle on the road goes on now; those at the depot have their loading time in their shift.
    nowMs: wave.nowMs,
    objective: { kind: 'weighted', perSecond: 1, perChange: CHANGE_SECONDS },
    previous: {
      routes: kept.map(({ vehicle, remaining }) => ({
        vehicleId: vehicle.vehicleId,
        stopIds: remaining.map(({ key }) => key),
      })),
    },
  };
}

interface Kept extends RunningRoute {
  readonly remaining: readonly RemainingStop[];
}

/** A route under way starts where its vehicle is; without a sight of it, at the stop before. */
function startOf({ hasDeparted, position, route, nextSequence }: Kept) {
  if (!hasDeparted) return undefined;
  return position ?? route.stops.find(({ sequence }) => sequence === nextSequence - 1)?.position ?? route.depotPosition;
}

function stopOf(
  { requests, vehicle }: Kept,
  { key, stop, expectedMs, isFrozen }: RemainingStop,
  strictness: Strictness,
): RoutingStop {
  const known = stop.orders.flatMap(({ orderId }) => requests.get(orderId) ?? []);
  const fromMs = Math.max(0, ...known.map(({ promise }) => msOf(promise.from)));
  const promisedMs = Math.min(...known.map(({ promise }) => msOf(promise.to)), msOf(vehicle.shift.to));
  // Frozen, unknown or late already: nothing that the search could do about it.
  const isGiven = isFrozen || known.length === 0 || promisedMs < fromMs;
  const lenientMs = Math.max(promisedMs, expectedMs + LENIENCE_MS);
  const toMs = isGiven || strictness === 'lenient' ? lenientMs : promisedMs;
  return {
    stopId: key,
    orderIds: stop.orders.map(({ orderId }) => orderId),
    position: stop.position,
    serviceSeconds: stop.serviceSeconds,
    window: { fromMs: isGiven ? 0 : Math.min(fromMs, toMs), toMs },
    load: [sumOf(known, 'volumeM3'), sumOf(known, 'weightKg')],
    priority: KEPT_PRIORITY,
    loadedOn: vehicle.vehicleId,
  };
}

const sumOf = (requests: readonly { volumeM3: number; weightKg: number }[], dimension: 'volumeM3' | 'weightKg') =>
  requests.reduce((sum, request) => sum + request[dimension], 0);

function vehicleOf(kept: Kept, startIndex: number | undefined, nowMs: number): RoutingVehicle {
  const { vehicle, route, remaining, hasDeparted } = kept;
  const lastMs = Math.max(0, ...remaining.map(({ expectedMs }) => expectedMs));
  const homeMs = lastMs + LENIENCE_MS + route.returnLegSeconds * 1000;
  const leavesMs = Math.max(msOf(route.plannedDepartureAt), nowMs + LOADING_MS);
  return {
    vehicleId: vehicle.vehicleId,
    driverId: route.driverId,
    capacity: [vehicle.capacity.volumeM3, vehicle.capacity.weightKg ?? Number.POSITIVE_INFINITY],
    // A vehicle that is late already comes home late: that is no reason to leave its parcels aboard.
    shift: { fromMs: hasDeparted ? nowMs : leavesMs, toMs: Math.max(msOf(vehicle.shift.to), hasDeparted ? homeMs : 0) },
    ...(startIndex === undefined ? {} : { startIndex }),
    ...(hasDeparted ? { isUnderWay: true } : {}),
    frozenStopIds: remaining.filter(({ isFrozen }) => isFrozen).map(({ key }) => key),
  };
}

/** From the vehicle's return, if nothing changes, to the end of its shift; none where that leaves no time. */
function nextTrip({ vehicle, route, remaining, hasDeparted }: Kept) {
  const last = remaining.at(-1);
  if (!hasDeparted || last === undefined) return [];
  const returnMs = msOf(route.plannedReturnAt) + last.expectedMs - msOf(last.stop.plannedArrivalAt);
  const fromMs = returnMs + TURNAROUND_MS;
  const toMs = msOf(vehicle.shift.to);
  if (fromMs >= toMs) return [];
  const trip: RoutingVehicle = {
    vehicleId: `${vehicle.vehicleId} (next trip)`,
    driverId: route.driverId,
    capacity: [vehicle.capacity.volumeM3, vehicle.capacity.weightKg ?? Number.POSITIVE_INFINITY],
    shift: { fromMs, toMs },
  };
  return [{ trip, vehicleId: vehicle.vehicleId, returnMs }];
}
