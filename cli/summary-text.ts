/** The end of a simulation as a person reads it. */
import Table from 'cli-table3';
import colors from 'picocolors';
import type { FleetStatistics } from '../fleet/index.ts';
import type { RunReport, RunSummary } from '../operations/index.ts';

/** What a run took on this machine: no part of its result. */
export interface Effort {
  readonly wallSeconds: number;
  readonly peakMemoryMb: number;
  /** Seconds by what they were spent on. */
  readonly phases: Readonly<Record<string, number>>;
}

const STATUS_COLORS: Readonly<Record<string, (text: string) => string>> = {
  ARCHIVED: colors.green,
  REJECTED: colors.yellow,
  CANCELLED: colors.yellow,
  RETURNED: colors.yellow,
  FAILED: colors.red,
};

const MAX_LISTED = 20;

const table = (head: readonly string[], rows: readonly (readonly (string | number)[])[]): string => {
  const grid = new Table({
    head: [...head],
    style: { head: colors.isColorSupported ? ['bold'] : [], border: [], compact: true },
    colAligns: head.map((_, index) => (index === 0 ? 'left' : 'right')),
  });
  grid.push(...rows.map((row) => row.map(String)));
  return grid.toString();
};

const percent = (share: number | null): string => (share === null ? '-' : `${(share * 100).toFixed(1)} %`);
const dollars = (amount: number): string => `$${amount.toFixed(6)}`;

export function summaryText(report: RunReport, statistics: Readonly<Partial<FleetStatistics>>, effort: Effort): string {
  const { summary } = report;
  const parts = [
    heading(summary),
    table(
      ['status', 'orders'],
      Object.entries(summary.byStatus).map(([status, count]) => [(STATUS_COLORS[status] ?? String)(status), count]),
    ),
    perfectTable(summary),
    stageTable(summary),
    table(['notification', 'sent'], Object.entries(summary.notifications)),
    costTable(summary),
    matrixText(summary),
    effortText(summary, statistics, effort),
    unfinishedText(report),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function heading({ lines, orders, seed, profile, simulated, transitions, attempts, routes }: RunSummary): string {
  const days = (simulated.seconds / 86_400).toFixed(1);
  return [
    `${colors.bold(`${lines} lines, ${orders} orders accepted`)}, seed ${seed}, profile ${profile}`,
    `${simulated.from} to ${simulated.to} (${days} days)`,
    `${routes.driven} routes driven over ${(routes.distanceMeters / 1000).toFixed(0)} km, ` +
      `${attempts.mean} attempts an order, ${transitions.mean} state transitions an order (most ${transitions.max})`,
  ].join('\n');
}

function perfectTable({ perfectOrder }: RunSummary): string {
  const { rates, perfectOrderShare, apqcPerfectOrderIndex, otif, counted, excluded } = perfectOrder;
  return table(
    [`perfect order (of ${counted}, ${excluded} excluded)`, 'share'],
    [
      [colors.bold('perfect orders (SCOR RL.1.1)'), percent(perfectOrderShare)],
      ['  on time', percent(rates.onTime)],
      ['  in full', percent(rates.inFull)],
      ['  undamaged', percent(rates.undamaged)],
      ['  documented', percent(rates.documented)],
      ['product of the four (APQC index)', percent(apqcPerfectOrderIndex)],
      ['on time and in full (OTIF)', percent(otif)],
    ],
  );
}

function stageTable({ stages, breaches }: RunSummary): string {
  const span = (seconds: number): string =>
    seconds < 120
      ? `${seconds.toFixed(0)} s`
      : seconds < 7_200
        ? `${(seconds / 60).toFixed(0)} min`
        : `${(seconds / 3_600).toFixed(1)} h`;
  return table(
    ['stage', 'from, to', 'p50', 'p95', 'p99', 'breaches'],
    Object.entries(stages).map(([stage, { from, to, p50, p95, p99 }]) => [
      stage,
      `${from.replace(/At$/, '')}, ${to.replace(/At$/, '')}`,
      span(p50),
      span(p95),
      span(p99),
      breaches[stage] ?? 0,
    ]),
  );
}

function costTable({ cost }: RunSummary): string {
  const rows = cost.services.map(({ service, dollars: amount }) => [service, dollars(amount)]);
  const priced = table(['cost per order', dollars(cost.dollarsPerOrder)], rows);
  return `${priced}\nNot counted: ${cost.notCounted.join(', ')}.`;
}

function matrixText({ matrix, orders }: RunSummary): string {
  const { waves, fullPairs, askedPairs, savedPairs, cachedPairs, requests, estimatedLegs, priceShare } = matrix;
  if (waves === 0) return '';
  const perOrder = (amount: number): string => dollars(amount / Math.max(1, orders));
  return [
    `Route matrices of ${waves} waves: ${askedPairs} of ${fullPairs} pairs asked in ${requests} requests, ` +
      `${savedPairs} saved (${cachedPairs} known before); ${estimatedLegs} legs driven on estimates`,
    `${perOrder(matrix.askedDollars + matrix.cacheDollars)} an order, cache included, ` +
      `${percent(priceShare)} of the ${perOrder(matrix.fullDollars)} that all pairs would cost`,
  ].join('\n');
}

function effortText({ lines }: RunSummary, { fixes = 0 }: Readonly<Partial<FleetStatistics>>, effort: Effort): string {
  const { wallSeconds, peakMemoryMb, phases } = effort;
  const rate = (count: number): string => (count / wallSeconds).toFixed(0);
  const spent = Object.entries(phases).map(([phase, seconds]) => `${phase} ${seconds.toFixed(1)} s`);
  return [
    `${wallSeconds.toFixed(1)} s on this machine (${spent.join(', ')}), at most ${peakMemoryMb.toFixed(0)} MB`,
    `${rate(lines)} orders/s, ${rate(fixes)} fixes/s (${fixes} fixes)`,
  ].join('\n');
}

function unfinishedText({ unfinished, lost }: RunReport): string {
  const lines = [
    ...lost.map(({ line, orderId }) => `line ${line}${orderId === undefined ? '' : ` (${orderId})`}: no trace of it`),
    ...unfinished.map(
      ({ orderId, status, reason }) => `${orderId}: ${status}${reason === undefined ? '' : `, ${reason}`}`,
    ),
  ];
  if (lines.length === 0) return '';
  const more = lines.length > MAX_LISTED ? [`and ${lines.length - MAX_LISTED} more`] : [];
  const shown = [...lines.slice(0, MAX_LISTED), ...more].map((line) => `  ${line}`);
  return colors.red([colors.bold(`${lines.length} orders did not come to a good end:`), ...shown].join('\n'));
}
