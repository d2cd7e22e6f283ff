/**
 * What the board shows of orders: rows of the projection, what is asked of them, and what they add up to. Plain JSON,
 * as the command line prints it, the HTTP API answers it and the console draws it; times are ISO 8601 UTC with
 * milliseconds, durations are in seconds and say so.
 */
import type { OrderStatus, Stage, Tier, VerdictCode } from '../../domain/index.ts';

/** Where an order stands against the window its customer was told. */
export type PromiseState =
  /** Open, and expected in time. */
  | 'ON_TIME'
  /** Open, and its ETA is past the promise, a stage of it has missed its deadline, or its execution has failed. */
  | 'AT_RISK'
  /** Open, and the window has ended. */
  | 'LATE'
  /** Delivered in the window. */
  | 'MET'
  /** Delivered outside of it, or never. */
  | 'MISSED'
  /** Cancelled by the customer: counts neither way. */
  | 'EXCLUDED';

export interface BreachView {
  readonly stage: string;
  readonly deadline: string;
  readonly promiseVersion: number;
  readonly firedAt: string;
}

/** Why the execution of an order stopped. */
export interface FailureView {
  readonly executionArn: string;
  /** How often that execution had been redriven when it stopped. */
  readonly redriveCount: number;
  /** The execution's own end: FAILED, TIMED_OUT or ABORTED. */
  readonly executionStatus: string;
  /** State in which it stopped; `?` until its history was read. */
  readonly state: string;
  readonly error: string;
  readonly cause: string;
  /** The cause with ids, numbers, times and ARNs taken out: what the causes of a group have in common. */
  readonly pattern: string;
  readonly failedAt: string;
  /** Status that the order had before. */
  readonly failedIn: string;
}

/** The open wait of an order, as the ledger has it. */
export interface WaitView {
  readonly awaits: string;
  readonly cycle: number;
  readonly openedAt: string;
  readonly executionArn: string;
  /** A signal was chosen as its answer; what became of the sending stands with the signal. */
  readonly matched: boolean;
}

/** One order of the projection: a row of the board. */
export interface OrderRow {
  readonly orderId: string;
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
  /** End of the window that the customer was told, which a carrier's change does not move. */
  readonly committedTo: string;
  /** Last ETA that was told, and by how much it misses the promise. */
  readonly etaAt?: string;
  readonly slipSeconds?: number;
  readonly routeId?: string;
  readonly vehicleId?: string;
  readonly driverId?: string;
  readonly stopSequence?: number;
  readonly plannedArrivalAt?: string;
  /** Longitude, latitude. */
  readonly position: readonly [number, number];
  /** Stage whose clock runs. */
  readonly stage?: Stage;
  /** Its deadline. */
  readonly stageDueAt?: string;
  readonly breaches: readonly BreachView[];
  readonly perfect?: boolean;
  readonly reasons: readonly VerdictCode[];
  readonly deliveredAt?: string;
  readonly closedAt?: string;
  readonly archivedAt?: string;
  readonly executionArn?: string;
  readonly failure?: FailureView;
  /** How often the order was replayed. */
  readonly replays: number;
  readonly wait?: WaitView;
  /** Signals that no wait has taken yet, and since when the oldest lies there. */
  readonly pendingSignals: number;
  readonly oldestPendingAt?: string;
  /** When the projection last changed this row. */
  readonly changedAt: string;
}

/** A row with what depends on the time of looking. */
export interface OrderView extends OrderRow {
  readonly promiseState: PromiseState;
  /** Since the status was reached. */
  readonly stageAgeSeconds: number;
}

export const ORDER_SORTS = [
  'placedAt',
  'statusAt',
  'promiseTo',
  'orderId',
  'customerId',
  'depotId',
  'status',
  'routeId',
  'driverId',
  'stageDueAt',
  'attempts',
  'slipSeconds',
] as const;
export type OrderSort = (typeof ORDER_SORTS)[number];

/** All given conditions hold together; several values of one field are alternatives. */
export interface OrderQuery {
  /** Part of an order, customer, route, driver or vehicle id, whatever its case. */
  readonly text?: string;
  readonly status?: readonly OrderStatus[];
  readonly depotId?: readonly string[];
  readonly customerId?: string;
  readonly driverId?: string;
  readonly vehicleId?: string;
  readonly routeId?: string;
  readonly tier?: Tier;
  readonly promiseState?: readonly PromiseState[];
  readonly perfect?: boolean;
  readonly reason?: VerdictCode;
  readonly breached?: boolean;
  /** Stage of a breach that has fired. */
  readonly breachedStage?: string;
  readonly minStageAgeSeconds?: number;
  /** Placed in [from, to). */
  readonly placedFrom?: string;
  readonly placedTo?: string;
  readonly closedFrom?: string;
  readonly closedTo?: string;
  readonly sort?: OrderSort;
  readonly descending?: boolean;
  /** 1 to 500; 50 when absent. */
  readonly limit?: number;
  readonly offset?: number;
}

export interface OrderPage {
  readonly orders: readonly OrderView[];
  /** Of all pages. */
  readonly total: number;
  readonly offset: number;
  /** Virtual time in a region, else the clock's: what ages and promise states were judged at. */
  readonly now: string;
}

export interface BoardSummary {
  readonly now: string;
  readonly total: number;
  readonly open: number;
  readonly byStatus: Readonly<Partial<Record<OrderStatus, number>>>;
  readonly byPromiseState: Readonly<Partial<Record<PromiseState, number>>>;
  readonly byDepot: readonly { readonly depotId: string; readonly open: number; readonly late: number }[];
  /** SCOR share of the orders that have a verdict and count; null while there are none. */
  readonly perfectShare: number | null;
  readonly perfect: number;
  readonly counted: number;
  readonly breaches: number;
  readonly failed: number;
  readonly stuck: number;
}
