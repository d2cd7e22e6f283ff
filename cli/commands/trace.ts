/** `trace`: all that is known of one order of a running region, as text. */
import { Command } from 'commander';
import { traceOrder, traceText } from '../../operations/index.ts';
import { CommandFailure } from '../failures.ts';
import { endpointOption, openRunning } from './running-region.ts';

export function traceCommand(): Command {
  return new Command('trace')
    .description('show the stages, events, signals and states of an order, with their times')
    .argument('<order>', 'the order id')
    .addOption(endpointOption())
    .addHelpText('after', '\nExample:\n  $ perfect-order trace portolan-0001')
    .action(trace);
}

async function trace(orderId: string, { endpoint }: { readonly endpoint?: string }): Promise<void> {
  const found = await traceOrder(await openRunning(endpoint), orderId);
  if (found === undefined) {
    throw new CommandFailure('PO-201', `nothing is known of order ${orderId}`, 'check the id; place the order first');
  }
  process.stdout.write(traceText(orderId, found));
}
