/**
 * Plans a wave on a matrix that is bought as the plan needs it: the depot's ways and each place's neighbours first, then
 * again and again the legs of a plan that were estimates, until a plan drives known ways only or the policy's bounds are
 * met. Each plan begins with the one before. Estimates are hopeful, so that what may be good is tried, the more so once a
 * plan has little left to ask. The last plans are wary, so that they settle on what is known; the very last has most of
 * the effort.
 */
import type { RoutingPlan, RoutingProblem, TravelMatrix } from '../../../domain/index.ts';
import type { MatrixPolicy } from './matrix-policy.ts';
import type { MatrixPurchase } from './matrix-purchase.ts';
import { WantedPairs, windowsOf } from './wanted-pairs.ts';

export interface SparingPlan {
  readonly plan: RoutingPlan;
  readonly matrix: TravelMatrix;
  readonly rounds: number;
  readonly estimatedLegs: number;
}

type Problem = Omit<RoutingProblem, 'matrix'>;

const DEPOT = 0;
/** Plans of the end that may still ask. */
const WARY_ROUNDS = 2;
/** Of the problem's effort. One long search ends better than three that begin anew, so the plan that counts has most. */
const WARY_EFFORT = 0.5;
const LAST_EFFORT = 2;
/** A plan with no more estimates than this has seen what its hope shows, and the next one hopes more, by this factor. */
const FEW_LEGS = 3;
const MORE_HOPE = 0.85;

export async function solveSparingly(
  problem: Problem,
  purchase: MatrixPurchase,
  policy: MatrixPolicy,
  solve: (problem: RoutingProblem) => Promise<RoutingPlan>,
): Promise<SparingPlan> {
  const { table } = purchase;
  const isFamiliar =
    table.knownCount() >= policy.familiarPairsPerPlace * table.size &&
    purchase.estimates().doubt <= policy.familiarDoubt;
  await buyNeighbours(problem, purchase, policy);
  if (table.isComplete()) {
    const matrix = purchase.matrix(1);
    return { plan: await solve({ ...problem, matrix }), matrix, rounds: 0, estimatedLegs: 0 };
  }
  const roundIterations = Math.min(problem.iterations, policy.roundIterations);
  const lastRounds = Math.max(0, policy.rounds - WARY_ROUNDS);
  let { previous } = problem;
  let hope = isFamiliar ? 1 : policy.hopefulFactor;
  for (let round = 0; ; round += 1) {
    const isLast = round >= policy.rounds;
    const isWary = round >= lastRounds;
    const matrix = purchase.matrix(isWary ? policy.waryFactor : hope);
    const lastIterations = Math.round(problem.iterations * (isLast ? LAST_EFFORT : WARY_EFFORT));
    const plan = await solve({
      ...problem,
      matrix,
      iterations: isWary ? lastIterations : roundIterations,
      ...(previous === undefined ? {} : { previous }),
    });
    previous = previousFor(problem, plan);
    const wanted = new WantedPairs(table);
    const estimatedLegs = addLegs(wanted, plan, problem, purchase);
    if (isLast) return { plan, matrix, rounds: round, estimatedLegs };
    const isWiser = estimatedLegs > 0 && (await purchase.want(wanted));
    if (isWary && !isWiser) round = policy.rounds - 1;
    else if (estimatedLegs > 0 ? !isWiser : isFamiliar) round = Math.max(round, lastRounds - 1);
    if (estimatedLegs <= FEW_LEGS) hope *= MORE_HOPE;
  }
}

/**
 * What the next plan begins with. Where changes have a price, they are counted from the routes that drivers have, and not
 * from a plan nobody has seen.
 */
export function previousFor(
  { objective, previous }: Problem,
  { routes }: RoutingPlan,
): NonNullable<Problem['previous']> {
  if (previous !== undefined && objective?.perChange !== undefined) return previous;
  return {
    routes: routes.map(({ vehicleId, stops }) => ({ vehicleId, stopIds: stops.map(({ stopId }) => stopId) })),
  };
}

/** Few by the straight line, which does not see a river, and the rest by what those have taught of the roads. */
async function buyNeighbours(problem: Problem, purchase: MatrixPurchase, policy: MatrixPolicy): Promise<void> {
  const { places, table } = purchase;
  const depot = places.placeOf[DEPOT] as number;
  const windows = windowsOf(problem.stops, places.placeOf, table.size);
  for (const nearest of [Math.ceil(policy.neighbours / 2), policy.neighbours]) {
    const wanted = new WantedPairs(table);
    wanted.addDepot(depot);
    wanted.addNearest(purchase.estimates().seconds, windows, nearest, depot);
    await purchase.want(wanted);
  }
}

/** @returns how many legs of a plan are estimates */
export const estimatedLegsOf = (plan: RoutingPlan, problem: Problem, purchase: MatrixPurchase): number =>
  addLegs(new WantedPairs(purchase.table), plan, problem, purchase);

/**
 * The legs of the plan that are estimates, with what would be driven if the next search turned them or left one of their
 * ends out. @returns how many legs of the plan are estimates
 */
function addLegs(wanted: WantedPairs, plan: RoutingPlan, problem: Problem, { places, table }: MatrixPurchase): number {
  const rows = new Map(problem.stops.map((stop, index) => [stop.stopId, index + 1]));
  const starts = new Map(problem.vehicles.map(({ vehicleId, startIndex = DEPOT }) => [vehicleId, startIndex]));
  const placeOf = (row: number): number => places.placeOf[row] as number;
  let estimated = 0;
  for (const { vehicleId, stops } of plan.routes) {
    const visits = [
      starts.get(vehicleId) ?? DEPOT,
      ...stops.map(({ stopId }) => rows.get(stopId) as number),
      DEPOT,
    ].map(placeOf);
    for (const [index, to] of visits.entries()) {
      const [before, from, after] = [visits[index - 2], visits[index - 1], visits[index + 1]];
      if (from === undefined || table.isKnown(from, to)) continue;
      estimated += 1;
      wanted.add(from, to);
      wanted.add(to, from);
      if (before !== undefined) wanted.add(before, to);
      if (after !== undefined) wanted.add(from, after);
    }
  }
  return estimated;
}
