/**
 * Plans routes: islands search beside each other, meet now and then, and the best solution of all becomes the plan. To
 * serve a stop always outweighs any cost, unless the objective says what leaving one out costs; a stop of higher priority
 * outweighs one of lower. Effort is counted in iterations and chance comes from the seed, so that the same problem gives
 * the same plan; a caller who knows the time may bound the effort by it too.
 */
import { Island } from './island.ts';
import { placeRest } from './place-rest.ts';
import { planOf } from './plan.ts';
import type { RoutingEffort, RoutingPlan, RoutingProblem } from './port.ts';
import { prepareModel } from './prepare-model.ts';
import { isBetter, type Standing } from './standing.ts';

/** How often islands meet. */
const MEETINGS = 16;

/** Shares of the effort at which islands meet; the last is the end. */
export const MEETING_SHARES: readonly number[] = Array.from({ length: MEETINGS }, (_, index) => (index + 1) / MEETINGS);

/**
 * @param effort bounds the time; without it the problem's iterations alone bound the effort
 * @throws RangeError when the problem contradicts itself (see `assertProblem`)
 */
export function solveRoutes(problem: RoutingProblem, effort?: RoutingEffort): RoutingPlan {
  return finish(solveWithPauses(problem, effort));
}

/** Goes on to the end without a pause. */
export function finish<Result>(work: Generator<undefined, Result>): Result {
  for (;;) {
    const { done, value } = work.next();
    if (done === true) return value;
  }
}

/**
 * The same for a thread that has more to do than to search: it pauses after every few steps, a millisecond or so, and
 * whether it is gone on with at once makes no difference to the plan.
 */
export function* solveWithPauses(problem: RoutingProblem, effort?: RoutingEffort): Generator<undefined, RoutingPlan> {
  const model = prepareModel(problem);
  const { islands: count = 1 } = problem;
  const islands = Array.from({ length: count }, (_, place) => new Island(model, problem, place, effort, count));
  for (const until of MEETING_SHARES) {
    for (const island of islands) yield* island.advance(until);
    const best = bestOf(islands.map(({ standing }) => standing));
    const solution = islands[best]?.solution() ?? [];
    for (const [place, island] of islands.entries()) {
      if (place !== best && isLeftBehind(island.standing, (islands[best] as Island).standing)) island.adopt(solution);
    }
  }
  const { search } = islands[bestOf(islands.map(({ standing }) => standing))] as Island;
  return planOf(problem, search.best, placeRest(search.best, search.bestAbsent));
}

/**
 * The plan of a solution as `Island.solution` gives it.
 * @param solution per vehicle of the problem what its route visits
 */
export function planOfSolution(problem: RoutingProblem, solution: readonly (readonly number[])[]): RoutingPlan {
  const island = new Island(prepareModel(problem), problem);
  island.adopt(solution);
  const { best, bestAbsent } = island.search;
  return planOf(problem, best, placeRest(best, bestAbsent));
}

/** The place of the best; of equals the first. */
export function bestOf(standings: readonly Standing[]): number {
  let best = 0;
  for (const [place, standing] of standings.entries()) {
    if (isBetter(standing, standings[best] as Standing)) best = place;
  }
  return best;
}

/** An island that leaves out more or needs more vehicles than another will hardly come after it; one that costs more may. */
export function isLeftBehind(standing: Standing, best: Standing): boolean {
  return standing.absence > best.absence || standing.vehicles > best.vehicles;
}
