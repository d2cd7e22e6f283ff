/** Random road graphs for properties: parallel arcs, loops, one-way lanes, ties, and copies of crossings included. */
import { metersBetween } from '../geometry.ts';
import type { RoadGraph } from '../graph.ts';

/** mulberry32. */
function chance(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Vertices in a square of 0.1 degrees at the equator. @param isConnected whether a ring joins all of them */
export function randomGraph(seed: number, vertexCount: number, isConnected: boolean): RoadGraph {
  const random = chance(seed);
  const whole = (below: number): number => Math.floor(random() * below);
  const places = Array.from({ length: vertexCount }, () => [whole(1e6), whole(1e6)] as const);
  const joins: [number, number][] = [];
  if (isConnected)
    for (let vertex = 0; vertex < vertexCount; vertex += 1) joins.push([vertex, (vertex + 1) % vertexCount]);
  const count = Math.ceil(vertexCount * (isConnected ? 1.5 : 1.2));
  for (let index = 0; index < count; index += 1) joins.push([whole(vertexCount), whole(vertexCount)]);
  const shape: number[] = [];
  const shapeFirst = [0];
  const lengthCm: number[] = [];
  const laneMs: number[] = [];
  const arcs: { readonly lane: number; readonly tail: number; readonly head: number }[] = [];
  for (const [street, [from, to]] of joins.entries()) {
    const bend = [whole(1e6), whole(1e6)] as const;
    const points = [
      places[from] as readonly [number, number],
      ...(random() < 0.3 ? [bend] : []),
      places[to] as readonly [number, number],
    ];
    const meters = points.slice(1).reduce((sum, [lon, lat], index) => {
      const [lonBefore, latBefore] = points[index] as readonly [number, number];
      return sum + metersBetween(lonBefore / 1e7, latBefore / 1e7, lon / 1e7, lat / 1e7);
    }, 0);
    shape.push(...points.flat());
    shapeFirst.push(shape.length / 2);
    lengthCm.push(Math.max(1, Math.round(meters * 100)));
    // Few different times make many ties.
    const ms = (): number => (random() < 0.5 ? 1000 * (1 + whole(4)) : 1 + whole(5000));
    const isOneWay = random() < (isConnected ? 0.3 : 0.6);
    laneMs.push(ms(), isOneWay ? 0 : ms());
    arcs.push({ lane: 2 * street, tail: from, head: to });
    if (!isOneWay) arcs.push({ lane: 2 * street + 1, tail: to, head: from });
  }
  const { vertices, all } = withCopies(arcs, vertexCount, random);
  const firstArc = new Uint32Array(laneMs.length + 1);
  for (const { lane } of all) firstArc[lane + 1] = (firstArc[lane + 1] as number) + 1;
  for (let lane = 1; lane < firstArc.length; lane += 1) {
    firstArc[lane] = (firstArc[lane] as number) + (firstArc[lane - 1] as number);
  }
  return {
    vertexCount: vertices,
    shape: Int32Array.from(shape),
    shapeFirst: Uint32Array.from(shapeFirst),
    lengthCm: Int32Array.from(lengthCm),
    laneMs: Int32Array.from(laneMs),
    isThrough: new Uint8Array(lengthCm.length),
    firstArc,
    arcLane: Uint32Array.from(all, ({ lane }) => lane),
    arcTail: Uint32Array.from(all, ({ tail }) => tail),
    arcHead: Uint32Array.from(all, ({ head }) => head),
  };
}

interface Arc {
  readonly lane: number;
  readonly tail: number;
  readonly head: number;
}

/** Some lanes end at a copy of their crossing that about half of the lanes out of it may leave. */
function withCopies(arcs: readonly Arc[], vertexCount: number, random: () => number) {
  let vertices = vertexCount;
  const copies = new Map<number, number>();
  for (const { lane } of arcs) if (random() < 0.1) copies.set(lane, vertices++);
  const entering = (arc: Arc): Arc => ({ ...arc, head: copies.get(arc.lane) ?? arc.head });
  const all = arcs.map(entering);
  for (const { lane, head } of arcs) {
    const copy = copies.get(lane);
    if (copy === undefined) continue;
    for (const arc of arcs) {
      if (arc.tail === head && random() < 0.6) all.push(entering({ ...arc, tail: copy }));
    }
  }
  return { vertices, all: all.sort((a, b) => a.lane - b.lane) };
}
