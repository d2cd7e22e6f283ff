/**
 * Lays a recorded history beside that of a changed definition: scope by scope, because branches interleave as they
 * like, and by what decides the path: states entered and left, what tasks were asked and how they ended.
 */
import { isObject, type JsonValue } from '../json.ts';
import { type Diagnosis, diagnose, type Parting } from './diagnosis.ts';
import type { PlacedEvent } from './history-walk.ts';
import { textOf } from './recorded-history.ts';

export interface PathStep {
  readonly eventId: number;
  readonly type: string;
  readonly state: string;
  readonly scope: string;
}
export interface Divergence extends Diagnosis {
  readonly state: string;
  readonly scope: string;
  /** The recorded event that the changed definition does not bring about. */
  readonly event: { readonly id: number; readonly type: string };
  /** What comes instead; undefined when the changed definition goes no further. */
  readonly instead: string | undefined;
  /** From the last common state on. */
  readonly recordedPath: readonly string[];
  readonly path: readonly string[];
}

const DECIDES =
  /State(Entered|Exited)$|Scheduled$|^(Task|LambdaFunction|Activity)(Succeeded|Failed|TimedOut)$|^EvaluationFailed$|^Execution(Succeeded|Failed|TimedOut)$/;
const STATES_SHOWN = 5;

function keyOf(event: PlacedEvent): string {
  const { type, state } = event;
  if (type === 'TaskScheduled') return `${type} ${state} ${textOf(event, 'resourceType')} ${textOf(event, 'resource')}`;
  if (/(Failed|TimedOut)$/.test(type)) return `${type} ${state} ${textOf(event, 'error')}`;
  return `${type} ${state}`;
}

function byScope(events: readonly PlacedEvent[]): Map<string, PlacedEvent[]> {
  const scopes = new Map<string, PlacedEvent[]>();
  for (const event of events) {
    if (!DECIDES.test(event.type)) continue;
    const known = scopes.get(event.scope);
    if (known === undefined) scopes.set(event.scope, [event]);
    else known.push(event);
  }
  return scopes;
}

/** A recording that ends otherwise was stopped, or taken while it ran: that the other goes on is no divergence. */
const isOver = (events: readonly PlacedEvent[]): boolean =>
  /^Execution(Succeeded|Failed|TimedOut)$/.test(events.at(-1)?.type ?? '');

/** The parting with the earliest recorded event. */
export function firstDivergence(
  recorded: readonly PlacedEvent[],
  replayed: readonly PlacedEvent[],
  definition: JsonValue,
): Divergence | undefined {
  const others = byScope(replayed);
  let first: Parting | undefined;
  const idOf = (parting: Parting): number => parting.recorded?.id ?? parting.replayed?.id ?? 0;
  const scopes = byScope(recorded);
  for (const scope of new Set([...scopes.keys(), ...others.keys()])) {
    const parting = partingOf(scopes.get(scope) ?? [], others.get(scope) ?? [], isOver(recorded));
    if (parting !== undefined && (first === undefined || idOf(parting) < idOf(first))) first = parting;
  }
  if (first === undefined) return undefined;
  const event = first.recorded ?? recorded.at(-1);
  const { state = '', scope = '' } = first.recorded ?? first.replayed ?? {};
  return {
    ...diagnose(first, definition, new Set(recorded.map((each) => each.state))),
    state: state === '' ? (first.before?.state ?? '') : state,
    scope,
    event: { id: event?.id ?? 0, type: event?.type ?? '' },
    instead: first.replayed === undefined ? undefined : `${first.replayed.type} ${first.replayed.state}`.trim(),
    recordedPath: first.recordedPath,
    path: first.path,
  };
}

function partingOf(events: readonly PlacedEvent[], others: readonly PlacedEvent[], over: boolean): Parting | undefined {
  const at = events.findIndex((event, index) => {
    const other = others[index];
    return other === undefined || keyOf(event) !== keyOf(other);
  });
  const index = at < 0 ? events.length : at;
  if (at < 0 && (!over || others.length === events.length)) return undefined;
  return {
    before: events[index - 1],
    recorded: events[index],
    replayed: others[index],
    recordedPath: statesFrom(events, index),
    path: statesFrom(others, index),
  };
}

/** The last state entered before the parting, and those after it. */
function statesFrom(events: readonly PlacedEvent[], index: number): string[] {
  const entered = (part: readonly PlacedEvent[]): string[] =>
    part.filter(({ type }) => type.endsWith('StateEntered')).map(({ state }) => state);
  return [...entered(events.slice(0, index)).slice(-1), ...entered(events.slice(index)).slice(0, STATES_SHOWN)];
}

const VOLATILE =
  /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\d{4}-\d\d-\d\dT[\d:.]+Z|arn:aws[a-z-]*:states:[^"\\\s]*|[\w+/=-]{48,}/g;

/** The first event, up to where the paths part, whose data differ in more than ids, tokens and times. */
export function firstDataDifference(
  recorded: readonly PlacedEvent[],
  replayed: readonly PlacedEvent[],
  untilId = Number.POSITIVE_INFINITY,
): { state: string; scope: string; event: PathStep; now: PathStep } | undefined {
  const others = byScope(replayed);
  const pairs = [...byScope(recorded)].flatMap(([scope, events]) =>
    events.map((event, index) => [event, others.get(scope)?.[index]] as const),
  );
  pairs.sort(([one], [other]) => one.id - other.id);
  for (const [event, other] of pairs) {
    if (event.id >= untilId) return undefined;
    if (other === undefined || keyOf(event) !== keyOf(other)) continue;
    const differs = ['input', 'output', 'parameters'].some((field) => steady(event, field) !== steady(other, field));
    if (differs) return { state: event.state, scope: event.scope, event: stepOf(event), now: stepOf(other) };
  }
  return undefined;
}

const stepOf = ({ id, type, state, scope }: PlacedEvent): PathStep => ({ eventId: id, type, state, scope });

function steady(event: PlacedEvent, field: string): string | undefined {
  const text = textOf(event, field);
  if (text === undefined) return undefined;
  try {
    return JSON.stringify(sorted(JSON.parse(text) as JsonValue)).replace(VOLATILE, '*');
  } catch {
    return text.replace(VOLATILE, '*');
  }
}

function sorted(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(entries.map(([key, each]) => [key, sorted(each)]));
}
