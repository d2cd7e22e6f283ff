/**
 * The audit: perfect orders with their four parts and reasons, what stages took, and which deadlines were missed, for
 * the orders closed in a period and for each part of them that is asked for. A function of the archived records alone.
 */
import type { ArchivedOrder } from '../archive/archived-order.ts';
import { metricsOf } from './audit-metrics.ts';
import type { AuditDimension, AuditRequest, AuditSlice } from './audit-model.ts';
import { breachCause } from './breach-cause.ts';
import { perfectOrderSummary } from './summary.ts';

export interface AuditFigures {
  readonly whole: AuditSlice;
  /** By key; empty where nothing is asked to be cut. */
  readonly slices: readonly AuditSlice[];
  readonly exclusions: readonly { readonly orderId: string; readonly reason: string }[];
}

/** An order that never was on a route has no driver. */
const NO_DRIVER = 'none';

const DIMENSIONS: Readonly<Record<AuditDimension, (order: ArchivedOrder) => string>> = {
  depot: ({ depotId }) => depotId,
  driver: ({ record }) => record.place?.driverId ?? NO_DRIVER,
  tier: ({ record }) => record.tier,
  day: ({ closedAt }) => closedAt.slice(0, 10),
};

/** Orders outside of the request are left out; the order in which they come makes no difference. */
export function auditOf(archived: readonly ArchivedOrder[], request: AuditRequest): AuditFigures {
  const orders = archived
    .filter((order) => isAsked(order, request))
    .sort((left, right) => (left.orderId < right.orderId ? -1 : 1));
  return {
    whole: sliceOf({}, orders),
    slices: request.by.length === 0 ? [] : slicesOf(orders, request.by),
    exclusions: exclusionsOf(orders),
  };
}

function isAsked({ closedAt, depotId, record }: ArchivedOrder, request: AuditRequest): boolean {
  const closedMs = Date.parse(closedAt);
  return (
    closedMs >= Date.parse(request.from) &&
    closedMs < Date.parse(request.to) &&
    (request.depotId === undefined || request.depotId === depotId) &&
    (request.driverId === undefined || request.driverId === (record.place?.driverId ?? NO_DRIVER)) &&
    (request.tier === undefined || request.tier === record.tier)
  );
}

function exclusionsOf(orders: readonly ArchivedOrder[]): AuditFigures['exclusions'] {
  return orders
    .filter(({ record }) => record.verdict.excluded)
    .map(({ orderId, record }) => ({ orderId, reason: record.reason ?? 'cancelled by the customer' }));
}

function slicesOf(orders: readonly ArchivedOrder[], by: readonly AuditDimension[]): AuditSlice[] {
  const parts = new Map<string, ArchivedOrder[]>();
  for (const order of orders) {
    const values = JSON.stringify(by.map((dimension) => DIMENSIONS[dimension](order)));
    const part = parts.get(values);
    if (part === undefined) parts.set(values, [order]);
    else part.push(order);
  }
  return [...parts]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([values, part]) => {
      const texts = JSON.parse(values) as string[];
      return sliceOf(Object.fromEntries(by.map((dimension, index) => [dimension, texts[index] ?? ''])), part);
    });
}

function sliceOf(key: AuditSlice['key'], orders: readonly ArchivedOrder[]): AuditSlice {
  const summary = perfectOrderSummary(orders.map(({ record }) => record.verdict));
  return {
    key,
    orders: summary.orders,
    counted: summary.counted,
    excluded: summary.excluded,
    perfect: summary.perfect,
    perfectShare: summary.perfectOrderShare,
    parts: summary.rates,
    apqcIndex: summary.apqcPerfectOrderIndex,
    otif: summary.otif,
    reasons: reasonsOf(orders),
    metrics: metricsOf(orders),
    breaches: breachesOf(orders),
  };
}

function reasonsOf(orders: readonly ArchivedOrder[]): AuditSlice['reasons'] {
  const counted = orders.filter(({ record }) => !record.verdict.excluded);
  // An order counts once for a reason, however many of its lines it holds for.
  return counts(
    counted.flatMap(({ record }) => {
      const reasons = record.verdict.reasons.map(({ part, code }) => ({ part, code }));
      return reasons.filter(
        ({ part, code }, index) => reasons.findIndex((each) => each.part === part && each.code === code) === index,
      );
    }),
  );
}

function breachesOf(orders: readonly ArchivedOrder[]): AuditSlice['breaches'] {
  return counts(
    orders.flatMap((order) =>
      order.record.breaches.map((breach) => ({ stage: breach.stage, cause: breachCause(order, breach) })),
    ),
  );
}

/** Most frequent first, then by their text. */
function counts<Item extends object>(items: readonly Item[]): (Item & { readonly count: number })[] {
  const found = new Map<string, number>();
  for (const item of items) {
    const text = JSON.stringify(item);
    found.set(text, (found.get(text) ?? 0) + 1);
  }
  return [...found]
    .sort(([left, leftCount], [right, rightCount]) => rightCount - leftCount || (left < right ? -1 : 1))
    .map(([text, count]) => ({ ...(JSON.parse(text) as Item), count }));
}
