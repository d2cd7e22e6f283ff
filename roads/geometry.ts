/** Geometry on the sphere for streets. Positions are `[longitude, latitude]` in degrees. */
export type Position = readonly [longitude: number, latitude: number];

const EARTH_RADIUS_METERS = 6_371_008.8;
const RADIANS_PER_DEGREE = Math.PI / 180;

/** Great-circle distance. */
export function metersBetween(lonA: number, latA: number, lonB: number, latB: number): number {
  const sinLat = Math.sin(((latB - latA) * RADIANS_PER_DEGREE) / 2);
  const sinLon = Math.sin(((lonB - lonA) * RADIANS_PER_DEGREE) / 2);
  const h =
    sinLat * sinLat + Math.cos(latA * RADIANS_PER_DEGREE) * Math.cos(latB * RADIANS_PER_DEGREE) * sinLon * sinLon;
  return 2 * EARTH_RADIUS_METERS * Math.asin(Math.min(1, Math.sqrt(h)));
}

/** Metres of one degree of longitude and of latitude around a latitude. */
export function metersPerDegree(latitude: number): readonly [perLongitude: number, perLatitude: number] {
  const perLatitude = EARTH_RADIUS_METERS * RADIANS_PER_DEGREE;
  return [perLatitude * Math.max(0.001, Math.cos(latitude * RADIANS_PER_DEGREE)), perLatitude];
}

/** The nearest point of a short segment on a plane: where it is, as a fraction of the segment, and how far off. */
export function projectOnSegment(
  x: number,
  y: number,
  ax: number,
  ay: number,
  bx: number,
  by: number,
): { readonly fraction: number; readonly distance: number } {
  const dx = bx - ax;
  const dy = by - ay;
  const square = dx * dx + dy * dy;
  const fraction = square === 0 ? 0 : Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / square));
  return { fraction, distance: Math.hypot(x - ax - fraction * dx, y - ay - fraction * dy) };
}
