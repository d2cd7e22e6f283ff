/** `console`: the operator's pages over a running region or an account. */
import { spawn } from 'node:child_process';
import { Command } from 'commander';
import colors from 'picocolors';
import { type Console, openConsole, operationsOf, PortsTaken, type Problem } from '../../console/index.ts';
import { type ConnectionOptions, connect, withConnection } from '../connection.ts';
import { CommandFailure } from '../failures.ts';
import { messageOf } from '../files.ts';
import { wholeNumber } from '../options.ts';

interface ConsoleOptions extends ConnectionOptions {
  readonly port: number;
  readonly open: boolean;
  readonly verbose?: boolean;
}

const EXAMPLES = `
The printed address bears a token; whoever opens it acts with these credentials. What may be done follows from their
role: PerfectOrderViewer looks, PerfectOrderOperator also changes. docs/openapi.json describes the API behind the pages.

Examples:
  $ perfect-order console                                    the region that runs in this folder
  $ perfect-order console --endpoint http://127.0.0.1:4566   a region elsewhere on this machine
  $ perfect-order console --profile operations --no-open     an account`;

export function consoleCommand(): Command {
  const command = new Command('console').description("serve the operator's pages: board, orders, failures, SLA, waits");
  return withConnection(command)
    .option('--port <number>', 'of the pages; the next free one is taken', wholeNumber(1, 65_000), 4520)
    .option('--no-open', 'only print the address')
    .addHelpText('after', EXAMPLES)
    .action(async (_: unknown, self: Command) => serve(self.optsWithGlobals<ConsoleOptions>()));
}

async function serve(options: ConsoleOptions): Promise<void> {
  const deployed = await connect(options);
  const opened = await openPages(() =>
    openConsole({
      operations: operationsOf(deployed),
      port: options.port,
      onBuild: tellOfBuild,
      onProblem: (problem) => console.error(problemText(problem, options.verbose === true)),
    }),
  );
  const { endpoint, region } = deployed.target;
  console.log(`${colors.bold('Console')} of ${endpoint ?? `the account in ${region}`}: ${colors.cyan(opened.url)}`);
  console.log('Ctrl-C ends it.');
  if (options.open && process.stdout.isTTY) openInBrowser(opened.url);
  await new Promise<void>((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
  const left = opened.underWay();
  await opened.close();
  console.log(
    left.length === 0 ? 'The console is closed.' : `Closed. The next console goes on with ${left.join(', ')}.`,
  );
  // A replay that is under way is left as it is, and must not keep the process.
  process.exit(0);
}

export const tellOfBuild = (): void => console.error('Building the page ...');

/** @throws CommandFailure PO-203 */
export async function openPages(open: () => Promise<Console>): Promise<Console> {
  try {
    return await open();
  } catch (error) {
    if (!(error instanceof PortsTaken)) throw error;
    throw new CommandFailure('PO-203', messageOf(error), 'give another --port', { cause: error });
  }
}

export function problemText(problem: Problem, verbose: boolean): string {
  const { cause } = problem;
  const stack = verbose && cause instanceof Error ? `\n${cause.stack ?? cause.message}` : '';
  return `${problem.code}  ${problem.message}\n        ${problem.remedy}${stack}`;
}

function openInBrowser(address: string): void {
  const [program, ...before] = OPENERS[process.platform] ?? ['xdg-open'];
  // The address is printed too: a machine without a browser is no failure.
  spawn(program, [...before, address], { detached: true, stdio: 'ignore' })
    .on('error', () => undefined)
    .unref();
}

const OPENERS: Readonly<Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>>> = {
  darwin: ['open'],
  win32: ['explorer'],
};
