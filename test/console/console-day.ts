/**
 * A small day that has gone wrong for some orders, kept by its region, with the console on top. The console knows the
 * address of the region's port and nothing else, as it knows an account.
 */

import { execFileSync } from 'node:child_process';
import { PROJECT_FOLDER } from '../../cli/project.ts';
import { serveDay } from '../../cli/simulation/serve-day.ts';
import { type Console, openConsole, operationsOf } from '../../console/index.ts';
import { connectAws } from '../../operations/index.ts';
import type { FaultPlan, Region } from '../../region/index.ts';
import { runDay, type TestDay } from '../simulation/days.ts';

export interface OpenedConsole extends Console {
  /** What went wrong behind the pages. */
  readonly problems: readonly string[];
}

export interface ConsoleDaySettings extends TestDay {
  readonly faults: FaultPlan;
}

/** Runs the day, serves it, calls `use` with the address of the port, and closes all of it, whatever `use` does. */
export async function withConsoleDay(
  { orders, fleet, faults }: ConsoleDaySettings,
  use: (endpoint: string) => Promise<void>,
): Promise<void> {
  const handOver = async (_: unknown, region: Region): Promise<void> => {
    const ending = new AbortController();
    let used: Promise<void> = Promise.resolve();
    const onListen = (endpoint: string): void => {
      used = use(endpoint).finally(() => ending.abort());
      // Awaited below; a failure before that is not lost.
      used.catch(() => undefined);
    };
    await serveDay(region, { port: 0, speed: 30, onListen, signal: ending.signal });
    await used;
  };
  buildPage();
  await runDay(orders, { fleet, faults, handOver });
}

/** @param actAs name of a role of the account; its owner without */
export async function openConsoleOf(endpoint: string, actAs?: string): Promise<OpenedConsole> {
  const deployed = await connectAws({ endpoint, ...(actAs === undefined ? {} : { actAs }) });
  const problems: string[] = [];
  const opened = await openConsole({
    operations: operationsOf(deployed),
    port: 0,
    onProblem: ({ code, message }) => problems.push(`${code}: ${message}`),
  });
  return { ...opened, problems };
}

/** In a process of its own: the bundler's native part does not bear Jest's module loader. */
export function buildPage(): void {
  const script = "await (await import('./console/server/build-page.ts')).ensurePage(() => undefined)";
  const options = ['--import', 'tsx', '--input-type=module', '--eval', script];
  execFileSync(process.execPath, options, { cwd: PROJECT_FOLDER, stdio: 'pipe' });
}
