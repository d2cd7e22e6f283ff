/**
 * Travel times and costs of all legs, as the solver reads them: whole milliseconds and whole thousandths of a unit of
 * cost, so that sums and differences are exact; once by rows and once turned over, so that all ways from a node and all
 * ways to it stand side by side in memory.
 */
import type { RoutingProblem } from './port.ts';

export interface Legs {
  readonly size: number;
  /** Travel times in ms, `Infinity` where there is no way; and turned over. */
  readonly travel: Float64Array;
  readonly inward: Float64Array;
  /** What each leg costs, `Infinity` where there is no way; and turned over. */
  readonly cost: Float64Array;
  readonly inwardCost: Float64Array;
}

export function compileLegs(problem: RoutingProblem): Legs {
  const { size, durationsSeconds, distancesMeters } = problem.matrix;
  const travel = durationsSeconds.map((seconds, cell) => {
    const meters = distancesMeters[cell] as number;
    const isWay = seconds >= 0 && meters >= 0 && meters < Infinity;
    return isWay ? Math.round(seconds * 1000) : Infinity;
  });
  const cost = changeCosts(problem, legCosts(problem, travel));
  const inward = turned(travel, size);
  return { size, travel, inward, cost, inwardCost: cost === travel ? inward : turned(cost, size) };
}

function legCosts({ matrix, objective }: RoutingProblem, travel: Float64Array): Float64Array {
  const { perSecond = 1, perMeter = 0 } = objective ?? {};
  if (perSecond === 1 && perMeter === 0) return travel;
  return travel.map((ms, cell) =>
    ms < Infinity ? Math.round(perSecond * ms + 1000 * perMeter * (matrix.distancesMeters[cell] as number)) : Infinity,
  );
}

/** Legs between two stops that were planned before, but not one after the other, cost what relearning them does. */
function changeCosts({ stops, previous, objective, matrix }: RoutingProblem, cost: Float64Array): Float64Array {
  const perChange = Math.round((objective?.perChange ?? 0) * 1000);
  if (previous === undefined || perChange === 0) return cost;
  const nodeOf = new Map(stops.map(({ stopId }, index) => [stopId, index + 1]));
  const followerOf = new Map<number, number>();
  for (const { stopIds } of previous.routes) {
    const nodes = stopIds.flatMap((stopId) => nodeOf.get(stopId) ?? []);
    for (const [index, node] of nodes.entries()) followerOf.set(node, nodes[index + 1] ?? 0);
  }
  const result = Float64Array.from(cost);
  for (const [from, follower] of followerOf) {
    for (const to of followerOf.keys()) {
      if (to === follower || to === from) continue;
      const cell = from * matrix.size + to;
      result[cell] = (result[cell] as number) + perChange;
    }
  }
  return result;
}

/** The matrix itself where it is symmetric. */
function turned(matrix: Float64Array, size: number): Float64Array {
  const result = new Float64Array(matrix.length);
  let isSymmetric = true;
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column < size; column += 1) {
      const cell = matrix[row * size + column] as number;
      result[column * size + row] = cell;
      if (cell !== matrix[column * size + row]) isSymmetric = false;
    }
  }
  return isSymmetric ? matrix : result;
}
