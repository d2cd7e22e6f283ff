/**
 * Runs a definition as a recorded execution was run: each task gets the recorded answer after the recorded time, and
 * waits, retries and timeouts end when they ended then.
 */
import type { JsonValue } from '../json.ts';
import { seededHost } from './chance.ts';
import type { PlacedEvent } from './history-walk.ts';
import { type HostedTimer, MachineHost } from './machine-host.ts';
import { type Attempt, answerOfAttempt, attemptsOf } from './mocks-from-history.ts';
import { textOf } from './recorded-history.ts';
import { joined } from './scopes.ts';

export interface Replay {
  readonly host: MachineHost;
  readonly executionArn: string;
  readonly startMs: number;
}

/**
 * Starts it; the caller lets time pass.
 * @param byHand what the recording has no answer to waits for the caller; nobody ever answers it otherwise
 */
export async function beginReplay(
  placed: readonly PlacedEvent[],
  definition: JsonValue,
  byHand = false,
): Promise<Replay> {
  const [started] = placed;
  const recordedTimes = timesOf(placed);
  const unanswered = new Set<string>();
  const attempts = attemptsOf(placed);
  const present = new Map<string, Attempt | undefined>();
  const startMs = started?.atMs ?? 0;
  const host = new MachineHost({
    definition,
    nowMs: startMs,
    chance: { ...seededHost(1), random: () => 0 },
    answer: ({ at, attempt: index }) => {
      const attempt = attempts.get(at)?.[index];
      if (byHand && attempt?.end === undefined) {
        present.delete(at);
        return 'byHand';
      }
      if (attempt === undefined) unanswered.add(at);
      present.set(at, attempt);
      return attempt === undefined ? undefined : answerOfAttempt(attempt);
    },
    fireAt: (timer) => fireAt(timer, recordedTimes, unanswered, present),
  });
  const input = (started && textOf(started, 'input')) ?? '{}';
  return { host, executionArn: await host.start(input, contextName(placed), 'rehearsed'), startMs };
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
