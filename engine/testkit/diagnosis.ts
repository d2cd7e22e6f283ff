/** Says why a changed definition leaves the recorded path, as far as the definition and the two histories tell. */
import type { JsonValue } from '../json.ts';
import { stateFields } from './definition-text.ts';
import type { PlacedEvent } from './history-walk.ts';
import { textOf } from './recorded-history.ts';

export type DivergenceKind =
  /** A recorded state is gone, and one of the same Type that was not there stands in its place. */
  | 'renamed'
  /** A recorded state is gone. */
  | 'removed'
  /** A state that the recording never entered comes first. */
  | 'added'
  /** A Choice decides otherwise. */
  | 'choice'
  /** A state of this name has another Type, or asks another service. */
  | 'changed'
  /** After an error, a retry or a catch is different. */
  | 'recovery'
  /** A task ends otherwise: what took so long then would time out now. */
  | 'outcome'
  /** Another state follows. */
  | 'next'
  /** One of the two is over. */
  | 'end';

/** Where two histories part in one scope; a side that has ended has no event there. */
export interface Parting {
  readonly before: PlacedEvent | undefined;
  readonly recorded: PlacedEvent | undefined;
  readonly replayed: PlacedEvent | undefined;
  /** States that the scope entered in the recording and on the changed definition. */
  readonly recordedPath: readonly string[];
  readonly path: readonly string[];
}
export interface Diagnosis {
  readonly kind: DivergenceKind;
  readonly message: string;
}

const isEntry = (event: PlacedEvent | undefined): event is PlacedEvent => event?.type.endsWith('StateEntered') === true;
const typeOf = (event: PlacedEvent): string => event.type.slice(0, -'StateEntered'.length);

export function diagnose(parting: Parting, definition: JsonValue, recordedStates: ReadonlySet<string>): Diagnosis {
  const { before, recorded, replayed } = parting;
  if (isEntry(recorded) && isEntry(replayed)) return entries(before, recorded, replayed, definition, recordedStates);
  if (before !== undefined && /(Failed|TimedOut)$/.test(before.type)) {
    const error = textOf(before, 'error') ?? before.type;
    const message = `after ${error} of '${before.state}' the recording has ${shown(recorded)}, the definition ${shown(replayed)}: a retrier or catcher has changed`;
    return { kind: 'recovery', message };
  }
  if (recorded !== undefined && replayed !== undefined && recorded.state === replayed.state && recorded.state !== '') {
    const kind = /Scheduled$/.test(recorded.type) ? 'changed' : 'outcome';
    return { kind, message: `'${recorded.state}' has ${shown(replayed)} where it had ${shown(recorded)}` };
  }
  if (isEntry(recorded) && stateFields(definition, recorded.state) === undefined) return removed(recorded, replayed);
  return { kind: 'end', message: `the recording has ${shown(recorded)} where the definition has ${shown(replayed)}` };
}

function entries(
  before: PlacedEvent | undefined,
  recorded: PlacedEvent,
  replayed: PlacedEvent,
  definition: JsonValue,
  recordedStates: ReadonlySet<string>,
): Diagnosis {
  const [then, now] = [recorded.state, replayed.state];
  const from = before?.state === undefined || before.state === '' ? 'the start' : `'${before.state}'`;
  const isNew = !recordedStates.has(now);
  if (then === now) {
    return { kind: 'changed', message: `'${now}' is a ${typeOf(replayed)} and was a ${typeOf(recorded)}` };
  }
  if (stateFields(definition, then) === undefined) {
    if (!isNew || typeOf(recorded) !== typeOf(replayed)) return removed(recorded, replayed);
    const message = `'${then}' is gone, and '${now}', a ${typeOf(replayed)} too, stands in its place: renamed?`;
    return { kind: 'renamed', message };
  }
  if (isNew && leadsTo(definition, now, then)) {
    return { kind: 'added', message: `'${now}' is new, between ${from} and '${then}'` };
  }
  if (before?.type === 'ChoiceStateExited') {
    return { kind: 'choice', message: `the Choice ${from} goes to '${now}' where it went to '${then}'` };
  }
  if (isNew) return { kind: 'added', message: `'${now}' is new after ${from}, where '${then}' followed` };
  return { kind: 'next', message: `${from} is followed by '${now}' where '${then}' followed` };
}

function removed(recorded: PlacedEvent, replayed: PlacedEvent | undefined): Diagnosis {
  return { kind: 'removed', message: `'${recorded.state}' is gone; the definition has ${shown(replayed)} instead` };
}

function leadsTo(definition: JsonValue, from: string, to: string): boolean {
  return stateFields(definition, from)?.['Next'] === to;
}

function shown(event: PlacedEvent | undefined): string {
  if (event === undefined) return 'nothing';
  const error = textOf(event, 'error');
  return `${event.type}${event.state === '' ? '' : ` '${event.state}'`}${error === undefined ? '' : ` (${error})`}`;
}
