/**
 * Keeps the newest position of each vehicle. A fix that is not newer than the newest is stored for the archive and
 * moves nothing; one that cannot be read, or that speaks for another vehicle than its topic, is set aside (`BAD#`, a
 * week) and counted: sent back to the stream it would block every vehicle of the shard for a day and never get better.
 *
 * Vehicles are written side by side, the fixes of one vehicle in turn: the stream of this table is the path of the
 * vehicle, and fences are crossed between two neighbouring fixes. When a write fails, the vehicle's later fixes of the
 * batch are left for the retry, or the failed one would come back as late.
 */
import { type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { isoOf, msOf } from '../../domain/index.ts';
import { type Fix, fixSchema } from '../../workflows/route-dispatch/contracts.ts';
import { tookEffect } from '../platform/table-access.ts';

export interface StreamFix {
  readonly sequenceNumber: string;
  /** Set by the topic rule from the topic, which IoT has checked against the vehicle's certificate. */
  readonly partitionKey: string;
  /** Base64 of the fix as JSON. */
  readonly data: string;
}

export interface TrackVehiclesPorts {
  readonly documents: DynamoDBDocumentClient;
  readonly positionsTable: string;
  readonly now: () => Date;
}

export interface TrackResult {
  /** Sequence numbers from which the shard is to be read again. */
  readonly failed: readonly string[];
  readonly errors: readonly Error[];
  readonly newest: number;
  readonly late: number;
  readonly bad: number;
}

const DAY_SECONDS = 86_400;
const LATE_TTL_SECONDS = 30 * DAY_SECONDS;
const BAD_TTL_SECONDS = 7 * DAY_SECONDS;
/** A vehicle whose clock runs ahead would mute its own later fixes; beyond this its fix is bad. */
const MAX_AHEAD_MS = 5 * 60_000;
const KEPT_CHARACTERS = 1_000;

/** @throws nothing for a single record: its vehicle's sequence number is in `failed` */
export async function trackVehicles(records: readonly StreamFix[], ports: TrackVehiclesPorts): Promise<TrackResult> {
  const nowMs = ports.now().getTime();
  const byVehicle = new Map<string, StreamFix[]>();
  for (const record of records) {
    const path = byVehicle.get(record.partitionKey);
    if (path === undefined) byVehicle.set(record.partitionKey, [record]);
    else path.push(record);
  }
  const tally = { newest: 0, late: 0, bad: 0 };
  const failed: string[] = [];
  const errors: Error[] = [];
  await Promise.all(
    [...byVehicle.values()].map(async (path) => {
      for (const record of path) {
        try {
          tally[await store(record, nowMs, ports)] += 1;
        } catch (error) {
          failed.push(record.sequenceNumber);
          errors.push(error as Error);
          return;
        }
      }
    }),
  );
  return { failed, errors, ...tally };
}

async function store(
  record: StreamFix,
  nowMs: number,
  { documents, positionsTable }: TrackVehiclesPorts,
): Promise<'newest' | 'late' | 'bad'> {
  const fix = readFix(record, nowMs);
  if (typeof fix === 'string') {
    await documents.send(new PutCommand({ TableName: positionsTable, Item: badItem(record, fix, nowMs) }));
    return 'bad';
  }
  const item = { ...fix, sampleTime: isoOf(msOf(fix.sampleTime)) };
  const newest = documents.send(
    new PutCommand({
      TableName: positionsTable,
      Item: { ...item, sk: 'NEWEST' },
      ConditionExpression: 'attribute_not_exists(sampleTime) OR sampleTime < :sampleTime',
      ExpressionAttributeValues: { ':sampleTime': item.sampleTime },
    }),
  );
  if (await tookEffect(newest)) return 'newest';
  // A repeated delivery lands here too: it overwrites its own item and is evaluated by nobody.
  const expiresAt = Math.floor(nowMs / 1000) + LATE_TTL_SECONDS;
  await documents.send(
    new PutCommand({ TableName: positionsTable, Item: { ...item, sk: `LATE#${item.sampleTime}`, expiresAt } }),
  );
  return 'late';
}

/** @returns the fix, or why it is bad */
function readFix({ data, partitionKey }: StreamFix, nowMs: number): Fix | string {
  let document: unknown;
  try {
    document = JSON.parse(Buffer.from(data, 'base64').toString('utf8'));
  } catch (error) {
    return `not JSON: ${(error as Error).message}`;
  }
  const parsed = fixSchema.safeParse(document);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return `${issue?.path.join('.') || '$'}: ${issue?.message}`;
  }
  const fix = parsed.data;
  if (fix.vehicleId !== partitionKey) return `vehicleId ${fix.vehicleId} on the topic of vehicle ${partitionKey}`;
  const aheadMs = msOf(fix.sampleTime) - nowMs;
  if (aheadMs > MAX_AHEAD_MS) return `sampleTime ${fix.sampleTime} is ${Math.round(aheadMs / 1000)} s ahead of now`;
  return fix;
}

function badItem({ data, partitionKey, sequenceNumber }: StreamFix, reason: string, nowMs: number): object {
  return {
    vehicleId: partitionKey,
    sk: `BAD#${sequenceNumber}`,
    reason,
    data: data.slice(0, KEPT_CHARACTERS),
    expiresAt: Math.floor(nowMs / 1000) + BAD_TTL_SECONDS,
  };
}
