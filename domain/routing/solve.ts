/**
 * Plans routes: several greedy constructions, the best of which is improved by ruin and recreate under simulated
 * annealing. To serve a stop always outweighs any distance; a stop of higher priority outweighs one of lower. The
 * effort is the problem's iteration count, the chance comes from its seed: the same problem gives the same plan.
 */
import { createPrng, type Prng } from '../random.ts';
import { explainUnassigned } from './explain.ts';
import { compileProblem, type RoutingModel } from './model.ts';
import type { PlannedRoute, PlannedStop, RoutingPlan, RoutingProblem } from './port.ts';
import { drawOrder, type InsertionOrder, recreate } from './recreate.ts';
import { neighboursOf, ruin } from './ruin.ts';
import { Tours, type ToursSnapshot } from './tours.ts';

/** More than any tour can last, so that leaving a stop out is never cheaper than driving to it. */
const ABSENCE_COST_MS = 1e10;
/** Of many stops left out only some are tried per iteration, or a fleet far too small would slow every step down. */
const MAX_RETRIES = 20;
const CONSTRUCTIONS: readonly InsertionOrder[] = ['early', 'tight', 'far', 'demand', 'close'];
/** Temperatures as a share of the mean leg. */
const START_TEMPERATURE = 0.3;
const END_TEMPERATURE = 0.003;

interface Candidate {
  readonly snapshot: ToursSnapshot;
  absent: number[];
  cost: number;
}

/** @throws RangeError when the problem contradicts itself (see `compileProblem`) */
export function solveRoutes(problem: RoutingProblem): RoutingPlan {
  const model = compileProblem(problem);
  const tours = new Tours(model);
  const prng = createPrng(problem.seed);
  const best = construct(tours, prng);
  if (model.stopCount > 1 && model.vehicleCount > 0) improve(tours, best, problem.iterations, prng);
  tours.restore(best.snapshot);
  return planOf(problem, tours, best.absent);
}

function costOf(tours: Tours, absent: readonly number[]): number {
  let cost = tours.travelMs();
  for (const node of absent) cost += ABSENCE_COST_MS * (1 + Math.max(0, tours.model.priority[node] as number));
  return cost;
}

function construct(tours: Tours, prng: Prng): Candidate {
  const { stopCount } = tours.model;
  const nodes = Array.from({ length: stopCount }, (_, index) => index + 1);
  const empty = tours.snapshot();
  const best: Candidate = { snapshot: tours.snapshot(), absent: nodes, cost: costOf(tours, nodes) };
  for (const order of CONSTRUCTIONS) {
    tours.restore(empty);
    keepIfBetter(best, tours, recreate(tours, nodes, order, prng));
  }
  return best;
}

function keepIfBetter(best: Candidate, tours: Tours, absent: number[]): void {
  const cost = costOf(tours, absent);
  if (cost >= best.cost) return;
  tours.saveTo(best.snapshot);
  best.absent = absent;
  best.cost = cost;
}

function improve(tours: Tours, best: Candidate, iterations: number, prng: Prng): void {
  const { stopCount, size } = tours.model;
  const neighbours = neighboursOf(tours.model);
  const marked = new Uint8Array(size);
  tours.restore(best.snapshot);
  const current: Candidate = { snapshot: tours.snapshot(), absent: best.absent, cost: best.cost };
  const meanLegMs = best.snapshot.travelMs / stopCount;
  const coolBy = (END_TEMPERATURE / START_TEMPERATURE) ** (1 / Math.max(1, iterations));
  let temperature = START_TEMPERATURE * meanLegMs;

  for (let iteration = 0; iteration < iterations; iteration += 1) {
    ruin(tours, neighbours, marked, prng);
    const waiting = current.absent;
    const first = waiting.length > MAX_RETRIES ? prng.int(waiting.length - MAX_RETRIES + 1) : 0;
    const absent = waiting.slice(first, first + MAX_RETRIES);
    for (let node = 1; node <= stopCount; node += 1) if (marked[node] === 1) absent.push(node);
    marked.fill(0);
    const left = recreate(tours, absent, drawOrder(prng), prng);
    if (waiting.length > MAX_RETRIES) left.push(...waiting.slice(0, first), ...waiting.slice(first + MAX_RETRIES));
    const cost = costOf(tours, left);
    if (tours.isFeasible() && cost < current.cost - temperature * Math.log(1 - prng.next())) {
      tours.saveTo(current.snapshot);
      current.absent = left;
      current.cost = cost;
      keepIfBetter(best, tours, left);
    } else {
      tours.restore(current.snapshot);
    }
    temperature *= coolBy;
  }
}

function planOf(problem: RoutingProblem, tours: Tours, absent: readonly number[]): RoutingPlan {
  const routes = problem.vehicles.flatMap((_, vehicle): PlannedRoute[] =>
    tours.length[vehicle] === 0 ? [] : [routeOf(problem, tours, vehicle)],
  );
  const nodes = [...absent].sort((left, right) => left - right);
  return {
    routes,
    unassigned: nodes.map((node) => explainUnassigned(problem, tours, node)),
    costSeconds: tours.travelMs() / 1000,
  };
}

function routeOf(problem: RoutingProblem, tours: Tours, vehicle: number): PlannedRoute {
  const { model } = tours;
  const { nowMs, matrix } = problem;
  const { dimensions, stopCount, size } = model;
  const nodes = tours.order.subarray(vehicle * stopCount, vehicle * stopCount + (tours.length[vehicle] as number));
  const departure = departureOf(model, vehicle, nodes[0] as number);
  let leaves = departure;
  let before = model.startNode[vehicle] as number;
  let distanceMeters = 0;
  const leg = (to: number): { ms: number; meters: number } => {
    const meters = matrix.distancesMeters[before * size + to] as number;
    distanceMeters += meters;
    return { ms: model.travel[before * size + to] as number, meters };
  };
  const stops = Array.from(nodes, (node): PlannedStop => {
    const { ms, meters } = leg(node);
    const arrival = leaves + ms;
    const start = Math.max(arrival, model.from[node] as number);
    leaves = start + (model.service[node] as number);
    before = node;
    return {
      stopId: (problem.stops[node - 1] as { stopId: string }).stopId,
      arrivalMs: nowMs + arrival,
      serviceStartMs: nowMs + start,
      departureMs: nowMs + leaves,
      legSeconds: ms / 1000,
      legMeters: meters,
    };
  });
  const back = leg(0);
  return {
    vehicleId: (problem.vehicles[vehicle] as { vehicleId: string }).vehicleId,
    stops,
    departMs: nowMs + departure,
    returnMs: nowMs + leaves + back.ms,
    loads: Array.from(tours.loads.subarray(vehicle * dimensions, (vehicle + 1) * dimensions)),
    distanceMeters,
  };
}

/** As late as the first window allows: time waited before the first stop is better spent at the depot. */
function departureOf(model: RoutingModel, vehicle: number, first: number): number {
  const leg = model.travel[(model.startNode[vehicle] as number) * model.size + first] as number;
  return Math.max(model.shiftFrom[vehicle] as number, (model.from[first] as number) - leg);
}
