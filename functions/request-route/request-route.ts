/**
 * Consumer of the route-requests queue, where `AwaitRoute` leaves its token: it puts the order among its depot's
 * pending requests and opens the wait. Both are safe to repeat: the request is keyed by order and cycle, the wait by
 * its token.
 */
import { JSONStringified } from '@aws-lambda-powertools/parser/helpers';
import { type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { isTerminal, orderLoad } from '../../domain/index.ts';
import { awaitRequestSchema, type OrderFrame } from '../../workflows/order-lifecycle/contracts.ts';
import type { RouteRequest } from '../../workflows/route-planning/contracts.ts';
import type { Ledger } from '../platform/ledger/ledger.ts';
import { waitOf } from '../platform/open-wait.ts';
import { requireOrder } from '../platform/order-record.ts';
import type { OrderRecord } from '../platform/tables.ts';

export interface RequestRoutePorts {
  readonly documents: DynamoDBDocumentClient;
  readonly ordersTable: string;
  readonly planningTable: string;
  readonly ledger: Ledger;
  now(): Date;
}

const messageSchema = JSONStringified(awaitRequestSchema);

/** @param body JSON text of an `AwaitRequest` */
export async function requestRoute(body: string, ports: RequestRoutePorts): Promise<void> {
  const request = messageSchema.parse(body);
  const record = await requireOrder(ports.documents, ports.ordersTable, request.frame.orderId);
  const at = ports.now().toISOString();
  // An order that ended, or moved to a later cycle, while this message was queued wants no route any more; one that
  // FAILED does: its execution was replayed, or this message would not be here.
  const isOver = isTerminal(record.status) && record.status !== 'FAILED';
  if (record.cycle === request.frame.cycle && !isOver) {
    await putRequest(ports, routeRequestOf(record, request.frame, at));
  }
  await ports.ledger.open(request.frame.orderId, waitOf(request, at));
}

function routeRequestOf(record: OrderRecord, frame: OrderFrame, requestedAt: string): RouteRequest {
  const { order } = record;
  const load = orderLoad(order);
  return {
    orderId: record.orderId,
    cycle: frame.cycle,
    depotId: record.depotId,
    customerId: record.customerId,
    position: [order.deliverTo.position[0], order.deliverTo.position[1]],
    promise: { from: record.promise.from, to: record.promise.to, version: record.promise.version },
    serviceSeconds: order.serviceSeconds,
    volumeM3: load.volumeM3,
    weightKg: load.weightKg,
    tier: record.tier,
    requestedAt,
    state: 'PENDING',
    ...(frame.reached?.kind === 'RouteWithdrawn' ? { notBefore: backOff(frame.cycle, requestedAt) } : {}),
    ...(record.heldByRouteId === undefined ? {} : { heldByRouteId: record.heldByRouteId }),
  };
}

const FIRST_BACK_OFF_MS = 5 * 60_000;
const LONGEST_BACK_OFF_MS = 60 * 60_000;

/** A route that nobody drove is planned again after 5 minutes, then 10, 20 and so on up to an hour. */
function backOff(cycle: number, requestedAt: string): string {
  const delayMs = Math.min(FIRST_BACK_OFF_MS * 2 ** Math.max(0, cycle - 2), LONGEST_BACK_OFF_MS);
  return new Date(Date.parse(requestedAt) + delayMs).toISOString();
}

/** Puts the request once: a repeat must not undo the claim or the assignment that was made of it meanwhile. */
async function putRequest(ports: RequestRoutePorts, request: RouteRequest): Promise<void> {
  try {
    await ports.documents.send(
      new PutCommand({
        TableName: ports.planningTable,
        Item: {
          pk: `DEPOT#${request.depotId}`,
          sk: `REQUEST#${request.orderId}#${request.cycle}`,
          pendingShard: 'PENDING',
          ...request,
        },
        ConditionExpression: 'attribute_not_exists(pk)',
      }),
    );
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'ConditionalCheckFailedException') throw error;
  }
}
