/** `CalculateRouteMatrix`: distance and duration from every origin to every destination. */
import type { RegionPorts } from '../../service.ts';
import { type Boundary, boundaryOf } from './boundary.ts';
import { invalid, positionsOf, refuseUnknown } from './request.ts';
import type { RoadModel } from './road-model.ts';

export interface CalculateRouteMatrixInput {
  readonly Origins: unknown;
  readonly Destinations: unknown;
  readonly RoutingBoundary?: unknown;
  readonly TravelMode?: string;
}

interface Entry {
  readonly Distance: number;
  readonly Duration: number;
  readonly Error?: string;
}

/** Throws `ValidationException` when the matrix is larger than its boundary allows. */
export function calculateRouteMatrix(ports: RegionPorts, roads: RoadModel, input: CalculateRouteMatrixInput) {
  refuseUnknown(input, ['Origins', 'Destinations', 'RoutingBoundary', 'TravelMode'], 'CalculateRouteMatrix');
  const origins = positionsOf(input.Origins, 'Origins');
  const destinations = positionsOf(input.Destinations, 'Destinations');
  const boundary = boundaryOf(input.RoutingBoundary, [...origins, ...destinations]);
  checkSize(boundary, origins.length, destinations.length);
  ports.meter('georoutes', 'matrixPair', origins.length * destinations.length);
  const originInside = origins.map(boundary.contains);
  const destinationInside = destinations.map(boundary.contains);
  let errorCount = 0;
  const legOf = roads.matrix(origins, destinations);
  const entry = (row: number, column: number): Entry => {
    const leg = outOfBounds(originInside[row] === true, destinationInside[column] === true) ?? legOf(row, column);
    if (typeof leg === 'object') return { Distance: leg.distanceM, Duration: leg.durationSeconds };
    errorCount += 1;
    return { Distance: 0, Duration: 0, Error: leg };
  };
  const matrix = origins.map((_, row) => destinations.map((_, column) => entry(row, column)));
  return { ErrorCount: errorCount, PricingBucket: 'Core', RouteMatrix: matrix, RoutingBoundary: boundary.described };
}

function outOfBounds(originInside: boolean, destinationInside: boolean): string | undefined {
  if (originInside) return destinationInside ? undefined : 'OutOfBoundsDestination';
  return destinationInside ? 'OutOfBoundsOrigin' : 'OutOfBounds';
}

function checkSize(boundary: Boundary, origins: number, destinations: number): void {
  const { maximumOrigins, maximumDestinations, maximumPairs } = boundary;
  if (origins > maximumOrigins) throw invalid('Origins', `must have at most ${maximumOrigins} members, has ${origins}`);
  if (destinations > maximumDestinations) {
    throw invalid('Destinations', `must have at most ${maximumDestinations} members, has ${destinations}`);
  }
  if (origins * destinations > maximumPairs) {
    throw invalid('Origins', `times Destinations must be at most ${maximumPairs} pairs, is ${origins * destinations}`);
  }
}
