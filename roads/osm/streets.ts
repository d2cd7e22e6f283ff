/**
 * Cuts ways into streets: from junction to junction, at barriers, and where the extract has lost a node. Vertices are
 * numbered as they are met, so that the same extract gives the same graph.
 */
import { metersBetween } from '../geometry.ts';
import { COORDINATE_SCALE } from '../graph.ts';
import { NODE, type RoadNodes } from './road-nodes.ts';
import { indexOfId, type RoadWay, type RoadWays } from './road-ways.ts';

export interface Streets {
  readonly vertexCount: number;
  readonly shapeFirst: number[];
  readonly shape: number[];
  readonly lengthCm: number[];
  readonly laneMs: number[];
  readonly isThrough: number[];
  readonly laneTail: number[];
  readonly laneHead: number[];
  /** Id of the way of each street. */
  readonly wayId: number[];
  /** Vertex of a node by its index; -1 where no street begins or ends, or a barrier stands. */
  readonly vertexOfNode: Int32Array;
}

/** What a red light costs on average, as in OSRM's profile. */
const SIGNAL_MS = 2_000;
const MS_PER_CM_AT_1_KMH = 36;

export function cutStreets(roads: RoadWays, nodes: RoadNodes): Streets {
  const cutter = new StreetCutter(roads, nodes);
  for (const way of roads.ways) cutter.cut(way);
  return cutter.streets;
}

class StreetCutter {
  readonly streets: { -readonly [Key in keyof Streets]: Streets[Key] };
  readonly #roads: RoadWays;
  readonly #nodes: RoadNodes;

  constructor(roads: RoadWays, nodes: RoadNodes) {
    this.#roads = roads;
    this.#nodes = nodes;
    this.streets = {
      vertexCount: 0,
      shapeFirst: [0],
      shape: [],
      lengthCm: [],
      laneMs: [],
      isThrough: [],
      laneTail: [],
      laneHead: [],
      wayId: [],
      vertexOfNode: new Int32Array(roads.nodeIds.length).fill(-1),
    };
  }

  cut(way: RoadWay): void {
    const { nodeIds, isJunction } = this.#roads;
    let piece: number[] = [];
    for (const ref of way.refs) {
      const node = indexOfId(nodeIds, ref);
      const flags = this.#nodes.flags[node] as number;
      if ((flags & NODE.isThere) === 0) {
        this.#add(way, piece);
        piece = [];
        continue;
      }
      piece.push(node);
      if (isJunction[node] === 1 || (flags & NODE.isBarrier) !== 0) {
        this.#add(way, piece);
        piece = [node];
      }
    }
    this.#add(way, piece);
  }

  #add(way: RoadWay, piece: readonly number[]): void {
    const first = piece[0];
    const last = piece.at(-1);
    if (first === undefined || last === undefined || piece.length < 2) return;
    const { streets } = this;
    const meters = this.#pushShape(piece);
    const lengthCm = Math.max(1, Math.round(meters * 100));
    streets.lengthCm.push(lengthCm);
    streets.isThrough.push(way.rule.isThrough ? 1 : 0);
    streets.wayId.push(way.id);
    const inner = piece.slice(1, -1).reduce((sum, node) => sum + this.#signalMs(node), 0);
    const laneMs = (kmh: number, head: number): number =>
      kmh === 0 ? 0 : Math.max(1, Math.round((lengthCm * MS_PER_CM_AT_1_KMH) / kmh) + inner + this.#signalMs(head));
    streets.laneMs.push(laneMs(way.rule.forwardKmh, last), laneMs(way.rule.backwardKmh, first));
    const tail = this.#vertexOf(first);
    const head = this.#vertexOf(last);
    streets.laneTail.push(tail, head);
    streets.laneHead.push(head, tail);
  }

  #pushShape(piece: readonly number[]): number {
    const { coordinates } = this.#nodes;
    const { shape, shapeFirst } = this.streets;
    let meters = 0;
    let before: readonly [number, number] | undefined;
    for (const node of piece) {
      const lon = coordinates[2 * node] as number;
      const lat = coordinates[2 * node + 1] as number;
      if (before !== undefined) meters += metersBetween(...before, lon / COORDINATE_SCALE, lat / COORDINATE_SCALE);
      before = [lon / COORDINATE_SCALE, lat / COORDINATE_SCALE];
      shape.push(lon, lat);
    }
    shapeFirst.push(shape.length / 2);
    return meters;
  }

  #signalMs(node: number): number {
    return ((this.#nodes.flags[node] as number) & NODE.hasSignals) === 0 ? 0 : SIGNAL_MS;
  }

  /** Each street that ends at a barrier ends there by itself. */
  #vertexOf(node: number): number {
    const { streets } = this;
    if (((this.#nodes.flags[node] as number) & NODE.isBarrier) !== 0) return streets.vertexCount++;
    const known = streets.vertexOfNode[node] as number;
    if (known >= 0) return known;
    const vertex = streets.vertexCount++;
    streets.vertexOfNode[node] = vertex;
    return vertex;
  }
}
