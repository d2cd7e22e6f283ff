/** What a re-plan changes, in the terminal: a line per route, then the stops whose place or promise changes. */
import colors from 'picocolors';
import type { ReplannedRoute, ReplanReport } from '../../operations/index.ts';
import { fittedTable, type TableColumn } from './fitted-table.ts';
import { plural, secondsBetween, shortTime, spanText } from './terminal.ts';

type Stop = ReplannedRoute['stops'][number];

const countOf = ({ stops }: ReplannedRoute, change: Stop['change']): string =>
  `${stops.filter((stop) => stop.change === change).length}`;
const signed = (value: string): string => (value.startsWith('-') ? value : `+${value}`);

/** The earliest and the latest by which stops that were there are reached later (or, with a minus, earlier). */
function shiftText({ stops }: ReplannedRoute): string {
  const shifts = stops.flatMap(({ before, after }) =>
    before === undefined ? [] : [secondsBetween(before.arrivalAt, after.arrivalAt)],
  );
  if (shifts.length === 0) return '';
  return `${signed(spanText(Math.min(...shifts)))} to ${signed(spanText(Math.max(...shifts)))}`;
}

const ROUTE_COLUMNS: readonly TableColumn<ReplannedRoute>[] = [
  { head: 'route', text: ({ routeId }) => routeId, least: 16 },
  { head: 'vehicle', text: ({ vehicleId }) => vehicleId, least: 8, expendable: 4 },
  { head: 'kept', text: (route) => countOf(route, 'kept'), align: 'right' },
  { head: 'moved', text: (route) => countOf(route, 'resequenced'), align: 'right' },
  { head: 'added', text: (route) => countOf(route, 'inserted'), align: 'right' },
  { head: 'legs changed', text: ({ legs, changedLegs }) => `${changedLegs} of ${legs}`, align: 'right', expendable: 2 },
  { head: 'arrivals', text: shiftText, least: 12, expendable: 3 },
  {
    head: 'becomes late',
    text: ({ becomeLate }) => `${becomeLate.length}`,
    color: (text, { becomeLate }) => (becomeLate.length > 0 ? colors.red(text) : text),
    align: 'right',
  },
  {
    head: 'becomes kept',
    text: ({ becomeKept }) => `${becomeKept.length}`,
    color: (text, { becomeKept }) => (becomeKept.length > 0 ? colors.green(text) : text),
    align: 'right',
  },
  { head: 'driving', text: ({ extraSeconds }) => signed(spanText(extraSeconds)), align: 'right' },
  { head: 'km', text: ({ extraMeters }) => signed((extraMeters / 1_000).toFixed(1)), align: 'right', expendable: 1 },
];

interface StopRow extends Stop {
  readonly route: ReplannedRoute;
}

const STOP_COLUMNS: readonly TableColumn<StopRow>[] = [
  { head: 'route', text: ({ route }) => route.routeId, least: 16, expendable: 1 },
  { head: 'orders', text: ({ orderIds }) => orderIds.join(' '), least: 14 },
  { head: 'change', text: ({ change }) => (change === 'inserted' ? 'added' : 'moved') },
  {
    head: 'place',
    text: ({ before, after }) => (before === undefined ? '' : `${before.sequence} > `) + after.sequence,
    align: 'right',
  },
  { head: 'was', text: ({ before }) => shortTime(before?.arrivalAt), expendable: 2 },
  { head: 'is', text: ({ after }) => shortTime(after.arrivalAt) },
  { head: 'promise', text: promiseText },
];

function promiseText({ orderIds, route }: StopRow): string {
  if (orderIds.some((orderId) => route.becomeLate.includes(orderId))) return 'becomes late';
  return orderIds.some((orderId) => route.becomeKept.includes(orderId)) ? 'becomes kept' : '';
}

type Waiting = ReplanReport['waiting'][number];

const WAITING_COLUMNS: readonly TableColumn<Waiting>[] = [
  { head: 'order', text: ({ orderId }) => orderId, least: 14 },
  {
    head: 'next trip',
    text: ({ nextTrip }) =>
      nextTrip === undefined ? 'none' : `${nextTrip.vehicleId}, there at ${shortTime(nextTrip.arrivalAt)}`,
    least: 12,
  },
  { head: 'reason', text: ({ reasons }) => reasons.join('; '), least: 16, expendable: 1 },
];

/** @param width characters of a line */
export function replanText(report: ReplanReport, width: number): string {
  const { depotId, mode, waveId, routes, newRoutes, waiting } = report;
  const isMade = mode === 'apply';
  const parts = [`${isMade ? 'Re-plan' : 'Dry run of a re-plan'} of ${depotId}, wave ${waveId}`];
  if (routes.length + newRoutes.length === 0) {
    parts.push(isMade ? 'No route was changed.' : 'No route would change.');
  }
  if (routes.length > 0) parts.push(fittedTable(ROUTE_COLUMNS, routes, width));
  const rows = routes.flatMap((route) =>
    route.stops.flatMap((stop): StopRow[] => {
      const row = { ...stop, route };
      return stop.change === 'kept' && promiseText(row) === '' ? [] : [row];
    }),
  );
  if (rows.length > 0) parts.push(fittedTable(STOP_COLUMNS, rows, width));
  for (const { routeId, vehicleId, orderIds, departsAt, returnsAt } of newRoutes) {
    const times = `${shortTime(departsAt)} to ${shortTime(returnsAt)}`;
    parts.push(`New route ${routeId} of ${vehicleId}: ${plural(orderIds.length, 'order')}, ${times}`);
  }
  if (waiting.length > 0) {
    parts.push(`${plural(waiting.length, 'order')} without a place`, fittedTable(WAITING_COLUMNS, waiting, width));
  }
  const missed = isMade ? [...routes, ...newRoutes].filter((route) => !route.isMade) : [];
  if (missed.length > 0) {
    const ids = missed.map(({ routeId }) => routeId).join(', ');
    parts.push(colors.yellow(`Not made, since the route had moved on or its vehicle was taken: ${ids}`));
  }
  return parts.join('\n\n');
}
