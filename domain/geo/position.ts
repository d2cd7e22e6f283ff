/**
 * Geometry on the sphere for distances of a delivery round. Positions are `[longitude, latitude]` in degrees,
 * distances metres, bearings degrees clockwise from north.
 */

/** `[longitude, latitude]` in degrees. */
export type Position = readonly [longitude: number, latitude: number];

/** Mean radius of the earth (IUGG). */
const EARTH_RADIUS_METERS = 6_371_008.8;
export const RADIANS_PER_DEGREE = Math.PI / 180;
export const METERS_PER_DEGREE = EARTH_RADIUS_METERS * RADIANS_PER_DEGREE;

/** Great-circle distance in metres. */
export function haversineMeters([lonA, latA]: Position, [lonB, latB]: Position): number {
  const sinLat = Math.sin(((latB - latA) * RADIANS_PER_DEGREE) / 2);
  const sinLon = Math.sin(((lonB - lonA) * RADIANS_PER_DEGREE) / 2);
  const h =
    sinLat * sinLat + Math.cos(latA * RADIANS_PER_DEGREE) * Math.cos(latB * RADIANS_PER_DEGREE) * sinLon * sinLon;
  return 2 * EARTH_RADIUS_METERS * Math.asin(Math.min(1, Math.sqrt(h)));
}

/** Initial bearing from one position to another, 0 up to 360. */
export function bearingDegrees([lonA, latA]: Position, [lonB, latB]: Position): number {
  const deltaLon = (lonB - lonA) * RADIANS_PER_DEGREE;
  const cosB = Math.cos(latB * RADIANS_PER_DEGREE);
  const y = Math.sin(deltaLon) * cosB;
  const x =
    Math.cos(latA * RADIANS_PER_DEGREE) * Math.sin(latB * RADIANS_PER_DEGREE) -
    Math.sin(latA * RADIANS_PER_DEGREE) * cosB * Math.cos(deltaLon);
  return (Math.atan2(y, x) / RADIANS_PER_DEGREE + 360) % 360;
}

/** The shorter way round in longitude, -180 up to 180. */
export function longitudeDelta(from: number, to: number): number {
  const delta = to - from;
  if (delta > 180) return delta - 360;
  return delta < -180 ? delta + 360 : delta;
}

/** The point at `fraction` (0 to 1) of the straight segment; exact enough for segments of some kilometres. */
export function interpolate(from: Position, to: Position, fraction: number): Position {
  const lon = from[0] + longitudeDelta(from[0], to[0]) * fraction;
  const wrapped = lon > 180 ? lon - 360 : lon < -180 ? lon + 360 : lon;
  return [wrapped, from[1] + (to[1] - from[1]) * fraction];
}
