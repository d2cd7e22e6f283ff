/** `waits`: what is stuck, and the remedies for it. */
import { Command, Option } from 'commander';
import { applyRemedy, type RemedyKind, type StuckWait, stuckWaits } from '../../operations/index.ts';
import { type ConnectionOptions, connect, connectAsMe, withConnection } from '../connection.ts';
import { CommandFailure } from '../failures.ts';
import { printJson, printText } from '../json-output.ts';
import { withBoard } from '../open-board.ts';
import { widthOf } from '../text/terminal.ts';
import { actionText, waitTable } from '../text/wait-text.ts';

interface Options extends ConnectionOptions {
  readonly order?: string;
  readonly remedy?: RemedyKind;
  readonly why?: string;
  readonly json: boolean;
}

const REMEDIES = [
  'settle',
  'signal',
  'cancel',
  'stop-execution',
  'redrive',
  'supersede',
] as const satisfies RemedyKind[];
const FOUND_EXIT_CODE = 1;

const EXAMPLES = `
Without --remedy it lists and ends with 0 when nothing is stuck, with 1 when something is. A remedy is recorded with who
asked for it and why, and ends with 1 when it was refused. What each of them does:
  settle           sends what was matched, and matches what lies there
  signal           sends the awaited milestone in the world's place
  cancel           cancels the order
  stop-execution   stops the execution of an order that has ended
  redrive          takes the stopped execution up again
  supersede        marks a signal that nothing will ever take

Examples:
  $ perfect-order waits
  $ perfect-order waits --order portolan-0001
  $ perfect-order waits --remedy settle --order portolan-0001 --why "token answered by hand"`;

export function waitsCommand(): Command {
  const command = new Command('waits').description('list what is stuck, or apply a remedy');
  return withConnection(command)
    .option('--order <id>', 'of this order')
    .addOption(new Option('--remedy <kind>', 'what to do about it; needs --order and --why').choices(REMEDIES))
    .option('--why <text>', 'the reason, which is recorded')
    .option('--json', 'print as JSON', false)
    .addHelpText('after', EXAMPLES)
    .action(async (options: Options) =>
      options.remedy === undefined ? listWaits(options) : heal(options, options.remedy),
    );
}

async function listWaits(options: Options): Promise<void> {
  const deployed = await connect(options);
  const all = await withBoard(deployed, (board) => stuckWaits(deployed, board));
  const waits = all.filter(({ orderId }) => options.order === undefined || orderId === options.order);
  if (options.json) printJson(waits);
  else printText(waitTable(waits, widthOf(process.stdout)));
  if (waits.length > 0) process.exitCode = FOUND_EXIT_CODE;
}

async function heal(options: Options, kind: RemedyKind): Promise<void> {
  const { order, why, json } = options;
  if (order === undefined || why === undefined) {
    throw new CommandFailure('PO-100', '--remedy needs --order and --why', 'say of which order, and the reason');
  }
  const { deployed, identity } = await connectAsMe(options);
  const waits = await withBoard(deployed, (board) => stuckWaits(deployed, board));
  const stuck = choose(waits, order, kind);
  const action = await applyRemedy(deployed, identity, { stuck, kind, why });
  if (json) printJson(action);
  else printText(actionText(action));
  if (action.outcome === 'refused') process.exitCode = FOUND_EXIT_CODE;
}

/** The oldest of the order that has this remedy. */
function choose(waits: readonly StuckWait[], orderId: string, kind: RemedyKind): StuckWait {
  const ofOrder = waits.filter((wait) => wait.orderId === orderId);
  const found = ofOrder.find(({ remedies }) => remedies.some((remedy) => remedy.kind === kind));
  if (found !== undefined) return found;
  const offered = [...new Set(ofOrder.flatMap(({ remedies }) => remedies.map((remedy) => remedy.kind)))];
  const message =
    ofOrder.length === 0
      ? `nothing of order ${orderId} is stuck`
      : `${kind} is no remedy for what is stuck of ${orderId}`;
  const remedy = offered.length === 0 ? 'see `perfect-order waits`' : `there is ${offered.join(', ')}`;
  throw new CommandFailure('PO-212', message, remedy);
}
