/**
 * `rehearse`: recorded histories replayed on a changed definition; says where the two part, and whether the execution could
 * go on under it. The history is a file, or that of an order as it is deployed.
 */
import { Command, Option } from 'commander';
import { EngineError } from '../../engine/index.ts';
import { KitError, type Rehearsal, rehearsalText, rehearse } from '../../engine/testkit/index.ts';
import { type Deployed, newestExecution, replayItems } from '../../operations/index.ts';
import { type ConnectionOptions, connect, withConnection } from '../connection.ts';
import { CommandFailure } from '../failures.ts';
import { readText } from '../files.ts';
import { list } from '../options.ts';
import { stepProgress } from '../step-progress.ts';

interface Options extends ConnectionOptions {
  readonly history?: string;
  readonly order: readonly string[];
  readonly job?: string;
  readonly definition?: string;
  readonly data: boolean;
  readonly json: boolean;
}

const EXAMPLES = `
With --order or --job the histories are read from the region or the account, and the definition is the one that is deployed
now, unless --definition gives another: what a replay with --mode resume would run.

Examples:
  $ aws stepfunctions get-execution-history --execution-arn ARN > history.json
  $ perfect-order rehearse --history history.json --definition asl/order-lifecycle.asl.json
  $ perfect-order rehearse --order portolan-0001 --definition asl/order-lifecycle.asl.json
  $ perfect-order rehearse --job 20180723-4c1e

Ends with 0 when the changed definition takes the recorded path, 1 when it does not, 2 when a file is refused.`;

const DIVERGES_EXIT_CODE = 1;
const PAGE = 500;

export function rehearseCommand(): Command {
  const command = new Command('rehearse').description(
    'replay a recorded history on a changed definition and show where the two part',
  );
  return withConnection(command)
    .option('--history <file>', 'the answer of GetExecutionHistory, all pages')
    .addOption(
      new Option('--order <id>', 'the newest execution of this order')
        .argParser(list)
        .default([], 'none')
        .conflicts('history'),
    )
    .addOption(new Option('--job <id>', 'the executions of a frozen replay').conflicts(['history', 'order']))
    .option('--definition <file>', 'the changed definition; required with --history')
    .option('--data', 'other data on the same path count as a divergence, too', false)
    .option('--json', 'print the rehearsal as JSON', false)
    .addHelpText('after', EXAMPLES)
    .action(run);
}

async function run(options: Options): Promise<void> {
  const { history, definition, json } = options;
  if (history === undefined) {
    await runDeployed(options);
    return;
  }
  if (definition === undefined) {
    throw new CommandFailure('PO-100', '--history needs --definition', 'give the changed definition');
  }
  const rehearsal = await rehearsed(readText(history), readText(definition));
  process.stdout.write(json ? `${JSON.stringify(rehearsal, null, 2)}\n` : rehearsalText(rehearsal));
  if (parts(rehearsal, options)) process.exitCode = DIVERGES_EXIT_CODE;
}

const parts = ({ diverges, dataDifference }: Rehearsal, { data }: Options): boolean =>
  diverges || (data && dataDifference !== undefined);

interface OrderRehearsal {
  readonly orderId: string;
  readonly executionArn: string;
  readonly rehearsal: Rehearsal;
}

async function runDeployed(options: Options): Promise<void> {
  if (options.order.length === 0 && options.job === undefined) {
    throw new CommandFailure('PO-100', 'there is nothing to rehearse', 'give --history, --order or --job');
  }
  const changed = options.definition === undefined ? undefined : readText(options.definition);
  const deployed = await connect(options);
  const orderIds = options.job === undefined ? options.order : await ordersOfJob(deployed, options.job);
  const progress = stepProgress(process.stderr);
  const found: OrderRehearsal[] = [];
  try {
    for (const orderId of orderIds) {
      found.push(await rehearsedOrder(deployed, orderId, changed));
      progress.show('rehearsing', found.length, orderIds.length);
    }
  } finally {
    progress.end();
  }
  if (options.json) process.stdout.write(`${JSON.stringify(found, null, 2)}\n`);
  else process.stdout.write(ordersText(found, options));
  if (found.some(({ rehearsal }) => parts(rehearsal, options))) process.exitCode = DIVERGES_EXIT_CODE;
}

async function ordersOfJob(deployed: Deployed, jobId: string): Promise<readonly string[]> {
  const orderIds: string[] = [];
  for (;;) {
    const page = await replayItems(deployed, jobId, { offset: orderIds.length, limit: PAGE });
    orderIds.push(...page.items.map(({ orderId }) => orderId));
    if (page.items.length === 0 || orderIds.length >= page.total) return orderIds;
  }
}

async function rehearsedOrder(deployed: Deployed, orderId: string, changed?: string): Promise<OrderRehearsal> {
  const execution = await newestExecution(deployed, orderId);
  if (execution === undefined) {
    throw new CommandFailure('PO-201', `order ${orderId} has no execution`, 'see `perfect-order orders` for the ids');
  }
  const { executionArn, history, definition } = execution;
  return { orderId, executionArn, rehearsal: await rehearsed(JSON.stringify(history), changed ?? definition) };
}

function ordersText(found: readonly OrderRehearsal[], options: Options): string {
  const [only] = found;
  if (only !== undefined && found.length === 1) return rehearsalText(only.rehearsal);
  const parted = found.filter(({ rehearsal }) => parts(rehearsal, options));
  const able = found.filter(({ rehearsal }) => rehearsal.resume.possible).length;
  return [
    `${found.length} executions rehearsed: ${found.length - parted.length} take the recorded path, ${parted.length} part from it, ${able} could be resumed.`,
    ...parted.map(({ orderId, rehearsal }) => `\n${orderId}\n${rehearsalText(rehearsal).trimEnd()}`),
    '',
  ].join('\n');
}

async function rehearsed(history: string, definition: string): Promise<Rehearsal> {
  try {
    return await rehearse({ history, definition });
  } catch (error) {
    if (!(error instanceof KitError || error instanceof EngineError)) throw error;
    const remedy = 'give --history the answer of GetExecutionHistory and --definition a valid definition';
    throw new CommandFailure('PO-105', error.message, remedy, { cause: error });
  }
}
