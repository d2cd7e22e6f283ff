/** The same executions without a kill, in one process on a clock that jumps. */
import { MemoryJournal } from '../../region/journal/memory-journal.ts';
import type { Answer } from './machines.ts';
import { tokenAnswerOf } from './machines.ts';
import { redriveOf, startOf } from './messages.ts';
import { type Outside, openHost, pack } from './open-host.ts';
import { type Trace, traceOf } from './trace.ts';

/** How long whoever has a token thinks, in ms of the executions' time. */
const THINKS_MS = 700;

/** @returns the trace of each execution */
export async function undisturbed(numbers: readonly number[]): Promise<ReadonlyMap<number, Trace>> {
  const ended = new Set<number>();
  const call = (action: string, input: object): Promise<unknown> => region.callFromOutside('sfn', action, input);
  const outside: Outside = {
    token: (state, n, token) => {
      const answer = tokenAnswerOf(state, n);
      if (answer === undefined) return;
      const give = (): void =>
        region.spawn(async () => void (await call(actionOf(answer), { taskToken: token, ...answer })));
      region.clock.at(region.clock.now() + THINKS_MS, give);
    },
    ended: (n, broke) => {
      if (broke) region.spawn(async () => void (await call(redriveOf(n).action, redriveOf(n).input)));
      else ended.add(n);
    },
  };
  const clock = { mode: 'auto-skip', startAt: '2026-03-02T08:00:00Z' } as const;
  const region = await openHost(new MemoryJournal(), clock, outside);
  // Within the run: a call before it would be a run of its own.
  region.clock.at(region.clock.now(), () => {
    region.spawn(() => pack(region, outside));
    for (const n of numbers) region.spawn(async () => void (await call(startOf(n).action, startOf(n).input)));
  });
  await region.run(() => ended.size === numbers.length);
  const traces = new Map<number, Trace>();
  for (const n of numbers) traces.set(n, await traceOf(call, n));
  await region.close();
  return traces;
}

export const actionOf = (answer: Answer): string => ('output' in answer ? 'SendTaskSuccess' : 'SendTaskFailure');
