/**
 * Takes a recorded execution up again at one of its events: until then everything happens as it was recorded, and from
 * then on a test holds the run in its hand and can let it go another way.
 */
import type { AppliedEvent } from '../contract.ts';
import { definitionFrom, type Substitutions } from './definition-text.ts';
import { firstDivergence } from './divergence.ts';
import { placeEvents } from './history-walk.ts';
import { KitError } from './kit-error.ts';
import { LiveRun } from './live-run.ts';
import { checkData, type HistoryInput, readHistory } from './recorded-history.ts';
import { firstRun } from './rehearse.ts';
import { beginReplay } from './replay.ts';

export interface ForkOptions {
  readonly history: HistoryInput;
  readonly definition: object | string;
  readonly substitutions?: Substitutions;
  /** Id of the last event that happens as it was recorded. */
  readonly atEvent: number;
}

/** @throws KitError when there is no such event, or the definition does not take the recorded path until then */
export async function forkMachine(options: ForkOptions): Promise<LiveRun> {
  const { atEvent } = options;
  const definition = definitionFrom(options.definition, options.substitutions);
  const all = readHistory(options.history);
  checkData(all);
  const recorded = firstRun(all);
  const last = recorded[atEvent - 1];
  if (last === undefined) {
    throw new KitError(`There is no event ${atEvent} to fork at: give atEvent one from 1 to ${recorded.length}`);
  }
  const placed = placeEvents(recorded.slice(0, atEvent), definition);
  const { host, executionArn, startMs } = await beginReplay(placed, definition, true);
  while (eventsIn(host.journal) < atEvent && (await host.step(last.atMs)));
  const replayed = placeEvents(readHistory({ events: await host.history(executionArn) }), definition);
  const divergence = firstDivergence(placed, replayed, definition);
  if (divergence !== undefined) {
    const { message, event } = divergence;
    throw new KitError(`The definition leaves the recorded path at event ${event.id}, before ${atEvent}: ${message}`);
  }
  const run = new LiveRun(host, executionArn, startMs);
  await run.pass(last.atMs - host.nowMs);
  return run;
}

/** Public events that the execution has written: private records have the id 0. */
function eventsIn(journal: readonly AppliedEvent[]): number {
  return journal.filter((event) => event.stream === 'execution' && event.record.id > 0).length;
}
