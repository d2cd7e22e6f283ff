/**
 * Plans routes: several greedy constructions, the best of which is improved by ruin and recreate, first towards fewer
 * vehicles where the objective asks for it, then towards less cost. To serve a stop always outweighs any cost; a stop
 * of higher priority outweighs one of lower. Effort is counted in iterations and chance comes from the seed, so that
 * the same problem gives the same plan; a caller who knows the time may bound the effort by it too.
 */
import { createPrng } from '../random.ts';
import { anneal } from './anneal.ts';
import { minimiseFleet } from './minimise-fleet.ts';

import { placeRest } from './place-rest.ts';
import { planOf } from './plan.ts';
import type { RoutingEffort, RoutingPlan, RoutingProblem } from './port.ts';
import { prepareModel } from './prepare-model.ts';
import { Budget, Search } from './search.ts';

/** The share of the effort that goes into fewer vehicles, when they come first. */
const FLEET_SHARE = 0.2;

/**
 * @param effort bounds the time; without it the problem's iterations alone bound the effort
 * @throws RangeError when the problem contradicts itself (see `assertProblem`)
 */
export function solveRoutes(problem: RoutingProblem, effort?: RoutingEffort): RoutingPlan {
  const model = prepareModel(problem);
  const search = new Search(model, createPrng(problem.seed));
  const budget = new Budget(problem.iterations, effort);
  search.construct(budget);
  if (model.stopCount > 1 && model.vehicleCount > 0) {
    if (model.isFleetFirst) minimiseFleet(search, budget, FLEET_SHARE);
    anneal(search, budget);
  }
  return planOf(problem, search.best, placeRest(search.best, search.bestAbsent));
}
