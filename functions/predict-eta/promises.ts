/**
 * What was promised for the orders of a route. Read for the whole route at once and kept for a quarter of an hour;
 * before anybody is told anything the one order in question is read afresh, so an old promise never causes an alert.
 */
import { BatchGetCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { committedWindow } from '../../domain/index.ts';
import { TransientError } from '../../workflows/order-lifecycle/errors.ts';
import type { RoutePlan } from '../locate-vehicle/followed-route.ts';
import type { OrderRecord } from '../platform/tables.ts';

export interface KnownPromise {
  readonly promiseToMs: number;
  readonly version: number;
  readonly tier: OrderRecord['tier'];
}

export interface Promises {
  ofRoute(plan: RoutePlan, nowMs: number): Promise<ReadonlyMap<string, KnownPromise>>;
  forget(routeId: string): void;
}

const FRESH_MS = 15 * 60_000;
const BATCH = 100;
const MAX_ROUTES = 200;

export const promiseOf = ({ promise, tier }: Pick<OrderRecord, 'promise' | 'tier'>): KnownPromise => ({
  promiseToMs: Date.parse(committedWindow(promise).to),
  version: promise.version,
  tier,
});

interface KnownRoute {
  readonly readAtMs: number;
  /** Of the plan: a newer one may have other orders. */
  readonly version: number;
  readonly promises: Map<string, KnownPromise>;
}

export function promiseDirectory(documents: DynamoDBDocumentClient, ordersTable: string): Promises {
  const routes = new Map<string, KnownRoute>();
  return {
    async ofRoute(plan, nowMs) {
      const known = routes.get(plan.routeId);
      const { version = 0 } = plan;
      if (known?.version === version && nowMs - known.readAtMs < FRESH_MS) return known.promises;
      const orderIds = plan.stops.flatMap((stop) => stop.orders.map(({ orderId }) => orderId));
      const promises = await readPromises(documents, ordersTable, orderIds);
      const [oldest] = routes.keys();
      if (routes.size >= MAX_ROUTES && oldest !== undefined) routes.delete(oldest);
      routes.set(plan.routeId, { readAtMs: nowMs, version, promises });
      return promises;
    },
    forget: (routeId) => void routes.delete(routeId),
  };
}

async function readPromises(
  documents: DynamoDBDocumentClient,
  table: string,
  orderIds: readonly string[],
): Promise<Map<string, KnownPromise>> {
  const promises = new Map<string, KnownPromise>();
  for (let start = 0; start < orderIds.length; start += BATCH) {
    const keys = orderIds.slice(start, start + BATCH).map((orderId) => ({ orderId, sk: 'ORDER' }));
    const { Responses, UnprocessedKeys } = await documents.send(
      new BatchGetCommand({
        RequestItems: { [table]: { Keys: keys, ProjectionExpression: 'orderId, promise, tier' } },
      }),
    );
    const left = UnprocessedKeys?.[table]?.Keys?.length ?? 0;
    if (left > 0) throw new TransientError(`${left} of ${keys.length} orders were not read (throttled): read again.`);
    for (const item of Responses?.[table] ?? []) promises.set(item['orderId'], promiseOf(item as OrderRecord));
  }
  return promises;
}
