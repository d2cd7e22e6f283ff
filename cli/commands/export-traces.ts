/** `export-traces`: executions as OpenTelemetry spans, to any endpoint that takes OTLP over HTTP. */
import { Command, InvalidArgumentError, Option } from 'commander';
import { type Board, type Deployed, type OtlpSender, openOtlp, orderSpans } from '../../operations/index.ts';
import { type ConnectionOptions, connect, withConnection } from '../connection.ts';
import { CommandFailure } from '../failures.ts';
import { printJson, printText } from '../json-output.ts';
import { withBoard } from '../open-board.ts';
import { instant, list, url } from '../options.ts';
import { stepProgress } from '../step-progress.ts';
import { plural } from '../text/terminal.ts';

interface Options extends ConnectionOptions {
  readonly otlp: string;
  readonly header: Readonly<Record<string, string>>;
  readonly order: readonly string[];
  readonly since?: string;
  readonly open: boolean;
  readonly json: boolean;
}

const EXAMPLES = `
An order is one trace: its executions, the states they went through, the attempts of each task. The dispatch of its routes
and the waves that planned them are traces of their own, linked by the tokens that they answered. Ids come from ARNs and
events, so what is exported again is the same trace. What has not ended is left out, unless --open is given.

Examples:
  $ perfect-order export-traces --otlp http://127.0.0.1:4318 --order portolan-0001
  $ perfect-order export-traces --otlp http://127.0.0.1:4318 --since 2018-07-23
  $ perfect-order export-traces --otlp https://otlp.example.com/v1/traces --header "authorization=Bearer ..." --order o-1`;

export function exportTracesCommand(): Command {
  const command = new Command('export-traces').description(
    'send executions as OpenTelemetry spans to an OTLP endpoint',
  );
  return withConnection(command)
    .requiredOption('--otlp <url>', 'of the collector; /v1/traces is added where there is no path', url)
    .addOption(
      new Option('--header <name=value>', 'to be sent along; may be repeated').argParser(header).default({}, 'none'),
    )
    .addOption(new Option('--order <id>', 'this order; may be repeated').argParser(list).default([], 'none'))
    .addOption(new Option('--since <time>', 'every order closed then or later').argParser(instant))
    .option('--open', 'what has not ended, too: as far as it has come', false)
    .option('--json', 'print the counts as JSON', false)
    .addHelpText('after', EXAMPLES)
    .action(exportTraces);
}

function header(text: string, before: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('Give a name and a value such as x-api-key=secret.');
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
}

const PAGE = 500;
/** Between two orders of an account, whose GetExecutionHistory takes 20 calls a second. */
const PACE_MS = 250;

async function exportTraces(options: Options): Promise<void> {
  const { order, since, otlp, header: headers, json } = options;
  if ((order.length === 0) === (since === undefined)) {
    throw new CommandFailure('PO-100', 'say which orders', 'give either --order or --since');
  }
  const sender = openOtlp({ url: otlp, headers });
  try {
    const deployed = await connect(options);
    const orderIds = since === undefined ? order : await withBoard(deployed, (board) => closedSince(board, since));
    const spans = await sendAll(deployed, sender, orderIds, options.open);
    const counts = { orders: orderIds.length, spans, endpoint: otlp };
    if (json) printJson(counts);
    else printText(`${plural(spans, 'span')} of ${plural(orderIds.length, 'order')} sent to ${otlp}.`);
  } finally {
    await sender.close();
  }
}

function closedSince(board: Board, closedFrom: string): readonly string[] {
  const orderIds: string[] = [];
  for (;;) {
    const page = board.search({ closedFrom, sort: 'orderId', limit: PAGE, offset: orderIds.length });
    orderIds.push(...page.orders.map(({ orderId }) => orderId));
    if (page.orders.length === 0 || orderIds.length >= page.total) return orderIds;
  }
}

async function sendAll(
  deployed: Deployed,
  sender: OtlpSender,
  orderIds: readonly string[],
  includeOpen: boolean,
): Promise<number> {
  const progress = stepProgress(process.stderr);
  const told = new Set<string>();
  let sent = 0;
  try {
    for (const [index, orderId] of orderIds.entries()) {
      if (index > 0 && deployed.target.endpoint === undefined) await deployed.time.pause(PACE_MS);
      const spans = await orderSpans(deployed, orderId, { includeOpen, told });
      if (spans === undefined) {
        throw new CommandFailure('PO-201', `nothing is known of order ${orderId}`, 'see `perfect-order orders`');
      }
      await sender.send(spans);
      sent += spans.length;
      progress.show('exporting', index + 1, orderIds.length);
    }
  } finally {
    progress.end();
  }
  return sent;
}
