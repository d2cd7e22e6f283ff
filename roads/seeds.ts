/**
 * How a position on a street takes part in a search: a drive begins on the rest of each open lane and ends on the part
 * before it. Two positions on one street may also be joined by the street itself.
 */
import { cmTo, isAgainst, msTo, type RoadGraph, streetOf } from './graph.ts';
import type { Seed } from './search/climb.ts';
import type { Snap } from './street-index.ts';

const lanesOf = ({ street }: Snap): readonly [number, number] => [2 * street, 2 * street + 1];

const isOpen = ({ firstArc }: RoadGraph, lane: number): boolean => firstArc[lane] !== firstArc[lane + 1];

/** Offset at which a lane ends. */
const endOf = ({ lengthCm }: RoadGraph, lane: number): number =>
  isAgainst(lane) ? 0 : (lengthCm[streetOf(lane)] as number);

export interface LaneSeed extends Seed {
  readonly lane: number;
}

export function sourceSeeds(graph: RoadGraph, snap: Snap): LaneSeed[] {
  return lanesOf(snap)
    .filter((lane) => isOpen(graph, lane))
    .map((lane) => ({
      lane,
      vertex: graph.arcHead[graph.firstArc[lane] as number] as number, // R3
      ms: msTo(graph, lane, endOf(graph, lane)) - msTo(graph, lane, snap.offsetCm),
      cm: cmTo(graph, lane, endOf(graph, lane)) - cmTo(graph, lane, snap.offsetCm),
    }));
}

export function targetSeeds(graph: RoadGraph, snap: Snap): LaneSeed[] {
  return lanesOf(snap).flatMap((lane) => {
    const seeds: LaneSeed[] = [];
    for (let arc = graph.firstArc[lane] as number; arc < (graph.firstArc[lane + 1] as number); arc += 1) {
      seeds.push({
        lane,
        vertex: graph.arcTail[arc] as number,
        ms: msTo(graph, lane, snap.offsetCm),
        cm: cmTo(graph, lane, snap.offsetCm),
      });
    }
    return seeds;
  });
}

export interface DirectWay {
  readonly lane: number;
  readonly ms: number;
  readonly cm: number;
}

/** The way along the street itself, when both positions are on it in the right order of an open lane. */
export function directWay(graph: RoadGraph, from: Snap, to: Snap): DirectWay | undefined {
  if (from.street !== to.street) return undefined;
  const ways = lanesOf(from)
    .filter((lane) => isOpen(graph, lane) && cmTo(graph, lane, from.offsetCm) <= cmTo(graph, lane, to.offsetCm))
    .map((lane) => ({
      lane,
      ms: msTo(graph, lane, to.offsetCm) - msTo(graph, lane, from.offsetCm),
      cm: cmTo(graph, lane, to.offsetCm) - cmTo(graph, lane, from.offsetCm),
    }));
  return ways.reduce<DirectWay | undefined>(
    (best, way) => (best === undefined || way.ms < best.ms ? way : best),
    undefined,
  );
}
