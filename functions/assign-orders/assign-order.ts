/** Puts an order on a route by conditional write: one that was cancelled, amended or claimed anew meanwhile is not. */
import { type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { msOf } from '../../domain/index.ts';
import type { PlannedRoute } from '../../workflows/route-planning/contracts.ts';
import { depotPk, requestSk } from '../platform/planning-items.ts';
import { tookEffect } from '../platform/table-access.ts';

/** An assigned request has done its work; it is kept for questions, then expires by the table's TTL. */
const KEEP_ASSIGNED_SECONDS = 14 * 24 * 3_600;

/**
 * @param route with the wave that has claimed the order's request
 * @returns whether the order is on this route now
 */
export function assignOrder(
  route: Pick<PlannedRoute, 'depotId' | 'routeId' | 'waveId' | 'plannedReturnAt'>,
  orderId: string,
  cycle: number,
  ports: { readonly documents: DynamoDBDocumentClient; readonly planningTable: string },
): Promise<boolean> {
  return tookEffect(
    ports.documents.send(
      new UpdateCommand({
        TableName: ports.planningTable,
        Key: { pk: depotPk(route.depotId), sk: requestSk(orderId, cycle) },
        UpdateExpression: 'SET #state = :assigned, routeId = :routeId, expiresAt = :expiresAt',
        ConditionExpression: 'waveId = :waveId AND (#state = :claimed OR (#state = :assigned AND routeId = :routeId))',
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: {
          ':assigned': 'ASSIGNED',
          ':claimed': 'CLAIMED',
          ':waveId': route.waveId,
          ':routeId': route.routeId,
          ':expiresAt': Math.floor(msOf(route.plannedReturnAt) / 1000) + KEEP_ASSIGNED_SECONDS,
        },
      }),
    ),
  );
}
