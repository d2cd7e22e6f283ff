/** Every deadline that an order has had in its present cycle: the record keeps only those that still run. */
import { STAGES, type Stage, slaPolicy, stageDeadline } from '../../domain/index.ts';
import type { OrderRecord } from '../../functions/platform/tables.ts';

/** What begins the clock of a stage. */
const BEGINS: Readonly<Record<Stage, keyof OrderRecord['times']>> = {
  accept: 'placedAt',
  plan: 'acceptedAt',
  dispatch: 'plannedAt',
  depart: 'dispatchedAt',
  deliver: 'departedAt',
  close: 'deliveredAt',
};

/** By stage, ISO 8601; a stage that has not begun is missing. A deadline on the record is the one that counts. */
export function stageDeadlines({
  times,
  tier,
  promise,
  deadlines,
}: Pick<OrderRecord, 'times' | 'tier' | 'promise' | 'deadlines'>): Readonly<Record<string, string>> {
  const policy = slaPolicy(tier);
  const past = STAGES.flatMap((stage): [string, string][] => {
    const beganAt = times[BEGINS[stage]];
    return beganAt === undefined ? [] : [[stage, stageDeadline(policy, stage, { beganAt, promise })]];
  });
  return { ...Object.fromEntries(past), ...deadlines };
}
