/**
 * Finds the street nearest to a position. The index holds the box of each straight piece of a street in Mercator's
 * projection, which is the same in all directions around a point, so one index serves towns at any latitude.
 */
import Flatbush from 'flatbush';
import { metersBetween, metersPerDegree, type Position, projectOnSegment } from './geometry.ts';
import { COORDINATE_SCALE, type RoadGraph, streetCount } from './graph.ts';

/** A position on the network. */
export interface Snap {
  readonly street: number;
  /** Along the shape, from its first point. */
  readonly offsetCm: number;
  /** Between the position and the street. */
  readonly distanceMeters: number;
  readonly position: Position;
}

/** Boxes around a position that are searched one after the other; most streets are near. */
const FIRST_REACH_METERS = 60;
const REACH_GROWTH = 4;
const RADIANS_PER_DEGREE = Math.PI / 180;
const MAX_MERCATOR_LATITUDE = 85;

export class StreetIndex {
  readonly #graph: RoadGraph;
  readonly #index: Flatbush;
  /** Street of each piece. A street has one piece less than points, so piece `p` begins at point `p + street`. */
  readonly #street: Uint32Array;

  constructor(graph: RoadGraph) {
    this.#graph = graph;
    const { shape, shapeFirst, isThrough } = graph;
    const streets = streetCount(graph);
    const isServed = (street: number): boolean => isThrough[street] !== 1;
    let pieces = 0;
    for (let street = 0; street < streets; street += 1) pieces += pointsOf(graph, street) - 1;
    this.#street = new Uint32Array(pieces);
    this.#index = new Flatbush(Math.max(1, pieces));
    if (pieces === 0) this.#index.add(0, 0);
    let piece = 0;
    for (let street = 0; street < streets; street += 1) {
      for (let point = shapeFirst[street] as number; point < (shapeFirst[street + 1] as number) - 1; point += 1) {
        this.#street[piece++] = street;
        const x = mercatorX(degrees(shape, 2 * point));
        const y = mercatorY(degrees(shape, 2 * point + 1));
        // A street that nobody stops at keeps its place in the numbering, out of everybody's reach.
        if (!isServed(street)) this.#index.add(FAR, FAR);
        else {
          const toX = mercatorX(degrees(shape, 2 * point + 2));
          const toY = mercatorY(degrees(shape, 2 * point + 3));
          this.#index.add(Math.min(x, toX), Math.min(y, toY), Math.max(x, toX), Math.max(y, toY));
        }
      }
    }
    this.#index.finish();
  }

  /** Undefined when no street is as near as that. Of streets equally near, the first of the graph. */
  nearest([longitude, latitude]: Position, maxMeters: number): Snap | undefined {
    const [perLongitude, perLatitude] = metersPerDegree(latitude);
    const x = mercatorX(longitude);
    const y = mercatorY(latitude);
    for (let reach = Math.min(FIRST_REACH_METERS, maxMeters); ; reach = Math.min(reach * REACH_GROWTH, maxMeters)) {
      const wide = mercatorX(reach / perLongitude);
      const found = this.#index.search(x - wide, y - wide, x + wide, y + wide).sort((a, b) => a - b);
      let best: { readonly piece: number; readonly fraction: number; readonly distance: number } | undefined;
      for (const piece of found) {
        const [ax, ay, bx, by] = this.#ends(piece);
        const { fraction, distance } = projectOnSegment(
          0,
          0,
          (ax - longitude) * perLongitude,
          (ay - latitude) * perLatitude,
          (bx - longitude) * perLongitude,
          (by - latitude) * perLatitude,
        );
        if (best === undefined || distance < best.distance) best = { piece, fraction, distance };
      }
      if (best !== undefined && best.distance <= reach) return this.#snapOf(best.piece, best.fraction, best.distance);
      if (reach >= maxMeters) return undefined;
    }
  }

  #ends(piece: number): readonly [number, number, number, number] {
    const { shape } = this.#graph;
    const at = 2 * (piece + (this.#street[piece] as number));
    return [degrees(shape, at), degrees(shape, at + 1), degrees(shape, at + 2), degrees(shape, at + 3)];
  }

  #snapOf(piece: number, fraction: number, distanceMeters: number): Snap {
    const street = this.#street[piece] as number;
    const { shape, shapeFirst, lengthCm } = this.#graph;
    const [ax, ay, bx, by] = this.#ends(piece);
    let meters = fraction * metersBetween(ax, ay, bx, by);
    for (let point = shapeFirst[street] as number; point < piece + street; point += 1) {
      const at = 2 * point;
      meters += metersBetween(
        degrees(shape, at),
        degrees(shape, at + 1),
        degrees(shape, at + 2),
        degrees(shape, at + 3),
      );
    }
    return {
      street,
      offsetCm: Math.min(lengthCm[street] as number, Math.round(meters * 100)),
      distanceMeters,
      position: [ax + (bx - ax) * fraction, ay + (by - ay) * fraction],
    };
  }
}

/** Beyond every projected position. */
const FAR = 1e6;

const degrees = (shape: Int32Array, at: number): number => (shape[at] as number) / COORDINATE_SCALE;
const pointsOf = ({ shapeFirst }: RoadGraph, street: number): number =>
  (shapeFirst[street + 1] as number) - (shapeFirst[street] as number);
const mercatorX = (longitude: number): number => longitude * RADIANS_PER_DEGREE;

function mercatorY(latitude: number): number {
  const kept = Math.min(MAX_MERCATOR_LATITUDE, Math.max(-MAX_MERCATOR_LATITUDE, latitude));
  return Math.log(Math.tan(Math.PI / 4 + (kept * RADIANS_PER_DEGREE) / 2));
}
