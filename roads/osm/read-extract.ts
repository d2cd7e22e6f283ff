/**
 * From an OpenStreetMap extract to a road graph: two readings of the file, streets, turn restrictions, and what hangs
 * together. An extract may hold several towns; each is kept if it is of some size, since what lies between them may well
 * not be in the file.
 */
import type { RoadGraph } from '../graph.ts';
import type { Chunks } from './blocks.ts';
import { componentsOf } from './components.ts';
import { readRoadNodes } from './road-nodes.ts';
import { readRoadWays, withoutRoads } from './road-ways.ts';
import { cutStreets, type Streets } from './streets.ts';
import { type Arcs, makeArcs } from './turn-arcs.ts';

export interface ExtractReport {
  readonly ways: number;
  readonly streets: number;
  /** Streets that cannot be entered or cannot be left. */
  readonly streetsCutOff: number;
  /** Separate networks that were kept. */
  readonly networks: number;
  readonly restrictionsKept: number;
  readonly restrictionsLeftOut: number;
}

export interface ReadExtract {
  readonly graph: RoadGraph;
  readonly report: ExtractReport;
}

/** Smaller ones, but for the largest, are car parks behind a gate and errors of the map. */
const SMALLEST_NETWORK = 100;

/**
 * @param open gives the file from its beginning; it is called twice
 * @throws RoadsError NotAnExtract, ExtractDamaged, ExtractUnsupported or ExtractWithoutRoads
 * @example const { graph } = await readExtract(() => createReadStream('town.osm.pbf'));
 */
export async function readExtract(open: () => Chunks): Promise<ReadExtract> {
  const roads = await readRoadWays(open());
  const streets = cutStreets(roads, await readRoadNodes(open(), roads.nodeIds));
  const arcs = makeArcs(streets, roads);
  const components = componentsOf(arcs.vertexCount, arcs.tail, arcs.head);
  const largest = components.sizes.reduce((a, b) => Math.max(a, b), 0);
  const smallest = Math.min(largest, SMALLEST_NETWORK);
  const isKept = (arc: number): boolean => {
    const component = components.of[arcs.tail[arc] as number] as number;
    const isInside = component === components.of[arcs.head[arc] as number];
    return isInside && (components.sizes[component] as number) >= smallest;
  };
  const kept = Array.from(arcs.lane.keys()).filter(isKept);
  if (kept.length === 0) throw withoutRoads();
  const graph = packGraph(streets, arcs, kept);
  const networks = new Set(kept.map((arc) => components.of[arcs.tail[arc] as number]));
  return {
    graph,
    report: {
      ways: roads.ways.length,
      streets: graph.lengthCm.length,
      streetsCutOff: streets.lengthCm.length - graph.lengthCm.length,
      networks: networks.size,
      restrictionsKept: arcs.restrictionsKept,
      restrictionsLeftOut: roads.restrictionsLeftOut + arcs.restrictionsUnclear,
    },
  };
}

/** Only streets and vertices that an arc uses, numbered anew in their order. */
function packGraph(streets: Streets, arcs: Arcs, kept: number[]): RoadGraph {
  const { lane, tail, head } = arcs;
  const sorted = kept.sort((a, b) => (lane[a] as number) - (lane[b] as number) || a - b);
  const usedStreets = [...new Set(sorted.map((arc) => (lane[arc] as number) >>> 1))];
  const streetNumber = new Map(usedStreets.map((street, index) => [street, index]));
  const newLane = (arc: number): number =>
    2 * (streetNumber.get((lane[arc] as number) >>> 1) as number) + ((lane[arc] as number) & 1);
  const vertices = [...new Set(sorted.flatMap((arc) => [tail[arc] as number, head[arc] as number]))];
  const vertexNumber = new Map(vertices.sort((a, b) => a - b).map((vertex, index) => [vertex, index]));
  const arcLane = Uint32Array.from(sorted, newLane);
  const firstArc = new Uint32Array(2 * usedStreets.length + 1);
  for (const one of arcLane) firstArc[one + 1] = (firstArc[one + 1] as number) + 1;
  for (let one = 1; one < firstArc.length; one += 1) {
    firstArc[one] = (firstArc[one] as number) + (firstArc[one - 1] as number);
  }
  const isOpen = (one: number): boolean => firstArc[one] !== firstArc[one + 1];
  const laneMs = Int32Array.from({ length: 2 * usedStreets.length }, (_, one) =>
    isOpen(one) ? (streets.laneMs[2 * (usedStreets[one >>> 1] as number) + (one & 1)] as number) : 0,
  );
  return {
    vertexCount: vertices.length,
    ...packShapes(streets, usedStreets),
    lengthCm: Int32Array.from(usedStreets, (street) => streets.lengthCm[street] as number),
    laneMs,
    isThrough: Uint8Array.from(usedStreets, (street) => streets.isThrough[street] as number),
    firstArc,
    arcLane,
    arcTail: Uint32Array.from(sorted, (arc) => vertexNumber.get(tail[arc] as number) as number),
    arcHead: Uint32Array.from(sorted, (arc) => vertexNumber.get(head[arc] as number) as number),
  };
}

function packShapes(streets: Streets, used: readonly number[]): Pick<RoadGraph, 'shape' | 'shapeFirst'> {
  const range = (street: number) => [streets.shapeFirst[street] as number, streets.shapeFirst[street + 1] as number];
  const shapeFirst = new Uint32Array(used.length + 1);
  for (const [index, street] of used.entries()) {
    const [from = 0, to = 0] = range(street);
    shapeFirst[index + 1] = (shapeFirst[index] as number) + to - from;
  }
  const shape = new Int32Array(2 * (shapeFirst.at(-1) as number));
  for (const [index, street] of used.entries()) {
    const [from = 0, to = 0] = range(street);
    for (let at = 2 * from; at < 2 * to; at += 1) {
      shape[at + 2 * ((shapeFirst[index] as number) - from)] = streets.shape[at] as number;
    }
  }
  return { shape, shapeFirst };
}
