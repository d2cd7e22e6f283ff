/**
 * Fleet minimisation by absence counters (Christiaens and Vanden Berghe 2020): a tour is dissolved and its stops wait.
 * Each stop counts how often a step left it out; a step that leaves out stops that were left out less often is accepted
 * whatever it costs, so that the hard ones find a place and the easy ones wait. When none waits, the next tour goes.
 */
import { cooled, meanLegOf } from './anneal.ts';
import type { RoutingModel } from './model.ts';
import type { Budget, Search } from './search.ts';
import type { TourView } from './solution.ts';

/** Temperatures as a share of the mean leg: cooler than where cost is the aim, since the counters do the shaking. */
const START_TEMPERATURE = 1;
const END_TEMPERATURE = 0.01;

/** The fewest vehicles whose capacities hold all loads, whatever the windows. */
function fewestVehicles({ dimensions, vehicleCount, capacity, load, stopCount }: RoutingModel): number {
  let fewest = 1;
  for (let dimension = 0; dimension < dimensions; dimension += 1) {
    let total = 0;
    for (let node = 1; node <= stopCount; node += 1) total += load[node * dimensions + dimension] as number;
    const largest = Array.from({ length: vehicleCount }, (_, at) => capacity[at * dimensions + dimension] as number);
    largest.sort((a, b) => b - a);
    let count = 0;
    for (let held = 0; held < total * (1 - 1e-9) && count < vehicleCount; count += 1) held += largest[count] as number;
    fewest = Math.max(fewest, count);
  }
  return fewest;
}

function sumOf(nodes: readonly number[], absences: Float64Array): number {
  let sum = 0;
  for (const node of nodes) sum += absences[node] as number;
  return sum;
}

/** The tour whose stops were left out least often: they will find places again. */
function easiestTour({ current }: Search, absences: Float64Array): number {
  let easiest = -1;
  let least = Infinity;
  for (const [vehicle, { count, order }] of current.tours.entries()) {
    if (count === 0) continue;
    let sum = 0;
    for (let slot = 1; slot <= count; slot += 1) sum += absences[order[slot] as number] as number;
    if (sum < least) {
      least = sum;
      easiest = vehicle;
    }
  }
  return easiest;
}

/**
 * Uses the budget up to `until` to find fewer vehicles; ends before when capacity allows no fewer. Afterwards the best
 * solution is current, and only the vehicles that it uses are open. A fleet that cannot serve every stop is left whole.
 */
export function minimiseFleet(search: Search, budget: Budget, until: number): void {
  const { model, prng } = search;
  const absences = new Float64Array(model.size);
  const fewest = fewestVehicles(model);
  const meanLeg = meanLegOf(search);
  const from = budget.share();
  let isWhole = true;
  const usedBy = (tours: readonly TourView[]): number => tours.filter(({ count }) => count > 0).length;
  while (budget.share() < until) {
    if (search.absent.length === 0) {
      search.keep();
      search.openUsed();
      if (usedBy(search.current.tours) <= fewest) break;
      search.close(easiestTour(search, absences));
      isWhole = false;
    }
    budget.step();
    const left = search.propose();
    const delta = search.toursDelta();
    const sum = sumOf(left, absences);
    const limit = sumOf(search.absent, absences);
    const temperature = meanLeg * cooled(START_TEMPERATURE, END_TEMPERATURE, (budget.share() - from) / (until - from));
    const isCheap = left.length <= search.absent.length && delta < -temperature * Math.log(1 - prng.next());
    const isAccepted = delta < Infinity && (left.length === 0 || sum < limit || (sum === limit && isCheap));
    for (const node of left) absences[node] = (absences[node] as number) + 1;
    if (isAccepted) search.accept(left, search.current.cost() + delta + search.absenceCost(left));
    else search.reject();
    if (isWhole && search.currentCost < search.bestCost) search.keep();
  }
  if (search.absent.length === 0) search.keep();
  search.restart();
  if (search.bestAbsent.length === 0) search.openUsed();
}
