/** `audit`: the service level of a period from its archive, as a table, CSV, JSON, Markdown or a page to be printed. */
import { writeFileSync } from 'node:fs';
import { Command, InvalidArgumentError, Option } from 'commander';
import { AUDIT_DIMENSIONS, type AuditDimension, type AuditTarget, TIERS, type Tier } from '../../domain/index.ts';
import {
  type ArchiveSource,
  type AuditReport,
  audit,
  auditCsv,
  auditHtml,
  auditMarkdown,
  deployedArchive,
  type ReportSection,
  verificationSection,
  verifyArchive,
} from '../../operations/index.ts';
import { archiveFolder } from '../archive-folder.ts';
import { auditText } from '../audit-text.ts';
import { type ConnectionOptions, connect, withConnection } from '../connection.ts';
import { CommandFailure } from '../failures.ts';
import { messageOf } from '../files.ts';
import { instant } from '../options.ts';
import { stepProgress } from '../step-progress.ts';
import { UNBOUNDED_WIDTH, widthOf } from '../text/terminal.ts';

const FORMATS = ['table', 'csv', 'json', 'markdown', 'html'] as const;
type Format = (typeof FORMATS)[number];

/** Something is wrong with the archive: then its figures prove nothing, whether they meet their targets or not. */
const FAULTS_EXIT_CODE = 1;
const TARGET_MISSED_EXIT_CODE = 2;

interface Options extends ConnectionOptions {
  readonly from: string;
  readonly to: string;
  readonly by: readonly AuditDimension[];
  readonly depot?: string;
  readonly driver?: string;
  readonly tier?: Tier;
  readonly format: Format;
  readonly json?: boolean;
  readonly out?: string;
  readonly target: readonly AuditTarget[];
  readonly verify?: boolean;
  readonly madeAt?: string;
  readonly archive?: string;
}

const EXAMPLES = `
The period holds the orders closed from --from until before --to; a date is its midnight in UTC.
Targets are figures of the whole: perfectShare, onTime, inFull, undamaged, documented, otif, apqcIndex,
firstAttemptSuccess, attemptsPerOrder, falseAlerts, missedAlerts, replaysPerOrder, and in seconds, with .p50, .p95 or
.p99, accept, plan, dispatch, depart, deliver, close, whole, delayLead, waitAge, eventToLedger, eventToWorkflow.
Shares and delayLead are to be reached, all others not to be exceeded.

Exit codes: 0 all is well, 1 the archive has faults, 2 a target is missed or the command line is wrong.

Examples:
  $ perfect-order audit --from 2018-07-20 --to 2018-07-25 --by depot --by day
  $ perfect-order audit --from 2018-07-20 --to 2018-07-25 --target perfectShare=0.98 --target plan.p95=3600
  $ perfect-order audit --from 2018-07-20 --to 2018-07-25 --verify --format html --out audit.html
  $ perfect-order audit --from 2018-07-20 --to 2018-07-25 --archive ./archive --format csv > audit.csv`;

export function auditCommand(): Command {
  return withConnection(new Command('audit'))
    .description('audit the service level of a period from the archived orders')
    .requiredOption('--from <time>', 'date or time, included', instant)
    .requiredOption('--to <time>', 'date or time, not included', instant)
    .addOption(
      new Option('--by <dimension>', `one of ${AUDIT_DIMENSIONS.join(', ')}; several cut by their combination`)
        .argParser(dimensions)
        .default([], 'the whole alone'),
    )
    .option('--depot <id>', 'only this depot')
    .option('--driver <id>', 'only this driver')
    .addOption(new Option('--tier <tier>', 'only this tier').choices(TIERS))
    .addOption(new Option('--format <format>', 'form of the report').choices(FORMATS).default('table'))
    .option('--json', 'the same as --format json')
    .option('--out <file>', 'where to write the report; default: standard output')
    .addOption(
      new Option('--target <figure=value>', 'what a figure has to meet').argParser(targets).default([], 'none'),
    )
    .option('--verify', 'check the hash chains of the archive, too')
    .option('--made-at <time>', 'time that stands in the report; default: now', instant)
    .addOption(
      new Option('--archive <folder>', 'a copy of the archive, in place of a region').conflicts([
        'endpoint',
        'profile',
        'region',
      ]),
    )
    .addHelpText('after', EXAMPLES)
    .action(runAudit);
}

async function runAudit(options: Options): Promise<void> {
  const { source, now } = await openArchive(options);
  const progress = stepProgress(process.stderr);
  try {
    const report = await audit(source, requestOf(options), {
      madeAt: options.madeAt ?? now(),
      targets: options.target,
      onProgress: (done, total) => progress.show('reading', done, total),
    });
    const found =
      options.verify === true
        ? await verifyArchive(source, options, (done, total) => progress.show('verifying', done, total))
        : undefined;
    progress.end();
    const more = found === undefined ? [] : [verificationSection(found)];
    const text =
      options.json === true || options.format === 'json' ? jsonText(report, found) : textOf(report, more, options);
    write(text, options.out);
    const isSound = report.archive.unreadable.length === 0 && (found?.faults.length ?? 0) === 0;
    if (!isSound) process.exitCode = FAULTS_EXIT_CODE;
    else if (report.targets.some(({ met }) => !met)) process.exitCode = TARGET_MISSED_EXIT_CODE;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new CommandFailure('PO-100', error.message, 'see `perfect-order audit --help`', { cause: error });
  } finally {
    progress.end();
  }
}

interface OpenArchive {
  readonly source: ArchiveSource;
  /** Of the region or account that is asked; of this machine where none is. */
  now(): string;
}

async function openArchive(options: Options): Promise<OpenArchive> {
  const { archive } = options;
  if (archive !== undefined) return { source: archiveFolder(archive), now: () => new Date().toISOString() };
  const deployed = await connect(options);
  return { source: deployedArchive(deployed), now: () => deployed.now() };
}

function requestOf({ from, to, by, depot, driver, tier }: Options) {
  return {
    from,
    to,
    by,
    ...(depot === undefined ? {} : { depotId: depot }),
    ...(driver === undefined ? {} : { driverId: driver }),
    ...(tier === undefined ? {} : { tier }),
  };
}

function textOf(report: AuditReport, more: readonly ReportSection[], { format, out }: Options): string {
  if (format === 'csv') return auditCsv(report);
  if (format === 'markdown') return auditMarkdown(report, more);
  if (format === 'html') return auditHtml(report, more);
  return auditText(report, more, out === undefined ? widthOf(process.stdout) : UNBOUNDED_WIDTH);
}

const jsonText = (report: AuditReport, verification: object | undefined): string =>
  `${JSON.stringify({ ...report, ...(verification === undefined ? {} : { verification }) }, null, 2)}\n`;

function write(text: string, path: string | undefined): void {
  if (path === undefined) {
    process.stdout.write(text);
    return;
  }
  try {
    writeFileSync(path, text);
  } catch (error) {
    throw new CommandFailure('PO-101', messageOf(error), 'give --out a file that can be written', { cause: error });
  }
}

function dimensions(text: string, before: readonly AuditDimension[]): AuditDimension[] {
  const found = AUDIT_DIMENSIONS.find((dimension) => dimension === text);
  if (found === undefined) throw new InvalidArgumentError(`Give one of ${AUDIT_DIMENSIONS.join(', ')}.`);
  return [...before.filter((dimension) => dimension !== found), found];
}

function targets(text: string, before: readonly AuditTarget[]): AuditTarget[] {
  const [metric = '', value = ''] = text.split('=');
  const target = Number(value);
  if (metric === '' || value.trim() === '' || Number.isNaN(target)) {
    throw new InvalidArgumentError('Give a figure and a number such as perfectShare=0.98.');
  }
  return [...before, { metric, target }];
}
