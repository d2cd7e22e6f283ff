/** The board's counts, in one pass over an index that has all they need. */
import type { OrderStatus } from '../../domain/index.ts';
import type { BoardSummary, PromiseState } from '../model/orders.ts';
import type { OrderStore } from './order-store.ts';
import { isOpen } from './schema.ts';

interface Count {
  readonly status: OrderStatus;
  readonly promiseState: PromiseState;
  readonly depotId: string;
  readonly perfect: number | null;
  readonly n: number;
  readonly breaches: number;
}

/** @param stuck how many waits are stuck, as last seen */
export function summaryOf(store: OrderStore, stuck: number, now: string): BoardSummary {
  const counts = [...settledCounts(store), ...unsettledCounts(store, now)];
  const sum = (some: (count: Count) => boolean): number =>
    counts.reduce((total, count) => total + (some(count) ? count.n : 0), 0);
  // A customer's cancellation has a verdict and does not count.
  const counted = sum(({ perfect, promiseState }) => perfect !== null && promiseState !== 'EXCLUDED');
  const perfect = sum((count) => count.perfect === 1 && count.promiseState !== 'EXCLUDED');
  return {
    now,
    total: sum(() => true),
    open: sum(({ status }) => isOpen(status)),
    byStatus: tally(counts, ({ status }) => status),
    byPromiseState: tally(counts, ({ promiseState }) => promiseState),
    byDepot: byDepot(counts),
    perfectShare: counted === 0 ? null : perfect / counted,
    perfect,
    counted,
    breaches: counts.reduce((total, { breaches }) => total + breaches, 0),
    failed: store.one<{ n: number }>('SELECT count(*) AS n FROM orders WHERE failGroup IS NOT NULL')?.n ?? 0,
    stuck,
  };
}

/** Read along an index in the order of the groups, so nothing is sorted. */
function settledCounts(store: OrderStore): Count[] {
  return store.all<Count>(
    `SELECT status, settled AS promiseState, depotId, perfect, count(*) AS n, sum(breaches) AS breaches
     FROM orders INDEXED BY settledOrders WHERE settled IS NOT NULL GROUP BY status, settled, depotId, perfect`,
  );
}

/** What is late or at risk changes as time passes. */
function unsettledCounts(store: OrderStore, now: string): Count[] {
  const groups = store.all<Omit<Count, 'promiseState' | 'perfect'> & { late: number; atRisk: number }>(
    `SELECT status, depotId, count(*) AS n, sum(breaches) AS breaches, sum(committedTo < ?) AS late,
       sum(committedTo >= ? AND (atRisk = 1 OR ifnull(stageDueAt < ?, 0))) AS atRisk
     FROM orders INDEXED BY unsettledOrders WHERE settled IS NULL GROUP BY status, depotId`,
    now,
    now,
    now,
  );
  return groups.flatMap(({ late, atRisk, n, breaches, ...group }): Count[] => [
    // The breaches of a group are counted once.
    { ...group, promiseState: 'LATE', perfect: null, n: late, breaches },
    { ...group, promiseState: 'AT_RISK', perfect: null, n: atRisk, breaches: 0 },
    { ...group, promiseState: 'ON_TIME', perfect: null, n: n - late - atRisk, breaches: 0 },
  ]);
}

function tally<Key extends string>(counts: readonly Count[], keyOf: (count: Count) => Key): Record<Key, number> {
  const totals: Partial<Record<Key, number>> = {};
  for (const count of counts) if (count.n > 0) totals[keyOf(count)] = (totals[keyOf(count)] ?? 0) + count.n;
  return totals as Record<Key, number>;
}

function byDepot(counts: readonly Count[]): BoardSummary['byDepot'] {
  const depots = new Map<string, { open: number; late: number }>();
  for (const { depotId, status, promiseState, n } of counts) {
    const depot = depots.get(depotId) ?? { open: 0, late: 0 };
    depots.set(depotId, depot);
    if (isOpen(status)) depot.open += n;
    if (promiseState === 'LATE') depot.late += n;
  }
  return [...depots]
    .map(([depotId, { open, late }]) => ({ depotId, open, late }))
    .sort((a, b) => (a.depotId < b.depotId ? -1 : 1));
}
