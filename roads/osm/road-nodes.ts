/** Second reading of an extract: where the nodes of its roads are, and which of them delay or end a drive. */
import { COORDINATE_SCALE } from '../graph.ts';
import type { Chunks } from './blocks.ts';
import { elementsOf, type OsmNode } from './elements.ts';
import { indexOfId } from './road-ways.ts';
import { isBarrier } from './way-rules.ts';

export interface RoadNodes {
  /** Longitude and latitude in turn, in units of 1e-7 degrees, by the index of the id. */
  readonly coordinates: Int32Array;
  /** Bits of `NODE`. */
  readonly flags: Uint8Array;
}

export const NODE = { isThere: 1, hasSignals: 2, isBarrier: 4 } as const;

export async function readRoadNodes(chunks: Chunks, nodeIds: Float64Array): Promise<RoadNodes> {
  const coordinates = new Int32Array(2 * nodeIds.length);
  const flags = new Uint8Array(nodeIds.length);
  const take = ({ id, lon, lat, tags }: OsmNode): void => {
    const index = indexOfId(nodeIds, id);
    if (index < 0) return;
    coordinates[2 * index] = Math.round(lon * COORDINATE_SCALE);
    coordinates[2 * index + 1] = Math.round(lat * COORDINATE_SCALE);
    flags[index] = NODE.isThere;
    if (tags === undefined) return;
    if (tags['highway'] === 'traffic_signals') flags[index] |= NODE.hasSignals;
    if (isBarrier(tags)) flags[index] |= NODE.isBarrier;
  };
  for await (const elements of elementsOf(chunks)) {
    for (const element of elements) if (element.type === 'node') take(element);
  }
  return { coordinates, flags };
}
