/** A projection of many orders, made from a seed, and the questions that operators have of it. */
import { createPrng, isoOf, ORDER_STATUSES, type OrderStatus } from '../domain/index.ts';
import type { BoardItem } from '../functions/platform/board-items.ts';
import { ORDER_SORTS, type OrderQuery } from '../operations/model/orders.ts';

const START_MS = Date.parse('2026-01-05T00:00:00.000Z');
const DAY_MS = 86_400_000;
const STATES = ['AwaitDelivery', 'CloseOrder', 'ArchiveOrder', 'AwaitRoute'] as const;

/** A month of orders of thirty depots, most of them over. */
export function boardItems(count: number, seed: number): BoardItem[] {
  const prng = createPrng(seed);
  const whole = (below: number): number => Math.floor(prng.next() * below);
  return Array.from({ length: count }, (_, n) => {
    const placedMs = START_MS + Math.floor((n / count) * 30 * DAY_MS);
    const isOver = prng.next() < 0.9;
    const status: OrderStatus = isOver
      ? ((['ARCHIVED', 'ARCHIVED', 'ARCHIVED', 'ARCHIVED', 'CANCELLED', 'RETURNED'] as const)[whole(6)] ?? 'ARCHIVED')
      : (ORDER_STATUSES[whole(6)] ?? 'PLACED');
    const isFailed = !isOver && prng.next() < 0.1;
    const route = whole(4_000);
    const toMs = placedMs + (4 + whole(20)) * 3_600_000;
    const deliveredMs = toMs + (whole(20) - 18) * 600_000;
    const isDelivered = status === 'ARCHIVED' || status === 'DELIVERED';
    return {
      orderId: `order-${String(n).padStart(7, '0')}-${whole(46_656).toString(36)}`,
      changeShard: String(n % 8),
      changedAt: isoOf(placedMs + 3_600_000),
      ordersSeq: String(n).padStart(20, '0'),
      ledgerSeq: String(n).padStart(20, '0'),
      customerId: `customer-${whole(20_000)}`,
      depotId: `D${String(whole(30)).padStart(2, '0')}`,
      tier: whole(4) === 0 ? 'express' : 'standard',
      status: isFailed ? 'FAILED' : status,
      statusAt: isoOf(placedMs + whole(20) * 600_000),
      cause: 'made',
      cycle: 1,
      attempts: whole(3),
      placedAt: isoOf(placedMs),
      promiseFrom: isoOf(placedMs + 3_600_000),
      promiseTo: isoOf(toMs),
      promiseVersion: 1,
      committedTo: isoOf(toMs),
      routeId: `route-${route}`,
      vehicleId: `van-${route % 600}`,
      driverId: `driver-${route % 500}`,
      stopSequence: whole(40),
      plannedArrivalAt: isoOf(toMs - 600_000),
      position: [-118.2 + prng.next(), 34 + prng.next()],
      ...(isOver ? {} : { stage: 'deliver' as const, stageDueAt: isoOf(toMs) }),
      breaches:
        whole(12) === 0
          ? [{ stage: 'dispatch', deadline: isoOf(placedMs), promiseVersion: 1, firedAt: isoOf(placedMs + 60_000) }]
          : [],
      ...(isOver ? { perfect: deliveredMs <= toMs } : {}),
      reasons: isOver && deliveredMs > toMs ? ['LATE'] : [],
      ...(isDelivered ? { deliveredAt: isoOf(deliveredMs) } : {}),
      ...(isOver ? { closedAt: isoOf(deliveredMs), archivedAt: isoOf(deliveredMs + 60_000) } : {}),
      executionArn: `arn:aws:states:us-east-1:123456789012:execution:order-lifecycle:order-${n}`,
      ...(isFailed
        ? {
            failure: {
              executionArn: `arn:aws:states:us-east-1:123456789012:execution:order-lifecycle:order-${n}`,
              redriveCount: 0,
              executionStatus: 'FAILED',
              state: STATES[whole(4)] ?? 'CloseOrder',
              error: 'Lambda.Unknown',
              cause: 'The function stopped.',
              pattern: 'The function stopped.',
              failedAt: isoOf(placedMs + 7_200_000),
              failedIn: status,
              failedInAt: isoOf(placedMs),
            },
          }
        : {}),
      replays: 0,
      pendingSignals: 0,
    };
  });
}

/** What operators ask of a board, many times over with other values. */
export function boardQueries(prng: { next(): number }): OrderQuery[] {
  const whole = (below: number): number => Math.floor(prng.next() * below);
  const depot = () => [`D${String(whole(30)).padStart(2, '0')}`];
  const made: OrderQuery[] = [];
  for (let n = 0; n < 40; n += 1) {
    made.push(
      { sort: ORDER_SORTS[n % ORDER_SORTS.length] ?? 'placedAt', descending: n % 2 === 0, offset: 50 * whole(1_900) },
      { text: `-${whole(46_656).toString(36)}` },
      { text: String(whole(10_000)), sort: 'promiseTo', descending: true },
      { text: 'customer-7', depotId: depot() },
      { status: ['FAILED'], sort: 'statusAt', descending: true },
      { status: ['ARRIVING', 'OUT_FOR_DELIVERY'], promiseState: ['LATE', 'AT_RISK'], sort: 'promiseTo' },
      { promiseState: ['LATE'], depotId: depot(), sort: 'slipSeconds', descending: true },
      { driverId: `driver-${whole(500)}`, sort: 'statusAt' },
      { routeId: `route-${whole(4_000)}`, sort: 'driverId' },
      { breachedStage: 'dispatch', perfect: false, sort: 'customerId' },
      { reason: 'LATE', tier: 'express', sort: 'stageDueAt', offset: 100 },
      { minStageAgeSeconds: 3_600 * whole(700), status: ['PLACED'], sort: 'statusAt' },
      { placedFrom: isoOf(START_MS + whole(29) * DAY_MS), placedTo: isoOf(START_MS + 30 * DAY_MS), sort: 'status' },
    );
  }
  return made;
}

/** The moment at which the made orders are looked at. */
export const BOARD_NOW = isoOf(START_MS + 29.5 * DAY_MS);
