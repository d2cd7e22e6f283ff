/** Mocks that answer as a recorded execution was answered: same results and errors, each after the same time. */

import type { JsonValue } from '../json.ts';
import { type PlacedEvent, placeEvents } from './history-walk.ts';
import type { MockAnswer, Mocks } from './mocks.ts';
import { checkData, type HistoryInput, readHistory, textOf } from './recorded-history.ts';
import { joined } from './scopes.ts';

const SCHEDULED = /^(Task|LambdaFunction|Activity)Scheduled$/;
const REFUSED =
  /^(TaskStartFailed|TaskSubmitFailed|LambdaFunctionScheduleFailed|LambdaFunctionStartFailed|ActivityScheduleFailed)$/;
const ENDED = /^(Task|LambdaFunction|Activity)(Succeeded|Failed|TimedOut)$/;

/** One attempt of a task as it was recorded. */
export interface Attempt {
  readonly scheduled: PlacedEvent;
  pickedUp: boolean;
  submitted?: PlacedEvent;
  end?: PlacedEvent;
}

/**
 * Plain data: one key per state and scope, one answer per attempt. A task that had no outcome when the history was
 * taken is never answered.
 * @param definition helps to number the branches of a Parallel; the order in which they began serves without it
 * @throws KitError for what is no complete history
 */
export function mocksFromHistory(history: HistoryInput, definition?: JsonValue): Mocks {
  const events = readHistory(history);
  checkData(events);
  return mocksOf(placeEvents(events, definition));
}

export function mocksOf(events: readonly PlacedEvent[]): Mocks {
  const mocks: Record<string, MockAnswer[]> = {};
  for (const [at, attempts] of attemptsOf(events)) mocks[at] = attempts.map(answerOfAttempt);
  return mocks;
}

/** Attempts in order, by scope and state. */
export function attemptsOf(events: readonly PlacedEvent[]): Map<string, Attempt[]> {
  const attempts = new Map<string, Attempt[]>();
  for (const event of events) {
    const at = joined(event.scope, event.state);
    const known = attempts.get(at) ?? [];
    const open = known.at(-1);
    if (SCHEDULED.test(event.type)) {
      attempts.set(at, [...known, { scheduled: event, pickedUp: !event.type.startsWith('Activity') }]);
    } else if (open !== undefined && open.end === undefined) {
      if (event.type === 'ActivityStarted') open.pickedUp = true;
      if (event.type === 'TaskSubmitted') open.submitted = event;
      if (ENDED.test(event.type) || REFUSED.test(event.type)) open.end = event;
    }
  }
  return attempts;
}

export function answerOfAttempt({ scheduled, pickedUp, submitted, end }: Attempt): MockAnswer {
  const afterSeconds = end === undefined ? 0 : Math.max(0, end.atMs - scheduled.atMs) / 1_000;
  const answered = submitted === undefined ? undefined : textOf(submitted, 'output');
  const waited = { ...(answered !== undefined && { submitted: parsedOr(answered) }) };
  const beats = heartbeatsOf(scheduled, end, afterSeconds);
  if (end === undefined || end.type.endsWith('TimedOut')) {
    return { timesOut: true, ...waited, ...beats, ...(!pickedUp && { pickedUp }) };
  }
  const output = textOf(end, 'output');
  if (end.type.endsWith('Succeeded')) return { resultText: output ?? 'null', afterSeconds, ...waited, ...beats };
  const cause = textOf(end, 'cause');
  const failure = { ...(cause !== undefined && { cause }), afterSeconds };
  const error = textOf(end, 'error');
  const atOnce = submitted === undefined && /\.(sync|waitForTaskToken)/.test(textOf(scheduled, 'resource') ?? '');
  if (error !== undefined && (atOnce || REFUSED.test(end.type))) return { requestError: error, ...failure };
  return { error: error ?? null, ...failure, ...waited, ...beats };
}

function parsedOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Heartbeats leave no events: that there were some follows from a task that outlived its HeartbeatSeconds. */
function heartbeatsOf(scheduled: PlacedEvent, end: PlacedEvent | undefined, afterSeconds: number) {
  const { heartbeatInSeconds: heartbeat, timeoutInSeconds: timeout } = scheduled.details;
  if (typeof heartbeat !== 'number' || (end !== undefined && afterSeconds <= heartbeat)) return {};
  const everySeconds = heartbeat / 2;
  if (end?.type.endsWith('TimedOut') !== true) return { heartbeats: { everySeconds } };
  const byTimeout = typeof timeout === 'number' && Math.abs(afterSeconds - timeout) < Math.abs(heartbeat) / 2;
  return { heartbeats: { everySeconds, ...(!byTimeout && { untilSeconds: afterSeconds - heartbeat }) } };
}
