/** `CalculateRouteMatrix`: distance and duration from every origin to every destination. */
import type { RegionPorts } from '../../service.ts';
import { type Boundary, boundaryOf } from './boundary.ts';
import { invalid, positionsOf, refuseUnknown } from './request.ts';
import { driveLeg, type Position } from './road.ts';

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
export function calculateRouteMatrix(ports: RegionPorts, input: CalculateRouteMatrixInput) {
  refuseUnknown(input, ['Origins', 'Destinations', 'RoutingBoundary', 'TravelMode'], 'CalculateRouteMatrix');
  const origins = positionsOf(input.Origins, 'Origins');
  const destinations = positionsOf(input.Destinations, 'Destinations');
  const boundary = boundaryOf(input.RoutingBoundary, [...origins, ...destinations]);
  checkSize(boundary, origins.length, destinations.length);
  ports.meter('georoutes', 'matrixPair', origins.length * destinations.length);
  const originInside = origins.map(boundary.contains);
  const destinationInside = destinations.map(boundary.contains);
  let errorCount = 0;
  const entry = (from: Position, row: number, to: Position, column: number): Entry => {
    const error = outOfBounds(originInside[row] === true, destinationInside[column] === true);
    if (error !== undefined) {
      errorCount += 1;
      return { Distance: 0, Duration: 0, Error: error };
    }
    const { distanceM, durationSeconds } = driveLeg(from, to);
    return { Distance: distanceM, Duration: durationSeconds };
  };
  const matrix = origins.map((from, row) => destinations.map((to, column) => entry(from, row, to, column)));
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
