/**
 * The line of a leg: along the streets that the driver's phone shows, or straight where it shows none. How long the leg
 * takes is not its business; it says where the vehicle is when a part of that time has passed.
 */
import { bearingDegrees, haversineMeters, interpolate, type Position } from '../domain/index.ts';
import type { Navigator, WayPoint } from './ports.ts';

export interface OnLine {
  readonly position: Position;
  /** Of the line's metres that lie behind, 0 to 1. */
  readonly share: number;
  /** Speed here over the speed of the whole line. */
  readonly pace: number;
  readonly heading: number;
}

/** From the street to the door and back, on drives and car parks. */
const OFF_STREET_METERS_PER_SECOND = 3;
/** Nearer than this, a place is on the street. */
const ON_STREET_METERS = 1;

export class Line {
  readonly #points: readonly WayPoint[];
  /** Of the piece that the vehicle was last on: time only moves on. */
  #piece = 1;

  private constructor(points: readonly WayPoint[]) {
    this.#points = points;
  }

  static between(from: Position, to: Position, navigator?: Navigator): Line {
    const way = navigator?.way(from, to);
    const straight = haversineMeters(from, to);
    return new Line(
      way === undefined || way.length === 0
        ? [
            { position: from, seconds: 0, meters: 0 },
            { position: to, seconds: straight, meters: straight },
          ]
        : fromDoorToDoor(from, way, to),
    );
  }

  /** @param fraction of the leg's time, 0 to 1 */
  at(fraction: number): OnLine {
    const points = this.#points;
    const last = points[points.length - 1] as WayPoint;
    const seconds = last.seconds * Math.min(1, Math.max(0, fraction));
    if (seconds < (points[this.#piece - 1] as WayPoint).seconds) this.#piece = 1;
    while (this.#piece < points.length - 1 && (points[this.#piece] as WayPoint).seconds < seconds) this.#piece += 1;
    const before = points[this.#piece - 1] as WayPoint;
    const after = points[this.#piece] as WayPoint;
    const span = after.seconds - before.seconds;
    const within = span === 0 ? 1 : (seconds - before.seconds) / span;
    const meters = before.meters + (after.meters - before.meters) * within;
    const speed = span === 0 ? 0 : (after.meters - before.meters) / span;
    return {
      position: interpolate(before.position, after.position, within),
      share: last.meters === 0 ? 1 : meters / last.meters,
      pace: last.meters === 0 ? 1 : speed / (last.meters / last.seconds),
      heading: bearingDegrees(before.position, after.position),
    };
  }
}

function fromDoorToDoor(from: Position, way: readonly WayPoint[], to: Position): WayPoint[] {
  const [first] = way;
  const last = way[way.length - 1];
  if (first === undefined || last === undefined) return [];
  const ahead = haversineMeters(from, first.position);
  const behind = haversineMeters(last.position, to);
  const moved = way.map(({ position, seconds, meters }) => ({
    position,
    seconds: seconds + ahead / OFF_STREET_METERS_PER_SECOND,
    meters: meters + ahead,
  }));
  const end = moved[moved.length - 1] as WayPoint;
  const start: WayPoint[] =
    ahead < ON_STREET_METERS && way.length > 1 ? [] : [{ position: from, seconds: 0, meters: 0 }];
  const door = {
    position: to,
    seconds: end.seconds + behind / OFF_STREET_METERS_PER_SECOND,
    meters: end.meters + behind,
  };
  return [...start, ...moved, ...(behind < ON_STREET_METERS && way.length > 1 ? [] : [door])];
}
