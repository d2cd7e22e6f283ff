/** The routing boundary of a matrix: what it allows in size, and which positions lie inside it. */
import { isObject } from '../eventbridge/known-fields.ts';
import { invalid, positionOf } from './request.ts';
import { greatCircleM, type Position } from './road.ts';

export interface Boundary {
  readonly maximumOrigins: number;
  readonly maximumDestinations: number;
  readonly maximumPairs: number;
  readonly contains: (position: Position) => boolean;
  /** As the answer repeats it: an AutoCircle as the circle it became. */
  readonly described: object;
}

const UNBOUNDED = { maximumOrigins: 15, maximumDestinations: 100, maximumPairs: 100 };
const BOUNDED = { maximumOrigins: 500, maximumDestinations: 500, maximumPairs: 160_000 };
const MAXIMUM_RADIUS_M = 200_000;
const DEFAULT_MARGIN_M = 10_000;

export function boundaryOf(value: unknown, positions: readonly Position[]): Boundary {
  const { Geometry: geometry, Unbounded: unbounded } = isObject(value)
    ? value
    : { Geometry: undefined, Unbounded: true };
  if (!isObject(geometry)) {
    if (unbounded !== true) throw invalid('RoutingBoundary', 'must have Geometry or Unbounded set to true');
    return { ...UNBOUNDED, contains: () => true, described: { Unbounded: true } };
  }
  const { AutoCircle: auto, Circle: circle, BoundingBox: box, Polygon: polygon } = geometry;
  if ([auto, circle, box, polygon].filter((one) => one !== undefined).length !== 1) {
    throw invalid('RoutingBoundary.Geometry', 'must have exactly one of AutoCircle, Circle, BoundingBox and Polygon');
  }
  if (isObject(auto)) return autoCircle(auto, positions);
  if (isObject(circle))
    return circleBoundary(
      positionOf(circle['Center'], 'RoutingBoundary.Geometry.Circle.Center'),
      Number(circle['Radius']),
    );
  if (Array.isArray(box)) {
    const [west = 0, south = 0, east = 0, north = 0] = box.map(Number);
    const contains = ([lon, lat]: Position) => lon >= west && lon <= east && lat >= south && lat <= north;
    return { ...BOUNDED, contains, described: { Geometry: { BoundingBox: box } } };
  }
  const ring: readonly (readonly number[])[] = Array.isArray(polygon) && Array.isArray(polygon[0]) ? polygon[0] : [];
  if (ring.length < 4)
    throw invalid('RoutingBoundary.Geometry.Polygon', 'must be a linear ring of at least 4 positions');
  return { ...BOUNDED, contains: (position) => inRing(position, ring), described: { Geometry: { Polygon: polygon } } };
}

function autoCircle(auto: Readonly<Record<string, unknown>>, positions: readonly Position[]): Boundary {
  const margin = Number(auto['Margin'] ?? DEFAULT_MARGIN_M);
  const lons = positions.map(([lon]) => lon);
  const lats = positions.map(([, lat]) => lat);
  const center: Position = [(least(lons) + greatest(lons)) / 2, (least(lats) + greatest(lats)) / 2];
  const reachM = greatest(positions.map((position) => greatCircleM(center, position)));
  return circleBoundary(center, Math.min(Math.ceil(reachM) + margin, Number(auto['MaxRadius'] ?? MAXIMUM_RADIUS_M)));
}

function least(values: readonly number[]): number {
  return values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
}

function greatest(values: readonly number[]): number {
  return values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
}

function circleBoundary(center: Position, radiusM: number): Boundary {
  if (!(radiusM > 0 && radiusM <= MAXIMUM_RADIUS_M)) {
    throw invalid(
      'RoutingBoundary.Geometry',
      `the radius must be above 0 and at most ${MAXIMUM_RADIUS_M} metres, is ${radiusM}`,
    );
  }
  return {
    ...BOUNDED,
    contains: (position) => greatCircleM(center, position) <= radiusM,
    described: { Geometry: { Circle: { Center: center, Radius: radiusM } } },
  };
}

function inRing([x, y]: Position, ring: readonly (readonly number[])[]): boolean {
  let inside = false;
  for (let index = 0, previous = ring.length - 1; index < ring.length; previous = index, index += 1) {
    const [xi = 0, yi = 0] = ring[index] ?? [];
    const [xj = 0, yj = 0] = ring[previous] ?? [];
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside;
  }
  return inside;
}
