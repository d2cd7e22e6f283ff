/**
 * Travel times and distances between all places of a wave. The port is one method; behind it Amazon Location's route
 * matrix is asked in tiles within the service's limits, several at a time. What the service cannot say is estimated
 * from the straight line, so that a wave is planned on the best that is known rather than not at all.
 */
import { CalculateRouteMatrixCommand, type GeoRoutesClient, type RouteMatrixEntry } from '@aws-sdk/client-geo-routes';
import { haversineMeters, type Position, type TravelMatrix } from '../../domain/index.ts';
import { inParallel } from '../platform/in-parallel.ts';

export interface RoadMatrix {
  readonly matrix: TravelMatrix;
  /** Calls that the service answered. */
  readonly calls: number;
  /** Pairs of different places that were estimated. */
  readonly estimatedPairs: number;
}

export interface RoadNetwork {
  /** @param departAt ISO time for which traffic is taken */
  matrix(positions: readonly Position[], departAt: string): Promise<RoadMatrix>;
}

/** Roads are longer than the line between their ends, by about this factor in towns. */
const DETOUR_FACTOR = 1.3;
/** 30 km/h: a delivery vehicle between two stops of a town, its turns and lights included. */
const TOWN_METERS_PER_SECOND = 30 / 3.6;

/**
 * With a bounded routing area a call takes up to 500 origins, 500 destinations and 160,000 pairs; a square of 400 is
 * the largest that keeps all three.
 */
export const TILE_SIZE = 400;
/** Within the service's five calls a second, which count for the account. */
const CALLS_AT_A_TIME = 3;
/** The circle around a tile's places: radius and margin together may not exceed 200 km. */
const BOUNDARY = { AutoCircle: { MaxRadius: 190_000, Margin: 10_000 } };
/** Six decimals are a tenth of a metre; more would only make equal places differ. */
const COORDINATE_SCALE = 1e6;

export function estimateMatrix(positions: readonly Position[]): TravelMatrix {
  const size = positions.length;
  const durationsSeconds = new Float64Array(size * size);
  const distancesMeters = new Float64Array(size * size);
  for (const [row, from] of positions.entries()) {
    for (const [column, to] of positions.entries()) {
      if (row === column) continue;
      const meters = haversineMeters(from, to) * DETOUR_FACTOR;
      distancesMeters[row * size + column] = meters;
      durationsSeconds[row * size + column] = meters / TOWN_METERS_PER_SECOND;
    }
  }
  return { size, durationsSeconds, distancesMeters };
}

interface GeoRoadSettings {
  readonly client: GeoRoutesClient;
  /** Ends the asking: what has not been answered by then is estimated. */
  readonly signal?: AbortSignal;
  /** Told of each tile that failed. */
  onFailure(tile: { readonly origins: number; readonly destinations: number; readonly error: unknown }): void;
}

export function geoRoadNetwork({ client, signal, onFailure }: GeoRoadSettings): RoadNetwork {
  return {
    async matrix(positions, departAt) {
      const matrix = estimateMatrix(positions);
      const places = positions.map(([longitude, latitude]) => ({ Position: [rounded(longitude), rounded(latitude)] }));
      let calls = 0;
      let estimatedPairs = positions.length * Math.max(0, positions.length - 1);
      const spans = tileSpans(positions.length);
      const tiles = spans.flatMap((rows) => spans.map((columns) => ({ rows, columns })));
      await inParallel(positions.length < 2 ? [] : tiles, CALLS_AT_A_TIME, async ({ rows, columns }) => {
        try {
          signal?.throwIfAborted();
          const { RouteMatrix = [] } = await client.send(
            new CalculateRouteMatrixCommand({
              Origins: places.slice(rows.from, rows.to),
              Destinations: places.slice(columns.from, columns.to),
              RoutingBoundary: { Geometry: BOUNDARY },
              DepartureTime: departAt,
              TravelMode: 'Car',
            }),
            signal === undefined ? {} : { abortSignal: signal },
          );
          estimatedPairs -= fill(matrix, RouteMatrix, rows, columns);
          calls += 1;
        } catch (error) {
          onFailure({ origins: rows.to - rows.from, destinations: columns.to - columns.from, error });
        }
      });
      return { matrix, calls, estimatedPairs };
    },
  };
}

const rounded = (degrees: number): number => Math.round(degrees * COORDINATE_SCALE) / COORDINATE_SCALE;

interface Span {
  readonly from: number;
  readonly to: number;
}

/** Spans of nearly the same length, each at most a tile. */
export function tileSpans(count: number): Span[] {
  const tiles = Math.ceil(count / TILE_SIZE);
  return Array.from({ length: tiles }, (_, index) => ({
    from: Math.floor((index * count) / tiles),
    to: Math.floor(((index + 1) * count) / tiles),
  }));
}

/** @returns how many pairs of different places were answered */
function fill(
  matrix: TravelMatrix,
  answer: readonly (readonly RouteMatrixEntry[])[],
  rows: Span,
  columns: Span,
): number {
  let answered = 0;
  for (let row = rows.from; row < rows.to; row += 1) {
    for (let column = columns.from; column < columns.to; column += 1) {
      const entry = answer[row - rows.from]?.[column - columns.from];
      if (row === column || entry === undefined) continue;
      const cell = row * matrix.size + column;
      if (entry.Error === 'NoRoute') {
        matrix.durationsSeconds[cell] = Number.POSITIVE_INFINITY;
      } else if (entry.Error !== undefined || entry.Duration === undefined || entry.Distance === undefined) {
        continue;
      } else {
        matrix.durationsSeconds[cell] = entry.Duration;
        matrix.distancesMeters[cell] = entry.Distance;
      }
      answered += 1;
    }
  }
  return answered;
}
