/** `place`: sends the orders of a file to the intake of a region or an account, now. */
import { Command } from 'commander';
import { Intake } from '../../operations/index.ts';
import { type ConnectionOptions, connect, withConnection } from '../connection.ts';
import { readOrders } from '../files.ts';

export function placeCommand(): Command {
  const command = new Command('place')
    .description('send the orders of a file to the intake')
    .argument('<file>', 'orders, one JSON object a line');
  return withConnection(command).addHelpText('after', '\nExample:\n  $ perfect-order place orders.jsonl').action(place);
}

async function place(file: string, options: ConnectionOptions): Promise<void> {
  const lines = readOrders(file);
  const { sent, refused } = await new Intake(await connect(options)).place(lines);
  console.log(`${sent} of ${lines.length} orders are in the intake queue.`);
  for (const { line, orderId, refusals } of refused) {
    for (const { field, value, remedy } of refusals) {
      const name = orderId === undefined ? '' : ` (${orderId})`;
      console.log(`  line ${line}${name} was not sent: ${field} = ${JSON.stringify(value)}: ${remedy}`);
    }
  }
  if (refused.length > 0) process.exitCode = 1;
}
