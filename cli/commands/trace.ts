/** `trace`: all that is known of one order: where it stands, its executions as a tree, its timeline; once or watched. */
import { setTimeout as pause } from 'node:timers/promises';
import { Command } from 'commander';
import { type Deployed, type OrderTraceView, traceOrder } from '../../operations/index.ts';
import { type ConnectionOptions, connect, withConnection } from '../connection.ts';
import { CommandFailure } from '../failures.ts';
import { printJson, printText } from '../json-output.ts';
import { wholeNumber } from '../options.ts';
import { widthOf } from '../text/terminal.ts';
import { traceText } from '../text/trace-text.ts';

interface Options extends ConnectionOptions {
  readonly json: boolean;
  readonly watch: boolean;
  readonly every: number;
}

const EXAMPLES = `
In the chart long waits are drawn short, and marked. With --watch it is drawn again until the order is archived or Ctrl-C
is pressed; with --json, too, one line of JSON each time that something changed.

Examples:
  $ perfect-order trace portolan-0001
  $ perfect-order trace portolan-0001 --watch
  $ perfect-order trace portolan-0001 --json | jq .executions[0].status`;

export function traceCommand(): Command {
  const command = new Command('trace')
    .description('show the executions, states, signals, deadlines and events of an order')
    .argument('<order>', 'the order id');
  return withConnection(command)
    .option('--watch', 'draw it again as it goes on', false)
    .option('--every <seconds>', 'with --watch: seconds between two looks', wholeNumber(1, 3_600), 2)
    .option('--json', 'print the trace as JSON', false)
    .addHelpText('after', EXAMPLES)
    .action(trace);
}

async function trace(orderId: string, options: Options): Promise<void> {
  const deployed = await connect(options);
  if (options.watch) {
    await watch(deployed, orderId, options);
    return;
  }
  const found = await traced(deployed, orderId);
  if (options.json) printJson(found);
  else printText(traceText(found, widthOf(process.stdout)));
}

async function traced(deployed: Deployed, orderId: string): Promise<OrderTraceView> {
  const found = await traceOrder(deployed, orderId);
  if (found !== undefined) return found;
  throw new CommandFailure('PO-201', `nothing is known of order ${orderId}`, 'see `perfect-order orders` for the ids');
}

async function watch(deployed: Deployed, orderId: string, { every, json }: Options): Promise<void> {
  const stopped = new AbortController();
  const stop = (): void => stopped.abort();
  process.once('SIGINT', stop);
  const draw = json ? changedLines() : redrawn(process.stdout);
  try {
    while (!stopped.signal.aborted) {
      const found = await traced(deployed, orderId);
      draw(found);
      if (isAtEnd(found)) return;
      await pause(every * 1_000, undefined, { signal: stopped.signal }).catch(() => undefined);
    }
  } finally {
    process.off('SIGINT', stop);
  }
}

/** Nothing of it goes on any more. One that failed may be replayed by somebody, which is worth watching. */
const isAtEnd = ({ order, executions }: OrderTraceView): boolean =>
  (order.archivedAt !== undefined || order.status === 'REJECTED') &&
  executions.every(({ stoppedAt }) => stoppedAt !== undefined);

/** The whole screen each time: a trace is longer than what could be drawn over line by line. */
function redrawn(stream: NodeJS.WriteStream): (trace: OrderTraceView) => void {
  return (found) => {
    const text = traceText(found, widthOf(stream));
    stream.write(stream.isTTY ? `\u001b[H\u001b[2J\u001b[3J${text}` : `${text}\n`);
  };
}

function changedLines(): (trace: OrderTraceView) => void {
  let before = '';
  return (found) => {
    const { now: _, ...content } = found;
    const line = JSON.stringify({ ...content, order: { ...content.order, stageAgeSeconds: 0 } });
    if (line === before) return;
    before = line;
    process.stdout.write(`${JSON.stringify(found)}\n`);
  };
}
