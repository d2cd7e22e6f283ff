/**
 * Simulated annealing over ruin and recreate: a worse solution is accepted with a probability that falls with the
 * temperature, and the temperature falls exponentially with the share of the effort that is spent.
 */
import type { Budget, Search } from './search.ts';

/** Temperatures as a share of the mean leg. A short search has no time to come down from far above. */
const LONG_SEARCH = { start: 3, end: 0.03 };
const SHORT_SEARCH = { start: 0.3, end: 0.003 };
const SHORT_BELOW_STEPS_PER_STOP = 200;
const STEPS_PER_COOLING = 16;

/** Falls exponentially as `share` goes from 0 to 1. */
export function cooled(from: number, to: number, share: number): number {
  return from * (to / from) ** Math.min(1, Math.max(0, share));
}

export function meanLegOf({ current, model }: Search): number {
  let stops = 0;
  let cost = 0;
  for (const tour of current.tours) {
    stops += tour.count;
    if (tour.count > 0) cost += tour.cost - model.vehicleCost;
  }
  return cost / Math.max(1, stops);
}

export function anneal(search: Search, budget: Budget): void {
  const { prng, model } = search;
  const { start, end } = budget.iterations < SHORT_BELOW_STEPS_PER_STOP * model.stopCount ? SHORT_SEARCH : LONG_SEARCH;
  const meanLeg = meanLegOf(search);
  const from = budget.share();
  let temperature = 0;
  for (let step = 0; budget.share() < 1; step += 1) {
    if (step % STEPS_PER_COOLING === 0) {
      temperature = meanLeg * cooled(start, end, (budget.share() - from) / (1 - from));
    }
    budget.step();
    const before = search.absent.length === 0 ? 0 : search.absenceCost(search.absent);
    const left = search.propose();
    const after = left.length === 0 ? 0 : search.absenceCost(left);
    const cost = search.currentCost + search.toursDelta() + (after - before);
    if (cost < search.currentCost - temperature * Math.log(1 - prng.next())) {
      search.accept(left, cost);
      if (cost < search.bestCost) search.keep();
    } else {
      search.reject();
    }
  }
}
