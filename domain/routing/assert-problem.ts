/**
 * What a routing problem has to be before it is compiled. Malformed problems are refused here, with the item, its value
 * and the remedy, since a solver that reads beyond an array answers nonsense. What cannot be served is no malformed
 * problem: it is planned around and gets its reason.
 */
import type { RoutingObjective, RoutingProblem, RoutingStop, RoutingVehicle, TravelMatrix } from './port.ts';

function refuse(what: string): never {
  throw new RangeError(`routing problem: ${what}`);
}

/** @throws RangeError that names the item when the problem contradicts itself */
export function assertProblem({ stops, vehicles, matrix, iterations, islands = 1, objective, nowMs }: RoutingProblem) {
  if (!Number.isFinite(nowMs)) refuse(`nowMs ${nowMs} must be a time in milliseconds`);
  if (!Number.isInteger(iterations) || iterations < 0) refuse(`iterations ${iterations} must be a whole number from 0`);
  if (!Number.isInteger(islands) || islands < 1) refuse(`islands ${islands} must be a whole number from 1`);
  assertMatrix(matrix, stops.length);
  assertObjective(objective ?? { kind: 'weighted' });
  const dimensions = stops[0]?.load.length ?? 0;
  const stopIds = new Set<string>();
  for (const stop of stops) {
    if (stopIds.has(stop.stopId)) refuse(`stop ${stop.stopId} is listed twice; give each stop an id of its own`);
    stopIds.add(stop.stopId);
    assertStop(stop, dimensions);
  }
  const vehicleIds = new Set<string>();
  for (const vehicle of vehicles) {
    const { vehicleId } = vehicle;
    if (vehicleIds.has(vehicleId)) refuse(`vehicle ${vehicleId} is listed twice; give each vehicle an id of its own`);
    vehicleIds.add(vehicleId);
    assertVehicle(vehicle, stops.length, dimensions, matrix.size);
  }
  assertFrozen(stopIds, vehicles);
}

function assertMatrix({ size, durationsSeconds, distancesMeters }: TravelMatrix, stopCount: number): void {
  if (size < stopCount + 1) refuse(`matrix size ${size} is too small for the depot and ${stopCount} stops`);
  if (durationsSeconds.length !== size * size || distancesMeters.length !== size * size) {
    refuse(`matrix of size ${size} needs ${size * size} durations and distances, row by row`);
  }
}

const WEIGHTS = ['perSecond', 'perMeter', 'perVehicle', 'perSecondLate', 'perUnassigned', 'perChange'] as const;

function assertObjective(objective: RoutingObjective): void {
  for (const name of WEIGHTS) {
    const weight = objective[name] ?? 0;
    if (!(weight >= 0 && weight < Infinity)) refuse(`objective ${name} ${weight} must be a finite number from 0`);
  }
}

function assertStop({ stopId, window, load, serviceSeconds, priority }: RoutingStop, dimensions: number): void {
  if (!(window.fromMs <= window.toMs)) refuse(`stop ${stopId} has a window that ends before it starts`);
  if (load.length !== dimensions) refuse(`stop ${stopId} has ${load.length} loads, the first stop ${dimensions}`);
  if (!load.every((amount) => amount >= 0)) refuse(`stop ${stopId} has a negative load: ${load.join(', ')}`);
  if (!(serviceSeconds >= 0)) refuse(`stop ${stopId} has a negative service time: ${serviceSeconds}`);
  if (!Number.isFinite(priority)) refuse(`stop ${stopId} has the priority ${priority}; give a number, 0 is usual`);
}

function assertVehicle(vehicle: RoutingVehicle, stopCount: number, dimensions: number, size: number): void {
  const { vehicleId, capacity, shift, startIndex = 0, endIndex = 0 } = vehicle;
  if (stopCount > 0 && capacity.length !== dimensions) {
    refuse(`vehicle ${vehicleId} has ${capacity.length} capacities, the stops ${dimensions} loads`);
  }
  if (!capacity.every((amount) => amount >= 0)) {
    refuse(`vehicle ${vehicleId} has the capacities ${capacity.join(', ')}; give numbers from 0, or Infinity`);
  }
  if (Number.isNaN(shift.fromMs) || Number.isNaN(shift.toMs)) {
    refuse(`vehicle ${vehicleId} has the shift ${shift.fromMs} to ${shift.toMs}; give times in milliseconds`);
  }
  if (startIndex !== 0 && !(startIndex > stopCount && startIndex < size)) {
    refuse(`vehicle ${vehicleId} starts at matrix index ${startIndex}; give 0 or a row after those of the stops`);
  }
  if (endIndex !== 'open' && endIndex !== 0 && !(endIndex > stopCount && endIndex < size)) {
    refuse(`vehicle ${vehicleId} ends at matrix index ${endIndex}; give 0, open, or a row after those of the stops`);
  }
}

function assertFrozen(stopIds: ReadonlySet<string>, vehicles: readonly RoutingVehicle[]): void {
  const frozenOn = new Map<string, string>();
  for (const { vehicleId, frozenStopIds = [] } of vehicles) {
    for (const stopId of frozenStopIds) {
      if (!stopIds.has(stopId)) {
        refuse(`vehicle ${vehicleId} has the frozen stop ${stopId}, which is no stop of the problem; list it in stops`);
      }
      const other = frozenOn.get(stopId);
      if (other !== undefined) {
        refuse(`stop ${stopId} is frozen on ${other} and again on ${vehicleId}; freeze a stop once`);
      }
      frozenOn.set(stopId, vehicleId);
    }
  }
}
