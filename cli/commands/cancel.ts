/** `cancel`: asks for an order's cancellation, with who asks and why. */
import { Command, Option } from 'commander';
import type { Initiator } from '../../domain/index.ts';
import { cancelOrder } from '../../operations/index.ts';
import { type ConnectionOptions, connectAsMe, withConnection } from '../connection.ts';
import { printJson, printText } from '../json-output.ts';
import { actionText } from '../text/wait-text.ts';

interface Options extends ConnectionOptions {
  readonly why: string;
  readonly by: Initiator;
  readonly json: boolean;
}

const EXAMPLES = `
The cancellation is a signal: it takes effect at the order's next step, and goods that were handed over cannot be
cancelled. What the customer cancels counts neither way in the audit; what the carrier cancels is a missed promise.

Examples:
  $ perfect-order cancel portolan-0001 --why "customer called"
  $ perfect-order cancel portolan-0001 --by carrier --why "goods damaged in the depot"`;

export function cancelCommand(): Command {
  const command = new Command('cancel').description('cancel an order').argument('<order>', 'the order id');
  return withConnection(command)
    .requiredOption('--why <text>', 'the reason, which is recorded')
    .addOption(new Option('--by <who>', 'who wants it').choices(['customer', 'carrier']).default('customer'))
    .option('--json', 'print the recorded action as JSON', false)
    .addHelpText('after', EXAMPLES)
    .action(cancel);
}

const REFUSED_EXIT_CODE = 1;

async function cancel(orderId: string, options: Options): Promise<void> {
  const { deployed, identity } = await connectAsMe(options);
  const action = await cancelOrder(deployed, identity, { orderId, initiator: options.by, why: options.why });
  if (options.json) printJson(action);
  else printText(actionText(action));
  if (action.outcome === 'refused') process.exitCode = REFUSED_EXIT_CODE;
}
