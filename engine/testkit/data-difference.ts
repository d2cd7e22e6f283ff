/**
 * Where two histories that take the same path carry other data. What is new in each run (ids, tokens, times, ARNs of
 * executions) does not count, nor does what stands for a `${Name}` that has no value.
 */
import { isObject, type JsonValue } from '../json.ts';
import { byScope, keyOf } from './divergence.ts';
import type { PlacedEvent } from './history-walk.ts';
import { textOf } from './recorded-history.ts';

export interface DataDifference {
  readonly state: string;
  readonly scope: string;
  /** The recorded event, and the one in its place. */
  readonly event: { readonly id: number; readonly type: string };
  readonly now: { readonly id: number };
  /** Where in the event, e.g. `output.lines[2].price`. */
  readonly at: string;
  /** The values as JSON, volatile parts as `*`; undefined where there is none. */
  readonly recorded: string | undefined;
  readonly replayed: string | undefined;
}

const VOLATILE =
  /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\d{4}-\d\d-\d\dT[\d:.]+Z|arn:aws[a-z-]*:states:[^"\\\s]*|[\w+/=-]{48,}/g;
const UNFILLED = /\$\{\w+\}/;
const FIELDS = ['input', 'output', 'parameters'] as const;

/** The first event, up to where the paths part, whose data differ. */
export function firstDataDifference(
  recorded: readonly PlacedEvent[],
  replayed: readonly PlacedEvent[],
  untilId = Number.POSITIVE_INFINITY,
): DataDifference | undefined {
  const others = byScope(replayed);
  const pairs = [...byScope(recorded)].flatMap(([scope, events]) =>
    events.map((event, index) => [event, others.get(scope)?.[index]] as const),
  );
  pairs.sort(([one], [other]) => one.id - other.id);
  for (const [event, other] of pairs) {
    if (event.id >= untilId) return undefined;
    if (other === undefined || keyOf(event) !== keyOf(other)) continue;
    for (const field of FIELDS) {
      const found = differenceIn(dataOf(event, field), dataOf(other, field), field);
      if (found === undefined) continue;
      const { state, scope, id, type } = event;
      return { state, scope, event: { id, type }, now: { id: other.id }, ...found };
    }
  }
  return undefined;
}

function dataOf(event: PlacedEvent, field: string): JsonValue | undefined {
  const text = textOf(event, field);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return text;
  }
}

type Found = Pick<DataDifference, 'at' | 'recorded' | 'replayed'>;

function differenceIn(one: JsonValue | undefined, other: JsonValue | undefined, at: string): Found | undefined {
  if (Array.isArray(one) && Array.isArray(other)) {
    const longest = Math.max(one.length, other.length);
    for (let index = 0; index < longest; index += 1) {
      const found = differenceIn(one[index], other[index], `${at}[${index}]`);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  if (isObject(one) && isObject(other)) {
    for (const key of [...new Set([...Object.keys(one), ...Object.keys(other)])].sort()) {
      const found = differenceIn(one[key], other[key], `${at}.${key}`);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  const [recorded, replayed] = [steady(one), steady(other)];
  if (recorded === replayed || (recorded !== undefined && replayed !== undefined && fits(recorded, replayed))) {
    return undefined;
  }
  return { at, recorded, replayed };
}

const steady = (value: JsonValue | undefined): string | undefined => JSON.stringify(value)?.replace(VOLATILE, '*');

/** Whether a text with `${Name}` in it may stand for another. */
function fits(recorded: string, replayed: string): boolean {
  if (!UNFILLED.test(replayed)) return false;
  let from = 0;
  const parts = replayed.split(UNFILLED);
  for (const [index, part] of parts.entries()) {
    const at = index === parts.length - 1 ? recorded.lastIndexOf(part) : recorded.indexOf(part, from);
    if (at < from || (index === 0 && at > 0)) return false;
    from = at + part.length;
  }
  return from === recorded.length;
}
