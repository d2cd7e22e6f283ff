/**
 * A dry run of a frozen selection: how many would be taken up, how, and why not the others. Nothing is written. What a
 * rehearsal says of each resume is asked when it is run, or beforehand by whoever wants to know.
 */
import { DescribeExecutionCommand } from '@aws-sdk/client-sfn';
import type { BoardItem } from '../../functions/platform/board-items.ts';
import { isEntryState, replayName } from '../../workflows/order-lifecycle/replay.ts';
import type { Deployed } from '../deployed.ts';
import { batchGetAll } from '../dynamo-pages.ts';
import type { JobMode, ReplayForecast, ReplayMode } from '../model/replay.ts';
import { claimKeyOf, JobStore, type StoredItem } from './job-store.ts';
import { countUnderOlderDefinition } from './older-definition.ts';

const REDRIVE_WITHIN_MS = 14 * 86_400_000;
/** DescribeExecution takes 15 a second: so many are asked, evenly spread; each of the others is judged by its age. */
const ASKED = 30;
const EXAMPLES = 5;

/** @throws OperationError UNKNOWN_JOB */
export async function forecastReplay(deployed: Deployed, jobId: string): Promise<ReplayForecast> {
  const store = new JobStore(deployed);
  const job = await store.require(jobId);
  const items = await store.items(jobId);
  const pending = items.filter(({ state }) => state === 'PENDING');
  const claims = await store.claims(pending);
  const board = await boardItems(deployed, pending);
  const asked = job.mode === 'resume' ? [] : sampleOf(pending);
  const notRedrivable = await redriveRefusals(deployed, asked);
  const refusals = new Map<string, string[]>();
  const will = { redrive: 0, resume: 0 };
  const redrives: string[] = [];
  for (const item of items) {
    const claim = claims.get(claimKeyOf(item));
    const now = board.get(item.orderId);
    const obstacle =
      item.state === 'PENDING'
        ? (standReason(item, now) ??
          (claim === undefined || claim.state === 'REFUSED' || claim.jobId === jobId
            ? undefined
            : `already replayed by ${claim.by}`))
        : (item.reason ?? `is ${item.state} in this job`);
    const way =
      obstacle ?? wayOf(job.mode, redriveReason(item, deployed.now(), notRedrivable), resumeReason(item, now));
    if (way === 'redrive' || way === 'resume') will[way] += 1;
    else refusals.set(way, [...(refusals.get(way) ?? []), item.orderId]);
    if (way === 'redrive' && asked.includes(item)) redrives.push(item.executionArn);
  }
  const older = await countUnderOlderDefinition(deployed, redrives);
  return {
    total: items.length,
    willRedrive: will.redrive,
    willResume: will.resume,
    refused: [...refusals]
      .map(([reason, orderIds]) => ({ reason, count: orderIds.length, examples: orderIds.slice(0, EXAMPLES) }))
      .sort((a, b) => b.count - a.count || (a.reason < b.reason ? -1 : 1)),
    seconds: Math.ceil((will.redrive + will.resume) / job.ratePerSecond),
    ...(older === 0 ? {} : { underOlderDefinition: { count: older, of: redrives.length } }),
  };
}

/** @returns the way that is taken, or why neither is; each reason says what stands against that way */
function wayOf(mode: JobMode, againstRedrive: string | undefined, againstResume: string | undefined): string {
  if (mode !== 'resume' && againstRedrive === undefined) return 'redrive' satisfies ReplayMode;
  if (mode !== 'redrive' && againstResume === undefined) return 'resume' satisfies ReplayMode;
  return (mode === 'redrive' ? againstRedrive : againstResume) ?? '';
}

/** The projection's items by order id. */
export async function boardItems(
  { documents, output }: Pick<Deployed, 'documents' | 'output'>,
  items: readonly Pick<StoredItem, 'orderId'>[],
): Promise<ReadonlyMap<string, BoardItem>> {
  const keys = items.map(({ orderId }) => ({ orderId }));
  const found = (await batchGetAll(documents, output('BoardTableName'), keys)) as unknown as BoardItem[];
  return new Map(found.map((item) => [item.orderId, item]));
}

/** Why the order no longer stands where the selection found it. */
function standReason(item: StoredItem, now: BoardItem | undefined): string | undefined {
  if (now === undefined) return 'the projection has no such order any more';
  const { failure } = now;
  if (failure === undefined) return `the order is ${now.status}`;
  if (failure.executionArn === item.executionArn && failure.redriveCount === item.redriveCount) return undefined;
  return 'another run of the order has failed since: select it again';
}

function redriveReason(item: StoredItem, now: string, notRedrivable: ReadonlyMap<string, string>): string | undefined {
  if (Date.parse(now) - Date.parse(item.failedAt) > REDRIVE_WITHIN_MS) {
    return 'ended more than 14 days ago and cannot be redriven: use resume';
  }
  return notRedrivable.get(item.executionArn);
}

function resumeReason(item: StoredItem, now: BoardItem | undefined): string | undefined {
  if (!isEntryState(item.failedState)) return `a new execution cannot enter ${item.failedState}: use redrive`;
  const next = (now?.replays ?? 0) + 1;
  return replayName(item.orderId, next) === undefined
    ? 'the order id leaves no room for the name of a new execution'
    : undefined;
}

function sampleOf(items: readonly StoredItem[]): StoredItem[] {
  const step = Math.max(1, Math.ceil(items.length / ASKED));
  return items.filter((_, index) => index % step === 0);
}

/** What Step Functions says of them, by ARN: only those that it would not redrive. */
async function redriveRefusals(
  { machines }: Deployed,
  items: readonly StoredItem[],
): Promise<ReadonlyMap<string, string>> {
  const reasons = new Map<string, string>();
  for (const { executionArn } of items) {
    const reason = await redriveStatus(machines, executionArn);
    if (reason !== undefined) reasons.set(executionArn, reason);
  }
  return reasons;
}

async function redriveStatus(machines: Deployed['machines'], executionArn: string): Promise<string | undefined> {
  try {
    const found = await machines.send(new DescribeExecutionCommand({ executionArn, includedData: 'METADATA_ONLY' }));
    if (found.redriveStatus === 'REDRIVABLE') return undefined;
    return `cannot be redriven: ${found.redriveStatusReason ?? found.redriveStatus}; use resume`;
  } catch (error) {
    if (error instanceof Error && error.name === 'ExecutionDoesNotExist') return 'its execution is gone: use resume';
    throw error;
  }
}
