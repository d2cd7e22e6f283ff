/** Whether a recorded execution can go on: by a redrive, or under a changed definition from where it stands. */
import { isObject, type JsonValue } from '../json.ts';
import type { PlacedEvent } from './history-walk.ts';
import type { RecordedEvent } from './recorded-history.ts';
import { joined } from './scopes.ts';

export interface Continuation {
  readonly possible: boolean;
  readonly reason: string;
  /** The states it would go on at, each with the event that entered it. */
  readonly from?: readonly { readonly state: string; readonly scope: string; readonly eventId: number }[];
}

const DAY_MS = 24 * 3_600_000;
const REDRIVABLE_MS = 14 * DAY_MS;
const YEAR_MS = 365 * DAY_MS;
/** A redrive needs room for itself and one more event. */
const REDRIVABLE_EVENTS = 24_999;

export function redriveOf(events: readonly RecordedEvent[]): Continuation {
  const no = (reason: string): Continuation => ({ possible: false, reason });
  const [first, last] = [events[0], events.at(-1)];
  if (first === undefined || last === undefined || !/^Execution(Succeeded|Failed|Aborted|TimedOut)$/.test(last.type)) {
    return no('the execution is running: only one that has ended is redriven');
  }
  if (last.type === 'ExecutionSucceeded') return no('the execution has succeeded');
  if (events.length >= REDRIVABLE_EVENTS)
    return no(`it has ${events.length} events; fewer than ${REDRIVABLE_EVENTS} are needed`);
  if (last.atMs - first.atMs >= YEAR_MS) return no('it was open for a year or more');
  const until = new Date(last.atMs + REDRIVABLE_MS).toISOString();
  return {
    possible: true,
    reason: `until ${until}, if it is a Standard execution; a redrive runs the definition it began with`,
  };
}

interface Open {
  readonly state: string;
  readonly type: string;
  readonly scope: string;
  readonly eventId: number;
}

export function resumeOf(events: readonly PlacedEvent[], definition: JsonValue): Continuation {
  if (events.at(-1)?.type === 'ExecutionSucceeded') return { possible: false, reason: 'the execution has succeeded' };
  const open = openStates(events);
  for (const { state, type, scope, eventId } of open) {
    const at = joined(scope, state);
    const fields = graphAt(definition, scope)?.[state];
    const missing = {
      possible: false,
      reason: `it stands at '${at}' (event ${eventId}), which the definition does not have there`,
    };
    if (!isObject(fields)) return missing;
    if (fields['Type'] !== type) {
      return {
        possible: false,
        reason: `it stands at '${at}' (event ${eventId}), a ${type}, which is now a ${String(fields['Type'])}`,
      };
    }
  }
  const [only] = open;
  if (only === undefined) return { possible: false, reason: 'it stands at no state' };
  const from = open.map(({ state, scope, eventId }) => ({ state, scope, eventId }));
  const places = from.map(({ state, scope }) => `'${joined(scope, state)}'`).join(', ');
  return { possible: true, reason: `at ${places}, with the input it was entered with`, from };
}

/** States that were entered and not left, in scopes that still are. */
function openStates(events: readonly PlacedEvent[]): Open[] {
  const open = new Map<string, Open>();
  for (const { id, type, scope, state } of events) {
    if (type.endsWith('StateEntered')) {
      open.set(scope, { state, scope, eventId: id, type: type.slice(0, -'StateEntered'.length) });
    } else if (type.endsWith('StateExited')) open.delete(scope);
  }
  return [...open.values()].filter((each) => isAlive(each, open));
}

/** A branch goes with the state around it: `Both[0]/Each[1]` lives while `Each` in `Both[0]` and `Both` do. */
function isAlive({ scope, eventId }: Open, open: ReadonlyMap<string, Open>): boolean {
  if (scope === '') return true;
  const at = scope.lastIndexOf('/');
  const parent = open.get(at < 0 ? '' : scope.slice(0, at));
  const name = scope.slice(at + 1, scope.lastIndexOf('['));
  return parent !== undefined && parent.state === name && parent.eventId < eventId && isAlive(parent, open);
}

/** The States of the graph that a scope runs. */
function graphAt(definition: JsonValue, scope: string): Record<string, JsonValue> | undefined {
  let graph: JsonValue | undefined = definition;
  for (const [, name = '', index] of scope.matchAll(/(?:^|\/)([^/]*)\[(\d+)\]/g)) {
    const states: JsonValue | undefined = isObject(graph) ? graph['States'] : undefined;
    const state: JsonValue | undefined = isObject(states) ? states[name] : undefined;
    if (!isObject(state)) return undefined;
    const branches: JsonValue | undefined = state['Branches'];
    graph = Array.isArray(branches) ? branches[Number(index)] : (state['ItemProcessor'] ?? state['Iterator']);
  }
  const states = isObject(graph) ? graph['States'] : undefined;
  return isObject(states) ? states : undefined;
}
