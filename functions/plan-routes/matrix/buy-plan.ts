/**
 * From a problem without a matrix to a plan and what its matrix has cost: what is kept from earlier waves, what has to be
 * bought, the plan, what is kept for later ones, and the plan again where the traffic of the day makes another.
 */
import { isoOf, type RoutingPlan, type RoutingProblem } from '../../../domain/index.ts';
import type { WaveProblem } from '../plan-wave.ts';
import type { MatrixPolicy } from './matrix-policy.ts';
import { MatrixPurchase, type PurchasePorts } from './matrix-purchase.ts';
import { type MatrixReport, pricedReport } from './matrix-report.ts';
import { type CachePorts, PairCache } from './pair-cache.ts';
import { planInSlots } from './slot-plan.ts';
import { estimatedLegsOf, type SparingPlan, solveSparingly } from './solve-sparingly.ts';
import type { SlotOfShift } from './week-slots.ts';

export interface BoughtPlan extends Pick<SparingPlan, 'plan' | 'matrix'> {
  readonly report: MatrixReport;
}

export async function buyPlan(
  problem: WaveProblem,
  slot: SlotOfShift,
  policy: MatrixPolicy,
  solve: (problem: RoutingProblem) => Promise<RoutingPlan>,
  ports: PurchasePorts & CachePorts,
): Promise<BoughtPlan> {
  const departAt = isoOf(slot.departMs);
  const purchase = new MatrixPurchase(problem.positions, departAt, policy, ports);
  const { places, table } = purchase;
  const cache = new PairCache(places, slot.name, policy.lifetimeDays, ports);
  const cachedPairs = await cache.fill(table);
  const sparing = await solveSparingly(problem, purchase, policy, solve);
  await cache.keep(table, purchase.learnt);
  const { plan, matrix, slots } = await planInSlots(sparing, problem, { slot, purchase, policy, solve });
  const report = pricedReport({
    slot: slot.name,
    departAt,
    places: table.size,
    fullPairs: problem.positions.length ** 2,
    askedPairs: purchase.askedPairs,
    usefulPairs: slots.reduce((sum, { ways }) => sum + ways, purchase.learnt.length),
    cachedPairs,
    estimatedPairs: table.size * (table.size - 1) - table.knownCount(),
    requests: purchase.requests,
    failedRequests: purchase.failedRequests,
    rounds: sparing.rounds,
    estimatedLegs: plan === sparing.plan ? sparing.estimatedLegs : estimatedLegsOf(plan, problem, purchase),
    slots,
    cache: cache.units,
  });
  return { plan, matrix, report };
}
