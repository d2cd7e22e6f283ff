/**
 * What operators see and do, as plain JSON: the shapes that the command line prints, the HTTP API answers and the
 * console draws. Times are ISO 8601 UTC with milliseconds; durations are in seconds and say so.
 */
import type {
  AuditRequest,
  AuditSlice,
  Initiator,
  JudgedTarget,
  OrderStatus,
  Stage,
  Tier,
  VerdictCode,
} from '../domain/index.ts';

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

export interface MapDepot {
  readonly depotId: string;
  readonly position: readonly [number, number];
}
export interface MapStop {
  readonly sequence: number;
  readonly stopId: string;
  readonly position: readonly [number, number];
  readonly orderIds: readonly string[];
  readonly plannedArrivalAt: string;
  readonly isDone: boolean;
}
export interface MapRoute {
  readonly routeId: string;
  readonly depotId: string;
  readonly vehicleId: string;
  readonly driverId: string;
  readonly status: string;
  readonly stops: readonly MapStop[];
}
export interface MapVehicle {
  readonly vehicleId: string;
  readonly position: readonly [number, number];
  readonly sampleTime: string;
  readonly routeId?: string;
  readonly headingDegrees?: number;
}
export interface MapFence {
  readonly fenceId: string;
  readonly kind: 'depot' | 'stop' | 'zone';
  readonly center: readonly [number, number];
  readonly radiusMeters: number;
}
export interface MapPicture {
  readonly now: string;
  readonly depots: readonly MapDepot[];
  readonly routes: readonly MapRoute[];
  readonly vehicles: readonly MapVehicle[];
  readonly fences: readonly MapFence[];
}

// One order ------------------------------------------------------------------------------------------------------------

/** One pass through a state, with the attempts that its retriers made. */
export interface StateVisit {
  readonly state: string;
  readonly type: string;
  /** Id of the StateEntered event. */
  readonly enteredEventId: number;
  readonly enteredAt: string;
  readonly exitedAt?: string;
  readonly input?: string;
  readonly output?: string;
  readonly outcome: 'succeeded' | 'caught' | 'failed' | 'aborted' | 'open';
  /** State that followed: by Next, Choice or Catch. */
  readonly next?: string;
  readonly attempts: readonly StateAttempt[];
  /** Branch or iteration that the visit belongs to, outermost first, e.g. `DispatchRoutes[2]`. */
  readonly path: readonly string[];
}
export interface StateAttempt {
  readonly number: number;
  readonly scheduledAt: string;
  readonly startedAt?: string;
  /** From when on an answer by token was possible. */
  readonly submittedAt?: string;
  readonly endedAt?: string;
  readonly outcome: 'succeeded' | 'failed' | 'timed-out' | 'aborted' | 'open';
  readonly error?: string;
  readonly cause?: string;
  readonly resource: string;
  readonly usesToken: boolean;
  /** Execution that the task started, where it did. */
  readonly childExecutionArn?: string;
}

export interface HistoryEventView {
  readonly id: number;
  readonly previousEventId: number;
  readonly at: string;
  readonly type: string;
  /** The event's own details, with the names of the API. */
  readonly details: Readonly<Record<string, unknown>>;
}

export interface ExecutionView {
  readonly executionArn: string;
  readonly name: string;
  readonly machine: string;
  readonly status: string;
  readonly startedAt: string;
  readonly stoppedAt?: string;
  readonly input?: string;
  readonly output?: string;
  readonly error?: string;
  readonly cause?: string;
  readonly redriveCount: number;
  /** REDRIVABLE, NOT_REDRIVABLE or REDRIVABLE_BY_MAP_RUN; with the reason why not. */
  readonly redriveStatus: string;
  readonly redriveStatusReason?: string;
  /** The definition that it runs, Amazon States Language text. */
  readonly definition: string;
  readonly visits: readonly StateVisit[];
  /** Number of events; the events themselves are paged. */
  readonly eventCount: number;
  /** Address in the AWS console; absent for a region on a laptop. */
  readonly consoleUrl?: string;
  readonly traceUrl?: string;
}

export interface SignalView {
  readonly signalId: string;
  readonly kind: string;
  readonly cycle?: number;
  readonly at: string;
  readonly acceptedAt: string;
  readonly arrival: number;
  readonly by?: string;
  /** noted, sent, delivered, unconfirmed, superseded, or waiting. */
  readonly fate: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** One line of the timeline's lanes. `to` is absent for a moment, and for what still goes on (`isOpen`). */
export interface TimelineEntry {
  readonly lane: 'state' | 'token' | 'signal' | 'event' | 'notification' | 'sla' | 'eta' | 'operator';
  readonly from: string;
  readonly to?: string;
  readonly isOpen?: boolean;
  readonly label: string;
  readonly tone: 'neutral' | 'good' | 'warn' | 'bad';
  /** What to show on a click: a state visit by event id, a signal by id, an event by key. */
  readonly ref?: string;
  readonly detail?: string;
}

/** ETA against promise over time. */
export interface EtaSample {
  readonly at: string;
  readonly etaAt: string;
  readonly promiseTo: string;
  readonly promiseVersion: number;
  readonly source: 'plan' | 'prediction' | 'delivery';
}

export interface OrderEventView {
  readonly key: string;
  readonly type: string;
  readonly status: string;
  readonly at: string;
  readonly cause: string;
  readonly cycle: number;
  readonly promiseVersion: number;
  readonly facts: Readonly<Record<string, unknown>>;
}

export interface NotificationView {
  readonly key: string;
  readonly kind: string;
  readonly at: string;
}

/** Everything that is known of one order. */
export interface OrderTraceView {
  readonly now: string;
  readonly order: OrderView;
  /** The order as it was accepted. */
  readonly content: Readonly<Record<string, unknown>>;
  readonly times: Readonly<Record<string, string>>;
  readonly deadlines: Readonly<Record<string, string>>;
  readonly rejections: readonly Readonly<Record<string, unknown>>[];
  readonly events: readonly OrderEventView[];
  readonly signals: readonly SignalView[];
  readonly wait?: WaitView;
  /** Oldest first: the order's own execution, then the resumed ones. */
  readonly executions: readonly ExecutionView[];
  readonly notifications: readonly NotificationView[];
  readonly eta: readonly EtaSample[];
  readonly route?: MapRoute;
  readonly vehicle?: MapVehicle;
  readonly timeline: readonly TimelineEntry[];
  readonly actions: readonly ActionRecord[];
}

// Failures and replay --------------------------------------------------------------------------------------------------

export interface FailureGroup {
  /** Stable: hash of state, error and pattern. */
  readonly groupId: string;
  readonly state: string;
  readonly error: string;
  readonly pattern: string;
  readonly count: number;
  readonly firstAt: string;
  readonly lastAt: string;
  readonly byDepot: Readonly<Record<string, number>>;
  /** A few order ids and one whole cause. */
  readonly examples: readonly string[];
  readonly exampleCause: string;
}

/** How an order is taken up again. */
export type ReplayMode =
  /** The same execution, the same definition. */
  | 'redrive'
  /** A new execution `orderId.rN` of the definition as it is now, from the failed state with its recorded input. */
  | 'resume';

/** What is asked of a job: one way for all of it, or for each order the way that Step Functions leaves open. */
export type JobMode =
  | ReplayMode
  /** Redrive where Step Functions allows it, else resume. */
  | 'auto';

export type ReplayItemState = 'PENDING' | 'STARTED' | 'RUNNING' | 'SUCCEEDED' | 'FAILED_AGAIN' | 'SKIPPED' | 'REFUSED';

export interface ReplayItem {
  readonly orderId: string;
  readonly executionArn: string;
  readonly state: ReplayItemState;
  readonly mode?: ReplayMode;
  /** Execution that runs now: the same on a redrive, `orderId.rN` on a resume. */
  readonly replayedArn?: string;
  /** Why it was skipped or refused, e.g. "the order is DELIVERED". */
  readonly reason?: string;
  readonly startedAt?: string;
  readonly endedAt?: string;
}

/** A frozen selection and what became of it. Kept in a table, so that any tool can go on with it. */
export interface ReplayJob {
  readonly jobId: string;
  readonly createdAt: string;
  readonly by: string;
  /** Required: why this is done. */
  readonly why: string;
  readonly mode: JobMode;
  readonly ratePerSecond: number;
  /** What the selection was made from, for the record; the items are what counts. */
  readonly selectedFrom: {
    readonly groupIds?: readonly string[];
    readonly orderIds?: number;
    readonly depotId?: string;
  };
  readonly state: 'FROZEN' | 'RUNNING' | 'DONE' | 'STOPPED';
  readonly counts: Readonly<Record<ReplayItemState, number>>;
  readonly total: number;
}

/** What a dry run says of each: nothing has been done. */
export interface ReplayForecast {
  readonly total: number;
  readonly willRedrive: number;
  readonly willResume: number;
  readonly refused: readonly {
    readonly reason: string;
    readonly count: number;
    readonly examples: readonly string[];
  }[];
  readonly seconds: number;
  /** Redrives that would go on under another definition than is deployed now; of those that were asked about, a few of
   * a large job. Absent where none was found. */
  readonly underOlderDefinition?: { readonly count: number; readonly of: number };
}

// Stuck waits ----------------------------------------------------------------------------------------------------------

export type StuckKind =
  /** Open for longer than its policy allows. */
  | 'OVERDUE_WAIT'
  /** The ledger has a token whose execution no longer waits for it. */
  | 'TOKEN_WITHOUT_WAIT'
  /** The execution waits and the ledger has no open wait for it. */
  | 'WAIT_WITHOUT_TOKEN'
  /** A signal lies there and no wait takes it. */
  | 'SIGNAL_WITHOUT_TAKER'
  /** The order has ended, its execution has not. */
  | 'EXECUTION_OUTLIVES_ORDER';

export type RemedyKind =
  /** Ask the ledger to settle the order again: send what was matched, match what lies there. */
  | 'settle'
  /** Send the milestone in the world's place. */
  | 'signal'
  | 'cancel'
  /** Stop the execution of an order that has ended. */
  | 'stop-execution'
  | 'redrive'
  /** Mark a signal that nothing will ever take. */
  | 'supersede';

export interface StuckWait {
  readonly kind: StuckKind;
  readonly orderId: string;
  readonly depotId: string;
  readonly since: string;
  readonly ageSeconds: number;
  readonly what: string;
  readonly executionArn?: string;
  readonly signalId?: string;
  readonly remedies: readonly { readonly kind: RemedyKind; readonly label: string }[];
}

// Actions --------------------------------------------------------------------------------------------------------------

export type OperatorRole = 'viewer' | 'operator';

export interface Identity {
  /** ARN of the caller, as STS says. */
  readonly arn: string;
  readonly role: OperatorRole;
}

/** What an operator did: written before it is done, completed after. */
export interface ActionRecord {
  readonly actionId: string;
  readonly at: string;
  readonly by: string;
  readonly why: string;
  readonly kind: 'cancel' | 'amend' | 'replay' | 'replan' | RemedyKind;
  readonly orderId?: string;
  readonly jobId?: string;
  readonly detail: Readonly<Record<string, unknown>>;
  readonly outcome: 'asked' | 'done' | 'refused';
  readonly message?: string;
}

export interface AmendRequest {
  readonly orderId: string;
  readonly promise: { readonly from: string; readonly to: string };
  readonly initiator: Initiator;
  readonly why: string;
}
export interface CancelRequest {
  readonly orderId: string;
  readonly initiator: Initiator;
  readonly why: string;
}

// Re-planning ----------------------------------------------------------------------------------------------------------

export interface ReplanRequest {
  readonly depotId: string;
  /** `compare` changes nothing. */
  readonly mode: 'apply' | 'compare';
  /** Recorded; needed for `apply`. */
  readonly why?: string;
  /** How long to wait for the wave, milliseconds. */
  readonly timeoutMs: number;
}

/** What a re-plan of a depot changes, or would. */
export interface ReplanReport {
  readonly depotId: string;
  readonly mode: 'apply' | 'compare';
  readonly waveId: string;
  readonly executionArn: string;
  /** Only those that change. */
  readonly routes: readonly ReplannedRoute[];
  /** Of vehicles that were free. */
  readonly newRoutes: readonly {
    readonly routeId: string;
    readonly vehicleId: string;
    readonly orderIds: readonly string[];
    readonly departsAt: string;
    readonly returnsAt: string;
    readonly isMade: boolean;
  }[];
  /** Pending orders without a place, with the next trip that could take them where there is one. */
  readonly waiting: readonly {
    readonly orderId: string;
    readonly nextTrip?: { readonly vehicleId: string; readonly arrivalAt: string };
    readonly reasons: readonly string[];
  }[];
}

export interface ReplannedRoute {
  readonly routeId: string;
  readonly vehicleId: string;
  /** Stops that are done, or too near to be changed. */
  readonly settledStops: number;
  readonly stops: readonly ReplannedStop[];
  /** Pairs of the stops above that followed each other, and those that no longer do; a stop that came in changes none. */
  readonly legs: number;
  readonly changedLegs: number;
  readonly extraSeconds: number;
  readonly extraMeters: number;
  /** Orders whose promise the new sequence misses and the old one kept, by the planned arrivals; and the other way round. */
  readonly becomeLate: readonly string[];
  readonly becomeKept: readonly string[];
  /** Whether the route is so now: false for `compare`, and where it had moved on before the change could be made. */
  readonly isMade: boolean;
}

export interface ReplannedStop {
  readonly stopId: string;
  readonly orderIds: readonly string[];
  /** `resequenced`: at another place among the stops that were there. */
  readonly change: 'kept' | 'resequenced' | 'inserted';
  readonly before?: { readonly sequence: number; readonly arrivalAt: string };
  readonly after: { readonly sequence: number; readonly arrivalAt: string };
}

// Audit ----------------------------------------------------------------------------------------------------------------

export type { AuditRequest, ChainFault, ChainVerification } from '../domain/index.ts';
export { AUDIT_DIMENSIONS, type AuditDimension, type AuditMetric, type AuditSlice } from '../domain/index.ts';

export interface AuditReport {
  readonly request: AuditRequest;
  readonly madeAt: string;
  readonly whole: AuditSlice;
  readonly slices: readonly AuditSlice[];
  readonly exclusions: readonly { readonly orderId: string; readonly reason: string }[];
  readonly targets: readonly JudgedTarget[];
  /** What the report was made from: objects of the period's days, and the last hash of each of their chains. */
  readonly archive: {
    readonly records: number;
    readonly chainHeads: Readonly<Record<string, string>>;
    /** Objects that are no archived orders, or lie under another order's key: in no figure. */
    readonly unreadable: readonly { readonly key: string; readonly problem: string }[];
  };
}
