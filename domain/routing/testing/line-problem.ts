/** Problems on a line, to be reckoned by head: places are seconds from the depot, times are hours after the planning moment. */
import type { RoutingProblem, RoutingStop, RoutingVehicle } from '../port.ts';

export const HOUR = 3_600_000;

export const window = (from: number, to: number) => ({ fromMs: from * HOUR, toMs: to * HOUR });

export const stop = (stopId: string, changes: Partial<RoutingStop> = {}): RoutingStop => ({
  stopId,
  orderIds: [stopId],
  position: [0, 0],
  serviceSeconds: 60,
  window: window(0, 10),
  load: [1],
  priority: 0,
  ...changes,
});

export const van = (changes: Partial<RoutingVehicle> = {}): RoutingVehicle => ({
  vehicleId: 'v',
  driverId: 'd',
  capacity: [10],
  shift: window(0, 10),
  ...changes,
});

/** Eight metres a second. */
export function onLine(
  places: readonly number[],
  stops: readonly RoutingStop[],
  vehicles: readonly RoutingVehicle[],
  iterations = 50,
): RoutingProblem {
  const all = [0, ...places];
  const size = all.length;
  const durationsSeconds = new Float64Array(size * size);
  for (const [row, from] of all.entries()) {
    for (const [column, to] of all.entries()) durationsSeconds[row * size + column] = Math.abs(from - to);
  }
  const matrix = { size, durationsSeconds, distancesMeters: durationsSeconds.map((seconds) => seconds * 8) };
  return { depot: [0, 0], stops, vehicles, matrix, nowMs: 0, iterations, seed: 1 };
}
