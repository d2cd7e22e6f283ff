/**
 * Lays a recorded history beside that of a changed definition: scope by scope, because branches interleave as they
 * like, and by what decides the path: states entered and left, what tasks were asked and how they ended.
 */
import type { JsonValue } from '../json.ts';
import { type Diagnosis, diagnose, type Parting } from './diagnosis.ts';
import type { PlacedEvent } from './history-walk.ts';
import { textOf } from './recorded-history.ts';

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

export function keyOf(event: PlacedEvent): string {
  const { type, state } = event;
  if (type === 'TaskScheduled') return `${type} ${state} ${textOf(event, 'resourceType')} ${textOf(event, 'resource')}`;
  if (/(Failed|TimedOut)$/.test(type)) return `${type} ${state} ${textOf(event, 'error')}`;
  return `${type} ${state}`;
}

export function byScope(events: readonly PlacedEvent[]): Map<string, PlacedEvent[]> {
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
