/** Groups of failures, and the orders of one, in the terminal. */
import colors from 'picocolors';
import type { FailureGroup, OrderView } from '../../operations/index.ts';
import { fittedTable, type TableColumn } from './fitted-table.ts';
import { cut, oneLine, plural, shortTime } from './terminal.ts';

const COLUMNS: readonly TableColumn<FailureGroup>[] = [
  { head: 'group', text: ({ groupId }) => groupId, color: (text) => colors.cyan(text) },
  { head: 'orders', text: ({ count }) => String(count), align: 'right' },
  { head: 'state', text: ({ state }) => state, least: 12 },
  { head: 'error', text: ({ error }) => error, color: (text) => colors.red(text), least: 14 },
  { head: 'cause', text: ({ pattern }) => pattern, least: 16 },
  { head: 'first', text: ({ firstAt }) => shortTime(firstAt), expendable: 2 },
  { head: 'last', text: ({ lastAt }) => shortTime(lastAt), expendable: 3 },
  { head: 'depots', text: ({ byDepot }) => depotsText(byDepot), least: 10, expendable: 4 },
];

const depotsText = (byDepot: Readonly<Record<string, number>>): string =>
  Object.entries(byDepot)
    .sort(([, a], [, b]) => b - a)
    .map(([depot, count]) => `${depot} ${count}`)
    .join(', ');

export function failureTable(groups: readonly FailureGroup[], width: number): string {
  if (groups.length === 0) return 'No execution has failed.';
  const whole = groups.reduce((sum, { count }) => sum + count, 0);
  return [
    fittedTable(COLUMNS, groups, width),
    '',
    `${plural(whole, 'failed order')} in ${plural(groups.length, 'group')}. Look at one with --group ID, and try what a replay would do with`,
    `perfect-order replay --group ${groups[0]?.groupId} --why TEXT --dry-run`,
  ].join('\n');
}

const ORDER_COLUMNS: readonly TableColumn<OrderView>[] = [
  { head: 'order', text: ({ orderId }) => orderId, least: 14 },
  { head: 'failed', text: ({ failure, statusAt }) => shortTime(failure?.failedAt ?? statusAt) },
  { head: 'was', text: ({ failure }) => failure?.failedIn ?? '', expendable: 2 },
  { head: 'depot', text: ({ depotId }) => depotId, least: 8, expendable: 3 },
  { head: 'replays', text: ({ replays }) => String(replays), align: 'right', expendable: 1 },
  { head: 'execution', text: ({ failure }) => failure?.executionArn ?? '', least: 20, expendable: 4 },
];

/** @param orders of the group, a part of them where there are many */
export function groupText(group: FailureGroup, orders: readonly OrderView[], width: number): string {
  const { groupId, state, error, exampleCause, count } = group;
  const more = orders.length < count ? [`and ${count - orders.length} more; --json has them all`] : [];
  return [
    `${colors.bold(groupId)}  ${plural(count, 'order')} stopped in ${colors.bold(state)}: ${colors.red(error)}`,
    cut(`for example: ${oneLine(exampleCause)}`, width * 4),
    '',
    fittedTable(ORDER_COLUMNS, orders, width),
    ...more,
  ].join('\n');
}
