/**
 * Why a stop is on no route: one reason per vehicle, from what no plan could change (its size, its window, the length
 * of the shift) to what this plan leaves. An order that is not delivered must never be a mystery to its sender.
 */
import {
  dimensionName,
  LOAD_TOLERANCE,
  type RoutingProblem,
  type RoutingStop,
  type RoutingVehicle,
  type UnassignedReason,
  type UnassignedStop,
} from './port.ts';
import type { Tour, Tours } from './tours.ts';

export function explainUnassigned(problem: RoutingProblem, tours: Tours, node: number): UnassignedStop {
  const { stopId, orderIds } = problem.stops[node - 1] as RoutingStop;
  const reasons = problem.vehicles.map((vehicle, index) => reasonOf(vehicle, tours, index, node));
  if (reasons.length > 0) return { stopId, orderIds, reasons };
  const detail = 'no vehicle is available at the depot';
  return { stopId, orderIds, reasons: [{ vehicleId: null, constraint: 'NO_VEHICLE', detail }] };
}

function reasonOf({ vehicleId }: RoutingVehicle, tours: Tours, vehicle: number, node: number): UnassignedReason {
  const { model } = tours;
  const start = model.startNode[vehicle] as number;
  const out = model.travel[start * model.size + node] as number;
  const back = model.travel[node * model.size] as number;
  const shiftTo = model.shiftTo[vehicle] as number;
  const arrival = (model.shiftFrom[vehicle] as number) + out;
  const opens = model.from[node] as number;
  const service = model.service[node] as number;
  const seconds = (ms: number): number => Math.ceil(ms / 1000);

  if (out === Infinity || back === Infinity) {
    return { vehicleId, constraint: 'UNREACHABLE', detail: 'there is no way to the stop and back to the depot' };
  }
  const tooBig = capacityReason(tours, vehicle, node, 0);
  if (tooBig !== undefined) return { vehicleId, ...tooBig };
  if (arrival > (model.to[node] as number)) {
    const detail = `the vehicle can arrive ${seconds(arrival - (model.to[node] as number))} s after the window at best`;
    return { vehicleId, constraint: 'WINDOW', detail };
  }
  const backAt = Math.max(arrival, opens) + service + back;
  if (backAt > shiftTo) {
    const detail = `serving this stop alone ends ${seconds(backAt - shiftTo)} s after the shift`;
    return { vehicleId, constraint: 'SHIFT', detail };
  }
  const noRoom = capacityReason(tours, vehicle, node, 1);
  if (noRoom !== undefined) return { vehicleId, ...noRoom };
  const { count, shortest } = cheapestDetour(tours, vehicle, node);
  if (workMs(tours, vehicle) + shortest + service > shiftTo - (model.shiftFrom[vehicle] as number)) {
    const detail = `the shift has no time left for ${seconds(shortest + service)} s more beside its ${count} stops`;
    return { vehicleId, constraint: 'SHIFT', detail };
  }
  const detail = `no place between the ${count} stops of the route keeps every window and the end of the shift`;
  return { vehicleId, constraint: 'WINDOW', detail };
}

/** `share` 0 asks whether the stop fits an empty vehicle, 1 whether it fits beside what is planned. */
function capacityReason(
  { model, tours }: Tours,
  vehicle: number,
  node: number,
  share: 0 | 1,
): Omit<UnassignedReason, 'vehicleId'> | undefined {
  const { dimensions } = model;
  for (let dimension = 0; dimension < dimensions; dimension += 1) {
    const load = model.load[node * dimensions + dimension] as number;
    const capacity = model.capacity[vehicle * dimensions + dimension] as number;
    const used = share * ((tours[vehicle] as Tour).loads[dimension] as number);
    if (used + load <= capacity + LOAD_TOLERANCE) continue;
    const beside = share === 0 ? '' : `, ${round(used)} of it taken`;
    const detail = `needs ${round(load)} ${dimensionName(dimension)}, the vehicle holds ${round(capacity)}${beside}`;
    return { constraint: 'CAPACITY', dimension: dimensionName(dimension), detail };
  }
  return undefined;
}

function round(amount: number): number {
  return Math.round(amount * 1e6) / 1e6;
}

/** Driving and service of a tour, without waiting. */
function workMs({ model, tours }: Tours, vehicle: number): number {
  const { order, count } = tours[vehicle] as Tour;
  let work = 0;
  if (count === 0) return work;
  for (let slot = 1; slot <= count + 1; slot += 1) {
    const node = order[slot] as number;
    work += model.travel[(order[slot - 1] as number) * model.size + node] as number;
    if (slot <= count) work += model.service[node] as number;
  }
  return work;
}

function cheapestDetour({ model, tours }: Tours, vehicle: number, node: number) {
  const { travel, size } = model;
  const { order, count } = tours[vehicle] as Tour;
  let shortest = Infinity;
  for (let slot = 1; slot <= count + 1; slot += 1) {
    const before = order[slot - 1] as number;
    const after = order[slot] as number;
    const around = (travel[before * size + node] as number) + (travel[node * size + after] as number);
    shortest = Math.min(shortest, around - (travel[before * size + after] as number));
  }
  return { count, shortest };
}
