/**
 * Squares of a hundredth of a degree by which the graph finds stops near a place: Neptune has no index of positions, but
 * looks equal values up. A question takes the squares that its circle touches and measures the distance itself.
 */
import { haversineMeters, type Position } from '../../../domain/index.ts';

const CELLS_PER_DEGREE = 100;
/** Round the earth. */
const COLUMNS = 360 * CELLS_PER_DEGREE;
/** A circle of the greatest radius that may be asked for stays below this up to 80 degrees of latitude. */
const MAX_CELLS = 3_000;

const columnOf = (longitude: number): number => Math.floor((longitude + 180) * CELLS_PER_DEGREE);
const rowOf = (latitude: number): number => Math.floor((latitude + 90) * CELLS_PER_DEGREE);
const nameOf = (column: number, row: number): string => `${((column % COLUMNS) + COLUMNS) % COLUMNS}:${row}`;

export const cellOf = ([longitude, latitude]: Position): string => nameOf(columnOf(longitude), rowOf(latitude));

/**
 * Every cell that a circle may touch.
 * @throws Error when they are too many, as they are near the poles
 */
export function cellsAround([longitude, latitude]: Position, radiusMeters: number): string[] {
  const latitudeDegrees = radiusMeters / haversineMeters([0, 0], [0, 1]);
  const widestLatitude = Math.min(89.9, Math.abs(latitude) + latitudeDegrees);
  const longitudeDegrees = radiusMeters / haversineMeters([0, widestLatitude], [1, widestLatitude]);
  const [west, east] = [columnOf(longitude - longitudeDegrees), columnOf(longitude + longitudeDegrees)];
  const [south, north] = [rowOf(latitude - latitudeDegrees), rowOf(latitude + latitudeDegrees)];
  const count = (east - west + 1) * (north - south + 1);
  if (count > MAX_CELLS) {
    throw new Error(
      `${radiusMeters} m around latitude ${latitude} are ${count} squares of the graph: give a smaller radius.`,
    );
  }
  return Array.from({ length: east - west + 1 }, (_, x) =>
    Array.from({ length: north - south + 1 }, (_, y) => nameOf(west + x, south + y)),
  ).flat();
}
