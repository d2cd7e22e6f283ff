/**
 * A wave as a routing problem and the solver's answer as routes: pure, so that the same requests, vehicles and matrix
 * give the same plan. The seed is the wave's id.
 */
import {
  groupStops,
  isoOf,
  msOf,
  type Position,
  type RoutingPlan,
  type RoutingProblem,
  type RoutingStop,
  type RoutingVehicle,
  relaxOverdueWindows,
  type TravelMatrix,
  type UnassignedReason,
} from '../../domain/index.ts';
import type { PlannedRoute, RouteRequest, UnassignedOrder } from '../../workflows/route-planning/contracts.ts';
import type { VehicleItem } from '../platform/tables.ts';

/** Between the plan and the first departure: an offer has to be accepted and the vehicle loaded. */
export const LOADING_MS = 5 * 60_000;
/** Where the rounds of search stop paying for their time; a wave of 300 stops takes a quarter of a second. */
const ITERATIONS = 12_000;
/**
 * From so many stops on the iterations are too few for one search to come near its best, and four that meet now and then
 * come 0.4 to 3.6 % nearer. Dealt out among islands, the same iterations bring nothing, so that each island has all of them.
 */
const MANY_STOPS = 350;
const ISLANDS = 4;
/** Reasons kept per order; each is a sentence about one vehicle. */
const MAX_REASONS = 5;
/** A parcel that came back goes before one that has not been tried, up to this many attempts. */
const MAX_CYCLE_PRIORITY = 3;

export interface Wave {
  readonly waveId: string;
  readonly depotId: string;
  readonly depotPosition: Position;
  readonly requests: readonly RouteRequest[];
  /** Free vehicles of the depot. */
  readonly vehicles: readonly VehicleItem[];
  readonly nowMs: number;
}

export interface WaveProblem extends Omit<RoutingProblem, 'matrix'> {
  /** Places in the order of the matrix that the problem needs: the depot, then the stops. */
  readonly positions: readonly Position[];
}

export interface PlannedWave {
  readonly routes: readonly PlannedRoute[];
  readonly unassigned: readonly UnassignedOrder[];
}

/** How many islands a wave is searched on, whatever the machine has: the plan depends on it. */
export const islandsOf = (stopCount: number): number => (stopCount < MANY_STOPS ? 1 : ISLANDS);

/** @param latestMs until when vehicles work that are not free now; what is overdue is served until then */
export function waveProblem(wave: Wave, iterations = ITERATIONS, latestMs = 0): WaveProblem {
  const departMs = wave.nowMs + LOADING_MS;
  const vehicles = wave.vehicles
    .filter((vehicle) => msOf(vehicle.shift.to) > departMs)
    .map(
      (vehicle): RoutingVehicle => ({
        vehicleId: vehicle.vehicleId,
        driverId: vehicle.driverId,
        capacity: [vehicle.capacity.volumeM3, vehicle.capacity.weightKg ?? Number.POSITIVE_INFINITY],
        shift: { fromMs: Math.max(msOf(vehicle.shift.from), departMs), toMs: msOf(vehicle.shift.to) },
      }),
    );
  const untilMs = Math.max(departMs, latestMs, ...vehicles.map((vehicle) => vehicle.shift.toMs));
  const largest = [0, 1].map((dimension) =>
    Math.max(0, ...vehicles.map((vehicle) => vehicle.capacity[dimension] ?? 0)),
  );
  const { stops } = relaxOverdueWindows(groupStops(wave.requests.map(stopRequest), largest), departMs, untilMs);
  return {
    depot: wave.depotPosition,
    positions: [wave.depotPosition, ...stops.map((stop) => stop.position)],
    stops,
    vehicles,
    nowMs: departMs,
    iterations,
    seed: wave.waveId,
  };
}

const stopRequest = (request: RouteRequest) => ({
  orderId: request.orderId,
  customerId: request.customerId,
  position: request.position,
  window: { fromMs: msOf(request.promise.from), toMs: msOf(request.promise.to) },
  serviceSeconds: request.serviceSeconds,
  load: [request.volumeM3, request.weightKg],
  priority: (request.tier === 'express' ? 1 : 0) + Math.min(request.cycle - 1, MAX_CYCLE_PRIORITY),
});

/** @throws Error when the plan names a stop or a vehicle that the problem does not have */
export function plannedWave(wave: Wave, problem: WaveProblem, matrix: TravelMatrix, plan: RoutingPlan): PlannedWave {
  const cycles = new Map(wave.requests.map((request) => [request.orderId, request.cycle]));
  const cycleOf = (orderId: string): number => known(cycles.get(orderId), `order ${orderId}`, wave);
  const indexes = new Map(problem.stops.map((stop, index) => [stop.stopId, index]));
  const indexOf = (stopId: string): number => known(indexes.get(stopId), `stop ${stopId}`, wave);

  const routes = plan.routes.map((route, number): PlannedRoute => {
    const vehicle = problem.vehicles.find((each) => each.vehicleId === route.vehicleId);
    const last = route.stops.at(-1);
    const home = homeLeg(matrix, (last === undefined ? -1 : indexOf(last.stopId)) + 1, route);
    return {
      routeId: `${wave.waveId}-r${number + 1}`,
      waveId: wave.waveId,
      depotId: wave.depotId,
      depotPosition: [...wave.depotPosition],
      vehicleId: route.vehicleId,
      driverId: known(vehicle, `vehicle ${route.vehicleId}`, wave).driverId,
      plannedDepartureAt: isoOf(route.departMs),
      plannedReturnAt: isoOf(route.returnMs),
      returnLegSeconds: home.seconds,
      returnLegMeters: home.meters,
      distanceMeters: route.distanceMeters,
      loadVolumeM3: route.loads[0] ?? 0,
      loadWeightKg: route.loads[1] ?? 0,
      stops: route.stops.map((visit, index) => {
        const stop = problem.stops[indexOf(visit.stopId)] as RoutingStop;
        return {
          stopId: visit.stopId,
          sequence: index + 1,
          position: [...stop.position] as [number, number],
          orders: stop.orderIds.map((orderId) => ({ orderId, cycle: cycleOf(orderId) })),
          serviceSeconds: stop.serviceSeconds,
          plannedArrivalAt: isoOf(visit.arrivalMs),
          plannedDepartureAt: isoOf(visit.departureMs),
          legSeconds: visit.legSeconds,
          legMeters: visit.legMeters,
        };
      }),
    };
  });
  const unassigned = plan.unassigned.flatMap(({ orderIds, reasons }) =>
    orderIds.map((orderId) => ({
      orderId,
      cycle: cycleOf(orderId),
      reasons: reasons.slice(0, MAX_REASONS).map(reasonText),
    })),
  );
  return { routes, unassigned };
}

/**
 * From a route's last stop to the depot. Where ways depend on the time of the day, only the plan knows how long this one
 * takes; a wave's vehicles have no breaks that could lie on it.
 * @param row the last stop's, of the matrix
 */
export function homeLeg(
  matrix: TravelMatrix,
  row: number,
  { stops, returnMs }: RoutingPlan['routes'][number],
): { readonly seconds: number; readonly meters: number } {
  const cell = row * matrix.size;
  const seconds =
    matrix.slots === undefined
      ? (matrix.durationsSeconds[cell] ?? 0)
      : (returnMs - (stops.at(-1)?.departureMs ?? returnMs)) / 1000;
  return { seconds, meters: matrix.distancesMeters[cell] ?? 0 };
}

const reasonText = ({ vehicleId, constraint, detail }: UnassignedReason): string =>
  `${vehicleId === null ? '' : `${vehicleId}: `}${constraint}: ${detail}`;

function known<Value>(value: Value | undefined, what: string, wave: Wave): Value {
  if (value === undefined) throw new Error(`The plan of wave ${wave.waveId} has ${what}, which the wave has not.`);
  return value;
}
