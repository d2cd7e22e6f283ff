/** From an item of the projection to a row of the board, and what of a row does not depend on the time of looking. */
import { isTerminal, slaPolicy, type VerdictCode } from '../../domain/index.ts';
import type { BoardItem } from '../../functions/platform/board-items.ts';
import type { OrderRow, OrderView, PromiseState } from '../model/orders.ts';

/** @returns undefined for an item that is no order yet: its signals came before it */
export function rowOf(item: BoardItem): OrderRow | undefined {
  if (item.ordersSeq === undefined) return undefined;
  const { changeShard: _shard, ordersSeq: _orders, ledgerSeq: _ledger, excluded: _excluded, ...row } = item;
  return {
    ...row,
    // The index may keep more than the time in this attribute.
    changedAt: item.changedAt.slice(0, 24),
    replays: item.replays ?? 0,
    pendingSignals: item.pendingSignals ?? 0,
  };
}

export type Settled = Extract<PromiseState, 'MET' | 'MISSED' | 'EXCLUDED'>;

/** Codes of a verdict that say that the window was missed. */
const MISSES: readonly VerdictCode[] = [
  'LATE',
  'EARLY',
  'REJECTED',
  'CANCELLED',
  'RETURNED',
  'FAILED',
  'NOT_DELIVERED',
];

/** How the promise ended; undefined while it can still go either way. A failed order is still owed. */
export function settledOf(
  row: Pick<OrderRow, 'status' | 'perfect' | 'reasons' | 'deliveredAt' | 'committedTo' | 'promiseFrom' | 'tier'>,
  isExcluded: boolean,
): Settled | undefined {
  if (isExcluded) return 'EXCLUDED';
  const { status, deliveredAt } = row;
  if (deliveredAt === undefined) {
    return isTerminal(status) && status !== 'FAILED' ? 'MISSED' : undefined;
  }
  if (row.perfect !== undefined) return row.reasons.some((code) => MISSES.includes(code)) ? 'MISSED' : 'MET';
  const isEarly = deliveredAt < row.promiseFrom && slaPolicy(row.tier).earlyIsMiss;
  return deliveredAt <= row.committedTo && !isEarly ? 'MET' : 'MISSED';
}

/** Whether an open order is at risk whatever the time is: the rest of AT_RISK is a deadline that passes. */
export function isAtRisk({ status, etaAt, committedTo, breaches, promiseVersion }: OrderRow): boolean {
  if (status === 'FAILED') return true;
  if (etaAt !== undefined && etaAt > committedTo) return true;
  return breaches.some((breach) => breach.promiseVersion === promiseVersion);
}

export function promiseStateOf(row: OrderRow, isExcluded: boolean, now: string): PromiseState {
  const settled = settledOf(row, isExcluded);
  if (settled !== undefined) return settled;
  if (row.committedTo < now) return 'LATE';
  if (isAtRisk(row)) return 'AT_RISK';
  return row.stageDueAt !== undefined && row.stageDueAt < now ? 'AT_RISK' : 'ON_TIME';
}

export function viewOf(row: OrderRow, promiseState: PromiseState, now: string): OrderView {
  const ageMs = Date.parse(now) - Date.parse(row.statusAt);
  return { ...row, promiseState, stageAgeSeconds: Math.max(0, Math.round(ageMs / 1000)) };
}
