/**
 * Travel times and distances between the places of a wave: all of them, or by block where a network is paid by the pair
 * (`matrix/` buys those that a plan needs). Behind the port Amazon Location's route matrix is asked within the service's
 * limits. What it cannot say is estimated, so that a wave is planned on the best that is known rather than not at all.
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

/** Some ways: from each origin to each destination. */
export interface RoadBlock {
  readonly origins: readonly Position[];
  readonly destinations: readonly Position[];
  readonly departAt: string;
}

/** Row by row; seconds are `Infinity` where there is no way and `NaN` where the network could not say. */
export interface BlockAnswer {
  readonly seconds: Float64Array;
  readonly meters: Float64Array;
}

export interface RoadNetwork {
  /** @param departAt ISO time for which traffic is taken */
  matrix(positions: readonly Position[], departAt: string): Promise<RoadMatrix>;
  /**
   * A network that is paid by the pair offers its ways in blocks as well, and a wave buys those that it needs. One
   * without is asked for the whole matrix. Rejects when there is no answer.
   */
  block?(request: RoadBlock): Promise<BlockAnswer>;
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
  const placeOf = ([longitude, latitude]: Position) => ({ Position: [rounded(longitude), rounded(latitude)] });
  const block = async ({ origins, destinations, departAt }: RoadBlock): Promise<BlockAnswer> => {
    const { RouteMatrix = [] } = await client.send(
      new CalculateRouteMatrixCommand({
        Origins: origins.map(placeOf),
        Destinations: destinations.map(placeOf),
        RoutingBoundary: { Geometry: BOUNDARY },
        DepartureTime: departAt,
        TravelMode: 'Car',
      }),
      signal === undefined ? {} : { abortSignal: signal },
    );
    return answerOf(RouteMatrix, origins.length, destinations.length);
  };
  return {
    block,
    async matrix(positions, departAt) {
      const matrix = estimateMatrix(positions);
      let calls = 0;
      let estimatedPairs = positions.length * Math.max(0, positions.length - 1);
      const spans = tileSpans(positions.length);
      const tiles = spans.flatMap((rows) => spans.map((columns) => ({ rows, columns })));
      await inParallel(positions.length < 2 ? [] : tiles, CALLS_AT_A_TIME, async ({ rows, columns }) => {
        const origins = positions.slice(rows.from, rows.to);
        const destinations = positions.slice(columns.from, columns.to);
        try {
          signal?.throwIfAborted();
          const answer = await block({ origins, destinations, departAt });
          estimatedPairs -= fill(matrix, answer, rows, columns);
          calls += 1;
        } catch (error) {
          onFailure({ origins: origins.length, destinations: destinations.length, error });
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

/** A pair that is missing, or that the service could not match to a road, is one it could not say. */
function answerOf(answer: readonly (readonly RouteMatrixEntry[])[], rows: number, columns: number): BlockAnswer {
  const seconds = new Float64Array(rows * columns).fill(Number.NaN);
  const meters = new Float64Array(rows * columns);
  for (let cell = 0; cell < seconds.length; cell += 1) {
    const entry = answer[Math.floor(cell / columns)]?.[cell % columns];
    if (entry?.Error === 'NoRoute') {
      seconds[cell] = Number.POSITIVE_INFINITY;
    } else if (entry !== undefined && entry.Error === undefined) {
      seconds[cell] = entry.Duration ?? Number.NaN;
      meters[cell] = entry.Distance ?? 0;
    }
  }
  return { seconds, meters };
}

/** @returns how many pairs of different places were answered */
function fill(matrix: TravelMatrix, { seconds, meters }: BlockAnswer, rows: Span, columns: Span): number {
  const width = columns.to - columns.from;
  let answered = 0;
  for (let row = rows.from; row < rows.to; row += 1) {
    for (let column = columns.from; column < columns.to; column += 1) {
      const entry = (row - rows.from) * width + column - columns.from;
      const duration = seconds[entry] as number;
      if (row === column || Number.isNaN(duration)) continue;
      const cell = row * matrix.size + column;
      matrix.durationsSeconds[cell] = duration;
      if (duration < Number.POSITIVE_INFINITY) matrix.distancesMeters[cell] = meters[entry] as number;
      answered += 1;
    }
  }
  return answered;
}
