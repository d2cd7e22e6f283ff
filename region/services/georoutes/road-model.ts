/**
 * What the service knows of roads: streets, where the region was given a road graph, else a model without a map. Either
 * way the same two positions always give the same leg; the time of departure makes no difference.
 */
import type { Roads } from '../../../roads/index.ts';
import { driveLeg, type Leg, type Position } from './road.ts';

/** As the service names it when there is no leg: a position without a road near it, or no way between two roads. */
export type MissingLeg = 'NoMatch' | 'NoMatchOrigin' | 'NoMatchDestination' | 'NoRoute';

export interface DrivenLeg extends Leg {
  readonly line: readonly Position[];
}

export interface RoadModel {
  leg(from: Position, to: Position): DrivenLeg | MissingLeg;
  /** @returns the leg of an origin and a destination, by their numbers */
  matrix(
    origins: readonly Position[],
    destinations: readonly Position[],
  ): (origin: number, destination: number) => Leg | MissingLeg;
}

export const MAPLESS_ROADS: RoadModel = {
  leg: (from, to) => ({ ...driveLeg(from, to), line: [from, to] }),
  matrix: (origins, destinations) => (origin, destination) =>
    driveLeg(origins[origin] as Position, destinations[destination] as Position),
};

export function streetRoads(roads: Roads): RoadModel {
  return {
    leg(from, to) {
      const way = roads.way(from, to);
      if (way === undefined) {
        return missing(roads.snap(from) !== undefined, roads.snap(to) !== undefined);
      }
      const line = way.track.map(({ position: [lon, lat] }): Position => [rounded(lon), rounded(lat)]);
      // A line has two ends, also where both positions are the same point of a street.
      if (line.length === 1) line.push(line[0] as Position);
      return { ...legOf(way.meters, way.seconds), line };
    },
    matrix(origins, destinations) {
      const { seconds, meters, isOriginNear, isDestinationNear } = roads.matrix(origins, destinations);
      return (origin, destination) => {
        const cell = origin * destinations.length + destination;
        const duration = seconds[cell] as number;
        if (Number.isFinite(duration)) return legOf(meters[cell] as number, duration);
        return missing(isOriginNear[origin] === true, isDestinationNear[destination] === true);
      };
    },
  };
}

const legOf = (meters: number, seconds: number): Leg => ({
  distanceM: Math.round(meters),
  durationSeconds: Math.round(seconds),
});

/** As answers of the service have them. */
const rounded = (degrees: number): number => Math.round(degrees * 1e6) / 1e6;

function missing(isOriginNear: boolean, isDestinationNear: boolean): MissingLeg {
  if (isOriginNear) return isDestinationNear ? 'NoRoute' : 'NoMatchDestination';
  return isDestinationNear ? 'NoMatchOrigin' : 'NoMatch';
}
