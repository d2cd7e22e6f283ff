/** `history`: the recorded executions of an order, as Step Functions answers them. */
import { Command } from 'commander';
import { historyFiles, orderHistories } from '../../operations/index.ts';
import { type ConnectionOptions, connect, withConnection } from '../connection.ts';
import { CommandFailure } from '../failures.ts';
import { writeFiles } from '../files.ts';

interface Options extends ConnectionOptions {
  readonly out?: string;
}

const EXAMPLES = `
Without --out the history of the order's own execution is printed. With it, those of its routes and waves are written,
too, and the definitions that they ran.

Examples:
  $ perfect-order history portolan-0001 > history.json
  $ perfect-order history portolan-0001 --out histories`;

export function historyCommand(): Command {
  const command = new Command('history')
    .description('export the recorded executions of an order')
    .argument('<order>', 'the order id')
    .option('--out <folder>', 'where to write the histories of the order, its routes and its waves');
  return withConnection(command).addHelpText('after', EXAMPLES).action(history);
}

async function history(orderId: string, options: Options): Promise<void> {
  const { out } = options;
  const histories = await orderHistories(await connect(options), orderId);
  const [own] = histories;
  if (own === undefined) {
    throw new CommandFailure('PO-201', `order ${orderId} has no execution`, 'check the id; place the order first');
  }
  if (out === undefined) {
    process.stdout.write(`${JSON.stringify(own.history, null, 2)}\n`);
    return;
  }
  const files = historyFiles(histories);
  writeFiles(out, files);
  console.log([`Written to ${out}:`, ...Object.keys(files).map((name) => `  ${name}`)].join('\n'));
}
