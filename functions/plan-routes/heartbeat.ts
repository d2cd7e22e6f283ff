/**
 * How a planner without a port and without a writable disk says that it gets on: the title of its process, which the
 * health check of its container reads from `/proc`. A beat is given at each stage and, while the search runs, by the
 * search itself; a planner that hangs in a call or in a loop gives none. The title may not be longer than the command line.
 */

const TITLE = 'plan-routes';
/** No honest silence is longer: the road network is given up, and every other call has its retries behind it, before. */
export const MAX_SILENCE_SECONDS = 300;
/** More often would cost a system call for nothing. */
const BEAT_EVERY_MS = 1_000;

let beatAtMs = Number.NEGATIVE_INFINITY;

/** Called as often as one likes. */
export function beat(nowMs: number): void {
  if (nowMs - beatAtMs < BEAT_EVERY_MS) return;
  beatAtMs = nowMs;
  process.title = `${TITLE} ${Math.floor(nowMs / 1000)}`;
}

/**
 * @param commandLine as `/proc/<pid>/cmdline` has it
 * @returns what is wrong; undefined while the planner gets on
 */
export function ailmentOf(commandLine: string, nowMs: number): string | undefined {
  const beatAtSeconds = new RegExp(`^${TITLE} (\\d+)`).exec(commandLine)?.[1];
  if (beatAtSeconds === undefined) return 'the planner has not begun';
  const silentSeconds = Math.floor(nowMs / 1000) - Number(beatAtSeconds);
  return silentSeconds <= MAX_SILENCE_SECONDS ? undefined : `the planner has been silent for ${silentSeconds} s`;
}
