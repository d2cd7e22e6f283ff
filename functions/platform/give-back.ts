/** Gives a request back to planning: claimed by a wave, or assigned to a route of it, that did not come about. */
import { type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { depotPk, PENDING_SHARD } from './planning-items.ts';
import { tookEffect } from './table-access.ts';

interface GiveBack {
  readonly depotId: string;
  readonly waveId: string;
  /** Sort key of the request. */
  readonly sk: string;
  /** Kept with the request, so that an order that is turned away later can say why. */
  readonly reasons: readonly string[];
  /** Also when the request is assigned to this route. */
  readonly routeId?: string | undefined;
}

const MAX_REASONS = 5;
const MAX_REASON_LENGTH = 200;

/** @returns whether the request was this wave's and is pending now; false when it was taken back by its order */
export function giveBack(
  { documents, planningTable }: { readonly documents: DynamoDBDocumentClient; readonly planningTable: string },
  { depotId, waveId, sk, reasons, routeId }: GiveBack,
): Promise<boolean> {
  const isAssigned = routeId === undefined ? '' : ' OR (#state = :assigned AND routeId = :routeId)';
  return tookEffect(
    documents.send(
      new UpdateCommand({
        TableName: planningTable,
        Key: { pk: depotPk(depotId), sk },
        UpdateExpression:
          'SET #state = :pending, pendingShard = :shard, lastReasons = :reasons REMOVE waveId, routeId, expiresAt',
        ConditionExpression: `waveId = :waveId AND (#state = :claimed${isAssigned})`,
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: {
          ':pending': 'PENDING',
          ':shard': PENDING_SHARD,
          ':reasons': reasons.slice(0, MAX_REASONS).map((reason) => reason.slice(0, MAX_REASON_LENGTH)),
          ':waveId': waveId,
          ':claimed': 'CLAIMED',
          ...(routeId === undefined ? {} : { ':assigned': 'ASSIGNED', ':routeId': routeId }),
        },
      }),
    ),
  );
}
