/**
 * What the map draws, as GeoJSON made from the picture of the moment: routes with the part already driven, stops,
 * vehicles, depots, fences as circles in metres, and a graticule, which stands in for tiles from elsewhere.
 */
import type { Feature, FeatureCollection, Position } from 'geojson';
import type { MapPicture } from '../api/shapes.ts';

const EARTH_RADIUS_M = 6_371_000;
const CIRCLE_POINTS = 48;

export interface MapFeatures {
  readonly routes: FeatureCollection;
  readonly stops: FeatureCollection;
  readonly vehicles: FeatureCollection;
  readonly depots: FeatureCollection;
  readonly fences: FeatureCollection;
  readonly graticule: FeatureCollection;
}
export type Bounds = readonly [west: number, south: number, east: number, north: number];

const collection = (features: Feature[]): FeatureCollection => ({ type: 'FeatureCollection', features });
const point = (at: Position, properties: Readonly<Record<string, unknown>>): Feature => ({
  type: 'Feature',
  geometry: { type: 'Point', coordinates: [...at] },
  properties: { ...properties },
});

/** @param marked the order whose stop stands out */
export function mapFeatures(picture: MapPicture, marked?: { readonly orderId?: string }): MapFeatures {
  const depotAt = new Map(picture.depots.map(({ depotId, position }) => [depotId, position]));
  return {
    routes: collection(
      picture.routes.map(({ routeId, depotId, status, stops }) => {
        const depot = depotAt.get(depotId);
        const ends = depot === undefined ? [] : [depot];
        return {
          type: 'Feature',
          geometry: {
            type: 'LineString',
            coordinates: [...ends, ...stops.map(({ position }) => position), ...ends].map((at) => [...at]),
          },
          properties: { routeId, status },
        };
      }),
    ),
    stops: collection(
      picture.routes.flatMap(({ routeId, stops }) =>
        stops.map(({ position, sequence, stopId, isDone, orderIds, plannedArrivalAt }) =>
          point([...position], {
            routeId,
            stopId,
            sequence,
            isDone,
            orders: orderIds.length,
            orderId: orderIds[0] ?? '',
            plannedArrivalAt,
            isMarked: marked?.orderId !== undefined && orderIds.includes(marked.orderId),
          }),
        ),
      ),
    ),
    vehicles: collection(
      picture.vehicles.map(({ vehicleId, position, routeId, headingDegrees, sampleTime }) =>
        point([...position], {
          vehicleId,
          sampleTime,
          ...(routeId === undefined ? {} : { routeId }),
          heading: headingDegrees ?? 0,
        }),
      ),
    ),
    depots: collection(picture.depots.map(({ depotId, position }) => point([...position], { depotId }))),
    fences: collection(
      picture.fences.map(({ fenceId, kind, center, radiusMeters }) => ({
        type: 'Feature',
        geometry: { type: 'Polygon', coordinates: [circle(center, radiusMeters)] },
        properties: { fenceId, kind },
      })),
    ),
    graticule: graticule(boundsOf(picture)),
  };
}

/** A closed ring around `center`, as seen on the ground. */
export function circle(center: readonly [number, number], radiusMeters: number): Position[] {
  const [longitude, latitude] = center;
  const dLatitude = ((radiusMeters / EARTH_RADIUS_M) * 180) / Math.PI;
  const dLongitude = dLatitude / Math.cos((latitude * Math.PI) / 180);
  const ring = Array.from({ length: CIRCLE_POINTS }, (_, index): Position => {
    const angle = (2 * Math.PI * index) / CIRCLE_POINTS;
    return [longitude + dLongitude * Math.cos(angle), latitude + dLatitude * Math.sin(angle)];
  });
  return [...ring, ring[0] ?? [longitude, latitude]];
}

/** What holds everything; undefined while there is nothing. */
export function boundsOf(picture: MapPicture): Bounds | undefined {
  const positions = [
    ...picture.depots.map(({ position }) => position),
    ...picture.routes.flatMap(({ stops }) => stops.map(({ position }) => position)),
    ...picture.vehicles.map(({ position }) => position),
  ];
  if (positions.length === 0) return undefined;
  const longitudes = positions.map(([longitude]) => longitude);
  const latitudes = positions.map(([, latitude]) => latitude);
  // Not by spreading into Math.min: pictures of a hundred thousand stops would overflow the stack.
  const least = (values: readonly number[]): number => values.reduce((a, b) => Math.min(a, b));
  const most = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b));
  return [least(longitudes), least(latitudes), most(longitudes), most(latitudes)];
}

/** Lines of whole steps, some eight across what is shown and three times as far around it. */
function graticule(bounds: Bounds | undefined): FeatureCollection {
  if (bounds === undefined) return collection([]);
  const [west, south, east, north] = bounds;
  const span = Math.max(east - west, north - south, 0.02);
  const step = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10].find((each) => span / each <= 8) ?? 20;
  const lines: Feature[] = [];
  const line = (from: Position, to: Position): number =>
    lines.push({ type: 'Feature', geometry: { type: 'LineString', coordinates: [from, to] }, properties: {} });
  const margin = 3 * span;
  const first = (value: number): number => Math.floor((value - margin) / step) * step;
  for (let x = first(west); x <= east + margin; x += step) line([x, south - margin], [x, north + margin]);
  for (let y = first(south); y <= north + margin; y += step) line([west - margin, y], [east + margin, y]);
  return collection(lines);
}
