/**
 * `start`: a region at a multiple of the speed of life with the sample day in it, a live table and the operator's pages. What it
 * holds outlives the process: the next start goes on from there.
 */
import { join } from 'node:path';
import { Command } from 'commander';
import colors from 'picocolors';
import { type Console, ensurePage, openConsole, operationsOf, type Problem } from '../../console/index.ts';
import { profileNamed } from '../../fleet/index.ts';
import { connectAws } from '../../operations/index.ts';
import { ensureAssembly } from '../assembly.ts';
import { CommandFailure } from '../failures.ts';
import { messageOf, readFleet, readOrders } from '../files.ts';
import { type KeptRun, keptRunFailure, keptRunIdentity, openKeptRun } from '../live/kept-run.ts';
import { pictureOf } from '../live/live-picture.ts';
import { type LiveRegion, openLiveRegion } from '../live/live-region.ts';
import { replayProgress } from '../live/replay-progress.ts';
import { terminalTable } from '../live/terminal-table.ts';
import { openLogFile } from '../log-file.ts';
import { logTo, wholeNumber } from '../options.ts';
import { LOG_FILE, SAMPLES_FOLDER, STATE_FOLDER } from '../project.ts';
import { openRoads } from '../road-files.ts';
import { stepProgress } from '../step-progress.ts';
import { openPages, problemText, tellOfBuild } from './console.ts';
import { announceRegion, withdrawRegion } from './running-region.ts';

interface StartOptions {
  readonly port: number;
  readonly regionPort: number;
  readonly speed: number;
  readonly seed: number;
  readonly log: string;
  readonly data: string;
  readonly roads?: string;
  readonly fresh?: boolean;
  readonly verbose?: boolean;
}

const EXAMPLES = `
Examples:
  $ perfect-order start
  $ perfect-order start --speed 10 --port 8080
  $ perfect-order start --roads samples/portolan.osm.pbf
  $ perfect-order start --fresh              begins a new day, and moves the kept one aside

While it runs, in another terminal of the same folder: place, trace and geofences. Ctrl-C ends it. However it ends, the
next start brings back every order, execution, timer and message, and goes on at the virtual time that was reached.`;

export function startCommand(): Command {
  return new Command('start')
    .description('run a region with sample orders and vehicles, and show what happens')
    .option('--port <number>', 'of the pages; the next free one is taken', wholeNumber(1, 65_000), 4510)
    .option('--region-port <number>', 'of the region; a free one when it is taken', wholeNumber(1, 65_000), 4566)
    .option('--speed <factor>', 'virtual seconds in a real one', wholeNumber(1, 10_000), 60)
    .option('--seed <number>', 'of all chance in the run', wholeNumber(0), 1)
    .option('--log <file>', 'structured log of every function', LOG_FILE)
    .option('--data <folder>', 'where the region is kept between starts', STATE_FOLDER)
    .option('--roads <file>', 'streets to plan and drive on: a road file, or an .osm.pbf extract')
    .option('--fresh', 'begin anew; what is kept is moved aside')
    .addHelpText('after', EXAMPLES)
    .action(async (_: unknown, command: Command) =>
      start(command.optsWithGlobals<StartOptions>(), command.parent?.version() ?? ''),
    );
}

const PROFILE = 'smooth';
const ORDERS = join(SAMPLES_FOLDER, 'orders.jsonl');
const FLEET = join(SAMPLES_FOLDER, 'fleet.json');

async function start(options: StartOptions, version: string): Promise<void> {
  const { speed, seed, verbose = false, roads: roadsPath } = options;
  const assembly = ensureAssembly(() => console.error('Synthesising the app ...'));
  await ensurePage(tellOfBuild);
  const lines = readOrders(ORDERS);
  const fleet = readFleet(FLEET);
  const roads = roadsPath === undefined ? undefined : await openRoads(roadsPath, stepProgress(process.stderr));
  const kept = openKeptRun({
    folder: options.data,
    fresh: options.fresh === true,
    identity: keptRunIdentity({
      version,
      assembly,
      seed,
      profile: PROFILE,
      orders: ORDERS,
      fleet: FLEET,
      ...(roadsPath !== undefined && { roads: roadsPath }),
    }),
    startAt: new Date(Math.floor(Date.now() / 1000) * 1000).toISOString(),
  });
  const { journal } = kept;
  const log = openLogFile(options.log);
  const table = terminalTable(process.stdout);
  const progress = replayProgress(process.stderr, Date.parse(journal.startAt), journal.endMs);
  const fromMs = performance.now();
  try {
    const live = await openLiveRegion({
      assembly,
      lines,
      fleet,
      profile: profileNamed(PROFILE),
      seed,
      speed,
      inputs: journal,
      ...(roads !== undefined && { roads }),
      log: logTo(log, verbose),
      onProgress: progress.show,
      onLook: (content, nowMs) => {
        table.show(pictureOf(content, nowMs));
        log.flush();
      },
    }).finally(progress.end);
    const { url } = await listenAt(live, options.regionPort);
    const seconds = (performance.now() - fromMs) / 1000;
    await runUntilStopped(live, url, async (whenClosed) => {
      const pages = await openPages(() => openRegionConsole(url, options));
      whenClosed(pages.close);
      console.log(`${colors.bold('Perfect Order')} at ${speed} times the speed of life: ${colors.cyan(pages.url)}`);
      console.log(`Region: ${url}, log: ${log.path}. Ctrl-C ends it.`);
      console.log(`${await keptText(kept, live, seconds)}\n`);
      live.watch();
    });
  } catch (error) {
    throw keptRunFailure(error);
  } finally {
    log.close();
  }
  console.log(`The region is closed. The next start goes on from ${kept.file}.`);
}

/** At the same port every time, so that a console finds the region again; at a free one when that is taken. */
async function listenAt({ region }: LiveRegion, port: number): ReturnType<LiveRegion['region']['listen']> {
  try {
    return await region.listen(port);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    return region.listen(0);
  }
}

/** The pages reach the region as those of an account do: by its endpoint. */
async function openRegionConsole(endpoint: string, { port, verbose = false }: StartOptions): Promise<Console> {
  const operations = operationsOf(await connectAws({ endpoint }));
  const onProblem = (problem: Problem): void => console.error(problemText(problem, verbose));
  return openConsole({ operations, port, onProblem });
}

async function keptText({ journal, file, movedTo }: KeptRun, live: LiveRegion, seconds: number): Promise<string> {
  const moved = movedTo === undefined ? '' : `What was kept before is in ${movedTo}. `;
  if (journal.isNew) return `${moved}The region is kept in ${file}: the next start goes on from it.`;
  const { openExecutions, orders } = await live.standing();
  const at = new Date(live.resumedMs).toISOString().slice(0, 19).replace('T', ' ');
  return `Resumed at ${at}: ${openExecutions} executions open, ${orders} orders, replayed in ${seconds.toFixed(1)} s.`;
}

/** Until Ctrl-C, with the region's address where other commands look for it. */
async function runUntilStopped(
  live: LiveRegion,
  url: string,
  begin: (whenClosed: (close: () => Promise<void>) => void) => Promise<void>,
): Promise<void> {
  let closePages = async (): Promise<void> => undefined;
  // Pages that ask a region which closes would tell of an outage.
  const close = (): void => void closePages().then(() => live.close());
  process.once('SIGINT', close);
  process.once('SIGTERM', close);
  announceRegion({ url, pid: process.pid });
  try {
    // What is asked of a region that breaks meanwhile is never answered.
    const begun = begin((closeThem) => {
      closePages = closeThem;
    });
    await Promise.race([begun, live.ended]);
    await live.ended;
  } catch (error) {
    if (error instanceof CommandFailure) throw error;
    throw new CommandFailure(
      'PO-401',
      `the region broke: ${messageOf(error)}`,
      'see the log; --verbose shows more, --fresh begins anew',
      {
        cause: error,
      },
    );
  } finally {
    withdrawRegion();
    process.off('SIGINT', close);
    process.off('SIGTERM', close);
    await closePages();
    await live.close();
  }
}
