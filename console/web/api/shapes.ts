/**
 * What the HTTP API answers. The shapes of the operations are theirs; here stand only those that the API adds.
 */
import type { Identity } from '../../../operations/model/actions.ts';
import type { WaitView } from '../../../operations/model/orders.ts';
import type { ReplayItem } from '../../../operations/model/replay.ts';
import type { SignalView } from '../../../operations/model/trace.ts';

export type { ActionRecord } from '../../../operations/model/actions.ts';
export type {
  AuditDimension,
  AuditMetric,
  AuditReport,
  AuditSlice,
  ChainVerification,
} from '../../../operations/model/audit.ts';
export type { MapPicture } from '../../../operations/model/map.ts';
export type {
  BoardSummary,
  BreachView,
  OrderPage,
  OrderQuery,
  OrderSort,
  OrderView,
  PromiseState,
} from '../../../operations/model/orders.ts';
export type {
  FailureGroup,
  JobMode,
  ReplayForecast,
  ReplayItem,
  ReplayItemState,
  ReplayJob,
} from '../../../operations/model/replay.ts';
export type {
  EtaSample,
  ExecutionView,
  HistoryEventView,
  NotificationView,
  OrderEventView,
  OrderTraceView,
  SignalView,
  StateAttempt,
  StateVisit,
  TimelineEntry,
} from '../../../operations/model/trace.ts';
export type { StuckKind, StuckWait } from '../../../operations/model/waits.ts';

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
  readonly events: readonly import('../../../operations/model/trace.ts').HistoryEventView[];
  readonly total: number;
}

export interface ReplayItemPage {
  readonly items: readonly ReplayItem[];
  readonly total: number;
}

/** Whether each recorded input leads through the definition as it is now. */
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

export interface ApiProblem {
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
}
