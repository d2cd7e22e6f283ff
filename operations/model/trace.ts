/**
 * What is known of one order: its executions state by state, signals, events and timeline. Plain JSON, as the command
 * line prints it, the HTTP API answers it and the console draws it; times are ISO 8601 UTC with milliseconds, durations
 * are in seconds and say so.
 */
import type { ActionRecord } from './actions.ts';
import type { MapRoute, MapVehicle } from './map.ts';
import type { OrderView, WaitView } from './orders.ts';

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
