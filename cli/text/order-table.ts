/** A page of orders as a table that fits the terminal, with a foot that says which part of them it is. */
import colors from 'picocolors';
import type { BoardSummary, OrderPage, OrderView, PromiseState } from '../../operations/index.ts';
import { fittedTable, type TableColumn } from './fitted-table.ts';
import { plural, shortTime, spanText, timeText } from './terminal.ts';

const STATUS_COLORS: Readonly<Record<string, (text: string) => string>> = {
  ARCHIVED: colors.green,
  DELIVERED: colors.green,
  FAILED: colors.red,
  REJECTED: colors.yellow,
  CANCELLED: colors.yellow,
  RETURNED: colors.yellow,
  ATTEMPT_FAILED: colors.yellow,
};
const PROMISE_COLORS: Readonly<Record<PromiseState, (text: string) => string>> = {
  ON_TIME: String,
  MET: colors.green,
  AT_RISK: colors.yellow,
  LATE: colors.red,
  MISSED: colors.red,
  EXCLUDED: colors.dim,
};

export const statusColor = (text: string, status: string): string => (STATUS_COLORS[status] ?? String)(text);
export const promiseColor = (text: string, state: PromiseState): string => PROMISE_COLORS[state](text);

const COLUMNS: readonly TableColumn<OrderView>[] = [
  { head: 'order', text: ({ orderId }) => orderId, least: 14 },
  {
    head: 'status',
    text: ({ status }) => status,
    color: (text, { status }) => statusColor(text, status),
  },
  { head: 'for', text: ({ stageAgeSeconds }) => spanText(stageAgeSeconds), align: 'right', expendable: 1 },
  {
    head: 'promise',
    text: ({ promiseState }) => promiseState.toLowerCase().replace('_', ' '),
    color: (text, { promiseState }) => promiseColor(text, promiseState),
  },
  { head: 'until', text: ({ promiseTo }) => shortTime(promiseTo), expendable: 2 },
  { head: 'depot', text: ({ depotId }) => depotId, least: 8, expendable: 5 },
  { head: 'customer', text: ({ customerId }) => customerId, least: 8, expendable: 6 },
  { head: 'tier', text: ({ tier }) => tier, expendable: 9 },
  { head: 'route', text: ({ routeId = '' }) => routeId, least: 10, expendable: 7 },
  { head: 'driver', text: ({ driverId = '' }) => driverId, least: 8, expendable: 8 },
  { head: 'attempts', text: ({ attempts }) => String(attempts), align: 'right', expendable: 10 },
  {
    head: 'breaches',
    text: ({ breaches }) => breaches.map(({ stage }) => stage).join(' '),
    color: (text) => colors.yellow(text),
    least: 8,
    expendable: 4,
  },
  {
    head: 'what failed',
    text: ({ failure }) => (failure === undefined ? '' : `${failure.state}: ${failure.error}`),
    color: (text) => colors.red(text),
    least: 14,
    expendable: 3,
  },
];

/** A column that is empty in every row says nothing. */
const ALWAYS_SHOWN = new Set(['order', 'status', 'for', 'promise', 'until']);

export function orderTable(page: OrderPage, width: number): string {
  const { orders, total, offset, now } = page;
  if (total === 0) return `No order matches, at ${timeText(now)}.`;
  if (orders.length === 0) return `Only ${plural(total, 'order')} match: there is nothing from ${offset} on.`;
  const columns = COLUMNS.filter(({ head, text }) => ALWAYS_SHOWN.has(head) || orders.some((row) => text(row) !== ''));
  const last = offset + orders.length;
  const rest = last < total ? `, the next with --offset ${last}` : '';
  return [
    fittedTable(columns, orders, width),
    '',
    `${offset + 1} to ${last} of ${plural(total, 'order')}, at ${timeText(now)}${rest}`,
  ].join('\n');
}

export function summaryLine({ open, total, perfectShare, counted, breaches, failed, stuck }: BoardSummary): string {
  const share =
    perfectShare === null ? 'none judged yet' : `${(perfectShare * 100).toFixed(1)} % of ${counted} perfect`;
  const parts = [
    `${plural(total, 'order')}, ${open} open`,
    share,
    plural(breaches, 'breach', 'breaches'),
    failed > 0 ? colors.red(`${failed} failed`) : '0 failed',
    ...(stuck > 0 ? [colors.yellow(`${stuck} stuck`)] : []),
  ];
  return parts.join(', ');
}
