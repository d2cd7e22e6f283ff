/** Carries out a turn: the record and its events, the route request, and, where the order ends, the ledger. */
import { type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { type TurnRequest, type TurnResult, turnRequestSchema } from '../../workflows/order-lifecycle/contracts.ts';
import type { Ledger } from '../platform/ledger/ledger.ts';
import { changeOrder, requireOrder } from '../platform/order-record.ts';
import { requestReplan } from '../platform/replan-requests.ts';
import { requestKey, withdrawRequest } from '../platform/route-requests.ts';
import { tookEffect } from '../platform/table-access.ts';
import { type Turn, turnOf } from './turns.ts';

export interface TurnOrderPorts {
  readonly documents: DynamoDBDocumentClient;
  readonly ordersTable: string;
  readonly planningTable: string;
  readonly ledger: Ledger;
  now(): Date;
}

/** @throws TransientError when the record changed while the turn was made: the state's Retry makes it again */
export async function turnOrder(event: unknown, ports: TurnOrderPorts): Promise<TurnResult> {
  const request = turnRequestSchema.parse(event);
  const record = await requireOrder(ports.documents, ports.ordersTable, request.frame.orderId);
  const now = ports.now();
  const { change, result, amended } = turnOf(request, record, now.getTime());
  const isSameCycle = result.frame.cycle === request.frame.cycle;
  const keepsWaiting = isSameCycle && result.planAgain;
  // The request goes first: after it no wave can put this cycle of the order on a route.
  if (!keepsWaiting) await withdrawRequest(ports.documents, ports.planningTable, request.frame);
  if (amended !== undefined) await tellPlanning(request, amended, now.getTime(), ports);
  if (change !== undefined) await changeOrder(ports.documents, ports.ordersTable, record, change);
  if (request.turn === 'CancelOrder' || request.turn === 'ReturnOrder') {
    await ports.ledger.close(request.frame.orderId, now.toISOString());
  }
  return result;
}

/**
 * The route keeps the order and hears of its new window; where it would miss that, a re-plan is asked for. All of it
 * before the record is changed: a crash in between asks again, and what is asked twice is asked once.
 */
async function tellPlanning(
  { frame }: TurnRequest,
  { routeId, promise, isMissed }: NonNullable<Turn['amended']>,
  nowMs: number,
  { documents, planningTable }: TurnOrderPorts,
): Promise<void> {
  const { depotId, orderId, cycle } = frame;
  await tookEffect(
    documents.send(
      new UpdateCommand({
        TableName: planningTable,
        Key: requestKey(depotId, orderId, cycle),
        UpdateExpression: 'SET promise = :promise',
        ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeValues: { ':promise': promise },
      }),
    ),
  );
  if (!isMissed) return;
  const reason = `order ${orderId} was promised anew, from ${promise.from} to ${promise.to}`;
  await requestReplan(documents, planningTable, { depotId, routeId, reason }, nowMs);
}
