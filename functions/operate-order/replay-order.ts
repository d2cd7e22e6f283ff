/**
 * Takes a stopped order up again.
 *
 * P1 A run is taken up once: the order's change, its event and the claim are one transaction, and a claim that stands is
 *    answered, not repeated.
 * P2 A claim whose execution was not set going (a crash in between) is completed by the next request, in the way that
 *    was claimed.
 * P3 A stop that nobody recorded, since its event was lost, is recorded first.
 * P4 The order gets back the status and the time of it that the failure took away; deadlines, promise, attempts and
 *    breaches are not touched, and no event tells the customer of it.
 */
import { DescribeExecutionCommand, type DescribeExecutionCommandOutput } from '@aws-sdk/client-sfn';
import { canMove } from '../../domain/index.ts';
import { TransientError } from '../../workflows/order-lifecycle/errors.ts';
import type { OperateAnswer, ReplayRequest } from '../../workflows/order-lifecycle/operate-order.ts';
import { isEntryState, type ReplayInput, replayName } from '../../workflows/order-lifecycle/replay.ts';
import { failOrder } from '../fail-order/fail-order.ts';
import { ACTION_KEYS, type ReplayClaim } from '../platform/action-items.ts';
import { changeOrder, type OrderChange, readOrder } from '../platform/order-record.ts';
import { stoppedState } from '../platform/stopped-state.ts';
import type { OrderRecord } from '../platform/tables.ts';
import { type ClaimPorts, claimPut, noteClaim, readClaim } from './replay-claim.ts';
import { type MachinePorts, setGoing } from './set-going.ts';

export interface ReplayPorts extends ClaimPorts, MachinePorts {
  readonly ordersTable: string;
  now(): Date;
}

/** A record that changes while it is taken up (its watch fires a breach) is read again this often. */
const MAX_ROUNDS = 5;
/** A resumed wait is as patient as a new one: a day, where the recorded bound is nearer or past. */
const PATIENCE_MS = 24 * 3_600_000;

const STOPPED: ReadonlySet<string> = new Set(['FAILED', 'TIMED_OUT', 'ABORTED']);

type Plan = { readonly start?: ReplayClaim['start']; readonly replayedArn: string } | { readonly refusal: string };

/** @throws TransientError when the order kept changing; what the tables and Step Functions throw */
export async function replayOrder(request: ReplayRequest, ports: ReplayPorts): Promise<OperateAnswer> {
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const claim = await readClaim(request, ports);
    if (claim !== undefined && claim.state !== 'REFUSED') return completed(claim, ports);
    const record = await readOrder(ports.documents, ports.ordersTable, request.orderId);
    if (round === 0 && (await isStopUnheard(record, request, ports))) continue;
    const obstacle = obstacleOf(record, request);
    if (record === undefined || obstacle !== undefined) return answer(request, 'skipped', obstacle);
    const plan = await planOf(record, request, ports);
    if ('refusal' in plan) return answer(request, 'refused', plan.refusal);
    const taken = claimOf(record, request, plan, ports.now().toISOString());
    if (!(await takeUp(record, taken, ports))) continue;
    return goOn(taken, ports);
  }
  throw new TransientError(`Order ${request.orderId} changed ${MAX_ROUNDS} times while it was taken up: ask again.`);
}

const answer = (
  { orderId }: Pick<ReplayRequest, 'orderId'>,
  outcome: OperateAnswer['outcome'],
  reason?: string,
): OperateAnswer => ({ orderId, operation: 'replay', outcome, ...(reason === undefined ? {} : { reason }) });

const going = (outcome: 'started' | 'already', { orderId, mode, replayedArn, replay }: ReplayClaim) => ({
  ...answer({ orderId }, outcome),
  mode,
  replayedArn,
  replay,
});

/** P3. @returns whether the record has changed by it */
async function isStopUnheard(
  record: OrderRecord | undefined,
  { executionArn, redriveCount }: ReplayRequest,
  ports: ReplayPorts,
): Promise<boolean> {
  if (record === undefined || record.failure !== undefined || !canMove(record.status, 'FAILED')) return false;
  const seen = await ports.machines.send(new DescribeExecutionCommand({ executionArn }));
  const { status = '', stopDate, redriveCount: run = 0 } = seen;
  if (stopDate === undefined || run !== redriveCount || !STOPPED.has(status)) return false;
  const { stateMachineArn, name, error, cause } = seen;
  const stop = { executionArn, stateMachineArn, name, status, error, cause, redriveCount: run };
  return (await failOrder({ detail: { ...stop, stopDate: stopDate.getTime() } }, ports)).outcome === 'failed';
}

/** Why this run of the order is not to be replayed any more; undefined when it is. */
function obstacleOf(record: OrderRecord | undefined, request: ReplayRequest): string | undefined {
  if (record === undefined) return 'no such order was ever accepted: check the id';
  const { failure, status } = record;
  if (failure === undefined) return `the order is ${status}: its execution does not stand still`;
  if (failure.executionArn === request.executionArn && failure.redriveCount === request.redriveCount) return undefined;
  const now = `${failure.executionArn} after ${failure.redriveCount} redrives`;
  return `another run stands still by now (${now}): look at the failure again`;
}

async function planOf(record: OrderRecord, request: ReplayRequest, ports: ReplayPorts): Promise<Plan> {
  const { executionArn, redriveCount, mode } = request;
  const seen = await ports.machines.send(new DescribeExecutionCommand({ executionArn }));
  // Two executions of one order would both wait for its signals.
  if ((seen.redriveCount ?? 0) > redriveCount) return { refusal: 'the execution was redriven elsewhere' };
  return mode === 'redrive' ? redrivePlan(executionArn, seen) : resumePlan(record, request, ports);
}

function redrivePlan(executionArn: string, seen: DescribeExecutionCommandOutput): Plan {
  if (seen.redriveStatus === 'REDRIVABLE') return { replayedArn: executionArn };
  const why = seen.redriveStatusReason ?? seen.redriveStatus ?? 'no reason given';
  return { refusal: `the execution cannot be redriven (${why}): resume the order instead` };
}

async function resumePlan(record: OrderRecord, request: ReplayRequest, ports: ReplayPorts): Promise<Plan> {
  const name = replayName(record.orderId, (record.replays ?? 0) + 1);
  if (name === undefined) {
    return { refusal: `the order id leaves no room for the name of a new execution: redrive the order instead` };
  }
  const stopped = await stoppedState(ports.machines, request.executionArn);
  if (stopped === undefined) return { refusal: 'the execution entered no state: redrive it instead' };
  if (!isEntryState(stopped.state)) {
    return { refusal: `order-replay has no state ${stopped.state} to enter: redrive the order, or add it again` };
  }
  const input: ReplayInput = { enter: stopped.state, state: patient(JSON.parse(stopped.input), ports.now()) };
  const replayedArn = `${ports.replayMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
  return { replayedArn, start: { name, input: JSON.stringify(input) } };
}

/** The recorded input with its bound of all waits moved, where it would end them at once. */
function patient(state: unknown, now: Date): unknown {
  if (typeof state !== 'object' || state === null) return state;
  const atLeast = new Date(now.getTime() + PATIENCE_MS).toISOString();
  const moved = (frame: { readonly waitUntil?: unknown }) =>
    typeof frame.waitUntil === 'string' && frame.waitUntil < atLeast ? { ...frame, waitUntil: atLeast } : frame;
  const { frame } = state as { readonly frame?: object };
  return frame === undefined ? moved(state) : { ...state, frame: moved(frame) };
}

function claimOf(
  record: OrderRecord,
  request: ReplayRequest,
  plan: Exclude<Plan, { readonly refusal: string }>,
  at: string,
): ReplayClaim {
  const { orderId, mode, by, why, jobId, executionArn, redriveCount } = request;
  if (record.failure === undefined) throw new Error(`Order ${orderId} has no failure to replay.`);
  return {
    ...ACTION_KEYS.claim(executionArn, redriveCount),
    sk: 'CLAIM',
    orderId,
    at,
    mode,
    by,
    why,
    replay: (record.replays ?? 0) + 1,
    replayedArn: plan.replayedArn,
    failure: record.failure,
    state: 'CLAIMED',
    ...(jobId === undefined ? {} : { jobId }),
    ...(plan.start === undefined ? {} : { start: plan.start }),
  };
}

/** P1. @returns whether the order is taken up by this claim; if not, it or the claim changed meanwhile */
async function takeUp(record: OrderRecord, claim: ReplayClaim, ports: ReplayPorts): Promise<boolean> {
  const change = { ...replayChange(record, claim), also: [claimPut(claim, ports.actionsTable)] };
  try {
    return (await changeOrder(ports.documents, ports.ordersTable, record, change)) === 'changed';
  } catch (error) {
    if (error instanceof TransientError) return false;
    throw error;
  }
}

/** P4. What taking an order up changes on its record. */
export function replayChange(record: OrderRecord, claim: ReplayClaim): OrderChange {
  const { failure, mode, by, why, replay, replayedArn, jobId, at } = claim;
  const { executionArn, redriveCount, failedIn, failedInAt } = failure;
  const cause = `replayed (${mode}) by ${by}: ${why}`;
  const status = record.status === 'FAILED' ? failedIn : record.status;
  return {
    set: {
      ...(record.status === 'FAILED' ? { status, statusAt: failedInAt, cause } : {}),
      failure: undefined,
      replays: replay,
      executionArn: replayedArn,
      replayedRun: { executionArn: replayedArn, redriveCount: mode === 'redrive' ? redriveCount + 1 : 0 },
    },
    events: [
      {
        key: `OrderReplayed#${replay}`,
        detailType: 'OrderReplayed',
        status,
        at,
        cause,
        facts: { replay, mode, by, why, executionArn, redriveCount, replayedArn, state: failure.state, jobId },
      },
    ],
  };
}

/** P2 */
async function completed(claim: ReplayClaim, ports: ReplayPorts): Promise<OperateAnswer> {
  if (claim.state === 'CLAIMED') {
    const { outcome, reason } = await goOn(claim, ports);
    if (outcome === 'refused') return answer(claim, 'refused', reason);
  }
  return { ...going('already', claim), by: claim.by };
}

async function goOn(claim: ReplayClaim, ports: ReplayPorts): Promise<OperateAnswer> {
  const refusal = await setGoing(claim, ports);
  if (refusal === undefined) {
    await noteClaim(claim, 'STARTED', ports);
    return going('started', claim);
  }
  await putBack(claim, ports);
  await noteClaim(claim, 'REFUSED', ports, refusal);
  return answer(claim, 'refused', refusal);
}

/** Step Functions refused what it had said it would take: the order stands where it stood. */
async function putBack(claim: ReplayClaim, { documents, ordersTable }: ReplayPorts): Promise<void> {
  const { failure, orderId } = claim;
  const record = await readOrder(documents, ordersTable, orderId);
  if (record?.replays !== claim.replay || record.failure !== undefined) return;
  const { failedIn, failedAt, executionArn, error, cause } = failure;
  const isFailed = record.status === failedIn && record.times.archivedAt === undefined && !isOver(failedIn);
  await changeOrder(documents, ordersTable, record, {
    set: {
      ...(isFailed ? { status: 'FAILED' as const, statusAt: failedAt, cause: `${error}: ${cause}` } : {}),
      failure,
      executionArn,
      replayedRun: undefined,
    },
    events: [],
  });
}

const isOver = (status: string): boolean => status === 'CANCELLED' || status === 'RETURNED';
