/**
 * An execution as spans: one for the execution, one for each pass through a state, one for each attempt of a task. States
 * of branches and iterations are children of the state that ran them. All times are those of the history's events.
 *
 * Attributes bear the names of OpenTelemetry's semantic conventions where there are some (`cloud.*`, `error.type`,
 * `exception.*`, `aws.step_functions.state_machine.arn`); the others begin with `perfect_order.`.
 */
import type { ExecutionView, StateAttempt, StateVisit } from '../model/trace.ts';
import { enclosingVisits } from './enclosing-visits.ts';
import { attemptSpanId, executionSpanId, traceIdOf, visitSpanId } from './span-identity.ts';
import type { SpanAttributes, SpanData, SpanLink, SpanMoment } from './span-model.ts';

export interface ExecutionSpansOptions {
  /** Of executions that are an order's. */
  readonly orderId?: string;
  /** Time of looking: the end of what is open. */
  readonly now: string;
  /** Whether what has not ended is told, too; it is then told again when it has. */
  readonly includeOpen: boolean;
  /** The order's first execution, for one that resumed it: its span becomes the parent. */
  readonly resumes?: string;
  /** Links of the execution itself. */
  readonly links?: readonly SpanLink[];
  /** Links of the attempt of a visit that was answered. */
  readonly linksOf?: (visit: StateVisit) => readonly SpanLink[];
}

/** Links to another execution's span; `kind` says what binds the two. */
export function linkTo(
  executionArn: string,
  kind: 'token' | 'child' | 'parent' | 'resumes' | 'carries',
  orderId?: string,
): SpanLink {
  return {
    traceId: traceIdOf({ executionArn, ...(orderId === undefined ? {} : { orderId }) }),
    spanId: executionSpanId(executionArn),
    attributes: { 'perfect_order.link.kind': kind, 'perfect_order.link.execution_arn': executionArn },
  };
}

/** Execution first, then its states in the order of their entry, each followed by its attempts. */
export function executionSpans(execution: ExecutionView, options: ExecutionSpansOptions): readonly SpanData[] {
  const { visits } = execution;
  const enclosing = enclosingVisits(visits);
  const spans = [
    executionSpan(execution, options),
    ...visits.flatMap((visit) => [
      visitSpan(execution, visit, enclosing.get(visit), options),
      ...visit.attempts.map((attempt) => attemptSpan(execution, visit, attempt, options)),
    ]),
  ];
  return options.includeOpen ? spans : spans.filter(({ isOpen }) => !isOpen);
}

const STOPPED_BADLY: ReadonlySet<string> = new Set(['FAILED', 'TIMED_OUT', 'ABORTED']);

function executionSpan(execution: ExecutionView, options: ExecutionSpansOptions): SpanData {
  const { executionArn, name, machine, status, startedAt, stoppedAt, error, cause, redriveCount } = execution;
  const { now, resumes, links = [], orderId } = options;
  return {
    ...placed(execution, orderId),
    spanId: executionSpanId(executionArn),
    ...(resumes === undefined ? {} : { parentSpanId: executionSpanId(resumes) }),
    name: `${machine} ${name}`,
    kind: 'internal',
    from: startedAt,
    to: stoppedAt ?? now,
    isOpen: stoppedAt === undefined,
    attributes: {
      ...identityOf(execution, orderId),
      'perfect_order.execution.status': status,
      'perfect_order.execution.redrive_count': redriveCount,
      ...(execution.traceUrl === undefined ? {} : { 'perfect_order.xray.url': execution.traceUrl }),
    },
    links,
    ...(STOPPED_BADLY.has(status) ? failed(error ?? status, cause, stoppedAt ?? now) : { moments: [] }),
  };
}

function visitSpan(
  execution: ExecutionView,
  visit: StateVisit,
  parent: StateVisit | undefined,
  options: ExecutionSpansOptions,
): SpanData {
  const { executionArn } = execution;
  const { state, type, enteredEventId, enteredAt, exitedAt, outcome, path, next } = visit;
  const to = exitedAt ?? execution.stoppedAt ?? options.now;
  const isBad = outcome === 'failed' || outcome === 'aborted';
  const last = visit.attempts.at(-1);
  return {
    ...placed(execution, options.orderId),
    spanId: visitSpanId(executionArn, enteredEventId),
    parentSpanId:
      parent === undefined ? executionSpanId(executionArn) : visitSpanId(executionArn, parent.enteredEventId),
    name: state,
    kind: 'internal',
    from: enteredAt,
    to,
    isOpen: outcome === 'open' && execution.stoppedAt === undefined,
    attributes: {
      ...identityOf(execution, options.orderId),
      'perfect_order.state.name': state,
      'perfect_order.state.type': type,
      'perfect_order.state.outcome': outcome,
      'perfect_order.state.entered_event_id': enteredEventId,
      ...(next === undefined ? {} : { 'perfect_order.state.next': next }),
      ...(path.length === 0 ? {} : { 'perfect_order.state.path': path.join('/') }),
    },
    links: [],
    ...(isBad ? failed(last?.error ?? outcome, last?.cause, to) : { moments: [] }),
  };
}

function attemptSpan(
  execution: ExecutionView,
  visit: StateVisit,
  attempt: StateAttempt,
  options: ExecutionSpansOptions,
): SpanData {
  const { executionArn } = execution;
  const { number, scheduledAt, startedAt, submittedAt, endedAt, outcome, error, cause, childExecutionArn } = attempt;
  const to = endedAt ?? visit.exitedAt ?? execution.stoppedAt ?? options.now;
  const isBad = outcome !== 'succeeded' && outcome !== 'open';
  const failure = isBad ? failed(error ?? outcome, cause, to) : { moments: [] };
  return {
    ...placed(execution, options.orderId),
    spanId: attemptSpanId(executionArn, visit.enteredEventId, number),
    parentSpanId: visitSpanId(executionArn, visit.enteredEventId),
    name: `${visit.state} attempt ${number}`,
    kind: 'client',
    from: scheduledAt,
    to,
    isOpen: outcome === 'open' && visit.exitedAt === undefined && execution.stoppedAt === undefined,
    attributes: {
      ...identityOf(execution, options.orderId),
      'perfect_order.state.name': visit.state,
      'perfect_order.attempt.number': number,
      'perfect_order.attempt.outcome': outcome,
      'perfect_order.attempt.resource': attempt.resource,
      'perfect_order.attempt.uses_token': attempt.usesToken,
    },
    links: [
      ...(childExecutionArn === undefined ? [] : [linkTo(childExecutionArn, 'child')]),
      ...(outcome === 'succeeded' ? (options.linksOf?.(visit) ?? []) : []),
    ],
    ...failure,
    moments: [...moment('started', startedAt), ...moment('token handed over', submittedAt), ...failure.moments],
  };
}

const moment = (name: string, at: string | undefined): readonly SpanMoment[] =>
  at === undefined ? [] : [{ name, at, attributes: {} }];

function failed(type: string, message: string | undefined, at: string): Pick<SpanData, 'failure' | 'moments'> {
  const attributes = { 'exception.type': type, 'exception.message': message ?? '' };
  return { failure: { type, message: message ?? '' }, moments: [{ name: 'exception', at, attributes }] };
}

function placed({ executionArn, machine }: ExecutionView, orderId?: string): Pick<SpanData, 'traceId' | 'resource'> {
  const [, , , region = '', account = ''] = executionArn.split(':');
  return {
    traceId: traceIdOf({ executionArn, ...(orderId === undefined ? {} : { orderId }) }),
    resource: {
      'service.name': machine,
      'service.namespace': 'perfect-order',
      'cloud.provider': 'aws',
      'cloud.region': region,
      'cloud.account.id': account,
    },
  };
}

function identityOf({ executionArn, name }: ExecutionView, orderId?: string): SpanAttributes {
  const machineArn = executionArn.replace(':execution:', ':stateMachine:').split(':').slice(0, 7).join(':');
  return {
    'aws.step_functions.state_machine.arn': machineArn,
    'cloud.resource_id': executionArn,
    'perfect_order.execution.name': name,
    ...(orderId === undefined ? {} : { 'perfect_order.order.id': orderId }),
  };
}
