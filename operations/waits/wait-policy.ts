/** How long a wait may last before an operator hears of it. */
import type { OrderRow } from '../model/orders.ts';

export const GRACE_SECONDS = {
  /** Past the deadline of the stage that the wait belongs to. */
  overdue: 30 * 60,
  /** The projection, the ledger and the execution may disagree for so long while signals are under way. */
  settling: 5 * 60,
  /** A signal may precede its wait by as much: a route's news come before its order's planning is answered. */
  signal: 15 * 60,
} as const;

const STAGE_OF_MILESTONE: Readonly<Record<string, string>> = {
  RoutePlanned: 'plan',
  RouteAccepted: 'dispatch',
  DepartedDepot: 'depart',
  ApproachingStop: 'deliver',
  ArrivedAtStop: 'deliver',
  Delivered: 'deliver',
};

/** The deadline of the wait's stage, breached or not; undefined when it has none. */
export function overdueSince(
  row: Pick<OrderRow, 'wait' | 'stage' | 'stageDueAt' | 'breaches' | 'promiseVersion'>,
): string | undefined {
  const stage = STAGE_OF_MILESTONE[row.wait?.awaits ?? ''];
  if (stage === undefined) return undefined;
  if (row.stage === stage && row.stageDueAt !== undefined) return row.stageDueAt;
  const breach = row.breaches.findLast((fired) => fired.stage === stage && fired.promiseVersion === row.promiseVersion);
  return breach?.deadline;
}
