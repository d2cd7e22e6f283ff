/**
 * A recorded history as the kit reads it: GetExecutionHistory's JSON by whatever client, in either order, its pages put
 * together. It is checked once, here, and trusted afterwards.
 */
import { isObject, type JsonObject, type JsonValue } from '../json.ts';
import { KitError } from './kit-error.ts';

export interface RecordedEvent {
  readonly id: number;
  readonly previousEventId: number;
  readonly type: string;
  /** ms since the epoch. */
  readonly atMs: number;
  /** What stands under `...EventDetails`. */
  readonly details: JsonObject;
}
/** What a client gives: the response, its events alone, pages, or any of these as JSON text. */
export type HistoryInput = string | object;

/** Events in ascending order. @throws KitError for what is no complete history */
export function readHistory(given: HistoryInput): readonly RecordedEvent[] {
  const events = eventsOf(typeof given === 'string' ? parsed(given) : given).map(readEvent);
  events.sort((one, other) => one.id - other.id);
  if (events.length === 0) throw new KitError('The history has no events: give the answer of GetExecutionHistory');
  events.forEach(({ id }, index) => {
    if (id === index + 1) return;
    throw new KitError(`The history has event ${id} where ${index + 1} should be: give all its pages, each once`);
  });
  if (events[0]?.type !== 'ExecutionStarted') {
    throw new KitError(`The history begins with ${events[0]?.type}: it has to begin with ExecutionStarted`);
  }
  return events;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (thrown) {
    throw new KitError(`The history is no JSON: ${(thrown as Error).message}`, { cause: thrown });
  }
}

function eventsOf(given: unknown): unknown[] {
  if (Array.isArray(given)) {
    checkLast(given.at(-1));
    return given.flatMap((each) => (isObject(each) && Array.isArray(each['events']) ? each['events'] : [each]));
  }
  if (isObject(given) && Array.isArray(given['events'])) {
    checkLast(given);
    return given['events'];
  }
  throw new KitError('The history has no "events": give the answer of GetExecutionHistory, {"events": [...]}');
}

/** A page that names the next one is not the last; the AWS CLI spells it `NextToken` where it stopped by itself. */
function checkLast(page: unknown): void {
  if (!isObject(page)) return;
  const token = page['nextToken'] ?? page['NextToken'];
  if (typeof token !== 'string') return;
  throw new KitError(`The history goes on at nextToken ${token.slice(0, 40)}: give all its pages`);
}

/** For what needs the data. @throws KitError for a history that was taken without */
export function checkData(events: readonly RecordedEvent[]): void {
  const [started] = events;
  if (started === undefined || textOf(started, 'input') !== undefined) return;
  throw new KitError('The history has no data of the execution: take it with includeExecutionData');
}

function readEvent(given: unknown): RecordedEvent {
  const fail = (what: string): never => {
    throw new KitError(`No event of a history: ${what} in ${JSON.stringify(given)?.slice(0, 120)}`);
  };
  if (typeof given !== 'object' || given === null) return fail('not an object');
  const { id, type, previousEventId = 0, timestamp, ...rest } = given as Record<string, unknown>;
  if (typeof id !== 'number' || !Number.isInteger(id)) return fail('"id" is no whole number');
  if (typeof type !== 'string') return fail('"type" is no text');
  if (typeof previousEventId !== 'number') return fail('"previousEventId" is no number');
  const atMs = timeOf(timestamp);
  if (Number.isNaN(atMs)) return fail('"timestamp" is no time');
  const [details = {}] = Object.entries(rest)
    .filter(([key, value]) => key.endsWith('EventDetails') && isObject(value))
    .map(([, value]) => value as JsonObject);
  checkWhole(id, details);
  return { id, type, previousEventId, atMs, details };
}

/** ISO 8601, a Date, or seconds since the epoch as the wire has them. */
function timeOf(timestamp: unknown): number {
  if (timestamp instanceof Date) return timestamp.getTime();
  return typeof timestamp === 'number' ? Math.round(timestamp * 1_000) : Date.parse(String(timestamp));
}

function checkWhole(id: number, details: JsonObject): void {
  for (const field of ['inputDetails', 'outputDetails']) {
    const companion: JsonValue | undefined = details[field];
    if (isObject(companion) && companion['truncated'] === true) {
      throw new KitError(`Event ${id} was cut short (${field}.truncated): take the history by GetExecutionHistory`);
    }
  }
}

/** A field of the details as text; undefined if it is absent. */
export function textOf(event: RecordedEvent, field: string): string | undefined {
  const value = event.details[field];
  return typeof value === 'string' ? value : undefined;
}
