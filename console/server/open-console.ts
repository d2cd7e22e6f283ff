/** The console of one deployed system: its server, its loop and its replays, from open to close. */
import { buildApi } from './api.ts';
import { BoardWatch } from './board-watch.ts';
import { ensurePage } from './build-page.ts';
import type { ConsoleOperations } from './console-operations.ts';
import { newToken } from './guards.ts';
import { listen } from './http-server.ts';
import { LiveFeed } from './live-feed.ts';
import { PageFiles } from './page-files.ts';
import { type Problem, problemOf } from './problems.ts';
import { ReplayRunner } from './replay-runner.ts';

export interface ConsoleSettings {
  readonly operations: ConsoleOperations;
  /** The wanted one; the next free one is taken. */
  readonly port: number;
  /** Told what goes wrong behind the pages. */
  readonly onProblem: (problem: Problem) => void;
  /** Called when the page has to be built first, which takes some seconds. */
  readonly onBuild?: () => void;
  /** False serves the API alone. */
  readonly hasPage?: boolean;
}

export interface Console {
  /** With the token: for the one who opens it. */
  readonly url: string;
  /** Ids of the replays that run in this process. */
  underWay(): readonly string[];
  /** Leaves replays that are under way as they are: the next console goes on with them. */
  close(): Promise<void>;
}

/** A region in one process is asked often; an account has other readers, and bills. */
const PACE = { region: { everyMs: 1000, mapEveryMs: 2000 }, account: { everyMs: 2000, mapEveryMs: 10_000 } };

/** @throws PortsTaken; what the build of the page throws */
export async function openConsole(settings: ConsoleSettings): Promise<Console> {
  const { operations, port, onProblem, onBuild = () => undefined, hasPage = true } = settings;
  const page = hasPage ? new PageFiles(await ensurePage(onBuild)) : undefined;
  const token = newToken();
  const feed = new LiveFeed();
  const runner = new ReplayRunner(operations, (job) => feed.publish({ job }), onProblem);
  const pace = operations.endpoint === undefined ? PACE.account : PACE.region;
  const watch = new BoardWatch({ operations, feed, ...pace, onProblem, onSynced: () => runner.reachable() });
  const api = buildApi({ operations, runner, watch, feed, ...(page && { page }), token, onDefect: onProblem });
  const server = await listen((request) => api.fetch(request), port);
  watch.start();
  resumeReplays(operations, runner).catch((error: unknown) => onProblem(problemOf(error)));
  return {
    url: `${server.url}/?token=${token}`,
    underWay: () => runner.underWay,
    close: async () => {
      watch.close();
      feed.close();
      await server.close();
      operations.close();
    },
  };
}

async function resumeReplays(operations: ConsoleOperations, runner: ReplayRunner): Promise<void> {
  if ((await operations.identity()).role === 'operator') await runner.resumeRunning();
}
