/**
 * Claims the pending requests of a depot for one wave. What the wave sets out to claim is written down first, so a run
 * that is repeated claims the same requests and never more; each request is then taken by conditional write, so no
 * request is in two waves. Requests whose parcel is still on a vehicle are left, and so is what exceeds a wave.
 */
import { type DynamoDBDocumentClient, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { type ClaimResult, MAX_WAVE_REQUESTS, type WaveInput } from '../../workflows/route-planning/contracts.ts';
import { taskSizeFor, USUAL_WAVE_REQUESTS } from '../../workflows/route-planning/task-size.ts';
import { inParallel } from '../platform/in-parallel.ts';
import {
  type ClaimItem,
  depotPk,
  PENDING_INDEX,
  PENDING_SHARD,
  type RequestItem,
  wavePk,
} from '../platform/planning-items.ts';
import { queryAll, tookEffect } from '../platform/table-access.ts';

export interface ClaimWavePorts {
  readonly documents: DynamoDBDocumentClient;
  readonly planningTable: string;
  now(): Date;
}

const WRITES_AT_A_TIME = 25;

export async function claimWave(input: WaveInput, ports: ClaimWavePorts): Promise<ClaimResult> {
  const claim = (await readClaim(input, ports)) ?? (await writeClaim(input, ports));
  const requestCount = claim.requestCount ?? (await takeRequests(claim, input, ports));
  const replan = claim.replan ?? 'never';
  // The stops of routes come to those of the requests; how many, only the planner will see.
  const size = replan === 'never' ? requestCount : Math.max(requestCount, USUAL_WAVE_REQUESTS);
  return { depotId: input.depotId, waveId: input.waveId, requestCount, task: taskSizeFor(size), replan };
}

/** @returns how many it got; a wave that only compares takes none, and counts those that it looks at */
async function takeRequests(claim: ClaimItem, input: WaveInput, ports: ClaimWavePorts): Promise<number> {
  if (claim.replan === 'compare') return claim.requestKeys.length;
  const taken = await inParallel(claim.requestKeys, WRITES_AT_A_TIME, (sk) => takeRequest(sk, input, ports));
  const requestCount = taken.filter((isTaken) => isTaken).length;
  await ports.documents.send(
    new UpdateCommand({
      TableName: ports.planningTable,
      Key: { pk: wavePk(input.waveId), sk: 'CLAIM' },
      UpdateExpression: 'SET requestCount = :count',
      ExpressionAttributeValues: { ':count': requestCount },
    }),
  );
  return requestCount;
}

async function readClaim({ waveId }: WaveInput, ports: ClaimWavePorts): Promise<ClaimItem | undefined> {
  const { Item } = await ports.documents.send(
    new GetCommand({ TableName: ports.planningTable, Key: { pk: wavePk(waveId), sk: 'CLAIM' }, ConsistentRead: true }),
  );
  return Item as ClaimItem | undefined;
}

async function writeClaim(input: WaveInput, ports: ClaimWavePorts): Promise<ClaimItem> {
  const pending = await queryAll<RequestItem>(ports.documents, {
    TableName: ports.planningTable,
    IndexName: PENDING_INDEX,
    KeyConditionExpression: 'pendingShard = :pending AND depotId = :depotId',
    ExpressionAttributeValues: { ':pending': PENDING_SHARD, ':depotId': input.depotId },
  });
  const claim: ClaimItem = {
    pk: wavePk(input.waveId),
    sk: 'CLAIM',
    depotId: input.depotId,
    requestKeys: pending
      .filter((request) => request.heldByRouteId === undefined)
      .sort(byUrgency)
      .slice(0, MAX_WAVE_REQUESTS)
      .map((request) => request.sk),
    ...(input.vehicleIds === undefined ? {} : { vehicleIds: input.vehicleIds }),
    ...(input.replan === undefined ? {} : { replan: input.replan }),
    claimedAt: ports.now().toISOString(),
  };
  const write = ports.documents.send(
    new PutCommand({ TableName: ports.planningTable, Item: claim, ConditionExpression: 'attribute_not_exists(pk)' }),
  );
  if (await tookEffect(write)) return claim;
  const other = await readClaim(input, ports);
  if (other === undefined)
    throw new Error(`Claim of wave ${input.waveId} vanished after it was written: run the wave again.`);
  return other;
}

/** The earliest promise first; ids decide among equals, so that the choice does not depend on the index. */
function byUrgency(left: RequestItem, right: RequestItem): number {
  const keys = (request: RequestItem): string => `${request.promise.to}|${request.requestedAt}|${request.sk}`;
  return keys(left) < keys(right) ? -1 : 1;
}

/** @returns whether the request is this wave's */
function takeRequest(sk: string, { depotId, waveId }: WaveInput, ports: ClaimWavePorts): Promise<boolean> {
  return tookEffect(
    ports.documents.send(
      new UpdateCommand({
        TableName: ports.planningTable,
        Key: { pk: depotPk(depotId), sk },
        UpdateExpression: 'SET #state = :claimed, waveId = :waveId REMOVE pendingShard',
        ConditionExpression:
          '(#state = :pending AND attribute_not_exists(heldByRouteId)) OR (#state = :claimed AND waveId = :waveId)',
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: { ':claimed': 'CLAIMED', ':pending': 'PENDING', ':waveId': waveId },
      }),
    ),
  );
}
