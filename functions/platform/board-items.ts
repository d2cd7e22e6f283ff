/**
 * The projection of orders in the Board table, as project-orders writes it and the board reads it. Times are ISO 8601 UTC
 * with milliseconds.
 */
import type { OrderStatus, Stage, Tier, VerdictCode } from '../../domain/index.ts';
import type { Milestone } from '../../workflows/order-lifecycle/contracts.ts';
import type { Breach, OrderFailure } from './tables.ts';

// Board table: pk = orderId, one item per order, written by project-orders from the streams of the Orders and the Ledger
// table, and the item `#clock`. Each source writes its own attributes, guarded by its own sequence number, so that a
// stream that is read again changes nothing. An item without `ordersSeq` is no order yet (its signals came first).
// GSI `changes`: changeShard + changedAt: what changed since a time, shard by shard.

export interface BoardItem {
  readonly orderId: string;
  readonly changeShard: string;
  /** When the projection last changed the item. */
  readonly changedAt: string;
  /** Sequence number of the stream record that was projected last, padded so that text order is its order. */
  readonly ordersSeq?: string;
  readonly ledgerSeq?: string;
  // From the order record.
  readonly customerId: string;
  readonly depotId: string;
  readonly tier: Tier;
  readonly status: OrderStatus;
  readonly statusAt: string;
  readonly cause: string;
  readonly cycle: number;
  readonly attempts: number;
  readonly placedAt: string;
  readonly promiseFrom: string;
  readonly promiseTo: string;
  readonly promiseVersion: number;
  readonly committedTo: string;
  readonly routeId?: string;
  readonly vehicleId?: string;
  readonly driverId?: string;
  readonly stopSequence?: number;
  readonly plannedArrivalAt?: string;
  readonly position: readonly [number, number];
  readonly stage?: Stage;
  readonly stageDueAt?: string;
  readonly breaches: readonly Breach[];
  readonly perfect?: boolean;
  /** Cancelled by the customer: counts neither way. */
  readonly excluded?: boolean;
  readonly reasons: readonly VerdictCode[];
  readonly deliveredAt?: string;
  readonly closedAt?: string;
  readonly archivedAt?: string;
  readonly executionArn?: string;
  readonly failure?: OrderFailure;
  readonly replays: number;
  // From the ledger.
  readonly etaAt?: string;
  readonly slipSeconds?: number;
  readonly wait?: BoardWait;
  /** Absent until the ledger has an item. */
  readonly pendingSignals?: number;
  readonly oldestPendingAt?: string;
}

/** The open wait; its token stays in the ledger. */
export interface BoardWait {
  readonly awaits: Milestone;
  readonly cycle: number;
  readonly openedAt: string;
  readonly executionArn: string;
  readonly matched: boolean;
}

/** Written every minute by watch-slas: how fresh the projection can be. */
export interface BoardClockItem {
  readonly orderId: typeof BOARD_CLOCK;
  readonly at: string;
}
export const BOARD_CLOCK = '#clock';
export const BOARD_CHANGES_INDEX = 'changes';
export const BOARD_SHARDS = ['0', '1', '2', '3', '4', '5', '6', '7'] as const;

/** The shard of the index `changes` that an order is in: FNV-1a of its id. */
export function changeShardOf(orderId: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < orderId.length; index += 1) {
    hash = Math.imul(hash ^ orderId.charCodeAt(index), 0x01000193) >>> 0;
  }
  return String(hash % BOARD_SHARDS.length);
}
