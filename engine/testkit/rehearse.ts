/**
 * Rehearses a recorded execution on a changed definition: what was answered then is answered now, after the same time,
 * and the two histories are laid side by side, scope by scope, until they part.
 */
import type { JsonValue } from '../json.ts';
import { type DataDifference, firstDataDifference } from './data-difference.ts';
import { definitionFrom, stateFields } from './definition-text.ts';
import { type Divergence, firstDivergence } from './divergence.ts';
import { type PlacedEvent, placeEvents } from './history-walk.ts';
import { KitError } from './kit-error.ts';
import { checkData, type HistoryInput, type RecordedEvent, readHistory } from './recorded-history.ts';
import { beginReplay } from './replay.ts';
import { type Continuation, redriveOf, resumeOf } from './resume.ts';

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
  readonly dataDifference: DataDifference | undefined;
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
  checkData(all);
  const recorded = firstRun(all);
  const placed = placeEvents(recorded, definition);
  const { host, executionArn } = await beginReplay(placed, definition);
  await host.run(executionArn);
  const events = await host.history(executionArn);
  checkMachine(placed, definition);
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

/** @throws KitError when the history cannot be one of this machine in any of its versions */
function checkMachine(placed: readonly PlacedEvent[], definition: JsonValue): void {
  const states = new Set(placed.flatMap(({ type, state }) => (type.endsWith('StateEntered') ? [state] : [])));
  // A machine of one state whose name has changed is to be diagnosed, not refused.
  if (states.size < 2 || [...states].some((state) => stateFields(definition, state) !== undefined)) return;
  throw new KitError(
    `The history is one of another machine: of its states ${[...states].slice(0, 5).join(', ')} the definition has none`,
  );
}

export function firstRun(events: readonly RecordedEvent[]): readonly RecordedEvent[] {
  const run = events.find(({ type }) => type === 'MapRunStarted');
  if (run !== undefined) {
    throw new KitError(
      `Event ${run.id} starts a distributed Map, whose children have histories of their own: rehearse those, on its ItemProcessor`,
    );
  }
  const redriven = events.findIndex(({ type }) => type === 'ExecutionRedriven');
  return redriven < 0 ? events : events.slice(0, redriven);
}
