/**
 * What a routing problem must not be, refused with the item, its value and the remedy. A solver that reads beyond an
 * array, or compares with NaN, answers nonsense; a problem that is only impossible is no error and gets reasons.
 */
import type { DriverBreak, RoutingProblem, RoutingStop, RoutingVehicle, TimeWindowMs } from './port.ts';

/** The ways to take a few breaks in any order are tried; more than these a shift does not have. */
const MAX_BREAKS = 6;

type Check = (isRight: boolean, what: string) => void;

const expect: Check = (isRight, what) => {
  if (!isRight) throw new RangeError(`routing problem: ${what}`);
};

const isAmount = (value: number): boolean => value >= 0 && value < Infinity;

function expectWindow({ fromMs, toMs }: TimeWindowMs, what: string): void {
  expect(!Number.isNaN(fromMs) && !Number.isNaN(toMs), `${what} from ${fromMs} to ${toMs}; give two numbers`);
  expect(fromMs <= toMs, `${what} that ends before it starts: ${fromMs} to ${toMs}`);
}

function assertNumbers({ iterations, islands = 1, nowMs, objective }: RoutingProblem): void {
  expect(Number.isInteger(iterations) && iterations >= 0, `iterations ${iterations} must be a whole number from 0`);
  expect(Number.isInteger(islands) && islands >= 1, `islands ${islands} must be a whole number from 1`);
  expect(Number.isFinite(nowMs), `nowMs ${nowMs} must be a finite number`);
  for (const name of ['perSecond', 'perMeter', 'perVehicle', 'perSecondLate', 'perUnassigned', 'perChange'] as const) {
    const weight = objective?.[name] ?? 0;
    expect(isAmount(weight), `objective ${name} ${weight} must be a finite number from 0`);
  }
}

function assertMatrix({ matrix, stops }: RoutingProblem): void {
  const { size, durationsSeconds, distancesMeters, slots = [] } = matrix;
  const cells = size * size;
  expect(Number.isInteger(size), `matrix size ${size} must be a whole number`);
  expect(size > stops.length, `matrix size ${size} is too small for the depot and ${stops.length} stops`);
  expect(
    durationsSeconds.length === cells && distancesMeters.length === cells,
    `matrix of size ${size} needs ${cells} durations and distances, row by row`,
  );
  let before = Number.NEGATIVE_INFINITY;
  for (const [index, slot] of slots.entries()) {
    expect(Number.isFinite(slot.fromMs), `matrix slot ${index} begins at ${slot.fromMs}; give a finite number`);
    expect(slot.fromMs > before, `matrix slot ${index} begins at ${slot.fromMs}, not after the one before it`);
    const { length } = slot.durationsSeconds;
    expect(length === cells, `matrix slot ${index} has ${length} durations; a matrix of size ${size} needs ${cells}`);
    before = slot.fromMs;
  }
}

function assertStop(stop: RoutingStop, dimensions: number, vehicleIds: ReadonlySet<string>): void {
  const { stopId, window, load, serviceSeconds, priority, latestMs, loadedOn } = stop;
  const name = `stop ${stopId}`;
  expectWindow(window, `${name} has a window`);
  expect(load.length === dimensions, `${name} has ${load.length} loads, the first stop ${dimensions}`);
  expect(
    load.every((amount) => amount >= 0),
    `${name} has a negative load, or one that is no number: ${load.join(', ')}`,
  );
  expect(load.every(isAmount), `${name} has a load without end: ${load.join(', ')}`);
  expect(isAmount(serviceSeconds), `${name} has a negative service time, or none that ends: ${serviceSeconds}`);
  expect(Number.isFinite(priority), `${name} has priority ${priority}; give a finite number, 0 is usual`);
  expect(
    latestMs === undefined || latestMs >= window.toMs,
    `${name} has latestMs ${latestMs} before its window ends at ${window.toMs}; give a later one or none`,
  );
  expect(
    loadedOn === undefined || vehicleIds.has(loadedOn),
    `${name} is loaded on vehicle ${loadedOn}, which is not in the problem; add the vehicle or leave loadedOn out`,
  );
}

function assertBreaks(breaks: readonly DriverBreak[], name: string): void {
  expect(breaks.length <= MAX_BREAKS, `${name} has ${breaks.length} breaks; ${MAX_BREAKS} are the most`);
  const ids = new Set<string>();
  for (const { breakId, durationSeconds, window } of breaks) {
    expect(!ids.has(breakId), `break ${breakId} of ${name} is listed twice`);
    ids.add(breakId);
    expectWindow(window, `break ${breakId} of ${name} has a window`);
    expect(isAmount(durationSeconds), `break ${breakId} of ${name} lasts ${durationSeconds} s; give a number from 0`);
  }
}

function assertVehicle(vehicle: RoutingVehicle, { stops, matrix }: RoutingProblem, dimensions: number): void {
  const { vehicleId, capacity, shift, startIndex = 0, endIndex = 0, maxTrips = 1, reloadSeconds = 0 } = vehicle;
  const name = `vehicle ${vehicleId}`;
  expect(
    stops.length === 0 || capacity.length === dimensions,
    `${name} has ${capacity.length} capacities, the stops ${dimensions} loads`,
  );
  expect(
    capacity.every((amount) => amount >= 0),
    `${name} has a negative capacity, or one that is no number: ${capacity.join(', ')}`,
  );
  expectWindow(shift, `${name} has a shift`);
  expect(
    startIndex === 0 || (Number.isInteger(startIndex) && startIndex > stops.length && startIndex < matrix.size),
    `${name} starts at matrix index ${startIndex}; give 0 or a row after those of the stops`,
  );
  expect(
    endIndex === 'open' || (Number.isInteger(endIndex) && endIndex >= 0 && endIndex < matrix.size),
    `${name} ends at matrix index ${endIndex}; give a row of the matrix, or open`,
  );
  expect(Number.isInteger(maxTrips) && maxTrips >= 1, `${name} has maxTrips ${maxTrips}; give a whole number from 1`);
  expect(isAmount(reloadSeconds), `${name} has reloadSeconds ${reloadSeconds}; give a finite number from 0`);
  assertBreaks(vehicle.breaks ?? [], name);
}

function assertFrozen({ stops, vehicles }: RoutingProblem): void {
  const stopOf = new Map(stops.map((stop) => [stop.stopId, stop]));
  const frozenOn = new Map<string, string>();
  for (const { vehicleId, frozenStopIds = [] } of vehicles) {
    for (const stopId of frozenStopIds) {
      const stop = stopOf.get(stopId);
      expect(
        stop !== undefined,
        `frozen stop ${stopId} of vehicle ${vehicleId} is not in the problem; add it to the stops or unfreeze it`,
      );
      const other = frozenOn.get(stopId);
      expect(
        other === undefined,
        `stop ${stopId} is frozen on vehicle ${vehicleId} and on ${other === vehicleId ? 'it once more' : `vehicle ${other}`}; freeze it once`,
      );
      frozenOn.set(stopId, vehicleId);
      expect(
        stop?.loadedOn === undefined || stop.loadedOn === vehicleId,
        `stop ${stopId} is frozen on vehicle ${vehicleId} and loaded on ${stop?.loadedOn}; only one can be true`,
      );
    }
  }
}

/** @throws RangeError that names the item when the problem contradicts itself */
export function assertProblem(problem: RoutingProblem): void {
  const { stops, vehicles } = problem;
  assertMatrix(problem);
  assertNumbers(problem);
  const dimensions = stops[0]?.load.length ?? 0;
  const vehicleIds = new Set<string>();
  for (const { vehicleId } of vehicles) {
    expect(!vehicleIds.has(vehicleId), `vehicle ${vehicleId} is listed twice`);
    vehicleIds.add(vehicleId);
  }
  const stopIds = new Set<string>();
  for (const stop of stops) {
    expect(!stopIds.has(stop.stopId), `stop ${stop.stopId} is listed twice`);
    stopIds.add(stop.stopId);
    assertStop(stop, dimensions, vehicleIds);
  }
  for (const vehicle of vehicles) assertVehicle(vehicle, problem, dimensions);
  assertFrozen(problem);
}
