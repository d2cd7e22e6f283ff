/** The `perfect-order` command line. Each command is thin over `operations/`, `fleet/` and the region. */
import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { amendCommand } from './commands/amend.ts';
import { auditCommand } from './commands/audit.ts';
import { cancelCommand } from './commands/cancel.ts';
import { consoleCommand } from './commands/console.ts';
import { exportTracesCommand } from './commands/export-traces.ts';
import { failuresCommand } from './commands/failures.ts';
import { geofencesCommand } from './commands/geofences.ts';
import { graphCommand } from './commands/graph.ts';
import { historyCommand } from './commands/history.ts';
import { ordersCommand } from './commands/orders.ts';
import { placeCommand } from './commands/place.ts';
import { rebuildCommand } from './commands/rebuild.ts';
import { rehearseCommand } from './commands/rehearse.ts';
import { replanCommand } from './commands/replan.ts';
import { replayCommand } from './commands/replay.ts';
import { roadsCommand } from './commands/roads.ts';
import { simulateCommand } from './commands/simulate.ts';
import { startCommand } from './commands/start.ts';
import { stepFunctionsCommand } from './commands/stepfunctions.ts';
import { traceCommand } from './commands/trace.ts';
import { waitsCommand } from './commands/waits.ts';
import { CommandFailure, failureText } from './failures.ts';
import { commandFailureOf } from './operation-failure.ts';

// Which Node versions the SDK will support next year is for who builds this, not for who runs it.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

const USAGE_EXIT_CODE = 2;

const EXAMPLES = `
Examples:
  $ perfect-order start                      a region at 60 times the speed of life, with sample orders
  $ perfect-order simulate --orders samples/orders.jsonl --fleet samples/fleet.json --seed 1 --out out
  $ perfect-order place orders.jsonl         more orders for the running region
  $ perfect-order console                    the operator's pages, over the running region or an account
  $ perfect-order orders --status FAILED     which orders stopped; --help shows every filter
  $ perfect-order trace portolan-0001        all that is known of one order
  $ perfect-order failures                   what failed, by state, error and cause
  $ perfect-order replay --group 3f2a91c07d --why "queue repaired" --dry-run
  $ perfect-order replan PORTOLAN --dry-run  what planning its routes again would change
  $ perfect-order waits                      what is stuck, and what can be done about it
  $ perfect-order audit --from 2018-07-20 --to 2018-07-25 --by depot --verify   the service level, from the archive
  $ perfect-order geofences put zones.json   the admin's zones, as GeoJSON
  $ perfect-order graph route-of-order portolan-0001    the plans that it was in, and what came of them
  $ perfect-order roads build town.osm.pbf --out town.roads   a road graph, for simulate --roads and start --roads
  $ perfect-order history portolan-0001 --out histories   its recorded executions, as Step Functions has them
  $ perfect-order rehearse --order portolan-0001 --definition asl/order-lifecycle.asl.json
  $ perfect-order stepfunctions              Step Functions by itself on port 8083, with its executions on disk

Failures bear a code, PO-1xx input, PO-2xx the region or the account, PO-3xx the assembly, PO-4xx the outcome of a run,
and end with exit code 2, 3, 4 and 1.`;

const program = new Command('perfect-order')
  .description('Every customer order is one long-lived AWS Step Functions execution, run here on a laptop.')
  .version(version)
  .option('--verbose', 'show everything that the functions and services log')
  .addHelpText('after', EXAMPLES)
  .showHelpAfterError('(add --help for the options)')
  .configureHelp({ showGlobalOptions: true })
  .exitOverride();

for (const command of [
  startCommand,
  simulateCommand,
  placeCommand,
  ordersCommand,
  traceCommand,
  failuresCommand,
  replayCommand,
  waitsCommand,
  consoleCommand,
  cancelCommand,
  amendCommand,
  replanCommand,
  auditCommand,
  exportTracesCommand,
  rebuildCommand,
  geofencesCommand,
  graphCommand,
  roadsCommand,
  historyCommand,
  rehearseCommand,
  stepFunctionsCommand,
]) {
  program.addCommand(command());
}
inheritSettings(program);

/** Commands that were built apart end and speak as the program does. */
function inheritSettings(parent: Command): void {
  for (const command of parent.commands) {
    command.copyInheritedSettings(parent);
    inheritSettings(command);
  }
}

try {
  await program.parseAsync();
} catch (error) {
  report(commandFailureOf(error));
}

function report(error: unknown): void {
  if (error instanceof CommanderError) {
    // Commander has said what is wrong with the command line, or shown the help that was asked for.
    process.exitCode = error.exitCode === 0 ? 0 : USAGE_EXIT_CODE;
    return;
  }
  const { verbose = false } = program.opts<{ verbose?: boolean }>();
  console.error(failureText(error, verbose));
  process.exitCode = error instanceof CommandFailure ? error.exitCode : 1;
}
