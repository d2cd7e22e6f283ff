/** `place`: sends the orders of a file to the intake of a running region, now. */
import { Command } from 'commander';
import { Intake } from '../../operations/index.ts';
import { readOrders } from '../files.ts';
import { endpointOption, openRunning } from './running-region.ts';

export function placeCommand(): Command {
  return new Command('place')
    .description('send the orders of a file to the running region')
    .argument('<file>', 'orders, one JSON object a line')
    .addOption(endpointOption())
    .addHelpText('after', '\nExample:\n  $ perfect-order place orders.jsonl')
    .action(place);
}

async function place(file: string, { endpoint }: { readonly endpoint?: string }): Promise<void> {
  const lines = readOrders(file);
  const { sent, refused } = await new Intake(await openRunning(endpoint)).place(lines);
  console.log(`${sent} of ${lines.length} orders are in the intake queue.`);
  for (const { line, orderId, refusals } of refused) {
    for (const { field, value, remedy } of refusals) {
      const name = orderId === undefined ? '' : ` (${orderId})`;
      console.log(`  line ${line}${name} was not sent: ${field} = ${JSON.stringify(value)}: ${remedy}`);
    }
  }
  if (refused.length > 0) process.exitCode = 1;
}
