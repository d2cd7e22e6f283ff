/** `start`: a region at a multiple of the speed of life with the sample day in it, a live table and a first page. */
import { join } from 'node:path';
import { Command } from 'commander';
import colors from 'picocolors';
import { profileNamed } from '../../fleet/index.ts';
import { ensureAssembly } from '../assembly.ts';
import { CommandFailure } from '../failures.ts';
import { messageOf, readFleet, readOrders } from '../files.ts';
import { pictureOf } from '../live/live-picture.ts';
import { type LiveRegion, openLiveRegion } from '../live/live-region.ts';
import { terminalTable } from '../live/terminal-table.ts';
import { openLogFile } from '../log-file.ts';
import { logTo, wholeNumber } from '../options.ts';
import { servePage } from '../page/page-server.ts';
import { LOG_FILE, SAMPLES_FOLDER } from '../project.ts';
import { announceRegion, withdrawRegion } from './running-region.ts';

interface StartOptions {
  readonly port: number;
  readonly speed: number;
  readonly seed: number;
  readonly log: string;
  readonly verbose?: boolean;
}

const EXAMPLES = `
Examples:
  $ perfect-order start
  $ perfect-order start --speed 10 --port 8080

While it runs, in another terminal of the same folder: place, trace and geofences. Ctrl-C ends it.`;

export function startCommand(): Command {
  return new Command('start')
    .description('run a region with sample orders and vehicles, and show what happens')
    .option('--port <number>', 'of the page; the next free one is taken', wholeNumber(1, 65_000), 4510)
    .option('--speed <factor>', 'virtual seconds in a real one', wholeNumber(1, 10_000), 60)
    .option('--seed <number>', 'of all chance in the run', wholeNumber(0), 1)
    .option('--log <file>', 'structured log of every function', LOG_FILE)
    .addHelpText('after', EXAMPLES)
    .action(async (_: unknown, command: Command) => start(command.optsWithGlobals<StartOptions>()));
}

async function start({ port, speed, seed, log: logPath, verbose = false }: StartOptions): Promise<void> {
  const assembly = ensureAssembly(() => console.error('Synthesising the app ...'));
  const lines = readOrders(join(SAMPLES_FOLDER, 'orders.jsonl'));
  const fleet = readFleet(join(SAMPLES_FOLDER, 'fleet.json'));
  const log = openLogFile(logPath);
  const page = await servePage(port);
  const table = terminalTable(process.stdout);
  try {
    const live = await openLiveRegion({
      assembly,
      lines,
      fleet,
      profile: profileNamed('smooth'),
      seed,
      speed,
      startMs: Math.floor(Date.now() / 1000) * 1000,
      log: logTo(log, verbose),
      onLook: (content, nowMs) => {
        const picture = pictureOf(content, nowMs);
        table.show(picture);
        page.show(picture);
        log.flush();
      },
    });
    const { url } = await live.region.listen(0);
    console.log(`${colors.bold('Perfect Order')} at ${speed} times the speed of life. Page: ${colors.cyan(page.url)}`);
    console.log(`Region: ${url}, log: ${log.path}. Ctrl-C ends it.\n`);
    await runUntilStopped(live, url);
  } finally {
    await page.close();
    log.close();
  }
  console.log('The region is closed.');
}

/** Until Ctrl-C, with the region's address where other commands look for it. */
async function runUntilStopped(live: LiveRegion, url: string): Promise<void> {
  const close = (): void => void live.close();
  process.once('SIGINT', close);
  process.once('SIGTERM', close);
  announceRegion({ url, pid: process.pid });
  try {
    await live.ended;
  } catch (error) {
    throw new CommandFailure('PO-401', `the region broke: ${messageOf(error)}`, 'see the log; --verbose shows more', {
      cause: error,
    });
  } finally {
    withdrawRegion();
    process.off('SIGINT', close);
    process.off('SIGTERM', close);
    await live.close();
  }
}
