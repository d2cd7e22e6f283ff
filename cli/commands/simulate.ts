/** `simulate`: a whole day on the auto-skipping clock, from an orders file to its report. */
import { join } from 'node:path';
import { Command } from 'commander';
import { type DriverProfile, profileNamed } from '../../fleet/index.ts';
import { historyFiles, type OrderLine, orderHistories, type RunReport, reportFiles } from '../../operations/index.ts';
import { FaultPlanError, type Region, UnknownToRegionError } from '../../region/index.ts';
import { ensureAssembly } from '../assembly.ts';
import { CommandFailure } from '../failures.ts';
import { faultPlanFailure, readFaults } from '../fault-file.ts';
import { messageOf, readFleet, readOrders, writeFiles } from '../files.ts';
import { openLogFile } from '../log-file.ts';
import { factor, logTo, wholeNumber } from '../options.ts';
import { progressDisplay } from '../progress.ts';
import { LOG_FILE } from '../project.ts';
import { openRoads } from '../road-files.ts';
import { serveDay } from '../simulation/serve-day.ts';
import { type DaySettings, type SimulatedDay, simulateDay } from '../simulation/simulated-day.ts';
import { stepProgress } from '../step-progress.ts';
import { summaryText } from '../summary-text.ts';
import { announceRegion, withdrawRegion } from './running-region.ts';

interface SimulateOptions {
  readonly orders: string;
  readonly fleet: string;
  readonly seed: number;
  readonly out?: string;
  readonly profile: string;
  readonly log: string;
  readonly history: readonly string[];
  readonly faults?: string;
  readonly roads?: string;
  readonly thenServe?: boolean;
  readonly port: number;
  readonly speed: number;
  readonly verbose?: boolean;
}

const EXAMPLES = `
Writes with --out, the same for the same seed byte for byte: orders.jsonl, routes.jsonl, notifications.jsonl,
summary.json. With --history, for each order: GetExecutionHistory's answer for its execution, those of its routes and
waves, and the definitions they ran, for \`perfect-order rehearse\`.

With --roads, times and distances are those of streets and vehicles follow them; \`perfect-order roads build\` makes a road
file of an OpenStreetMap extract. Without it, roads are a model without a map, and vehicles move in straight lines.

With --faults, what a plan says goes wrong until the day is over. Plans that are there: incident (orders stop on errors
that outlast every retry) and flaky (what AWS may do on any day, at no cost to an order). With --then-serve the region
stays, with the day as it ended, for the other commands and for AWS clients; time goes on by --speed, and faster while
somebody waits for an answer. Drivers are off duty by then. At Ctrl-C the report is written once more, as things stand then,
into the folder served of --out.

Examples:
  $ perfect-order simulate --orders samples/orders.jsonl --fleet samples/fleet.json
  $ perfect-order simulate --orders day.jsonl --fleet vans.json --seed 7 --profile rough --out out
  $ perfect-order simulate --orders day.jsonl --fleet vans.json --out out --history portolan-0001
  $ perfect-order simulate --orders samples/orders.jsonl --fleet samples/fleet.json --roads samples/portolan.osm.pbf
  $ perfect-order simulate --orders day.jsonl --fleet vans.json --faults incident --then-serve`;

/** In the folder of the report: the same report when the region was no longer served. */
const SERVED_FOLDER = 'served';

export function simulateCommand(): Command {
  return new Command('simulate')
    .description('simulate the whole day of an orders file and report what became of each order')
    .requiredOption('--orders <file>', 'orders, one JSON object a line')
    .requiredOption('--fleet <file>', 'depots and vehicles, JSON')
    .option('--seed <number>', 'of all chance in the run', wholeNumber(0), 1)
    .option('--out <folder>', 'where to write the report')
    .option('--profile <name>', 'how drivers, roads and doors behave: smooth or rough', 'smooth')
    .option('--history <order>', 'export the recorded executions of this order; may be repeated', collect, [])
    .option('--faults <plan>', 'what goes wrong: a JSON file, or the name of a plan that is there')
    .option('--roads <file>', 'streets to plan and drive on: a road file, or an .osm.pbf extract')
    .option('--then-serve', 'keep the region afterwards and let other commands speak to it, until Ctrl-C')
    .option('--port <number>', 'of --then-serve; 0 takes a free one', wholeNumber(0, 65_535), 0)
    .option('--speed <factor>', 'of --then-serve: virtual seconds in a real one', factor(0.001, 10_000), 1)
    .option('--log <file>', 'structured log of every function', LOG_FILE)
    .addHelpText('after', EXAMPLES)
    .action(async (_: unknown, command: Command) => simulate(command.optsWithGlobals<SimulateOptions>()));
}

async function simulate(options: SimulateOptions): Promise<void> {
  const profile = chosenProfile(options.profile);
  const lines = readOrders(options.orders);
  checkIds(options.history, lines);
  const fleet = readFleet(options.fleet);
  const faults = options.faults === undefined ? undefined : readFaults(options.faults);
  const histories: Record<string, string> = {};
  const phases: Record<string, number> = {};
  const timed = async <T>(phase: string, work: () => Promise<T> | T): Promise<T> => {
    const fromMs = performance.now();
    const result = await work();
    phases[phase] = (performance.now() - fromMs) / 1000;
    return result;
  };
  const assembly = await timed('synthesis', () => ensureAssembly(() => console.error('Synthesising the app ...')));
  const { roads: roadsPath } = options;
  const roads =
    roadsPath === undefined
      ? undefined
      : await timed('roads', () => openRoads(roadsPath, stepProgress(process.stderr)));
  const log = openLogFile(options.log);
  const progress = progressDisplay(process.stderr);
  const fromMs = performance.now();
  const tell = (day: SimulatedDay): void => {
    progress.end();
    const wallSeconds = (performance.now() - fromMs) / 1000;
    report(options, day, histories, { wallSeconds, phases: { ...phases, ...day.spentSeconds } }, log.path);
  };
  const handOver = async (day: SimulatedDay, region: Region, reportAgain: () => Promise<RunReport>): Promise<void> => {
    tell(day);
    await serve(region, options);
    if (options.out !== undefined) reportServed(options.out, day.report, await reportAgain());
  };
  let day: SimulatedDay;
  try {
    day = await runDay({
      assembly,
      lines,
      fleet,
      seed: options.seed,
      profile,
      ...(faults !== undefined && { faults }),
      ...(roads !== undefined && { roads }),
      log: logTo(log, options.verbose === true),
      onProgress: progress.show,
      onEnd: async (deployed) => {
        for (const orderId of options.history) {
          Object.assign(histories, historyFiles(await orderHistories(deployed, orderId)));
        }
      },
      ...(options.thenServe === true && { handOver }),
    });
  } finally {
    progress.end();
    log.close();
  }
  // What was served may have been put right meanwhile.
  if (options.thenServe === true) return;
  tell(day);
  const unended = day.report.unfinished.length + day.report.lost.length;
  if (unended > 0) {
    throw new CommandFailure(
      'PO-400',
      `${unended} of ${lines.length} orders did not come to an end`,
      `see the list above and ${log.path}`,
    );
  }
}

interface Effort {
  readonly wallSeconds: number;
  readonly phases: Readonly<Record<string, number>>;
}

/** Writes what was asked for, and tells the rest. */
function report(
  options: SimulateOptions,
  day: SimulatedDay,
  histories: Readonly<Record<string, string>>,
  effort: Effort,
  logPath: string,
): void {
  if (options.out !== undefined) writeFiles(options.out, reportFiles(day.report));
  const historyFolder = join(options.out ?? '.', 'histories');
  if (options.history.length > 0) writeFiles(historyFolder, histories);
  const peakMemoryMb = process.resourceUsage().maxRSS / 1024;
  process.stdout.write(summaryText(day.report, day.statistics, { ...effort, peakMemoryMb }));
  const hits = Object.entries(day.faultHits).map(([rule, count]) => `${rule} ${count}`);
  if (hits.length > 0) process.stdout.write(`Faults: ${hits.join(', ')}\n`);
  process.stdout.write(`Log: ${logPath}${options.out === undefined ? '' : `, report: ${options.out}`}\n`);
  for (const orderId of options.history) {
    const files = Object.keys(histories).filter((name) => name.startsWith(`${orderId}.`));
    process.stdout.write(
      `History: ${files.length > 0 ? join(historyFolder, files.join()) : `none, ${orderId} had no execution`}\n`,
    );
  }
}

/** Beside the report of the day, which stays: what operators did is the difference. */
function reportServed(out: string, before: RunReport, after: RunReport): void {
  const folder = join(out, SERVED_FOLDER);
  writeFiles(folder, reportFiles(after));
  const left = (report: RunReport): number => report.unfinished.length + report.lost.length;
  process.stdout.write(
    `No longer served: ${left(before)} orders were unended after the day, ${left(after)} are now.\n`,
  );
  process.stdout.write(`Report, as things stand now: ${folder}\n`);
}

/** Until Ctrl-C. */
async function serve(region: Region, { port, speed }: SimulateOptions): Promise<void> {
  const ending = new AbortController();
  const end = (): void => ending.abort();
  process.once('SIGINT', end);
  process.once('SIGTERM', end);
  const onListen = (url: string): void => {
    announceRegion({ url, pid: process.pid });
    const at = new Date(region.clock.now()).toISOString();
    process.stdout.write(`The region stays as it is at ${at}: ${url}. Ctrl-C ends it.\n`);
  };
  try {
    await serveDay(region, { port, speed, onListen, signal: ending.signal });
  } finally {
    withdrawRegion();
    process.off('SIGINT', end);
    process.off('SIGTERM', end);
  }
}

function collect(value: string, before: readonly string[]): string[] {
  return [...before, value];
}

function checkIds(orderIds: readonly string[], lines: readonly OrderLine[]): void {
  const unknown = orderIds.find((orderId) => lines.every((line) => line.orderId !== orderId));
  if (unknown === undefined) return;
  throw new CommandFailure('PO-100', `--history ${unknown}: no such order`, 'give the orderId of a line of --orders');
}

async function runDay(settings: DaySettings): Promise<SimulatedDay> {
  try {
    return await simulateDay(settings);
  } catch (error) {
    if (error instanceof CommandFailure) throw error;
    if (error instanceof FaultPlanError) throw faultPlanFailure(error, '--faults');
    if (error instanceof UnknownToRegionError) {
      throw new CommandFailure('PO-301', messageOf(error), 'use only what the region knows, or teach it', {
        cause: error,
      });
    }
    throw new CommandFailure('PO-401', `the run broke: ${messageOf(error)}`, 'see the log; add --verbose for more', {
      cause: error,
    });
  }
}

function chosenProfile(name: string): DriverProfile {
  try {
    return profileNamed(name);
  } catch (error) {
    throw new CommandFailure('PO-100', `--profile ${name}: ${messageOf(error)}`, 'choose one of these', {
      cause: error,
    });
  }
}
