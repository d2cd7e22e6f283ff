/** `amend`: gives an order another delivery window, with who asks and why. */
import { Command, Option } from 'commander';
import type { Initiator } from '../../domain/index.ts';
import { amendOrder } from '../../operations/index.ts';
import { type ConnectionOptions, connectAsMe, withConnection } from '../connection.ts';
import { printJson, printText } from '../json-output.ts';
import { instant } from '../options.ts';
import { actionText } from '../text/wait-text.ts';

interface Options extends ConnectionOptions {
  readonly from: string;
  readonly to: string;
  readonly why: string;
  readonly by: Initiator;
  readonly json: boolean;
}

const EXAMPLES = `
A change that the customer asks for is a new promise; one that the carrier makes moves the plan, and the order is still
judged by the window that the customer was told.

Examples:
  $ perfect-order amend portolan-0001 --from 2018-07-23T14:00:00Z --to 2018-07-23T18:00:00Z --why "customer is out"
  $ perfect-order amend portolan-0001 --by carrier --from 2018-07-24T08:00:00Z --to 2018-07-24T12:00:00Z --why "storm"`;

export function amendCommand(): Command {
  const command = new Command('amend').description('give an order another window').argument('<order>', 'the order id');
  return withConnection(command)
    .requiredOption('--from <time>', 'begin of the window', instant)
    .requiredOption('--to <time>', 'end of the window', instant)
    .requiredOption('--why <text>', 'the reason, which is recorded')
    .addOption(new Option('--by <who>', 'who wants it').choices(['customer', 'carrier']).default('customer'))
    .option('--json', 'print the recorded action as JSON', false)
    .addHelpText('after', EXAMPLES)
    .action(amend);
}

const REFUSED_EXIT_CODE = 1;

async function amend(orderId: string, options: Options): Promise<void> {
  const { from, to, by, why, json } = options;
  const { deployed, identity } = await connectAsMe(options);
  const action = await amendOrder(deployed, identity, { orderId, promise: { from, to }, initiator: by, why });
  if (json) printJson(action);
  else printText(actionText(action));
  if (action.outcome === 'refused') process.exitCode = REFUSED_EXIT_CODE;
}
