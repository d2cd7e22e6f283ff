/** Answers of the graph as tables. */
import colors from 'picocolors';
import type { GraphAnswers, OrderOutcome } from '../../operations/index.ts';
import { fittedTable, type TableColumn } from './fitted-table.ts';
import { secondsBetween, shortTime, spanText, timeText } from './terminal.ts';

type Row<Name extends keyof GraphAnswers> = GraphAnswers[Name]['rows'][number];

/** `Delivered 07-20 08:31`. */
const resultText = (result: OrderOutcome | undefined): string =>
  result === undefined ? '' : `${result.outcome} ${shortTime(result.at)}`;
const resultColor = (text: string, { result }: { readonly result?: OrderOutcome }): string =>
  result?.outcome === 'AttemptFailed' ? colors.yellow(text) : colors.green(text);

/** Late beyond this is coloured. */
const LATE_SECONDS = 900;
const lateText = (seconds: number | undefined): string =>
  seconds === undefined ? '' : `${seconds > 0 ? '+' : ''}${spanText(seconds)}`;
const lateColor = (text: string, seconds: number | undefined): string =>
  (seconds ?? 0) > LATE_SECONDS ? colors.red(text) : text;

const tableOr = <R>(none: string, columns: readonly TableColumn<R>[], rows: readonly R[], width: number): string =>
  rows.length === 0 ? none : fittedTable(columns, rows, width);

export const planText = ({ rows }: GraphAnswers['route-of-order'], width: number): string =>
  tableOr<Row<'route-of-order'>>(
    'No plan has this order.',
    [
      { head: '', text: ({ isCurrent }) => (isCurrent ? 'now' : 'before') },
      { head: 'route', text: ({ routeId }) => routeId, least: 10 },
      { head: 'cycle', text: ({ cycle }) => String(cycle), align: 'right' },
      { head: 'stop', text: ({ sequence }) => String(sequence), align: 'right' },
      { head: 'planned at', text: ({ plannedAt }) => timeText(plannedAt), expendable: 3 },
      { head: 'arrival', text: ({ plannedArrivalAt }) => shortTime(plannedArrivalAt) },
      {
        head: 'planned for',
        text: ({ planned }) => `${planned.vehicleId} ${planned.driverId}`,
        least: 10,
        expendable: 2,
      },
      {
        head: 'driven by',
        text: ({ driven }) => (driven === undefined ? '' : `${driven.vehicleId} ${driven.driverId}`),
        least: 10,
        expendable: 1,
      },
      { head: 'outcome', text: ({ result }) => resultText(result), color: resultColor },
    ],
    rows,
    width,
  );

export const vehicleText = ({ rows }: GraphAnswers['orders-of-vehicle'], width: number): string =>
  tableOr<Row<'orders-of-vehicle'>>(
    'The graph has no order of this vehicle in this time.',
    [
      { head: 'route', text: ({ routeId }) => routeId, least: 10, expendable: 1 },
      { head: 'stop', text: ({ sequence }) => String(sequence), align: 'right' },
      { head: 'order', text: ({ orderId }) => orderId, least: 14 },
      { head: 'cycle', text: ({ cycle }) => String(cycle), align: 'right', expendable: 3 },
      { head: 'arrival', text: ({ plannedArrivalAt }) => shortTime(plannedArrivalAt) },
      { head: 'planned', text: ({ isPlanned }) => (isPlanned ? 'yes' : 'no'), expendable: 4 },
      { head: 'driven by', text: ({ drivenBy = '' }) => drivenBy, least: 8, expendable: 2 },
      { head: 'outcome', text: ({ result }) => resultText(result), color: resultColor },
    ],
    rows,
    width,
  );

export const driversText = ({ rows }: GraphAnswers['drivers-who-know'], width: number): string =>
  tableOr<Row<'drivers-who-know'>>(
    'No driver has been there.',
    [
      { head: 'driver', text: ({ driverId }) => driverId, least: 8 },
      { head: 'visits', text: ({ visits }) => String(visits), align: 'right' },
      { head: 'delivered', text: ({ delivered }) => String(delivered), align: 'right' },
      { head: 'routes', text: ({ routes }) => String(routes), align: 'right' },
      { head: 'last', text: ({ lastAt }) => timeText(lastAt) },
      ...(rows.some(({ nearestMeters }) => nearestMeters !== undefined)
        ? [
            {
              head: 'nearest m',
              text: ({ nearestMeters }: Row<'drivers-who-know'>) => String(nearestMeters ?? ''),
              align: 'right' as const,
            },
          ]
        : []),
    ],
    rows,
    width,
  );

export const coDeliveredText = ({ rows }: GraphAnswers['co-delivered'], width: number): string =>
  tableOr<Row<'co-delivered'>>(
    'No other customer was delivered to on a route of this one.',
    [
      { head: 'customer', text: ({ customerId }) => customerId, least: 8 },
      { head: 'routes', text: ({ routes }) => String(routes), align: 'right' },
      { head: 'orders', text: ({ orders }) => String(orders), align: 'right' },
      { head: 'last', text: ({ lastAt }) => timeText(lastAt) },
    ],
    rows,
    width,
  );

/** `08:05 +1 min`: what was planned and how the day differed. */
const against = (planned: string, driven: string | undefined): string =>
  driven === undefined
    ? shortTime(planned)
    : `${shortTime(planned)} ${lateText(Math.round(secondsBetween(planned, driven)))}`;
const km = (meters: number): string => (meters / 1_000).toFixed(1);

export function comparisonText({ rows, stops }: GraphAnswers['plan-against-driven'], width: number): string {
  const routes = tableOr<Row<'plan-against-driven'>>(
    'The graph has no such route.',
    [
      { head: 'route', text: ({ routeId }) => routeId, least: 10 },
      { head: 'planned for', text: ({ planned }) => planned.vehicleId, least: 8, expendable: 4 },
      { head: 'driven by', text: ({ driven }) => driven?.vehicleId ?? '', least: 8, expendable: 3 },
      {
        head: 'departure',
        text: ({ planned, driven }) => against(planned.departureAt, driven?.departedAt),
        expendable: 2,
      },
      { head: 'return', text: ({ planned, driven }) => against(planned.returnAt, driven?.returnedAt), expendable: 1 },
      {
        head: 'km',
        text: ({ planned, driven }) =>
          driven?.distanceMeters === undefined
            ? km(planned.distanceMeters)
            : `${km(planned.distanceMeters)} / ${km(driven.distanceMeters)}`,
        align: 'right',
      },
      { head: 'orders', text: ({ orders }) => String(orders), align: 'right' },
      { head: 'delivered', text: ({ delivered }) => String(delivered), align: 'right' },
      { head: 'failed', text: ({ failed }) => String(failed), align: 'right' },
      {
        head: 'mean late',
        text: ({ meanLateSeconds }) => lateText(meanLateSeconds),
        color: (text, { meanLateSeconds }) => lateColor(text, meanLateSeconds),
        align: 'right',
      },
    ],
    rows,
    width,
  );
  return stops === undefined || stops.length === 0 ? routes : `${routes}\n\n${stopsText(stops, width)}`;
}

const stopsText = (stops: NonNullable<GraphAnswers['plan-against-driven']['stops']>, width: number): string =>
  fittedTable(
    [
      { head: 'stop', text: ({ sequence }) => String(sequence), align: 'right' },
      { head: 'order', text: ({ orderId }) => orderId, least: 14 },
      { head: 'planned arrival', text: ({ plannedArrivalAt }) => timeText(plannedArrivalAt) },
      { head: 'service', text: ({ serviceSeconds }) => spanText(serviceSeconds), align: 'right', expendable: 1 },
      { head: 'outcome', text: ({ result }) => resultText(result), color: resultColor },
      {
        head: 'late',
        text: ({ lateSeconds }) => lateText(lateSeconds),
        color: (text, { lateSeconds }) => lateColor(text, lateSeconds),
        align: 'right',
      },
    ],
    stops,
    width,
  );
