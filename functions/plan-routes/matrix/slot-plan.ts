/**
 * The plan again, with the traffic of each slot of the week that its routes pass through. A matrix is bought for one slot;
 * of the others a few ways tell by how much they differ. Where none does, the plan stands as it is. Otherwise it is the
 * beginning of a short search with all slots, and so again while a plan passes into a slot of which nothing is known yet.
 *
 * - S1 A slot that nobody answers for, or that differs by no more than the tolerance, is taken for the wave's own.
 * - S2 Each slot is asked once, however often it returns.
 */
import { isoOf, type RoutingPlan, type RoutingProblem, type TravelMatrix } from '../../../domain/index.ts';
import type { WaveProblem } from '../plan-wave.ts';
import type { MatrixPolicy } from './matrix-policy.ts';
import type { MatrixPurchase } from './matrix-purchase.ts';
import type { SlotReport } from './matrix-report.ts';
import { inSlot, ratiosOf, type SlotRatios, sampleBlocks } from './slot-sample.ts';
import { previousFor } from './solve-sparingly.ts';
import { middleOf, type SlotOfShift, type SlotStretch, stretchesOf } from './week-slots.ts';

const DEPOT = 0;

interface PlanOnMatrix {
  readonly plan: RoutingPlan;
  readonly matrix: TravelMatrix;
}

interface SlotPorts {
  /** The wave's own, for which the matrix was bought. */
  readonly slot: SlotOfShift;
  readonly purchase: MatrixPurchase;
  readonly policy: MatrixPolicy;
  solve(problem: RoutingProblem): Promise<RoutingPlan>;
}

export async function planInSlots(
  { plan: first, matrix: own }: PlanOnMatrix,
  problem: WaveProblem,
  ports: SlotPorts,
): Promise<PlanOnMatrix & { readonly slots: readonly SlotReport[] }> {
  const { policy, solve } = ports;
  let plan = first;
  let matrix = own;
  const slots = new Map<string, SlotReport>();
  const ways = new Map<string, Float64Array>();
  for (;;) {
    const fresh = newStretches(plan, problem, ports.slot.name, slots);
    const known = ways.size;
    for (const stretch of policy.slotPairs > 0 ? fresh : []) {
      const ratios = await ask(stretch, plan, problem, ports);
      const isPlanned = ratios !== undefined && differs(ratios, policy.slotTolerance);
      if (isPlanned) ways.set(stretch.name, inSlot(own.durationsSeconds, ratios));
      const departAt = isoOf(middleOf(stretch));
      const { ways: count, ratio } = ratios ?? { ways: 0, ratio: null };
      slots.set(stretch.name, { slot: stretch.name, departAt, ways: count, ratio, isPlanned });
    }
    if (ways.size === known) return { plan, matrix, slots: [...slots.values()] };
    matrix = { ...own, slots: travelSlots(problem, own, ways) };
    plan = await solve({
      ...problem,
      matrix,
      iterations: Math.min(problem.iterations, policy.slotIterations),
      previous: previousFor(problem, plan),
    });
  }
}

/** Of each slot that is not known yet, the longest stretch that the plan passes through. */
function newStretches(
  { routes }: RoutingPlan,
  { depot }: WaveProblem,
  own: string,
  known: ReadonlyMap<string, unknown>,
): SlotStretch[] {
  if (routes.length === 0) return [];
  const fromMs = Math.min(...routes.map(({ departMs }) => departMs));
  const toMs = Math.max(...routes.map(({ returnMs }) => returnMs));
  const longest = new Map<string, SlotStretch>();
  for (const stretch of stretchesOf({ fromMs, toMs }, depot)) {
    if (stretch.name === own || known.has(stretch.name)) continue;
    const other = longest.get(stretch.name);
    const isLonger = other === undefined || stretch.toMs - stretch.fromMs > other.toMs - other.fromMs;
    if (isLonger) longest.set(stretch.name, stretch);
  }
  return [...longest.values()];
}

async function ask(
  stretch: SlotStretch,
  plan: RoutingPlan,
  { stops }: WaveProblem,
  { purchase, policy }: SlotPorts,
): Promise<SlotRatios | undefined> {
  const { places, table } = purchase;
  const rows = new Map(stops.map(({ stopId }, index) => [stopId, index + 1]));
  const visits = plan.routes.flatMap((route) => route.stops);
  // Ways that are driven at that time matter most.
  const meanwhile = visits.filter(({ arrivalMs }) => arrivalMs >= stretch.fromMs && arrivalMs < stretch.toMs);
  const visited = (meanwhile.length > 0 ? meanwhile : visits).map(
    ({ stopId }) => places.placeOf[rows.get(stopId) as number] as number,
  );
  const blocks = sampleBlocks(table, places.placeOf[DEPOT] as number, visited, policy.slotPairs);
  return ratiosOf(table, blocks, await purchase.sample(blocks, isoOf(middleOf(stretch))));
}

const differs = ({ byBand }: SlotRatios, tolerance: number): boolean =>
  byBand.some((ratio) => Math.abs(ratio - 1) > tolerance);

/** Over all the time in which vehicles may drive, since the next plan may go beyond this one. */
function travelSlots(
  { nowMs, depot, vehicles }: WaveProblem,
  { durationsSeconds }: TravelMatrix,
  ways: ReadonlyMap<string, Float64Array>,
): NonNullable<TravelMatrix['slots']> {
  const toMs = Math.max(...vehicles.map(({ shift }) => shift.toMs));
  const slots: { fromMs: number; durationsSeconds: Float64Array }[] = [];
  for (const { name, beginsMs } of stretchesOf({ fromMs: nowMs, toMs }, depot)) {
    const those = ways.get(name) ?? durationsSeconds;
    if (those === (slots.at(-1)?.durationsSeconds ?? durationsSeconds)) continue;
    slots.push({ fromMs: beginsMs, durationsSeconds: those });
  }
  return slots;
}
