/** How sparingly the matrix is bought. ADR 0019 has the trade and the figures. */
export interface MatrixPolicy {
  /** Other places asked for around each place before the first plan, in each direction. */
  readonly neighbours: number;
  /** Plans that may ask for their legs; the one after them is the plan. */
  readonly rounds: number;
  /** Effort of each plan that asks for its legs; the last plans have shares of the problem's. */
  readonly roundIterations: number;
  /** Pairs that a wave may buy, per place; what is wanted beyond stays an estimate. */
  readonly pairsPerPlace: number;
  /** Requests of one round; fewer requests are larger blocks, which buy more that nobody wanted. */
  readonly requestsPerRound: number;
  /** Below the service's five a second, which count for the account. */
  readonly requestsPerSecond: number;
  /** Answers awaited at a time. */
  readonly requestsAtATime: number;
  /** Asking ends after this time; what has not come by then is estimated. */
  readonly timeLimitMs: number;
  /** Where earlier waves have left so many pairs per place, plans hope less, and nothing is asked for its own sake. */
  readonly familiarPairsPerPlace: number;
  /** Unless known ways contradict each other by more than this share: then what is not known may be much better. */
  readonly familiarDoubt: number;
  /**
   * What estimates are multiplied by for plans that look for ways worth asking: below 1, so that a way that may be good
   * is tried. Of near ways those that are better than believed are the ones that a plan misses.
   */
  readonly hopefulFactor: number;
  /** What they are multiplied by for the last plans, which keep to ways that are known. */
  readonly waryFactor: number;
  /**
   * Pairs that are asked again for each further slot of the week that a plan passes through, one per place at most; with
   * 0 the ways of one slot hold all day.
   */
  readonly slotPairs: number;
  /** A slot whose ways differ by no more than this share is taken for the wave's own. */
  readonly slotTolerance: number;
  /** Effort of the plan with slots, whose iterations are ten to a hundred times dearer. */
  readonly slotIterations: number;
  /** Days for which an answer is used again. */
  readonly lifetimeDays: number;
}

export const DEFAULT_MATRIX_POLICY: MatrixPolicy = {
  neighbours: 8,
  rounds: 12,
  roundIterations: 2_500,
  pairsPerPlace: 42,
  requestsPerRound: 60,
  requestsPerSecond: 4,
  requestsAtATime: 3,
  timeLimitMs: 4 * 60_000,
  familiarPairsPerPlace: 10,
  familiarDoubt: 0.03,
  hopefulFactor: 0.65,
  waryFactor: 1.1,
  slotPairs: 36,
  slotTolerance: 0.03,
  slotIterations: 1_500,
  lifetimeDays: 30,
};

/**
 * @param lifetimeDays as the planner's environment has it; checked when the app is synthesised
 * @throws RangeError when someone has changed it since
 */
export function policyWith(lifetimeDays: string | undefined): MatrixPolicy {
  if (lifetimeDays === undefined) return DEFAULT_MATRIX_POLICY;
  const days = Number(lifetimeDays);
  if (days > 0 && days < Number.POSITIVE_INFINITY) return { ...DEFAULT_MATRIX_POLICY, lifetimeDays: days };
  throw new RangeError(`MATRIX_LIFETIME_DAYS is ${JSON.stringify(lifetimeDays)}: give days, as in 14.`);
}
