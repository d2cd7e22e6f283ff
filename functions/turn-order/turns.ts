/**
 * The turns off the happy path, as pure functions from the order record to the change that is written and the frame
 * that goes on. Every turn can be asked for twice (a retry after a crash): the second time finds the record already
 * turned and answers the same.
 */
import { amendPromise, isoOf, slaPolicy, stageDeadline } from '../../domain/index.ts';
import {
  MILESTONES,
  type Milestone,
  type OrderFrame,
  type Reached,
  reachedSchema,
  type TurnRequest,
  type TurnResult,
} from '../../workflows/order-lifecycle/contracts.ts';
import { OrderStateError } from '../../workflows/order-lifecycle/errors.ts';
import type { OrderChange, OrderEventFacts } from '../platform/order-record.ts';
import { advanceClock, dueOf } from '../platform/stage-clock.ts';
import type { OrderRecord, OrderTimes } from '../platform/tables.ts';
import { verdictOf } from '../platform/verdict-of.ts';

export interface Turn {
  /** Absent when the record has been turned before. */
  readonly change?: OrderChange;
  readonly result: TurnResult;
  /** The order stays on its route, whose request has to know of the new window. */
  readonly amended?: {
    readonly routeId: string;
    readonly promise: { readonly from: string; readonly to: string; readonly version: number };
    /** The route would miss it: other stops may have to wait. */
    readonly isMissed: boolean;
  };
}

/** Cycles an order may go through before it is returned: a route that nobody drives must not go round for ever. */
export const MAX_CYCLES = 10;
const WAIT_AFTER_PROMISE_MS = 24 * 3_600_000;

export function turnOf(request: TurnRequest, record: OrderRecord, nowMs: number): Turn {
  switch (request.turn) {
    case 'RecordFailedAttempt':
      return recordFailedAttempt(request, record, nowMs);
    case 'ReleaseRoute':
      return planAgain(request, record, nowMs, record.cycle < MAX_CYCLES, []);
    case 'AmendPromise':
      return amend(request, record, nowMs);
    case 'CancelOrder':
      return end(request, record, nowMs, 'CANCELLED');
    case 'ReturnOrder':
      return end(request, record, nowMs, 'RETURNED');
  }
}

function recordFailedAttempt(request: TurnRequest, record: OrderRecord, nowMs: number): Turn {
  if (record.cycle > request.frame.cycle) return repeated(request, record, true, nowMs);
  if (record.status === 'ATTEMPT_FAILED') return repeated(request, record, false, nowMs);
  const signal = signalOf(request, nowMs);
  const attempts = record.attempts + 1;
  const isLeft = attempts < slaPolicy(record.tier).maxAttempts && record.cycle < MAX_CYCLES;
  const failed = statusEvent(request.frame.cycle, 'ATTEMPT_FAILED', signal.at, reasonOf(request));
  const held = record.place === undefined ? {} : { heldByRouteId: record.place.routeId };
  const counted = { ...record, attempts, ...held };
  if (isLeft) return planAgain(request, counted, nowMs, true, [failed]);
  const clock = advanceClock(record, 'ATTEMPT_FAILED', signal.at);
  return {
    change: {
      set: { ...clock.set, attempts, status: 'ATTEMPT_FAILED', statusAt: signal.at, cause: reasonOf(request) },
      events: [failed, ...clock.events],
    },
    result: resultOf(request, request.frame, false),
  };
}

/** The order goes back to planning as a new cycle, or, when that makes no sense any more, on to its return. */
function planAgain(
  request: TurnRequest,
  record: OrderRecord,
  nowMs: number,
  isWorthwhile: boolean,
  events: readonly OrderEventFacts[],
): Turn {
  if (record.cycle > request.frame.cycle) return repeated(request, record, true, nowMs);
  if (!isWorthwhile) return { result: resultOf(request, request.frame, false) };
  const at = isoOf(nowMs);
  const cycle = record.cycle + 1;
  const clock = advanceClock(record, 'PLACED', at);
  const placed = statusEvent(cycle, 'PLACED', at, reasonOf(request));
  return {
    change: {
      set: {
        ...clock.set,
        cycle,
        attempts: record.attempts,
        heldByRouteId: record.heldByRouteId,
        promise: record.promise,
        status: 'PLACED',
        statusAt: at,
        cause: reasonOf(request),
        times: beforePlanning(record.times),
        place: undefined,
      },
      events: [...events, placed, ...clock.events],
    },
    result: resultOf(request, nextCycle(request.frame, cycle, signalOf(request, nowMs)), true),
  };
}

function amend(request: TurnRequest, record: OrderRecord, nowMs: number): Turn {
  const signal = signalOf(request, nowMs);
  const window = promiseIn(signal);
  const initiator = signal.detail?.['initiator'] === 'customer' ? 'customer' : 'carrier';
  const key = `OrderAmended#${String(signal.detail?.['arrival'])}`;
  const frame: OrderFrame = {
    ...request.frame,
    promiseTo: window.to,
    waitUntil: isoOf(Math.max(Date.parse(window.to), nowMs) + WAIT_AFTER_PROMISE_MS),
    amendedThrough: { at: signal.at, arrival: Number(signal.detail?.['arrival']) },
  };
  const amended = { ...request, frame };
  if (record.cycle > request.frame.cycle) return repeated(amended, record, true, nowMs);
  const promise = amendPromise(record.promise, window, initiator);
  const deadlines = {
    ...record.deadlines,
    deliver: stageDeadline(slaPolicy(record.tier), 'deliver', { beganAt: record.statusAt, promise }),
  };
  const withPromise = { ...record, promise, deadlines };
  const event: OrderEventFacts = {
    key,
    detailType: 'OrderAmended',
    status: record.status,
    at: signal.at,
    cause: `amended by ${initiator}`,
    facts: { promise, previous: record.promise, initiator },
  };
  if (needsAnotherRoute(request.awaits, record, window)) {
    return planAgain(amended, withPromise, nowMs, true, [event]);
  }
  return {
    change: { set: { promise, deadlines, ...dueOf(deadlines) }, events: [event] },
    result: resultOf(amended, frame, true, request.awaits),
    ...(record.place === undefined
      ? {}
      : {
          amended: {
            routeId: record.place.routeId,
            promise: { from: window.from, to: window.to, version: promise.version },
            isMissed: isOutside(record.place.plannedArrivalAt, window),
          },
        }),
  };
}

const isOutside = (arrivalAt: string, window: { from: string; to: string }): boolean =>
  Date.parse(arrivalAt) > Date.parse(window.to) || Date.parse(arrivalAt) < Date.parse(window.from);

/** Before departure a route is given up when it would miss the new window; on the road the order stays aboard. */
function needsAnotherRoute(awaits: Milestone, record: OrderRecord, window: { from: string; to: string }): boolean {
  if (awaits === 'RoutePlanned') return true;
  if (MILESTONES.indexOf(awaits) > MILESTONES.indexOf('DepartedDepot')) return false;
  const arrivalAt = record.place?.plannedArrivalAt;
  if (arrivalAt === undefined) return true;
  return isOutside(arrivalAt, window);
}

function end(request: TurnRequest, record: OrderRecord, nowMs: number, status: 'CANCELLED' | 'RETURNED'): Turn {
  const result = resultOf(request, request.frame, false);
  if (record.status === status) return { result };
  const signal = signalOf(request, nowMs);
  const at = status === 'CANCELLED' ? signal.at : isoOf(nowMs);
  const cancelledBy =
    status === 'CANCELLED' ? (signal.detail?.['initiator'] === 'customer' ? 'customer' : 'carrier') : undefined;
  const clock = advanceClock(record, status, at);
  const reason = reasonOf(request);
  return {
    change: {
      set: {
        ...clock.set,
        status,
        statusAt: at,
        cause: reason,
        reason,
        times: { ...record.times, closedAt: isoOf(nowMs) },
        verdict: verdictOf(record, { status, ...(cancelledBy === undefined ? {} : { cancelledBy }) }),
        ...(cancelledBy === undefined ? {} : { cancelledBy }),
      },
      events: [statusEvent(record.cycle, status, at, reason), ...clock.events],
    },
    result,
  };
}

const statusEvent = (cycle: number, status: string, at: string, cause: string): OrderEventFacts => ({
  key: `OrderStatusChanged#${cycle}#${status}`,
  detailType: 'OrderStatusChanged',
  status,
  at,
  cause,
});

/** The signal that failed the wait, from the cause of SendTaskFailure; a timeout has none and speaks for itself. */
function signalOf({ error }: TurnRequest, nowMs: number): Reached {
  const parsed = reachedSchema.safeParse(safeJson(error.Cause));
  return parsed.success ? parsed.data : { kind: 'RouteWithdrawn', at: isoOf(nowMs), detail: {} };
}

function reasonOf(request: TurnRequest): string {
  const { error, awaits } = request;
  const parsed = reachedSchema.safeParse(safeJson(error.Cause));
  const reason = parsed.success ? parsed.data.detail?.['reason'] : undefined;
  if (error.Error.startsWith('States.')) return `waited in vain for ${awaits} (${error.Error})`;
  return typeof reason === 'string' && reason !== '' ? `${error.Error}: ${reason}` : error.Error;
}

function promiseIn(signal: Reached): { from: string; to: string } {
  const promise = signal.detail?.['promise'] as { from?: unknown; to?: unknown } | undefined;
  if (typeof promise?.from !== 'string' || typeof promise.to !== 'string') {
    throw new OrderStateError(`The Amended signal ${signal.signalId} has no promise {from, to}: send one.`);
  }
  return { from: promise.from, to: promise.to };
}

function safeJson(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Times that belong to the order as a whole; those of a cycle start again with the next. */
function beforePlanning({ placedAt, acceptedAt }: OrderTimes): OrderTimes {
  return { ...(placedAt === undefined ? {} : { placedAt }), ...(acceptedAt === undefined ? {} : { acceptedAt }) };
}

function nextCycle(frame: OrderFrame, cycle: number, reached: Reached): OrderFrame {
  return { ...frame, cycle, reached: { kind: reached.kind, at: reached.at } };
}

function repeated(request: TurnRequest, record: OrderRecord, isAgain: boolean, nowMs: number): Turn {
  const frame = isAgain ? nextCycle(request.frame, record.cycle, signalOf(request, nowMs)) : request.frame;
  return { result: resultOf(request, frame, isAgain) };
}

function resultOf(
  request: TurnRequest,
  frame: OrderFrame,
  isAgain: boolean,
  resumeAt: Milestone = 'RoutePlanned',
): TurnResult {
  return {
    frame,
    planAgain: isAgain,
    resumeAt,
    awaits: request.awaits,
    error: { Error: request.error.Error, Cause: request.error.Cause ?? '' },
  };
}
