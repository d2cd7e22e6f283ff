/** The line that is driven: shape points of streets with the time and distance at each. */
import { metersBetween, type Position } from './geometry.ts';
import { COORDINATE_SCALE, isAgainst, msTo, type RoadGraph, streetOf } from './graph.ts';

export interface TrackPoint {
  readonly position: Position;
  /** Since the start of the track. */
  readonly seconds: number;
  readonly meters: number;
}

/** A lane from one offset to another, in the order in which it is driven. */
export interface Stretch {
  readonly lane: number;
  readonly fromCm: number;
  readonly toCm: number;
}

export function trackOf(graph: RoadGraph, stretches: readonly Stretch[]): TrackPoint[] {
  const track: TrackPoint[] = [];
  let startMs = 0;
  let startCm = 0;
  const add = (position: Position, ms: number, cm: number): void => {
    const last = track.at(-1);
    if (last !== undefined && last.position[0] === position[0] && last.position[1] === position[1]) return;
    track.push({ position, seconds: ms / 1000, meters: cm / 100 });
  };
  for (const { lane, fromCm, toCm } of stretches) {
    const enteredMs = msTo(graph, lane, fromCm);
    for (const { position, offsetCm } of pointsBetween(graph, lane, fromCm, toCm)) {
      add(position, startMs + msTo(graph, lane, offsetCm) - enteredMs, startCm + Math.abs(offsetCm - fromCm));
    }
    startMs += msTo(graph, lane, toCm) - enteredMs;
    startCm += Math.abs(toCm - fromCm);
  }
  return track;
}

interface ShapePoint {
  readonly position: Position;
  readonly offsetCm: number;
}

/** Both ends, interpolated, and the shape points between them. */
function pointsBetween(graph: RoadGraph, lane: number, fromCm: number, toCm: number): ShapePoint[] {
  const points = shapePoints(graph, streetOf(lane));
  const low = Math.min(fromCm, toCm);
  const high = Math.max(fromCm, toCm);
  const inner = points.filter(({ offsetCm }) => offsetCm > low && offsetCm < high);
  const between = [
    { position: positionAt(points, low), offsetCm: low },
    ...inner,
    { position: positionAt(points, high), offsetCm: high },
  ];
  return isAgainst(lane) ? between.reverse() : between;
}

function shapePoints({ shape, shapeFirst, lengthCm }: RoadGraph, street: number): ShapePoint[] {
  const points: ShapePoint[] = [];
  let meters = 0;
  const end = shapeFirst[street + 1] as number;
  for (let point = shapeFirst[street] as number; point < end; point += 1) {
    const position: Position = [
      (shape[2 * point] as number) / COORDINATE_SCALE,
      (shape[2 * point + 1] as number) / COORDINATE_SCALE,
    ];
    const before = points.at(-1)?.position;
    if (before !== undefined) meters += metersBetween(...before, ...position);
    points.push({ position, offsetCm: point === end - 1 ? (lengthCm[street] as number) : Math.round(meters * 100) });
  }
  return points;
}

function positionAt(points: readonly ShapePoint[], offsetCm: number): Position {
  const index = points.findIndex((point) => point.offsetCm >= offsetCm);
  const after = points[Math.max(0, index)] as ShapePoint;
  const before = points[Math.max(0, index - 1)] as ShapePoint;
  const span = after.offsetCm - before.offsetCm;
  const fraction = span === 0 ? 1 : (offsetCm - before.offsetCm) / span;
  const between = (a: number, b: number): number => a + (b - a) * fraction;
  return [between(before.position[0], after.position[0]), between(before.position[1], after.position[1])];
}
