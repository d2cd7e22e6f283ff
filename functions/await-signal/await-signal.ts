/** The execution has reached a milestone and waits for the next: record the one, open the wait for the other. */
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { awaitRequestSchema } from '../../workflows/order-lifecycle/contracts.ts';
import type { Ledger } from '../platform/ledger/ledger.ts';
import { recordReached } from '../platform/milestones.ts';
import { waitOf } from '../platform/open-wait.ts';

export interface AwaitSignalPorts {
  readonly documents: DynamoDBDocumentClient;
  readonly ordersTable: string;
  readonly ledger: Ledger;
  now(): Date;
}

/** @returns `opened`, `same` (a repeat of this very wait) or `stale` (a later wait stands; this token is dead) */
export async function awaitSignal(event: unknown, ports: AwaitSignalPorts): Promise<{ outcome: string }> {
  const request = awaitRequestSchema.parse(event);
  await recordReached(ports.documents, ports.ordersTable, request.frame);
  const wait = waitOf(request, ports.now().toISOString());
  return { outcome: await ports.ledger.open(request.frame.orderId, wait) };
}
