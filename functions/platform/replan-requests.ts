/** Asks for a re-plan of a route: an item of its depot that the next look at the depot turns into a wave. */
import { type DynamoDBDocumentClient, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { depotPk, REPLAN_SHARD, type ReplanItem } from './planning-items.ts';
import { queryAll, tookEffect } from './table-access.ts';

interface ReplanRequest {
  readonly depotId: string;
  readonly routeId: string;
  readonly reason: string;
}

/** A route that moves on faster than it is re-planned, or whose waves fail, is left to its driver. */
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
          'tries = if_not_exists(tries, :none) + :one REMOVE waveId',
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

/** Before the wave is started: one that fails at once has to be known as the item's. */
export async function markReplan(
  documents: DynamoDBDocumentClient,
  planningTable: string,
  { pk, sk }: Pick<ReplanItem, 'pk' | 'sk'>,
  waveId: string,
): Promise<void> {
  const mark = { TableName: planningTable, Key: { pk, sk }, UpdateExpression: 'SET waveId = :wave' };
  const values = { ExpressionAttributeValues: { ':wave': waveId }, ConditionExpression: 'attribute_exists(pk)' };
  await tookEffect(documents.send(new UpdateCommand({ ...mark, ...values })));
}

/**
 * The wave that was asked for is open: the item stays, to count, and is not seen any more. One that was asked for anew
 * since it was marked, or given back by its wave, waits for the next.
 */
export async function settleReplan(
  documents: DynamoDBDocumentClient,
  planningTable: string,
  { pk, sk }: Pick<ReplanItem, 'pk' | 'sk'>,
  waveId: string,
): Promise<void> {
  const settle = { TableName: planningTable, Key: { pk, sk }, UpdateExpression: 'REMOVE pendingShard' };
  const values = { ExpressionAttributeValues: { ':wave': waveId }, ConditionExpression: 'waveId = :wave' };
  await tookEffect(documents.send(new UpdateCommand({ ...settle, ...values })));
}

export interface RearmedReplans {
  /** Routes for which a re-plan is asked again. */
  readonly again: readonly string[];
  /** Those that were tried often enough. */
  readonly givenUp: readonly string[];
}

/** The wave failed: what it was opened for is asked for again. Safe to repeat. */
export async function rearmReplans(
  documents: DynamoDBDocumentClient,
  planningTable: string,
  { depotId, waveId }: { readonly depotId: string; readonly waveId: string },
  nowMs: number,
): Promise<RearmedReplans> {
  const items = await queryAll<ReplanItem>(documents, {
    TableName: planningTable,
    KeyConditionExpression: 'pk = :depot AND begins_with(sk, :replan)',
    ExpressionAttributeValues: { ':depot': depotPk(depotId), ':replan': 'REPLAN#' },
    ConsistentRead: true,
  });
  const [again, givenUp]: [string[], string[]] = [[], []];
  for (const { pk, sk, routeId, tries } of items.filter((item) => item.waveId === waveId)) {
    if (tries >= MAX_TRIES - 1) {
      givenUp.push(routeId);
      continue;
    }
    const rearm = new UpdateCommand({
      TableName: planningTable,
      Key: { pk, sk },
      UpdateExpression: 'SET pendingShard = :shard, expiresAt = :expires, tries = tries + :one REMOVE waveId',
      ConditionExpression: 'waveId = :wave',
      ExpressionAttributeValues: {
        ':shard': REPLAN_SHARD,
        ':expires': Math.floor(nowMs / 1000) + KEEP_SECONDS,
        ':one': 1,
        ':wave': waveId,
      },
    });
    if (await tookEffect(documents.send(rearm))) again.push(routeId);
  }
  return { again, givenUp };
}
