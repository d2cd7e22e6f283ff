/**
 * The region's road network where it has no map: great-circle distance times a detour factor, and a speed that grows with the distance as
 * trips reach faster roads. It has no map, no traffic and no chance: the same two positions give the same leg.
 */
export type Position = readonly [longitude: number, latitude: number];

export interface Leg {
  /** Metres along the road. */
  readonly distanceM: number;
  readonly durationSeconds: number;
}

const EARTH_RADIUS_M = 6_371_008.8;
const DETOUR_FACTOR = 1.3;
/** Pulling out and stopping again, for any leg that is worth driving. */
const START_STOP_SECONDS = 15;
const DRIVEN_FROM_M = 30;
const KMH = 1000 / 3600;

/** Each stretch of a trip is driven at the speed of its class, so that a longer trip never takes less time. */
const SPEED_CLASSES: readonly { readonly untilM: number; readonly speedMps: number }[] = [
  { untilM: 2_000, speedMps: 25 * KMH },
  { untilM: 10_000, speedMps: 40 * KMH },
  { untilM: Number.POSITIVE_INFINITY, speedMps: 70 * KMH },
];

export function driveLeg(from: Position, to: Position): Leg {
  const distanceM = Math.round(greatCircleM(from, to) * DETOUR_FACTOR);
  let seconds = distanceM > DRIVEN_FROM_M ? START_STOP_SECONDS : 0;
  let coveredM = 0;
  for (const { untilM, speedMps } of SPEED_CLASSES) {
    const stretchM = Math.min(distanceM, untilM) - coveredM;
    if (stretchM <= 0) break;
    seconds += stretchM / speedMps;
    coveredM += stretchM;
  }
  return { distanceM, durationSeconds: Math.round(seconds) };
}

export function greatCircleM([lonA, latA]: Position, [lonB, latB]: Position): number {
  const radians = Math.PI / 180;
  const sinLat = Math.sin(((latB - latA) * radians) / 2);
  const sinLon = Math.sin(((lonB - lonA) * radians) / 2);
  const h = sinLat * sinLat + Math.cos(latA * radians) * Math.cos(latB * radians) * sinLon * sinLon;
  return 2 * EARTH_RADIUS_M * Math.asin(Math.min(1, Math.sqrt(h)));
}
