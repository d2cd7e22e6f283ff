/**
 * The claim of a replay: one item per stopped run, written in the transaction that takes the order up, so that a run is
 * taken up once whoever asks and however often.
 */
import { type DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { ACTION_KEYS, type ReplayClaim } from '../platform/action-items.ts';

export interface ClaimPorts {
  readonly documents: DynamoDBDocumentClient;
  readonly actionsTable: string;
}

type Run = Pick<ReplayClaim['failure'], 'executionArn' | 'redriveCount'>;

export async function readClaim(
  { executionArn, redriveCount }: Run,
  { documents, actionsTable }: ClaimPorts,
): Promise<ReplayClaim | undefined> {
  const { Item } = await documents.send(
    new GetCommand({
      TableName: actionsTable,
      Key: ACTION_KEYS.claim(executionArn, redriveCount),
      ConsistentRead: true,
    }),
  );
  return Item as ReplayClaim | undefined;
}

/** The claim as a part of the order's transaction; it takes the place of one that Step Functions refused. */
export const claimPut = (claim: ReplayClaim, actionsTable: string) => ({
  TableName: actionsTable,
  Item: claim,
  ConditionExpression: 'attribute_not_exists(pk) OR #state = :refused',
  ExpressionAttributeNames: { '#state': 'state' },
  ExpressionAttributeValues: { ':refused': 'REFUSED' },
});

/** Notes what came of the claim. */
export async function noteClaim(
  { pk, sk, replay }: ReplayClaim,
  state: 'STARTED' | 'REFUSED',
  { documents, actionsTable }: ClaimPorts,
  reason?: string,
): Promise<void> {
  await documents.send(
    new UpdateCommand({
      TableName: actionsTable,
      Key: { pk, sk },
      UpdateExpression: reason === undefined ? 'SET #state = :state' : 'SET #state = :state, #reason = :reason',
      // A claim that was refused may have been taken anew meanwhile.
      ConditionExpression: '#replay = :replay',
      ExpressionAttributeNames: {
        '#state': 'state',
        '#replay': 'replay',
        ...(reason === undefined ? {} : { '#reason': 'reason' }),
      },
      ExpressionAttributeValues: {
        ':state': state,
        ':replay': replay,
        ...(reason === undefined ? {} : { ':reason': reason }),
      },
    }),
  );
}
