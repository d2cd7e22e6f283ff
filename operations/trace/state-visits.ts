/**
 * The passes through states that a history tells of, with the attempts that each took. Events of one branch are linked
 * by `previousEventId`, so branches and iterations that ran side by side are told apart by their chains.
 */
import type { HistoryEventView, StateAttempt, StateVisit } from '../model/trace.ts';
import { type AttemptStep, attemptStep, childExecutionOf } from './attempt-events.ts';

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };
type OpenAttempt = Writable<StateAttempt>;
interface OpenVisit extends Omit<Writable<StateVisit>, 'attempts'> {
  attempts: OpenAttempt[];
  /** Chains that began in it, by the event that they began at: branches without a number of their own. */
  branches: number;
}

/** Where a chain stands: the visit that its last event belongs to, and the branch or iteration that it runs in. */
interface Place {
  readonly visit?: OpenVisit;
  readonly path: readonly string[];
  /** The next state entered from here is in a branch of the visit. */
  readonly opensBranch?: boolean;
}

const START: Place = { path: [] };

/** @param events all of one execution, oldest first. In the order in which states were entered. */
export function stateVisits(events: readonly HistoryEventView[]): readonly StateVisit[] {
  const reader = new HistoryReader();
  for (const event of events) reader.take(event);
  return reader.visits.map(({ branches: _branches, ...visit }) => visit);
}

class HistoryReader {
  readonly visits: OpenVisit[] = [];
  readonly #places = new Map<number, Place>();

  take(event: HistoryEventView): void {
    const before = this.#places.get(event.previousEventId) ?? START;
    this.#places.set(event.id, this.#next(event, before));
  }

  #next(event: HistoryEventView, before: Place): Place {
    const { type } = event;
    if (type.endsWith('StateEntered')) return this.#enter(event, before);
    if (type.endsWith('StateExited')) return this.#exit(event, before);
    if (type === 'MapIterationStarted' || type === 'MapIterationFailed' || type === 'MapIterationSucceeded') {
      return this.#iteration(event, before);
    }
    if (type === 'ParallelStateStarted') return { ...before, opensBranch: true };
    if (type === 'ExecutionFailed' || type === 'ExecutionAborted' || type === 'ExecutionTimedOut') {
      this.#end(event, before);
      return before;
    }
    if (type === 'ExecutionRedriven') return before;
    const step = attemptStep(event);
    if (step === undefined) return before;
    const visit = step.kind === 'scheduled' ? this.#visitToSchedule(before) : before.visit;
    if (visit !== undefined) applyStep(visit, event, step);
    return visit === undefined ? before : { path: before.path, visit };
  }

  #enter(event: HistoryEventView, before: Place): Place {
    const details = event.details as { readonly name?: string; readonly input?: string };
    const path = before.opensBranch === true ? branchPath(before) : before.path;
    const visit: OpenVisit = {
      state: details.name ?? '?',
      type: event.type.replace(/StateEntered$/, ''),
      enteredEventId: event.id,
      enteredAt: event.at,
      ...(details.input === undefined ? {} : { input: details.input }),
      outcome: 'open',
      attempts: [],
      path,
      branches: 0,
    };
    // A state that was left leads here; a branch's first state was led to by nothing.
    if (before.opensBranch !== true && before.visit !== undefined && before.visit.outcome !== 'open') {
      before.visit.next = visit.state;
    }
    this.visits.push(visit);
    return { visit, path };
  }

  #exit(event: HistoryEventView, before: Place): Place {
    const details = event.details as { readonly name?: string; readonly output?: string };
    const visit = this.#openVisitOf(details.name, before);
    if (visit === undefined) return before;
    visit.exitedAt = event.at;
    if (details.output !== undefined) visit.output = details.output;
    const last = visit.attempts.at(-1);
    const isCaught = visit.outcome === 'failed' || (last !== undefined && isFailure(last.outcome));
    visit.outcome = isCaught ? 'caught' : 'succeeded';
    return { visit, path: visit.path };
  }

  /** The exit of a Parallel or Map is linked to the last event of one of its branches. */
  #openVisitOf(name: string | undefined, before: Place): OpenVisit | undefined {
    const here = before.visit;
    if (here !== undefined && here.state === name && here.exitedAt === undefined) return here;
    for (let index = this.visits.length - 1; index >= 0; index -= 1) {
      const visit = this.visits[index];
      if (visit?.state === name && visit?.exitedAt === undefined) return visit;
    }
    return undefined;
  }

  #iteration(event: HistoryEventView, before: Place): Place {
    const { name, index } = event.details as { readonly name?: string; readonly index?: number };
    if (event.type !== 'MapIterationStarted') return before;
    const map = this.#openVisitOf(name, before);
    if (map === undefined) return before;
    return { visit: map, path: [...map.path, `${map.state}[${index ?? 0}]`], opensBranch: true };
  }

  /** After a redrive the state that failed is tried again; the link may lead to the execution's own events. */
  #visitToSchedule({ visit }: Place): OpenVisit | undefined {
    if (visit !== undefined && visit.exitedAt === undefined) return visit;
    return this.visits.findLast(({ outcome }) => outcome === 'failed' || outcome === 'aborted');
  }

  #end(event: HistoryEventView, before: Place): void {
    const outcome = event.type === 'ExecutionAborted' ? 'aborted' : 'failed';
    for (const visit of this.visits) {
      if (visit.exitedAt !== undefined || visit.outcome === 'failed' || visit.outcome === 'aborted') continue;
      const isWhereItFailed =
        event.type !== 'ExecutionFailed' || visit === before.visit || isAround(visit, before.visit);
      visit.outcome = isWhereItFailed ? outcome : 'aborted';
      const last = visit.attempts.at(-1);
      if (last?.outcome !== 'open') continue;
      last.outcome = event.type === 'ExecutionTimedOut' ? 'timed-out' : 'aborted';
      last.endedAt = event.at;
    }
  }
}

/** Branches are numbered in the order in which their first states are entered; iterations have their own numbers. */
function branchPath({ visit, path }: Place): readonly string[] {
  if (visit?.type !== 'Parallel') return path;
  const branch = visit.branches;
  visit.branches += 1;
  return [...path, `${visit.state}[${branch}]`];
}

const isAround = (outer: OpenVisit, inner: OpenVisit | undefined): boolean =>
  inner?.path.some((part) => part.startsWith(`${outer.state}[`)) === true;

const isFailure = (outcome: StateAttempt['outcome']): boolean => outcome === 'failed' || outcome === 'timed-out';

function applyStep(visit: OpenVisit, event: HistoryEventView, step: AttemptStep): void {
  if (step.kind === 'scheduled') {
    // Tried again: by a retrier, or after a redrive.
    if (visit.outcome !== 'open') visit.outcome = 'open';
    visit.attempts.push({
      number: visit.attempts.length + 1,
      scheduledAt: event.at,
      outcome: 'open',
      resource: step.resource,
      usesToken: step.resource.endsWith('.waitForTaskToken'),
    });
    return;
  }
  const attempt = visit.attempts.at(-1);
  if (attempt === undefined) return;
  const child = childExecutionOf(event);
  if (child !== undefined) attempt.childExecutionArn = child;
  if (step.kind === 'started') attempt.startedAt = event.at;
  else if (step.kind === 'submitted') attempt.submittedAt = event.at;
  else {
    attempt.outcome = step.kind;
    attempt.endedAt = event.at;
    const { error, cause } = event.details as { readonly error?: string; readonly cause?: string };
    if (isFailure(step.kind) && error !== undefined) attempt.error = error;
    if (isFailure(step.kind) && cause !== undefined) attempt.cause = cause;
  }
}
