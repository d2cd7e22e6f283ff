/**
 * The report of a run: a line per order, per driven route and per notification, and a summary. All of it follows from
 * the input and the seed alone; how long the run took and how much memory it used is not part of it.
 */
import {
  costPerOrder,
  isTerminal,
  msOf,
  orderLoad,
  type Percentiles,
  type PerfectOrderSummary,
  percentiles,
  perfectOrderSummary,
  type ServiceCost,
  totalDollars,
} from '../domain/index.ts';
import type { OrderRecord, RouteItem } from '../functions/platform/tables.ts';
import { type MatrixTotals, matrixTotals, type WaveMatrix } from './matrix-book.ts';
import { type LineReport, type LostLine, type ReportedTime, type RunFacts, reportLines } from './run-lines.ts';
import { NOT_COUNTED, pricedUsage } from './usage-prices.ts';

export interface RouteReport {
  readonly routeId: string;
  readonly vehicleId: string;
  readonly driverId: string;
  readonly depotId: string;
  readonly orderIds: readonly string[];
  readonly departedAt: string;
  readonly returnedAt: string | null;
  readonly distanceMeters: number;
  readonly loadVolumeM3: number;
}

/** One message that left for a customer or a driver. */
export interface NotificationReport {
  readonly orderId: string;
  readonly kind: string;
  readonly channel: string;
  readonly at: string;
  readonly key: string;
}

export interface StageReport extends Percentiles {
  /** The times between which its clock runs. */
  readonly from: ReportedTime;
  readonly to: ReportedTime;
}

export interface RunSummary {
  readonly seed: number;
  readonly profile: string;
  readonly simulated: { readonly from: string; readonly to: string; readonly seconds: number };
  readonly lines: number;
  readonly orders: number;
  readonly byStatus: Readonly<Record<string, number>>;
  /** Of the orders that were accepted. */
  readonly perfectOrder: PerfectOrderSummary;
  /** Seconds, by stage. */
  readonly stages: Readonly<Record<string, StageReport>>;
  readonly breaches: Readonly<Record<string, number>>;
  readonly attempts: { readonly mean: number; readonly max: number; readonly firstAttemptSuccess: number | null };
  readonly transitions: { readonly mean: number; readonly max: number };
  readonly notifications: Readonly<Record<string, number>>;
  readonly routes: { readonly driven: number; readonly distanceMeters: number };
  /** What the travel times of all waves have cost. */
  readonly matrix: MatrixTotals;
  readonly cost: {
    readonly dollarsPerOrder: number;
    readonly services: readonly ServiceCost[];
    readonly notCounted: readonly string[];
  };
}

export interface RunReport {
  readonly orders: readonly LineReport[];
  readonly routes: readonly RouteReport[];
  readonly notifications: readonly NotificationReport[];
  readonly summary: RunSummary;
  readonly lost: readonly LostLine[];
  /** Orders whose life has not ended, or ended in FAILED. */
  readonly unfinished: readonly LineReport[];
}

export interface Run extends RunFacts {
  readonly seed: number;
  readonly profile: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly routeItems: readonly RouteItem[];
  readonly matrices: readonly WaveMatrix[];
  readonly notifications: readonly NotificationReport[];
  /** Counted units by `service/unit`. */
  readonly usage: Readonly<Record<string, number>>;
  /** Of each accepted order, by order id. */
  readonly executions: ReadonlyMap<string, { readonly transitions: number; readonly arn: string }>;
}

/** Stages by the times that begin and end them. */
const STAGE_TIMES = {
  accept: ['placedAt', 'acceptedAt'],
  plan: ['acceptedAt', 'plannedAt'],
  dispatch: ['plannedAt', 'dispatchedAt'],
  depart: ['dispatchedAt', 'departedAt'],
  deliver: ['departedAt', 'deliveredAt'],
  close: ['deliveredAt', 'archivedAt'],
  whole: ['placedAt', 'deliveredAt'],
} as const satisfies Record<string, readonly [ReportedTime, ReportedTime]>;

/** @throws RangeError when something was counted that has no price */
export function buildReport(run: Run): RunReport {
  const { reports, lost } = reportLines(run, (orderId) => run.executions.get(orderId));
  const routes = run.routeItems.flatMap((route) => routeReport(route, run.orders));
  const originals = reports.filter(({ duplicateOfLine }) => duplicateOfLine === undefined);
  return {
    orders: reports,
    routes,
    notifications: run.notifications,
    summary: summaryOf(run, originals, routes),
    lost,
    unfinished: originals.filter(({ status }) => !isTerminal(status) || status === 'FAILED'),
  };
}

function routeReport(route: RouteItem, orders: readonly OrderRecord[]): RouteReport[] {
  if (route.departedAt === undefined) return [];
  const orderIds = route.outcomes.map(({ orderId }) => orderId);
  const { routeId, vehicleId, driverId, depotId, departedAt, returnedAt } = route;
  return [
    {
      routeId,
      vehicleId,
      driverId,
      depotId,
      orderIds,
      departedAt,
      returnedAt: returnedAt ?? null,
      distanceMeters: rounded(route.drivenDistanceMeters ?? route.distanceMeters, 1),
      loadVolumeM3: loadedVolume(route, orders),
    },
  ];
}

/** What was on board at departure: every order of the route, whatever became of it at the door. */
function loadedVolume(route: RouteItem, orders: readonly OrderRecord[]): number {
  const aboard = new Set(route.stops.flatMap((stop) => stop.orders.map(({ orderId }) => orderId)));
  let volumeM3 = 0;
  for (const { orderId, order } of orders) if (aboard.has(orderId)) volumeM3 += orderLoad(order).volumeM3;
  return rounded(volumeM3, 6);
}

function summaryOf(run: Run, reports: readonly LineReport[], routes: readonly RouteReport[]): RunSummary {
  const accepted = reports.filter(({ refusals }) => refusals === undefined);
  const transitions = accepted.map(({ stateTransitions }) => stateTransitions);
  const attempts = accepted.map((order) => order.attempts).filter((count) => count > 0);
  const attempted = accepted.filter((order) => order.attempts > 0);
  const services = accepted.length === 0 ? [] : costPerOrder(pricedUsage(run.usage), accepted.length);
  return {
    seed: run.seed,
    profile: run.profile,
    simulated: {
      from: new Date(run.fromMs).toISOString(),
      to: new Date(run.toMs).toISOString(),
      seconds: (run.toMs - run.fromMs) / 1000,
    },
    lines: run.lines.length,
    orders: accepted.length,
    byStatus: countBy(reports, ({ status }) => status),
    perfectOrder: perfectOrderSummary(accepted.map(({ verdict }) => verdict)),
    stages: stagesOf(accepted),
    breaches: countBy(
      accepted.flatMap(({ breaches }) => breaches),
      ({ stage }) => stage,
    ),
    attempts: {
      mean: rounded(mean(attempts), 4),
      max: Math.max(0, ...attempts),
      firstAttemptSuccess:
        attempted.length === 0
          ? null
          : attempted.filter((order) => order.attempts === 1 && order.times.deliveredAt !== null).length /
            attempted.length,
    },
    transitions: { mean: rounded(mean(transitions), 4), max: Math.max(0, ...transitions) },
    notifications: countBy(run.notifications, ({ kind }) => kind),
    routes: {
      driven: routes.length,
      distanceMeters: rounded(
        routes.reduce((sum, { distanceMeters }) => sum + distanceMeters, 0),
        1,
      ),
    },
    matrix: matrixTotals(run.matrices),
    cost: { dollarsPerOrder: totalDollars(services), services, notCounted: NOT_COUNTED },
  };
}

function stagesOf(reports: readonly LineReport[]): Record<string, StageReport> {
  const stages: Record<string, StageReport> = {};
  for (const [stage, [from, to]] of Object.entries(STAGE_TIMES)) {
    const seconds = reports.flatMap(({ times }) => {
      const began = times[from];
      const ended = times[to];
      return began === null || ended === null ? [] : [(msOf(ended) - msOf(began)) / 1000];
    });
    const found = percentiles(seconds);
    if (found !== undefined) stages[stage] = { from, to, ...found };
  }
  return stages;
}

function countBy<T>(items: readonly T[], nameOf: (item: T) => string): Record<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(nameOf(item), (counts.get(nameOf(item)) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}

const mean = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;

const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));

/** The files of a report, by name: JSON Lines, and the summary as one JSON object. */
export function reportFiles({ orders, routes, notifications, summary }: RunReport): Readonly<Record<string, string>> {
  const lines = (items: readonly object[]): string => items.map((item) => `${JSON.stringify(item)}\n`).join('');
  return {
    'orders.jsonl': lines(orders),
    'routes.jsonl': lines(routes),
    'notifications.jsonl': lines(notifications),
    'summary.json': `${JSON.stringify(summary, null, 2)}\n`,
  };
}
