/** Asks for a re-plan of a route: an item of its depot that the next look at the depot turns into a wave. */
import { type DynamoDBDocumentClient, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { depotPk, REPLAN_SHARD, type ReplanItem } from './planning-items.ts';
import { tookEffect } from './table-access.ts';

interface ReplanRequest {
  readonly depotId: string;
  readonly routeId: string;
  readonly reason: string;
}

/** A route that moves on faster than it is re-planned is left to its driver. */
const MAX_TRIES = 3;
/** Of no use to anybody after the day. */
const KEEP_SECONDS = 2 * 24 * 3_600;

/** Asking twice is asking once. */
export async function requestReplan(
  documents: DynamoDBDocumentClient,
  planningTable: string,
  { depotId, routeId, reason }: ReplanRequest,
  nowMs: number,
): Promise<void> {
  const item: ReplanItem = {
    pk: depotPk(depotId),
    sk: `REPLAN#${routeId}`,
    pendingShard: REPLAN_SHARD,
    depotId,
    routeId,
    reason,
    tries: 0,
    expiresAt: Math.floor(nowMs / 1000) + KEEP_SECONDS,
  };
  await documents.send(new PutCommand({ TableName: planningTable, Item: item }));
}

/** The re-plan came too late for the route. @returns whether it is tried again */
export function repeatReplan(
  documents: DynamoDBDocumentClient,
  planningTable: string,
  { depotId, routeId, reason }: ReplanRequest,
  nowMs: number,
): Promise<boolean> {
  return tookEffect(
    documents.send(
      new UpdateCommand({
        TableName: planningTable,
        Key: { pk: depotPk(depotId), sk: `REPLAN#${routeId}` },
        UpdateExpression:
          'SET pendingShard = :shard, depotId = :depotId, routeId = :routeId, reason = :reason, expiresAt = :expires, ' +
          'tries = if_not_exists(tries, :none) + :one',
        ConditionExpression: 'attribute_not_exists(tries) OR tries < :last',
        ExpressionAttributeValues: {
          ':shard': REPLAN_SHARD,
          ':depotId': depotId,
          ':routeId': routeId,
          ':reason': reason,
          ':expires': Math.floor(nowMs / 1000) + KEEP_SECONDS,
          ':none': 0,
          ':one': 1,
          ':last': MAX_TRIES - 1,
        },
      }),
    ),
  );
}

/** The wave that was asked for is open: the item stays, to count, and is not seen any more. */
export async function settleReplan(
  documents: DynamoDBDocumentClient,
  planningTable: string,
  { pk, sk }: Pick<ReplanItem, 'pk' | 'sk'>,
): Promise<void> {
  const settle = { TableName: planningTable, Key: { pk, sk }, UpdateExpression: 'REMOVE pendingShard' };
  await tookEffect(documents.send(new UpdateCommand({ ...settle, ConditionExpression: 'attribute_exists(pk)' })));
}
