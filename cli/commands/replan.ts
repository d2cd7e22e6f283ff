/** `replan`: plans the routes of a depot again with what is pending there, or shows what that would change. */
import { Command } from 'commander';
import { replanDepot } from '../../operations/index.ts';
import { type ConnectionOptions, connectAsMe, withConnection } from '../connection.ts';
import { CommandFailure } from '../failures.ts';
import { printJson, printText } from '../json-output.ts';
import { wholeNumber } from '../options.ts';
import { stepProgress } from '../step-progress.ts';
import { replanText } from '../text/replan-text.ts';
import { widthOf } from '../text/terminal.ts';

interface Options extends ConnectionOptions {
  readonly dryRun: boolean;
  readonly why?: string;
  readonly timeout: number;
  readonly json: boolean;
}

const DEFAULT_TIMEOUT_SECONDS = 900;
const NOT_MADE_EXIT_CODE = 1;

const EXAMPLES = `
It is an execution of route-planning: done stops and those that would be reached within five minutes stay, each order
stays with its vehicle, pending orders join routes that have not left or get one of a vehicle that is free. Ends with 1
when a route had moved on before its change could be made. Ctrl-C ends the waiting; the wave goes on.

Examples:
  $ perfect-order replan PORTOLAN --dry-run                      what would change
  $ perfect-order replan PORTOLAN --why "two streets are closed"`;

export function replanCommand(): Command {
  const command = new Command('replan')
    .description('plan the routes of a depot again, with what is pending there')
    .argument('<depot>', 'the depot id');
  return withConnection(command)
    .option('--dry-run', 'show what would change, and change nothing', false)
    .option('--why <text>', 'the reason, which is recorded; needed without --dry-run')
    .option('--timeout <seconds>', 'how long to wait for the plan', wholeNumber(1), DEFAULT_TIMEOUT_SECONDS)
    .option('--json', 'print the difference as JSON', false)
    .addHelpText('after', EXAMPLES)
    .action(replan);
}

async function replan(depotId: string, options: Options): Promise<void> {
  const { dryRun, why, timeout, json } = options;
  if (!dryRun && why === undefined) {
    throw new CommandFailure('PO-100', 'a re-plan needs --why', 'say the reason, or look first with --dry-run');
  }
  const { deployed, identity } = await connectAsMe(options);
  const interrupt = new AbortController();
  const onInterrupt = (): void => interrupt.abort();
  process.once('SIGINT', onInterrupt);
  const progress = stepProgress(process.stderr);
  const report = await replanDepot(
    deployed,
    identity,
    {
      depotId,
      mode: dryRun ? 'compare' : 'apply',
      timeoutMs: timeout * 1_000,
      ...(why === undefined ? {} : { why }),
    },
    ({ state, waitedMs }) => progress.show(state, waitedMs / 1_000, timeout),
    interrupt.signal,
  ).finally(() => {
    progress.end();
    process.removeListener('SIGINT', onInterrupt);
  });
  if (json) printJson(report);
  else printText(replanText(report, widthOf(process.stdout)));
  const made = [...report.routes, ...report.newRoutes];
  if (report.mode === 'apply' && made.some(({ isMade }) => !isMade)) process.exitCode = NOT_MADE_EXIT_CODE;
}
