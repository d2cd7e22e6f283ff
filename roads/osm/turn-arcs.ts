/**
 * Makes arcs of lanes. A lane from which a turn is banned ends at a copy of its vertex that only the allowed lanes leave,
 * so a search that knows nothing of restrictions keeps them.
 */
import { indexOfId, type RoadWays } from './road-ways.ts';
import type { Streets } from './streets.ts';
import type { TurnRestriction } from './turn-rules.ts';

export interface Arcs {
  readonly vertexCount: number;
  readonly lane: number[];
  readonly tail: number[];
  readonly head: number[];
  readonly restrictionsKept: number;
  /** Restrictions whose ways do not meet at their node as they should. */
  readonly restrictionsUnclear: number;
}

/** Lanes that may not follow, by the lane that is come from. */
type Bans = ReadonlyMap<number, ReadonlySet<number>>;

export function makeArcs(streets: Streets, roads: RoadWays): Arcs {
  const leaving = lanesLeaving(streets);
  const { bans, kept, unclear } = bansOf(streets, roads, leaving);
  const copyOf = new Map<number, number>();
  let vertexCount = streets.vertexCount;
  for (const lane of [...bans.keys()].sort((a, b) => a - b)) copyOf.set(lane, vertexCount++);
  const headOf = (lane: number): number => copyOf.get(lane) ?? (streets.laneHead[lane] as number);
  const arcs: Arcs = {
    vertexCount,
    lane: [],
    tail: [],
    head: [],
    restrictionsKept: kept,
    restrictionsUnclear: unclear,
  };
  const add = (lane: number, tail: number): void => {
    arcs.lane.push(lane);
    arcs.tail.push(tail);
    arcs.head.push(headOf(lane));
  };
  for (const [lane, ms] of streets.laneMs.entries()) if (ms > 0) add(lane, streets.laneTail[lane] as number);
  for (const [from, copy] of copyOf) {
    for (const lane of leaving.get(streets.laneHead[from] as number) ?? []) {
      if (bans.get(from)?.has(lane) !== true) add(lane, copy);
    }
  }
  return arcs;
}

function lanesLeaving(streets: Streets): ReadonlyMap<number, readonly number[]> {
  const leaving = new Map<number, number[]>();
  for (const [lane, ms] of streets.laneMs.entries()) {
    if (ms === 0) continue;
    const tail = streets.laneTail[lane] as number;
    const lanes = leaving.get(tail);
    if (lanes === undefined) leaving.set(tail, [lane]);
    else lanes.push(lane);
  }
  return leaving;
}

function bansOf(streets: Streets, roads: RoadWays, leaving: ReadonlyMap<number, readonly number[]>) {
  const lanesOfWay = lanesOfWays(streets, roads.restrictions);
  const bans = new Map<number, Set<number>>();
  let kept = 0;
  for (const { kind, fromWay, viaNode, toWay } of roads.restrictions) {
    const node = indexOfId(roads.nodeIds, viaNode);
    const via = node < 0 ? -1 : (streets.vertexOfNode[node] as number);
    const from = (lanesOfWay.get(fromWay) ?? []).filter((lane) => streets.laneHead[lane] === via);
    const to = (lanesOfWay.get(toWay) ?? []).filter((lane) => streets.laneTail[lane] === via);
    const [fromLane] = from;
    const [toLane] = to;
    if (via < 0 || fromLane === undefined || toLane === undefined || from.length > 1 || to.length > 1) continue;
    const banned = kind === 'no' ? [toLane] : (leaving.get(via) ?? []).filter((lane) => lane !== toLane);
    bans.set(fromLane, new Set([...(bans.get(fromLane) ?? []), ...banned]));
    kept += 1;
  }
  return { bans: bans as Bans, kept, unclear: roads.restrictions.length - kept };
}

/** Open lanes of the ways that restrictions name. */
function lanesOfWays(
  streets: Streets,
  restrictions: readonly TurnRestriction[],
): ReadonlyMap<number, readonly number[]> {
  const lanes = new Map<number, number[]>();
  for (const { fromWay, toWay } of restrictions) {
    lanes.set(fromWay, []);
    lanes.set(toWay, []);
  }
  for (const [lane, ms] of streets.laneMs.entries()) {
    if (ms > 0) lanes.get(streets.wayId[lane >>> 1] as number)?.push(lane);
  }
  return lanes;
}
