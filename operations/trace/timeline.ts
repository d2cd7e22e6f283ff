/** One axis for all that happened to an order: states, tokens, signals, events, notices, deadlines, ETAs, operators. */
import type { ActionRecord } from '../model/actions.ts';
import type { BreachView } from '../model/orders.ts';
import type {
  EtaSample,
  ExecutionView,
  NotificationView,
  OrderEventView,
  SignalView,
  StateVisit,
  TimelineEntry,
} from '../model/trace.ts';

export interface TimelineFacts {
  readonly executions: readonly ExecutionView[];
  readonly signals: readonly SignalView[];
  readonly events: readonly OrderEventView[];
  readonly notifications: readonly NotificationView[];
  readonly deadlines: Readonly<Record<string, string>>;
  readonly breaches: readonly BreachView[];
  readonly eta: readonly EtaSample[];
  readonly actions: readonly ActionRecord[];
}

/** By begin; what begins together in the order of the lanes. */
export function timelineOf(facts: TimelineFacts): readonly TimelineEntry[] {
  const entries: TimelineEntry[] = [
    ...facts.executions.flatMap((execution) => execution.visits.flatMap((visit) => visitEntries(execution, visit))),
    ...facts.signals.map(signalEntry),
    ...facts.events.map(eventEntry),
    ...facts.notifications.map(
      ({ key, kind, at }): TimelineEntry => ({
        lane: 'notification',
        from: at,
        label: kind,
        tone: 'neutral',
        ref: key,
      }),
    ),
    ...Object.entries(facts.deadlines).map(
      ([stage, at]): TimelineEntry => ({ lane: 'sla', from: at, label: `${stage} due`, tone: 'neutral' }),
    ),
    ...facts.breaches.map(breachEntry),
    ...facts.eta.map(etaEntry),
    ...facts.actions.map(actionEntry),
  ];
  return entries.sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0));
}

const TONES = { succeeded: 'good', caught: 'warn', failed: 'bad', aborted: 'bad', open: 'neutral' } as const;

function visitEntries({ executionArn }: ExecutionView, visit: StateVisit): TimelineEntry[] {
  const ref = `${executionArn}#${visit.enteredEventId}`;
  const last = visit.attempts.at(-1);
  const end = visit.exitedAt ?? last?.endedAt;
  const state: TimelineEntry = {
    lane: 'state',
    from: visit.enteredAt,
    ...ending(end, visit.outcome === 'open'),
    label: visit.state,
    tone: TONES[visit.outcome],
    ref,
    ...(last?.error === undefined ? {} : { detail: `${last.error} ${last.cause ?? ''}`.trim() }),
  };
  const tokens = visit.attempts.filter(({ usesToken }) => usesToken);
  return [
    state,
    ...tokens.map(
      (attempt): TimelineEntry => ({
        lane: 'token',
        from: attempt.submittedAt ?? attempt.startedAt ?? attempt.scheduledAt,
        ...ending(attempt.endedAt, attempt.outcome === 'open'),
        label: `${visit.state} token`,
        tone: attempt.outcome === 'succeeded' ? 'good' : attempt.outcome === 'open' ? 'neutral' : 'warn',
        ref,
        detail: attempt.outcome,
      }),
    ),
  ];
}

const ending = (end: string | undefined, isOpen: boolean): Pick<TimelineEntry, 'to' | 'isOpen'> =>
  isOpen ? { isOpen: true } : end === undefined ? {} : { to: end };

function signalEntry({ signalId, kind, at, fate, by, cycle }: SignalView): TimelineEntry {
  const isAmiss = fate === 'unconfirmed' || fate === 'waiting' || fate === 'sent';
  const about = [cycle === undefined ? undefined : `cycle ${cycle}`, fate, by === undefined ? undefined : `by ${by}`];
  return {
    lane: 'signal',
    from: at,
    label: kind,
    tone: fate === 'delivered' ? 'good' : isAmiss ? 'warn' : 'neutral',
    ref: signalId,
    detail: about.filter((part) => part !== undefined).join(', '),
  };
}

const BAD_STATUSES: readonly string[] = ['FAILED', 'REJECTED', 'RETURNED', 'ATTEMPT_FAILED'];

function eventEntry({ key, type, status, at, cause }: OrderEventView): TimelineEntry {
  const tone =
    type === 'SlaBreached' || BAD_STATUSES.includes(status) ? 'bad' : status === 'DELIVERED' ? 'good' : 'neutral';
  return {
    lane: 'event',
    from: at,
    label: type === 'OrderStatusChanged' ? status : type,
    tone,
    ref: key,
    detail: cause,
  };
}

function breachEntry({ stage, deadline, firedAt, promiseVersion }: BreachView): TimelineEntry {
  const detail = `due ${deadline}, promise version ${promiseVersion}`;
  return { lane: 'sla', from: deadline, to: firedAt, label: `${stage} breached`, tone: 'bad', detail };
}

function etaEntry({ at, etaAt, promiseTo, source }: EtaSample): TimelineEntry {
  const isLate = etaAt > promiseTo;
  return {
    lane: 'eta',
    from: at,
    label: source,
    tone: isLate ? 'bad' : 'good',
    detail: `${etaAt}, promised by ${promiseTo}`,
  };
}

function actionEntry({ actionId, at, kind, by, why, outcome, message }: ActionRecord): TimelineEntry {
  const detail = [`by ${by}`, why, outcome, message].filter((part) => part !== undefined).join(': ');
  return {
    lane: 'operator',
    from: at,
    label: kind,
    tone: outcome === 'refused' ? 'bad' : 'neutral',
    ref: actionId,
    detail,
  };
}
