/**
 * The metrics of an audit beside the verdict: how long stages and waits took, how many attempts and replays orders
 * needed, and what the alerts of delays were worth. Each names the event that starts its clock and the one that stops
 * it, so that anybody can count again from the archived events.
 */
import type { ArchivedOrder } from '../archive/archived-order.ts';
import { committedWindow } from '../order/promise.ts';
import { msOf } from '../time.ts';
import type { AuditMetric } from './audit-model.ts';
import { percentiles } from './summary.ts';

/** Stages by the times that begin and end them. */
export const STAGE_CLOCKS = [
  ['accept', 'Accepting', 'placedAt', 'acceptedAt'],
  ['plan', 'Planning', 'acceptedAt', 'plannedAt'],
  ['dispatch', 'Accepting by a driver', 'plannedAt', 'dispatchedAt'],
  ['depart', 'Departing', 'dispatchedAt', 'departedAt'],
  ['deliver', 'Delivering', 'departedAt', 'deliveredAt'],
  ['close', 'Closing', 'deliveredAt', 'archivedAt'],
  ['whole', 'From the order to the door', 'placedAt', 'deliveredAt'],
] as const;

const EVENT_OF_TIME: Readonly<Record<string, string>> = {
  placedAt: 'the customer places the order (placedAt)',
  acceptedAt: 'OrderPlaced: the order is accepted (acceptedAt)',
  plannedAt: 'signal RoutePlanned (plannedAt)',
  dispatchedAt: 'signal RouteAccepted (dispatchedAt)',
  departedAt: 'signal DepartedDepot (departedAt)',
  deliveredAt: 'signal Delivered (deliveredAt)',
  archivedAt: 'the order takes its place in the archive (archivedAt)',
};

const seconds = (from: string, to: string): number => (msOf(to) - msOf(from)) / 1000;

export function metricsOf(orders: readonly ArchivedOrder[]): AuditMetric[] {
  return [
    ...STAGE_CLOCKS.map((stage) => stageMetric(orders, stage)),
    ...attemptMetrics(orders),
    ...alertMetrics(orders),
    ...waitMetrics(orders),
    replayMetric(orders),
  ];
}

type Description = Pick<AuditMetric, 'name' | 'title' | 'startsAt' | 'stopsAt'> & { readonly note?: string };

function clock(description: Description, values: readonly number[]): AuditMetric {
  const found = percentiles(values);
  return { ...description, unit: 'seconds', value: found?.p50 ?? null, ...found, count: values.length };
}

function share(description: Description, part: number, count: number): AuditMetric {
  return { ...description, unit: 'share', value: count === 0 ? null : part / count, count };
}

function mean(description: Description, sum: number, count: number): AuditMetric {
  return { ...description, unit: 'count', value: count === 0 ? null : sum / count, count };
}

/** Of an order that was planned again the times of its last way; accepting and the whole run from its first moment. */
function stageMetric(
  orders: readonly ArchivedOrder[],
  [name, title, from, to]: (typeof STAGE_CLOCKS)[number],
): AuditMetric {
  const values = orders.flatMap(({ record: { times } }) => {
    const began = times[from];
    const ended = times[to];
    return began === undefined || ended === undefined ? [] : [seconds(began, ended)];
  });
  return clock({ name, title, startsAt: EVENT_OF_TIME[from] ?? from, stopsAt: EVENT_OF_TIME[to] ?? to }, values);
}

function attemptMetrics(orders: readonly ArchivedOrder[]): AuditMetric[] {
  const attempted = orders.map(({ record }) => record).filter(({ attempts }) => attempts > 0);
  const atFirst = attempted.filter(({ attempts, times }) => attempts === 1 && times['deliveredAt'] !== undefined);
  const attempts = attempted.reduce((sum, record) => sum + record.attempts, 0);
  const of = { startsAt: 'the first outcome at the door', stopsAt: 'signal Delivered or AttemptFailed' };
  return [
    share(
      {
        ...of,
        name: 'firstAttemptSuccess',
        title: 'Delivered at the first attempt',
        note: 'of orders with an attempt',
      },
      atFirst.length,
      attempted.length,
    ),
    mean(
      { ...of, name: 'attemptsPerOrder', title: 'Attempts per order', note: 'mean over orders with an attempt' },
      attempts,
      attempted.length,
    ),
  ];
}

/** What an order's first alert and its delivery say of each other; only delivered orders tell whether it was right. */
interface AlertedDelivery {
  readonly windowEnd: string;
  readonly isLate: boolean;
  readonly alertAt?: string;
}

function alertedDelivery({ record, signals }: ArchivedOrder): AlertedDelivery[] {
  const { deliveredAt } = record.times;
  if (deliveredAt === undefined) return [];
  const { version } = record.promise;
  const windowEnd = committedWindow(promiseOf(record)).to;
  const alert = signals.find(
    ({ kind, detail }) => kind === 'EtaSlipped' && (detail.promiseVersion ?? version) === version,
  );
  const isLate = msOf(deliveredAt) > msOf(windowEnd);
  return [{ windowEnd, isLate, ...(alert === undefined ? {} : { alertAt: alert.at }) }];
}

const promiseOf = ({ promise: { from, to, committed } }: ArchivedOrder['record']) => ({
  from,
  to,
  ...(committed === undefined ? {} : { committed }),
});

function alertMetrics(orders: readonly ArchivedOrder[]): AuditMetric[] {
  const deliveries = orders.flatMap(alertedDelivery);
  const isInTime = ({ alertAt, windowEnd }: AlertedDelivery) =>
    alertAt !== undefined && msOf(alertAt) < msOf(windowEnd);
  const alerted = deliveries.filter(({ alertAt }) => alertAt !== undefined);
  const late = deliveries.filter(({ isLate }) => isLate);
  const leads = late.flatMap((delivery) =>
    delivery.alertAt !== undefined && isInTime(delivery) ? [seconds(delivery.alertAt, delivery.windowEnd)] : [],
  );
  const alertEvent = 'first signal EtaSlipped of the last promise version';
  const windowEvent = 'end of the committed window';
  return [
    clock(
      {
        name: 'delayLead',
        title: 'Warning before a missed window',
        startsAt: alertEvent,
        stopsAt: windowEvent,
        note: 'over late deliveries that were alerted before the window ended',
      },
      leads,
    ),
    share(
      {
        name: 'falseAlerts',
        title: 'False alerts',
        startsAt: alertEvent,
        stopsAt: 'signal Delivered, not after the window',
        note: 'of delivered orders that were alerted',
      },
      alerted.filter(({ isLate }) => !isLate).length,
      alerted.length,
    ),
    share(
      {
        name: 'missedAlerts',
        title: 'Missed alerts',
        startsAt: windowEvent,
        stopsAt: 'signal Delivered, after the window, without an alert before its end',
        note: 'of late deliveries',
      },
      late.filter((delivery) => !isInTime(delivery)).length,
      late.length,
    ),
  ];
}

function waitMetrics(orders: readonly ArchivedOrder[]): AuditMetric[] {
  const waits = orders.flatMap((order) => order.waits);
  const signals = orders.flatMap((order) => order.signals);
  const answered = 'the ledger decides the answer of the wait';
  return [
    clock(
      { name: 'waitAge', title: 'Age of an answered wait', startsAt: 'the ledger opens the wait', stopsAt: answered },
      waits.map(({ openedAt, answeredAt }) => seconds(openedAt, answeredAt)),
    ),
    clock(
      {
        name: 'eventToLedger',
        title: 'From an event to the ledger',
        startsAt: 'it happens in the world (at of the signal)',
        stopsAt: 'the ledger accepts the signal',
      },
      signals.map(({ at, acceptedAt }) => seconds(at, acceptedAt)),
    ),
    clock(
      {
        name: 'eventToWorkflow',
        title: 'From an event to the workflow',
        startsAt: 'it happens in the world (at of the signal)',
        stopsAt: answered,
        note: 'includes the time until the execution waits for it',
      },
      waits.map(({ signalAt, answeredAt }) => seconds(signalAt, answeredAt)),
    ),
  ];
}

function replayMetric(orders: readonly ArchivedOrder[]): AuditMetric {
  const replays = orders.reduce((sum, order) => sum + replaysOf(order), 0);
  return mean(
    {
      name: 'replaysPerOrder',
      title: 'Replays per order',
      startsAt: 'the order is FAILED',
      stopsAt: 'event OrderReplayed',
      note: `${replays} in all`,
    },
    replays,
    orders.length,
  );
}

export const replaysOf = ({ events }: Pick<ArchivedOrder, 'events'>): number =>
  events.filter(({ detailType }) => detailType === 'OrderReplayed').length;
