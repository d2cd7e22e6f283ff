/**
 * The places of a wave as rows of a matrix: positions are rounded to cells of about ten metres, and what shares a cell
 * shares a row. Ten metres are within a house and its kerb, less than geocoding promises, and make tomorrow's address the
 * same place as today's.
 */
import type { Position } from '../../../domain/index.ts';

/** Four decimals: 11 m of latitude, and 11 m or less of longitude. */
export const CELL_DEGREES = 1e-4;

export interface Places {
  /** The middle of each cell, in the order in which the cells are met; what the service is asked with. */
  readonly positions: readonly Position[];
  /** Whole numbers of cells from the meridian and the equator. */
  readonly cells: readonly Cell[];
  /** The place of each position that was given. */
  readonly placeOf: Int32Array;
}

export type Cell = readonly [longitude: number, latitude: number];

export const cellOf = ([longitude, latitude]: Position): Cell => [
  Math.round(longitude / CELL_DEGREES),
  Math.round(latitude / CELL_DEGREES),
];

export const cellId = ([longitude, latitude]: Cell): string => `${longitude},${latitude}`;

/** Divided, not multiplied: 471234 / 10000 is the number nearest to 47.1234. */
const positionOf = ([longitude, latitude]: Cell): Position => [longitude / 10_000, latitude / 10_000];

export function placesOf(positions: readonly Position[]): Places {
  const found = new Map<string, number>();
  const cells: Cell[] = [];
  const placeOf = Int32Array.from(positions, (position) => {
    const cell = cellOf(position);
    const id = cellId(cell);
    const known = found.get(id);
    if (known !== undefined) return known;
    found.set(id, cells.length);
    return cells.push(cell) - 1;
  });
  return { positions: cells.map(positionOf), cells, placeOf };
}
