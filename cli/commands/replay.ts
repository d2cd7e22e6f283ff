/**
 * `replay`: failed orders taken up again. What is selected is frozen first; then it is tried dry, or replayed at a capped
 * rate. The job is kept with the deployed system, so another process, or another operator, can go on with it.
 */
import { Command, Option } from 'commander';
import { rehearsalGate } from '../../console/index.ts';
import {
  type Deployed,
  forecastReplay,
  freezeSelection,
  type JobMode,
  type ReplayItem,
  type ReplayJob,
  replayItems,
  replayJob,
  replayJobs,
  runReplay,
} from '../../operations/index.ts';
import { type ConnectionOptions, connect, connectAsMe, type Session, withConnection } from '../connection.ts';
import { CommandFailure } from '../failures.ts';
import { printJson, printText } from '../json-output.ts';
import { withBoard } from '../open-board.ts';
import { commandFailureOf } from '../operation-failure.ts';
import { factor, list, wholeNumber } from '../options.ts';
import { openReport, readReportHead, reportOfAnother } from '../replay-report.ts';
import { checkSize, type SelectionOptions, selectionOf } from '../replay-selection.ts';
import { stepProgress } from '../step-progress.ts';
import { forecastText, jobTable, replayText } from '../text/replay-text.ts';
import { widthOf } from '../text/terminal.ts';

interface Options extends ConnectionOptions, SelectionOptions {
  readonly mode: JobMode;
  readonly why?: string;
  readonly job?: string;
  readonly dryRun: boolean;
  readonly follow: boolean;
  readonly report?: string;
  readonly list?: boolean;
  readonly json: boolean;
}

const NOT_ALL_WELL = 1;
const PAGE = 500;
/** Above this many orders a replay has to be asked for by number. */
const MOST = 1_000;

const EXAMPLES = `
redrive takes the stopped execution up again in the state where it stopped, by the definition that it has. resume starts a
new execution <order>.rN of the definition as it is now, from that state with its recorded input, once a rehearsal of its
history says that it can (\`rehearse --job\` shows all of them). auto redrives what Step Functions still takes (14 days)
and resumes the rest. Nothing is replayed twice, whoever asks, and an order that has meanwhile ended is left alone.

An order that waits for the world may take hours: --no-follow ends once all are taken up, and --job looks again later.
Ctrl-C, or the loss of the network, stops the asking; the job is kept, and --job goes on where it was. --report writes JSON
Lines while it runs; a half-finished report alone (\`replay --report FILE\`) is enough to go on.

Ends with 0 when every order went on to a good end or had none to be replayed, 1 when one failed again, was refused, or is
left; 2 when the selection is empty, too large or wrong.

Examples:
  $ perfect-order replay --group 3f2a91c07d --why "queue policy repaired" --dry-run
  $ perfect-order replay --job 20180723-4c1e --report replay.jsonl
  $ perfect-order replay --order portolan-0001 --why "address corrected"
  $ perfect-order replay --all --depot DAU1 --rate 5 --why "planner was down" --report replay.jsonl
  $ perfect-order replay --orders ids.txt --mode resume --why "definition fixed in 1.4.2"
  $ perfect-order replay --list`;

export function replayCommand(): Command {
  const command = new Command('replay').description('take failed orders up again');
  return withConnection(command)
    .addOption(new Option('--group <id>', 'the orders of a group of failures').argParser(list).default([], 'none'))
    .addOption(new Option('--order <id>', 'this order').argParser(list).default([], 'none'))
    .option('--orders <file>', 'the orders of a file, one id a line')
    .option('--all', 'every failed order')
    .addOption(new Option('--depot <id>', 'with --all: of these depots').argParser(list).default([], 'all'))
    .option('--why <text>', 'the reason, which is recorded; required for a new selection')
    .addOption(new Option('--mode <mode>', 'how they go on').choices(['auto', 'redrive', 'resume']).default('auto'))
    .option('--rate <number>', 'orders a second, at most', factor(0.01, 300), 10)
    .option('--most <number>', 'refuse a selection of more orders', wholeNumber(1), MOST)
    .option('--dry-run', 'freeze the selection and say what would become of it', false)
    .option('--job <id>', 'go on with a frozen or stopped replay')
    .option('--no-follow', 'end when all are taken up, without waiting for what becomes of them')
    .option('--report <file>', 'write what became of each order, JSON Lines')
    .option('--list', 'list the replays there are')
    .option('--json', 'print as JSON', false)
    .addHelpText('after', EXAMPLES)
    .action(replay);
}

async function replay(options: Options): Promise<void> {
  if (options.list === true) {
    const jobs = await replayJobs(await connect(options));
    if (options.json) printJson(jobs);
    else printText(jobTable(jobs, widthOf(process.stdout)));
    return;
  }
  const jobId = chosenJob(options);
  const session = await connectAsMe(options);
  const job = jobId === undefined ? await freeze(session, options) : await known(session.deployed, jobId);
  if (options.dryRun) {
    const forecast = await forecastReplay(session.deployed, job.jobId);
    if (options.json) printJson({ job, forecast });
    else printText(forecastText(job, forecast, widthOf(process.stdout)));
    return;
  }
  await run(session, job, options);
}

/** @returns undefined for a new selection. Refuses what cannot be meant before anything is asked of AWS. */
function chosenJob(options: Options): string | undefined {
  const { job, report, why } = options;
  const head = report === undefined ? undefined : readReportHead(report);
  const selection = selectionOf(options);
  if (selection === undefined) {
    const jobId = job ?? head?.jobId;
    if (jobId === undefined) {
      throw new CommandFailure('PO-100', 'nothing is selected', 'give --group, --order, --orders, --all or --job');
    }
    if (report !== undefined && head !== undefined && head.jobId !== jobId) throw reportOfAnother(report, head);
    return jobId;
  }
  if (job !== undefined) {
    throw new CommandFailure('PO-100', '--job has its own selection', 'leave out --group, --order, --orders and --all');
  }
  if (why === undefined || why.trim() === '') {
    throw new CommandFailure('PO-100', 'a replay needs a reason', 'say --why "..."; it is recorded with your name');
  }
  if (report !== undefined && head !== undefined) throw reportOfAnother(report, head);
  return undefined;
}

async function known(deployed: Deployed, jobId: string): Promise<ReplayJob> {
  const job = await replayJob(deployed, jobId);
  if (job !== undefined) return job;
  throw new CommandFailure('PO-206', `there is no replay ${jobId}`, 'see `perfect-order replay --list`');
}

async function freeze({ deployed, identity }: Session, options: Options): Promise<ReplayJob> {
  const selection = selectionOf(options) ?? { orderIds: [] };
  const { why = '', mode, rate } = options;
  return withBoard(deployed, async (board) => {
    checkSize(selection, board, options);
    return freezeSelection(deployed, board, { ...selection, why, mode, ratePerSecond: rate, identity });
  });
}

async function run({ deployed, identity }: Session, job: ReplayJob, options: Options): Promise<void> {
  const report = options.report === undefined ? undefined : openReport(options.report, job);
  report?.add(await allItems(deployed, job.jobId));
  const stopping = new AbortController();
  const stop = (): void => stopping.abort();
  process.once('SIGINT', stop);
  const progress = stepProgress(process.stderr);
  try {
    const ended = await runReplay(deployed, job.jobId, identity, {
      signal: stopping.signal,
      mayResume: rehearsalGate(deployed),
      follow: options.follow,
      onProgress: ({ job: now, changed }) => {
        report?.add(changed);
        progress.show('replaying', settled(now), now.total);
      },
    });
    progress.end();
    const items = await allItems(deployed, job.jobId);
    report?.add(items);
    if (ended.state === 'DONE') report?.end(ended);
    if (options.json) printJson({ job: ended, items });
    else printText(replayText(ended, items, widthOf(process.stdout)));
    if (!isAllWell(ended, options)) process.exitCode = NOT_ALL_WELL;
  } catch (error) {
    throw withWayOn(error, job.jobId);
  } finally {
    progress.end();
    process.off('SIGINT', stop);
  }
}

const settled = ({ counts, total }: ReplayJob): number => total - counts.PENDING - counts.STARTED - counts.RUNNING;
function isAllWell({ counts, state }: ReplayJob, { follow }: Pick<Options, 'follow'>): boolean {
  if (counts.FAILED_AGAIN + counts.REFUSED + counts.PENDING > 0) return false;
  return !follow || (state === 'DONE' && counts.STARTED + counts.RUNNING === 0);
}

/** Whatever broke it, the job is still there. */
function withWayOn(error: unknown, jobId: string): unknown {
  const failure = commandFailureOf(error);
  if (!(failure instanceof CommandFailure)) return failure;
  const wayOn = `Then go on with \`perfect-order replay --job ${jobId}\`: nothing is done twice.`;
  return new CommandFailure(failure.code, failure.message, `${failure.remedy} ${wayOn}`, { cause: error });
}

async function allItems(deployed: Deployed, jobId: string): Promise<readonly ReplayItem[]> {
  const items: ReplayItem[] = [];
  for (;;) {
    const page = await replayItems(deployed, jobId, { offset: items.length, limit: PAGE });
    items.push(...page.items);
    if (page.items.length === 0 || items.length >= page.total) return items;
  }
}
