/**
 * What the HTTP API answers. The shapes of the operations are theirs; here stand only those that the API adds.
 */
import type { Identity, ReplayItem, SignalView, WaitView } from '../../../operations/model.ts';

export type {
  ActionRecord,
  AuditDimension,
  AuditMetric,
  AuditReport,
  AuditSlice,
  BoardSummary,
  BreachView,
  ChainVerification,
  EtaSample,
  ExecutionView,
  FailureGroup,
  HistoryEventView,
  JobMode,
  MapPicture,
  NotificationView,
  OrderEventView,
  OrderPage,
  OrderQuery,
  OrderSort,
  OrderTraceView,
  OrderView,
  PromiseState,
  ReplayForecast,
  ReplayItem,
  ReplayItemState,
  ReplayJob,
  SignalView,
  StateAttempt,
  StateVisit,
  StuckKind,
  StuckWait,
  TimelineEntry,
} from '../../../operations/model.ts';

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
  readonly events: readonly import('../../../operations/model.ts').HistoryEventView[];
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
