/** `orders`: the orders that meet some conditions, sorted and by pages, from the projection. */
import { Command, Option } from 'commander';
import { ORDER_SORTS, type OrderSort } from '../../operations/index.ts';
import { type ConnectionOptions, connect, withConnection } from '../connection.ts';
import { printJson, printText } from '../json-output.ts';
import { withBoard } from '../open-board.ts';
import { wholeNumber } from '../options.ts';
import { type FilterOptions, queryOf, withFilters } from '../order-filters.ts';
import { orderTable, summaryLine } from '../text/order-table.ts';
import { widthOf } from '../text/terminal.ts';

interface Options extends ConnectionOptions, FilterOptions {
  readonly sort: OrderSort;
  readonly descending: boolean;
  readonly limit: number;
  readonly offset: number;
  readonly json: boolean;
}

const PAGE = 500;

const EXAMPLES = `
Conditions of several options hold together; several values of one, repeated or between commas, are alternatives.
[text] is looked for in the ids of the order, customer, route, driver and vehicle, whatever their case. Ends with 0 also
when no order matches.

Examples:
  $ perfect-order orders                                    the newest fifty
  $ perfect-order orders --status FAILED --depot DAU1
  $ perfect-order orders --promise late,at-risk --sort promiseTo
  $ perfect-order orders van-7 --limit 10
  $ perfect-order orders --breached deliver --older-than 3600 --json`;

export function ordersCommand(): Command {
  const command = new Command('orders')
    .description('list and search orders, from the projection')
    .argument('[text]', 'part of an id');
  return withConnection(withFilters(command))
    .addOption(
      new Option('--sort <field>', 'to sort by').choices(ORDER_SORTS).default('placedAt', 'placedAt, newest first'),
    )
    .option('--descending', 'the greatest first', false)
    .option('--limit <number>', `orders of a page, at most ${PAGE}`, wholeNumber(1, PAGE), 50)
    .option('--offset <number>', 'orders to leave out', wholeNumber(0), 0)
    .option('--json', 'print the page as JSON', false)
    .addHelpText('after', EXAMPLES)
    .action(async (text: string | undefined, _: unknown, self: Command) => {
      const isSorted = self.getOptionValueSource('sort') === 'cli';
      await orders(text, { ...self.opts<Options>(), ...(isSorted ? {} : { descending: true }) });
    });
}

async function orders(text: string | undefined, options: Options): Promise<void> {
  const { sort, descending, limit, offset, json } = options;
  const deployed = await connect(options);
  await withBoard(deployed, (board) => {
    const page = board.search({ ...queryOf(options, text), sort, descending, limit, offset });
    if (json) printJson(page);
    else printText(`${orderTable(page, widthOf(process.stdout))}\n${summaryLine(board.summary())}`);
  });
}
