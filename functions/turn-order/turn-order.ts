/** Carries out a turn: the record and its events, the route request, and, where the order ends, the ledger. */
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { type TurnResult, turnRequestSchema } from '../../workflows/order-lifecycle/contracts.ts';
import type { Ledger } from '../platform/ledger/ledger.ts';
import { changeOrder, requireOrder } from '../platform/order-record.ts';
import { withdrawRequest } from '../platform/route-requests.ts';
import { turnOf } from './turns.ts';

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
  const { change, result } = turnOf(request, record, now.getTime());
  const isSameCycle = result.frame.cycle === request.frame.cycle;
  const keepsWaiting = isSameCycle && result.planAgain;
  // The request goes first: after it no wave can put this cycle of the order on a route.
  if (!keepsWaiting) await withdrawRequest(ports.documents, ports.planningTable, request.frame);
  if (change !== undefined) await changeOrder(ports.documents, ports.ordersTable, record, change);
  if (request.turn === 'CancelOrder' || request.turn === 'ReturnOrder') {
    await ports.ledger.close(request.frame.orderId, now.toISOString());
  }
  return result;
}
