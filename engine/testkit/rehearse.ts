/**
 * Rehearses a recorded execution on a changed definition: what was answered then is answered now, after the same time,
 * and the two histories are laid side by side, scope by scope, until they part.
 */
import type { JsonValue } from '../json.ts';
import { seededHost } from './chance.ts';
import { definitionFrom } from './definition-text.ts';
import { type Divergence, firstDataDifference, firstDivergence, type PathStep } from './divergence.ts';
import { type PlacedEvent, placeEvents } from './history-walk.ts';
import { KitError } from './kit-error.ts';
import { type HostedTimer, MachineHost } from './machine-host.ts';
import type { MockAnswer } from './mocks.ts';
import { type Attempt, attemptsOf, mocksOf } from './mocks-from-history.ts';
import { type HistoryInput, type RecordedEvent, readHistory, textOf } from './recorded-history.ts';
import { type Continuation, redriveOf, resumeOf } from './resume.ts';
import { joined } from './scopes.ts';

export interface RehearseOptions {
  readonly history: HistoryInput;
  /** The changed definition. */
  readonly definition: object | string;
}
export interface Rehearsal {
  readonly diverges: boolean;
  /** undefined when the changed definition takes the recorded path. */
  readonly divergence: Divergence | undefined;
  /** The first state that got or gave other data on the same path, ids and tokens aside. */
  readonly dataDifference:
    | { readonly state: string; readonly scope: string; readonly event: PathStep; readonly now: PathStep }
    | undefined;
  /** Whether the recorded execution can be redriven, which runs the definition it began with. */
  readonly redrive: Continuation;
  /** Whether it could go on under the changed definition from where it stands. */
  readonly resume: Continuation;
  /** Events of the recording that were compared: those up to its first redrive. */
  readonly rehearsedEvents: number;
}

/** @throws KitError for what is no complete history; EngineError for a definition that AWS would refuse */
export async function rehearse(options: RehearseOptions): Promise<Rehearsal> {
  const definition = definitionFrom(options.definition);
  const all = readHistory(options.history);
  const recorded = firstRun(all);
  const placed = placeEvents(recorded, definition);
  const events = await replay(placed, definition, recorded);
  const replayed = placeEvents(readHistory({ events }), definition);
  const divergence = firstDivergence(placed, replayed, definition);
  const different = firstDataDifference(placed, replayed, divergence?.event.id);
  return {
    diverges: divergence !== undefined,
    divergence,
    dataDifference: different,
    redrive: redriveOf(all),
    resume: resumeOf(placed, definition),
    rehearsedEvents: recorded.length,
  };
}

function firstRun(events: readonly RecordedEvent[]): readonly RecordedEvent[] {
  const run = events.find(({ type }) => type === 'MapRunStarted');
  if (run !== undefined) {
    throw new KitError(
      `Event ${run.id} starts a distributed Map, whose children have histories of their own: rehearse those, on its ItemProcessor`,
    );
  }
  const redriven = events.findIndex(({ type }) => type === 'ExecutionRedriven');
  return redriven < 0 ? events : events.slice(0, redriven);
}

async function replay(placed: readonly PlacedEvent[], definition: JsonValue, recorded: readonly RecordedEvent[]) {
  const [started] = recorded;
  const mocks = mocksOf(placed);
  const recordedTimes = timesOf(placed);
  const unanswered = new Set<string>();
  const attempts = attemptsOf(placed);
  const present = new Map<string, Attempt | undefined>();
  const host = new MachineHost({
    definition,
    nowMs: started?.atMs ?? 0,
    chance: { ...seededHost(1), random: () => 0 },
    answer: ({ at, attempt }): MockAnswer | undefined => {
      const answers = mocks[at];
      const answer = Array.isArray(answers) ? (answers as readonly MockAnswer[])[attempt] : undefined;
      if (answer === undefined) unanswered.add(at);
      present.set(at, attempts.get(at)?.[attempt]);
      return answer;
    },
    fireAt: (timer) => fireAt(timer, recordedTimes, unanswered, present),
  });
  const name = contextName(placed);
  const arn = await host.start((started && textOf(started, 'input')) ?? '{}', name, 'rehearsed');
  await host.run(arn);
  return host.history(arn);
}

/** In the input of some states the name of the execution is to be seen; others do not depend on it. */
function contextName(placed: readonly PlacedEvent[]): string {
  for (const event of placed) {
    const found = /:execution:[^:"\\]+:([^:"\\]+)/.exec(textOf(event, 'parameters') ?? textOf(event, 'input') ?? '');
    if (found?.[1] !== undefined && /^[\w.-]{1,80}$/.test(found[1])) return found[1];
  }
  return 'rehearsed';
}

interface RecordedTimes {
  /** Ends of waits, and beginnings of attempts after the first, in order, by place. */
  readonly waits: ReadonlyMap<string, number[]>;
  readonly retries: ReadonlyMap<string, number[]>;
}

function timesOf(placed: readonly PlacedEvent[]): RecordedTimes {
  const waits = new Map<string, number[]>();
  const retries = new Map<string, number[]>();
  const before = new Map<string, string>();
  for (const { type, scope, state, atMs } of placed) {
    const at = joined(scope, state);
    if (type === 'WaitStateExited') waits.set(at, [...(waits.get(at) ?? []), atMs]);
    const scheduled = /(Scheduled|StateStarted)$/.test(type);
    if (scheduled && before.get(at)?.endsWith('StateEntered') !== true)
      retries.set(at, [...(retries.get(at) ?? []), atMs]);
    before.set(at, type);
  }
  return { waits, retries };
}

/** Of two branches whose time is up, the one that is recorded to have timed out is first. */
const LATENCY_MS = 1_000;

/**
 * Waits, retries and timeouts end when they ended then, so that jitter and latency do not make the runs drift apart. A
 * task that the recording knows nothing of waits for ever: what it would have come to is not known.
 */
function fireAt(
  timer: HostedTimer,
  times: RecordedTimes,
  unanswered: ReadonlySet<string>,
  present: ReadonlyMap<string, Attempt | undefined>,
): number {
  const at = joined(timer.scope, timer.state);
  const { purpose, dueMs } = timer;
  if (purpose === 'wait' || purpose === 'retry') {
    const recorded = (purpose === 'wait' ? times.waits : times.retries).get(at)?.shift();
    return Math.max(dueMs, recorded ?? dueMs);
  }
  if (purpose === 'execution') return dueMs;
  if (unanswered.has(at)) return Number.POSITIVE_INFINITY;
  const attempt = present.get(at);
  if (attempt === undefined) return dueMs;
  if (attempt.end === undefined) return dueMs + LATENCY_MS;
  return attempt.end.type.endsWith('TimedOut') ? Math.max(dueMs, attempt.end.atMs) : dueMs;
}
