/** The route request of one order and cycle in the planning table. */
import { DeleteCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { OrderFrame } from '../../workflows/order-lifecycle/contracts.ts';

export const requestKey = (depotId: string, orderId: string, cycle: number) => ({
  pk: `DEPOT#${depotId}`,
  sk: `REQUEST#${orderId}#${cycle}`,
});

/**
 * Takes the request of this cycle back. A wave that has claimed it loses the conditional write with which it would
 * assign the order, so the order cannot be put on a route any more.
 */
export async function withdrawRequest(
  documents: DynamoDBDocumentClient,
  planningTable: string,
  { depotId, orderId, cycle }: OrderFrame,
): Promise<void> {
  await documents.send(new DeleteCommand({ TableName: planningTable, Key: requestKey(depotId, orderId, cycle) }));
}
