/** Where towns are needed: places that lie together, as rectangles with a margin. Rectangles that overlap become one. */
import type { Position } from '../../domain/index.ts';

const METERS_PER_DEGREE = 111_195;
const MARGIN_M = 1_200;

export interface Area {
  readonly center: Position;
  /** Half of each side. */
  readonly halfWidthM: number;
  readonly halfHeightM: number;
  readonly places: readonly Position[];
}

interface Box {
  west: number;
  east: number;
  south: number;
  north: number;
  places: Position[];
}

/** @param groups places that must reach each other, such as a depot and its customers */
export function areasAround(groups: readonly (readonly Position[])[]): Area[] {
  let boxes = groups.filter((places) => places.length > 0).map(boxOf);
  for (let count = 0; count !== boxes.length; ) {
    count = boxes.length;
    const merged: Box[] = [];
    for (const box of boxes) {
      const other = merged.find((one) => doOverlap(one, box));
      if (other === undefined) merged.push(box);
      else include(other, box);
    }
    boxes = merged;
  }
  return boxes.map(({ west, east, south, north, places }) => ({
    center: [(west + east) / 2, (south + north) / 2],
    halfWidthM: ((east - west) / 2) * metersPerLongitude((south + north) / 2),
    halfHeightM: ((north - south) / 2) * METERS_PER_DEGREE,
    places,
  }));
}

export const metersPerLongitude = (latitude: number): number =>
  METERS_PER_DEGREE * Math.cos((latitude * Math.PI) / 180);

/** Metres east and north of the centre. */
export function toPlane({ center }: Area, [lon, lat]: Position): readonly [number, number] {
  return [(lon - center[0]) * metersPerLongitude(center[1]), (lat - center[1]) * METERS_PER_DEGREE];
}

export function fromPlane({ center }: Area, x: number, y: number): Position {
  return [center[0] + x / metersPerLongitude(center[1]), center[1] + y / METERS_PER_DEGREE];
}

function boxOf(places: readonly Position[]): Box {
  const lons = places.map(([lon]) => lon);
  const lats = places.map(([, lat]) => lat);
  const [south, north] = [Math.min(...lats), Math.max(...lats)];
  const marginLat = MARGIN_M / METERS_PER_DEGREE;
  const marginLon = MARGIN_M / metersPerLongitude((south + north) / 2);
  return {
    west: Math.min(...lons) - marginLon,
    east: Math.max(...lons) + marginLon,
    south: south - marginLat,
    north: north + marginLat,
    places: [...places],
  };
}

function include(box: Box, other: Box): void {
  box.west = Math.min(box.west, other.west);
  box.east = Math.max(box.east, other.east);
  box.south = Math.min(box.south, other.south);
  box.north = Math.max(box.north, other.north);
  box.places.push(...other.places);
}

const doOverlap = (a: Box, b: Box): boolean =>
  a.west <= b.east && b.west <= a.east && a.south <= b.north && b.south <= a.north;
