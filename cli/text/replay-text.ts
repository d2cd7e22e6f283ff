/** A replay in the terminal: what a dry run says, how it ended, and what became of each order that did not go well. */
import colors from 'picocolors';
import type { ReplayForecast, ReplayItem, ReplayItemState, ReplayJob } from '../../operations/index.ts';
import { fittedTable, type TableColumn } from './fitted-table.ts';
import { oneLine, plural, spanText, timeText } from './terminal.ts';

export function forecastText(job: ReplayJob, forecast: ReplayForecast, width: number): string {
  const { total, willRedrive, willResume, refused, seconds, underOlderDefinition: older } = forecast;
  const left = refused.reduce((sum, { count }) => sum + count, 0);
  const table =
    refused.length === 0
      ? []
      : [
          '',
          fittedTable(
            [
              { head: 'orders', text: ({ count }) => String(count), align: 'right' },
              { head: 'why not', text: ({ reason }) => reason, least: 20 },
              { head: 'for example', text: ({ examples }) => examples.join(' '), least: 14, expendable: 1 },
            ],
            refused,
            width,
          ),
        ];
  return [
    `${colors.bold('Dry run')} of replay ${job.jobId}: ${plural(total, 'order')}, nothing has been done.`,
    `  ${willRedrive} would be redriven, ${willResume} resumed, ${left} left as they are; about ${spanText(seconds)} at ${job.ratePerSecond} a second.`,
    ...(older === undefined ? [] : [olderText(older)]),
    ...table,
    '',
    `The selection is frozen. To replay it: perfect-order replay --job ${job.jobId}`,
  ].join('\n');
}

const olderText = ({ count, of }: NonNullable<ReplayForecast['underOlderDefinition']>): string =>
  `  ${count} of ${of} executions looked at began under another definition than is deployed now, and a redrive goes on under that one;
  if the definition was repaired, freeze the selection again with --mode resume.`;

const STATE_COLORS: Readonly<Record<ReplayItemState, (text: string) => string>> = {
  PENDING: colors.dim,
  STARTED: String,
  RUNNING: String,
  SUCCEEDED: colors.green,
  FAILED_AGAIN: colors.red,
  SKIPPED: colors.yellow,
  REFUSED: colors.red,
};

const COLUMNS: readonly TableColumn<ReplayItem>[] = [
  { head: 'order', text: ({ orderId }) => orderId, least: 14 },
  { head: 'became', text: ({ state }) => stateText(state), color: (text, { state }) => STATE_COLORS[state](text) },
  { head: 'why', text: ({ reason = '' }) => oneLine(reason), least: 20 },
  {
    head: 'execution',
    text: ({ replayedArn = '' }) => replayedArn.split(':').slice(6).join(':'),
    least: 14,
    expendable: 1,
  },
];

const stateText = (state: ReplayItemState): string => state.toLowerCase().replace('_', ' ');

/** Items that an operator has to look at. */
export const needsALook = ({ state }: ReplayItem): boolean =>
  state === 'FAILED_AGAIN' || state === 'REFUSED' || state === 'SKIPPED';

const MAX_LISTED = 30;

export function replayText(job: ReplayJob, items: readonly ReplayItem[], width: number): string {
  const counts = Object.entries(job.counts) as [ReplayItemState, number][];
  const parts = counts
    .filter(([, count]) => count > 0)
    .map(([state, count]) => STATE_COLORS[state](`${count} ${stateText(state)}`));
  const listed = items.filter(needsALook);
  const table = listed.length === 0 ? [] : ['', fittedTable(COLUMNS, listed.slice(0, MAX_LISTED), width)];
  const more = listed.length > MAX_LISTED ? [`and ${listed.length - MAX_LISTED} more; --report FILE has them all`] : [];
  return [
    `${colors.bold(`Replay ${job.jobId}`)} ${endOf(job)}: ${plural(job.total, 'order')}, ${parts.join(', ')}`,
    `  by ${job.by}: ${oneLine(job.why)}`,
    ...table,
    ...more,
    ...(job.state === 'DONE' ? [] : ['', `To go on with it: perfect-order replay --job ${job.jobId}`]),
  ].join('\n');
}

const endOf = ({ state }: ReplayJob): string =>
  state === 'DONE' ? 'has ended' : state === 'STOPPED' ? 'was stopped' : state.toLowerCase();

const JOB_COLUMNS: readonly TableColumn<ReplayJob>[] = [
  { head: 'replay', text: ({ jobId }) => jobId },
  { head: 'made', text: ({ createdAt }) => timeText(createdAt) },
  { head: 'state', text: ({ state }) => state.toLowerCase() },
  { head: 'mode', text: ({ mode }) => mode, expendable: 2 },
  { head: 'orders', text: ({ total }) => String(total), align: 'right' },
  { head: 'well', text: ({ counts }) => String(counts.SUCCEEDED), align: 'right' },
  { head: 'again', text: ({ counts }) => String(counts.FAILED_AGAIN), align: 'right' },
  { head: 'refused', text: ({ counts }) => String(counts.REFUSED), align: 'right' },
  { head: 'skipped', text: ({ counts }) => String(counts.SKIPPED), align: 'right', expendable: 3 },
  { head: 'by', text: ({ by }) => by, least: 10, expendable: 4 },
  { head: 'why', text: ({ why }) => why, least: 14, expendable: 1 },
];

export function jobTable(jobs: readonly ReplayJob[], width: number): string {
  return jobs.length === 0 ? 'There are no replays.' : fittedTable(JOB_COLUMNS, jobs, width);
}
