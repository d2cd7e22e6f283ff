/** `failures`: the orders whose execution stopped, grouped by state, error and the pattern of the cause. */
import { Command, Option } from 'commander';
import { type Board, type FailureGroup, failureGroups, type OrderView } from '../../operations/index.ts';
import { type ConnectionOptions, connect, withConnection } from '../connection.ts';
import { CommandFailure } from '../failures.ts';
import { printJson, printText } from '../json-output.ts';
import { withBoard } from '../open-board.ts';
import { instant, list } from '../options.ts';
import { failureTable, groupText } from '../text/failure-text.ts';
import { widthOf } from '../text/terminal.ts';

interface Options extends ConnectionOptions {
  readonly group?: string;
  readonly depot: readonly string[];
  readonly state?: string;
  readonly error?: string;
  readonly from?: string;
  readonly to?: string;
  readonly json: boolean;
}

const FOUND_EXIT_CODE = 1;
/** Orders of a group that the terminal shows. */
const MAX_LISTED = 50;
const PAGE = 500;

const EXAMPLES = `
Ends with 0 when nothing has failed and 1 when something has.

Examples:
  $ perfect-order failures
  $ perfect-order failures --depot DAU1 --from 2018-07-23
  $ perfect-order failures --group 3f2a91c07d
  $ perfect-order failures --json | jq '.[].groupId'`;

export function failuresCommand(): Command {
  const command = new Command('failures').description('group the failed executions by state, error and cause');
  return withConnection(command)
    .option('--group <id>', 'show the orders of one group')
    .addOption(new Option('--depot <id>', 'of these depots').argParser(list).default([], 'all'))
    .option('--state <name>', 'that stopped in this state')
    .option('--error <name>', 'that stopped on this error')
    .option('--from <time>', 'failed then or later', instant)
    .option('--to <time>', 'failed before', instant)
    .option('--json', 'print the groups, or the orders of one, as JSON', false)
    .addHelpText('after', EXAMPLES)
    .action(failures);
}

async function failures(options: Options): Promise<void> {
  const { depot, state, error, from, to, group: groupId, json } = options;
  const deployed = await connect(options);
  await withBoard(deployed, (board) => {
    const groups = failureGroups(board, {
      ...(depot.length === 0 ? {} : { depotId: depot }),
      ...(state === undefined ? {} : { state }),
      ...(error === undefined ? {} : { error }),
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
    });
    const width = widthOf(process.stdout);
    if (groupId === undefined) {
      if (json) printJson(groups);
      else printText(failureTable(groups, width));
    } else {
      const group = groups.find((one) => one.groupId === groupId);
      if (group === undefined) throw unknownGroup(groupId, groups);
      const orders = ordersOf(board, group);
      if (json) printJson({ group, orders });
      else printText(groupText(group, orders.slice(0, MAX_LISTED), width));
    }
    if (groups.length > 0) process.exitCode = FOUND_EXIT_CODE;
  });
}

function unknownGroup(groupId: string, groups: readonly FailureGroup[]): CommandFailure {
  const known = groups.map((group) => group.groupId).join(', ');
  const remedy = groups.length === 0 ? 'nothing has failed' : `there are ${known}; a group ends with its last order`;
  return new CommandFailure('PO-207', `there is no group ${groupId}`, remedy);
}

function ordersOf(board: Board, { state, error, pattern }: FailureGroup): readonly OrderView[] {
  const orders: OrderView[] = [];
  for (let offset = 0; ; offset += PAGE) {
    const page = board.search({ status: ['FAILED'], sort: 'statusAt', limit: PAGE, offset });
    orders.push(
      ...page.orders.filter(({ failure }) =>
        failure === undefined
          ? state === '?'
          : failure.state === state && failure.error === error && failure.pattern === pattern,
      ),
    );
    if (offset + PAGE >= page.total) return orders;
  }
}
