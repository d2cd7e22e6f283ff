/**
 * First reading of an extract: the ways a van may drive, the turn restrictions, and which nodes the ways use. Ids of
 * nodes are kept in one sorted array, so that a country's roads fit where a map of objects would not.
 */
import { RoadsError } from '../errors.ts';
import type { Chunks } from './blocks.ts';
import { elementsOf, type OsmRelation, type OsmWay } from './elements.ts';
import { restrictionOf, type TurnRestriction } from './turn-rules.ts';
import { type WayRule, wayRuleOf } from './way-rules.ts';

export interface RoadWay {
  readonly id: number;
  readonly rule: WayRule;
  readonly refs: Float64Array;
}

export interface RoadWays {
  readonly ways: readonly RoadWay[];
  readonly restrictions: readonly TurnRestriction[];
  /** Restrictions of a kind that is not kept: over a way, by time, or without a usable member. */
  readonly restrictionsLeftOut: number;
  /** Ids of the nodes on roads, ascending. */
  readonly nodeIds: Float64Array;
  /** 1 for nodes at which a street begins or ends: ends of ways, and what is used more than once. */
  readonly isJunction: Uint8Array;
}

/** @throws RoadsError as `elementsOf`, and ExtractWithoutRoads */
export async function readRoadWays(chunks: Chunks): Promise<RoadWays> {
  const ways: RoadWay[] = [];
  const restrictions: TurnRestriction[] = [];
  let restrictionsLeftOut = 0;
  const takeWay = ({ id, refs, tags }: OsmWay): void => {
    const rule = tags === undefined || refs.length < 2 ? undefined : wayRuleOf(tags);
    if (rule !== undefined) ways.push({ id, rule, refs: Float64Array.from(refs) });
  };
  const takeRelation = (relation: OsmRelation): void => {
    const restriction = restrictionOf(relation);
    if (restriction === 'left out') restrictionsLeftOut += 1;
    else if (restriction !== undefined) restrictions.push(restriction);
  };
  for await (const elements of elementsOf(chunks)) {
    for (const element of elements) {
      if (element.type === 'way') takeWay(element);
      else if (element.type === 'relation') takeRelation(element);
    }
  }
  if (ways.length === 0) throw withoutRoads();
  return { ways, restrictions, restrictionsLeftOut, ...nodesOf(ways) };
}

export const withoutRoads = (): RoadsError =>
  new RoadsError(
    'ExtractWithoutRoads',
    'the extract holds no road that a van may drive on',
    'give an extract of the area that is delivered to, with its highway ways and their nodes',
  );

function nodesOf(ways: readonly RoadWay[]): Pick<RoadWays, 'nodeIds' | 'isJunction'> {
  const all = new Float64Array(ways.reduce((sum, { refs }) => sum + refs.length, 0));
  let filled = 0;
  for (const { refs } of ways) {
    all.set(refs, filled);
    filled += refs.length;
  }
  all.sort();
  let count = 0;
  const isJunction = new Uint8Array(all.length);
  for (let index = 0; index < all.length; index += 1) {
    const id = all[index] as number;
    if (count > 0 && all[count - 1] === id) isJunction[count - 1] = 1;
    else all[count++] = id;
  }
  const nodeIds = all.slice(0, count);
  for (const { refs } of ways) {
    isJunction[indexOfId(nodeIds, refs[0] as number)] = 1;
    isJunction[indexOfId(nodeIds, refs[refs.length - 1] as number)] = 1;
  }
  return { nodeIds, isJunction: isJunction.slice(0, count) };
}

/** -1 when it is not there. */
export function indexOfId(ids: Float64Array, id: number): number {
  let low = 0;
  let high = ids.length - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const found = ids[middle] as number;
    if (found === id) return middle;
    if (found < id) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}
