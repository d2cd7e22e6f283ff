/**
 * What the console's server asks of the operations: one method for each thing a page shows or does. The server knows no
 * AWS beyond this, so that its routes are tested without any.
 */
import type { AuditTarget } from '../../domain/index.ts';
import type { ActionRecord, AmendRequest, CancelRequest, Identity } from '../../operations/model/actions.ts';
import type { AuditReport, AuditRequest, ChainVerification } from '../../operations/model/audit.ts';
import type { MapPicture } from '../../operations/model/map.ts';
import type { BoardSummary, OrderPage, OrderQuery, OrderView, WaitView } from '../../operations/model/orders.ts';
import type {
  FailureGroup,
  JobMode,
  ReplayForecast,
  ReplayItem,
  ReplayItemState,
  ReplayJob,
} from '../../operations/model/replay.ts';
import type { ExecutionView, HistoryEventView, OrderTraceView, SignalView } from '../../operations/model/trace.ts';
import type { RemedyKind, StuckKind, StuckWait } from '../../operations/model/waits.ts';

/** Who asks, and what is being looked at. */
export interface Session {
  readonly identity: Identity;
  /** Absent for an account's own endpoints. */
  readonly endpoint?: string;
  readonly region: string;
  readonly now: string;
  /** A region on a laptop, with virtual time. */
  readonly isRegion: boolean;
}

export interface HistoryPage {
  readonly events: readonly HistoryEventView[];
  /** Of the whole history. */
  readonly total: number;
}

export interface ReplayItemPage {
  readonly items: readonly ReplayItem[];
  /** Of all pages. */
  readonly total: number;
}

export interface ItemQuery {
  readonly state?: ReplayItemState;
  readonly offset: number;
  readonly limit: number;
}

/** Whether each recorded input leads on from its failed state through the definition as it is now. */
export interface Rehearsal {
  readonly total: number;
  readonly passed: number;
  readonly failed: readonly { readonly orderId: string; readonly state: string; readonly reason: string }[];
}

export interface LedgerView {
  readonly orderId: string;
  readonly wait?: WaitView;
  readonly signals: readonly SignalView[];
}

/** Which failed orders a replay takes: one of the three. */
export interface Selection {
  readonly groupIds?: readonly string[];
  readonly orderIds?: readonly string[];
  readonly query?: OrderQuery;
}

export interface FreezeRequest extends Selection {
  readonly mode: JobMode;
  readonly ratePerSecond: number;
  readonly why: string;
}

export interface RemedyRequest {
  readonly orderId: string;
  readonly kind: StuckKind;
  readonly remedy: RemedyKind;
  readonly why: string;
  readonly signalId?: string;
  readonly executionArn?: string;
}

export interface ConsoleOperations {
  readonly endpoint?: string;
  readonly region: string;
  identity(): Promise<Identity>;
  /** ISO 8601; virtual in a region. */
  now(): string;
  /** Brings the board up to date; gives the rows that changed, the latest change last. */
  sync(): Promise<readonly OrderView[]>;

  search(query: OrderQuery): Promise<OrderPage>;
  summary(): Promise<BoardSummary>;
  map(): Promise<MapPicture>;
  /** undefined: nothing is known under this id. */
  trace(orderId: string): Promise<OrderTraceView | undefined>;
  ledger(orderId: string): Promise<LedgerView | undefined>;
  execution(executionArn: string): Promise<ExecutionView | undefined>;
  /** `from` counts events from 0. */
  events(executionArn: string, from: number, limit: number): Promise<HistoryPage | undefined>;

  failures(depotId?: string): Promise<readonly FailureGroup[]>;
  freeze(request: FreezeRequest): Promise<ReplayJob>;
  /** Latest first. */
  jobs(): Promise<readonly ReplayJob[]>;
  job(jobId: string): Promise<ReplayJob | undefined>;
  items(jobId: string, query: ItemQuery): Promise<ReplayItemPage>;
  forecast(jobId: string): Promise<ReplayForecast>;
  /** Runs the job to its end, or until `signal` is raised and what is under way is settled. */
  run(jobId: string, onProgress: (job: ReplayJob) => void, signal: AbortSignal): Promise<ReplayJob>;
  rehearse(selection: { readonly orderIds: readonly string[] } | { readonly jobId: string }): Promise<Rehearsal>;

  waits(): Promise<readonly StuckWait[]>;
  remedy(request: RemedyRequest): Promise<ActionRecord>;
  cancel(request: CancelRequest): Promise<ActionRecord>;
  amend(request: AmendRequest): Promise<ActionRecord>;
  /** Latest first. */
  actions(orderId?: string): Promise<readonly ActionRecord[]>;

  audit(request: AuditRequest, targets: readonly AuditTarget[]): Promise<AuditReport>;
  verify(period: { readonly from: string; readonly to: string }): Promise<ChainVerification>;
  close(): void;
}
