/** `simulate`: a whole day on the auto-skipping clock, from an orders file to its report. */
import { join } from 'node:path';
import { Command } from 'commander';
import { type DriverProfile, profileNamed } from '../../fleet/index.ts';
import { historyFiles, type OrderLine, orderHistories, reportFiles } from '../../operations/index.ts';
import { UnknownToRegionError } from '../../region/index.ts';
import { ensureAssembly } from '../assembly.ts';
import { CommandFailure } from '../failures.ts';
import { messageOf, readFleet, readOrders, writeFiles } from '../files.ts';
import { openLogFile } from '../log-file.ts';
import { logTo, wholeNumber } from '../options.ts';
import { progressDisplay } from '../progress.ts';
import { LOG_FILE } from '../project.ts';
import { type DaySettings, type SimulatedDay, simulateDay } from '../simulation/simulated-day.ts';
import { summaryText } from '../summary-text.ts';

interface SimulateOptions {
  readonly orders: string;
  readonly fleet: string;
  readonly seed: number;
  readonly out?: string;
  readonly profile: string;
  readonly log: string;
  readonly history: readonly string[];
  readonly verbose?: boolean;
}

const EXAMPLES = `
Writes with --out, the same for the same seed byte for byte: orders.jsonl, routes.jsonl, notifications.jsonl,
summary.json. With --history, for each order: GetExecutionHistory's answer for its execution, those of its routes and
waves, and the definitions they ran, for \`perfect-order rehearse\`.

Examples:
  $ perfect-order simulate --orders samples/orders.jsonl --fleet samples/fleet.json
  $ perfect-order simulate --orders day.jsonl --fleet vans.json --seed 7 --profile rough --out out
  $ perfect-order simulate --orders day.jsonl --fleet vans.json --out out --history portolan-0001`;

export function simulateCommand(): Command {
  return new Command('simulate')
    .description('simulate the whole day of an orders file and report what became of each order')
    .requiredOption('--orders <file>', 'orders, one JSON object a line')
    .requiredOption('--fleet <file>', 'depots and vehicles, JSON')
    .option('--seed <number>', 'of all chance in the run', wholeNumber(0), 1)
    .option('--out <folder>', 'where to write the report')
    .option('--profile <name>', 'how drivers, roads and doors behave: smooth or rough', 'smooth')
    .option('--history <order>', 'export the recorded executions of this order; may be repeated', collect, [])
    .option('--log <file>', 'structured log of every function', LOG_FILE)
    .addHelpText('after', EXAMPLES)
    .action(async (_: unknown, command: Command) => simulate(command.optsWithGlobals<SimulateOptions>()));
}

async function simulate(options: SimulateOptions): Promise<void> {
  const profile = chosenProfile(options.profile);
  const lines = readOrders(options.orders);
  checkIds(options.history, lines);
  const fleet = readFleet(options.fleet);
  const histories: Record<string, string> = {};
  const phases: Record<string, number> = {};
  const timed = async <T>(phase: string, work: () => Promise<T> | T): Promise<T> => {
    const fromMs = performance.now();
    const result = await work();
    phases[phase] = (performance.now() - fromMs) / 1000;
    return result;
  };
  const assembly = await timed('synthesis', () => ensureAssembly(() => console.error('Synthesising the app ...')));
  const log = openLogFile(options.log);
  const progress = progressDisplay(process.stderr);
  const fromMs = performance.now();
  let day: SimulatedDay;
  try {
    day = await runDay({
      assembly,
      lines,
      fleet,
      seed: options.seed,
      profile,
      log: logTo(log, options.verbose === true),
      onProgress: progress.show,
      onEnd: async (deployed) => {
        for (const orderId of options.history) {
          Object.assign(histories, historyFiles(await orderHistories(deployed, orderId)));
        }
      },
    });
  } finally {
    progress.end();
    log.close();
  }
  const wallSeconds = (performance.now() - fromMs) / 1000;
  if (options.out !== undefined) writeFiles(options.out, reportFiles(day.report));
  const historyFolder = join(options.out ?? '.', 'histories');
  if (options.history.length > 0) writeFiles(historyFolder, histories);
  const effort = {
    wallSeconds,
    peakMemoryMb: process.resourceUsage().maxRSS / 1024,
    phases: { ...phases, ...day.spentSeconds },
  };
  process.stdout.write(summaryText(day.report, day.statistics, effort));
  process.stdout.write(`Log: ${log.path}${options.out === undefined ? '' : `, report: ${options.out}`}\n`);
  for (const orderId of options.history) {
    const files = Object.keys(histories).filter((name) => name.startsWith(`${orderId}.`));
    process.stdout.write(
      `History: ${files.length > 0 ? join(historyFolder, files.join()) : `none, ${orderId} had no execution`}\n`,
    );
  }
  const unended = day.report.unfinished.length + day.report.lost.length;
  if (unended > 0) {
    throw new CommandFailure(
      'PO-400',
      `${unended} of ${lines.length} orders did not come to an end`,
      `see the list above and ${log.path}`,
    );
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
