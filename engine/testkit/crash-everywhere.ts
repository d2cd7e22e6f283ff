/**
 * The same run twice: undisturbed, and with an engine that is thrown away after every apply, before its effects are
 * run, and built again from its journal. Whatever was lost shows as a difference.
 */
import type { Effect } from '../contract.ts';
import type { MachineHost } from './machine-host.ts';
import { type RunOptions, type RunResult, runOn } from './run-machine.ts';

export interface CrashReport {
  /** How often the engine was built again. */
  readonly crashes: number;
  readonly undisturbed: RunResult;
  readonly crashed: RunResult;
  /** Sentences; empty when nothing differs. */
  readonly differences: readonly string[];
}

/** @throws what `runMachine` throws */
export async function crashEverywhere(options: RunOptions): Promise<CrashReport> {
  const undisturbed = await runOn(options, {});
  const differences: string[] = [];
  let crashes = 0;
  const crashed = await runOn(options, {
    afterApply: (host, effects) => {
      crashes += 1;
      differences.push(...crashNow(host, effects).map((what) => `crash ${crashes}: ${what}`));
    },
  });
  return { crashes, undisturbed, crashed, differences: [...differences, ...differencesOf(undisturbed, crashed)] };
}

/** Builds the engine again from its journal. Returns what it has lost, in sentences. */
export function crashNow(host: MachineHost, effects: readonly Effect[]): string[] {
  host.crash();
  return lostBy(host, effects);
}

/** What the effects ask for and the engine that was built again does not know to be outstanding, or knows too much. */
function lostBy(host: MachineHost, effects: readonly Effect[]): string[] {
  const timers = new Map(host.timers);
  for (const effect of effects) {
    if (effect.kind === 'setTimer') timers.set(effect.timerId, effect.dueMs);
    if (effect.kind === 'cancelTimer') timers.delete(effect.timerId);
  }
  const pending = host.engine.pending();
  const known = new Map<string, number>();
  const tasks = new Set<string>();
  for (const effect of pending) {
    if (effect.kind === 'setTimer') known.set(effect.timerId, effect.dueMs);
    if (effect.kind === 'invokeTask') tasks.add(JSON.stringify(effect));
  }
  const asked = effects.filter((effect) => effect.kind === 'invokeTask');
  return [
    ...[...timers].filter(([id, dueMs]) => known.get(id) !== dueMs).map(([id]) => `timer ${id} is lost or moved`),
    ...[...known.keys()].filter((id) => !timers.has(id)).map((id) => `timer ${id} was taken back and is set again`),
    ...asked
      .filter((task) => !tasks.has(JSON.stringify(task)))
      .map((task) => `the task of ${task.stateName} is lost or changed`),
  ];
}

function differencesOf(one: RunResult, other: RunResult): string[] {
  const outcome = ({ status, output, error, cause, durationMs }: RunResult) => ({
    status,
    output,
    error,
    cause,
    durationMs,
  });
  const [before, after] = [outcome(one), outcome(other)].map((each) => JSON.stringify(each));
  if (before !== after) return [`the outcome is ${after} instead of ${before}`];
  const at = one.events.findIndex((event, index) => JSON.stringify(event) !== JSON.stringify(other.events[index]));
  if (at < 0 && one.events.length === other.events.length) return [];
  const index = at < 0 ? one.events.length : at;
  return [
    `event ${index + 1} is ${JSON.stringify(other.events[index])} instead of ${JSON.stringify(one.events[index])}`,
  ];
}
