/**
 * Runs a frozen replay: asks for one item after the other at a capped rate, then watches what was taken up to its end.
 * It can be killed at any point and run again, here or elsewhere: the function that takes orders up does so once for
 * each run that failed, and its claim says for which job.
 */
import type { BoardItem } from '../../functions/platform/board-items.ts';
import type { OperateAnswer } from '../../workflows/order-lifecycle/operate-order.ts';
import { ActionBook } from '../actions/action-book.ts';
import type { Deployed } from '../deployed.ts';
import { requireOperator } from '../identity.ts';
import type { Identity } from '../model/actions.ts';
import type { ReplayItem, ReplayJob, ReplayMode } from '../model/replay.ts';
import { operate } from '../operate-call.ts';
import { OperationError, operationErrorOf } from '../operation-error.ts';
import { boardItems } from './forecast.ts';
import { claimKeyOf, countsOf, itemView, JobStore, type StoredItem } from './job-store.ts';

export interface ReplayProgress {
  readonly job: ReplayJob;
  /** Items that changed since the last call. */
  readonly changed: readonly ReplayItem[];
}

/** Whether a stopped execution could go on under the definition as it is now: what a rehearsal of its history says. */
export type MayResume = (
  item: Pick<ReplayItem, 'orderId' | 'executionArn'>,
) => Promise<{ readonly ok: boolean /** Why not. */; readonly reason?: string }>;

export interface RunOptions {
  /** Required of a job that may resume: nothing is resumed that this refuses. */
  readonly mayResume?: MayResume;
  readonly onProgress?: (progress: ReplayProgress) => void;
  /** Stops asking for more; what was asked for goes on. The job is then STOPPED and can be run again. */
  readonly signal?: AbortSignal;
  /** Whether to watch the replayed orders to their end; without it the call ends when all are started. Default true. */
  readonly follow?: boolean;
}

const SLOT_MS = 100;
/** A replayed order may wait for the world for hours; this often is enough to see that it has ended. */
const LOOK_EVERY_MS = 5_000;

/** @throws OperationError UNKNOWN_JOB, FORBIDDEN, BAD_INPUT for a resume without `mayResume`; LOGIN_EXPIRED, UNREACHABLE in the middle: run the job again */
export async function runReplay(
  deployed: Deployed,
  jobId: string,
  identity: Identity,
  options: RunOptions = {},
): Promise<ReplayJob> {
  requireOperator(identity);
  const store = new JobStore(deployed);
  const run = new ReplayRun(deployed, store, await store.require(jobId), await store.items(jobId), options);
  run.requireRehearsal();
  if (run.isDone()) return run.finish();
  const { job } = run;
  let ended = job;
  await new ActionBook(deployed).record(
    identity,
    { kind: 'replay', why: job.why, jobId, detail: { mode: job.mode, total: job.total, left: run.pending().length } },
    async () => {
      await run.start(identity);
      if (options.follow !== false) await run.follow();
      ended = await run.finish();
      return { message: countsText(ended) };
    },
  );
  return ended;
}

const countsText = ({ state, counts }: ReplayJob): string =>
  [state, ...Object.entries(counts).flatMap(([name, count]) => (count === 0 ? [] : [`${count} ${name}`]))].join(', ');

class ReplayRun {
  readonly #deployed: Deployed;
  readonly #store: JobStore;
  readonly #items: StoredItem[];
  readonly #options: RunOptions;
  #changed: ReplayItem[] = [];
  job: ReplayJob;

  constructor(deployed: Deployed, store: JobStore, job: ReplayJob, items: StoredItem[], options: RunOptions) {
    this.#deployed = deployed;
    this.#store = store;
    this.#items = items;
    this.#options = options;
    this.job = { ...job, counts: countsOf(items) };
  }

  pending(): StoredItem[] {
    return this.#items.filter(({ state }) => state === 'PENDING');
  }

  #going(): StoredItem[] {
    return this.#items.filter(({ state }) => state === 'STARTED' || state === 'RUNNING');
  }

  isDone(): boolean {
    return this.pending().length === 0 && this.#going().length === 0;
  }

  #isStopped(): boolean {
    return this.#options.signal?.aborted === true;
  }

  async start(identity: Identity): Promise<void> {
    await this.#setState('RUNNING');
    const { ratePerSecond } = this.job;
    const slotMs = Math.max(SLOT_MS, 1000 / ratePerSecond);
    const perSlot = Math.max(1, Math.floor((ratePerSecond * slotMs) / 1000));
    const pending = this.pending();
    for (let from = 0; from < pending.length && !this.#isStopped(); from += perSlot) {
      const asked = pending.slice(from, from + perSlot);
      const outcomes = await Promise.allSettled(asked.map((item) => this.#ask(item, identity)));
      const failed = outcomes.find((outcome) => outcome.status === 'rejected');
      this.#tell();
      // What was taken up is claimed; the items that this run could not ask for are PENDING still.
      if (failed !== undefined) {
        await this.#setState('STOPPED');
        throw operationErrorOf(failed.reason) ?? failed.reason;
      }
      await this.#deployed.time.pause(slotMs, this.#options.signal);
    }
  }

  requireRehearsal(): void {
    const { mode } = this.job;
    if (mode === 'redrive' || this.#options.mayResume !== undefined) return;
    throw new OperationError('BAD_INPUT', `a replay by ${mode} needs a rehearsal`, 'Give runReplay a mayResume.');
  }

  async #ask(item: StoredItem, identity: Identity): Promise<void> {
    const { mode } = this.job;
    if (mode !== 'auto') return this.#settle(item, mode, await this.#askFor(item, mode, identity));
    const redriven = await this.#askFor(item, 'redrive', identity);
    if (redriven.outcome !== 'refused') return this.#settle(item, 'redrive', redriven);
    const resumed = await this.#askFor(item, 'resume', identity);
    if (resumed.outcome !== 'refused') return this.#settle(item, 'resume', resumed);
    const reason = `no redrive: ${redriven.reason ?? ''}; no resume: ${resumed.reason ?? ''}`;
    return this.#settle(item, 'resume', { ...resumed, reason });
  }

  /** What a rehearsal refuses is never asked for. */
  async #askFor(item: StoredItem, mode: ReplayMode, { arn }: Identity): Promise<OperateAnswer> {
    const { jobId, why } = this.job;
    const { orderId, executionArn, redriveCount } = item;
    const by = this.job.by === arn ? arn : `${arn} for ${this.job.by}`;
    const obstacle = mode === 'resume' ? await this.#againstResume(item) : undefined;
    if (obstacle !== undefined) return { operation: 'replay', orderId, outcome: 'refused', reason: obstacle };
    const request = {
      operation: 'replay',
      orderId,
      mode,
      executionArn,
      redriveCount,
      jobId,
      by: by.slice(0, 400),
      why,
    } as const;
    return operate(this.#deployed, request);
  }

  /** Nothing stands against what is taken up already: asking again only tells how. */
  async #againstResume(item: StoredItem): Promise<string | undefined> {
    const claim = (await this.#store.claims([item])).get(claimKeyOf(item));
    if (claim !== undefined && claim.state !== 'REFUSED') return undefined;
    const said = await this.#options.mayResume?.({ orderId: item.orderId, executionArn: item.executionArn });
    return said?.ok === true ? undefined : `the rehearsal says no: ${said?.reason ?? 'there was none'}`;
  }

  async #settle(item: StoredItem, mode: ReplayMode, answer: OperateAnswer): Promise<void> {
    const { jobId } = this.job;
    const { outcome, reason = 'no reason was given', replayedArn } = answer;
    const startedAt = this.#deployed.now();
    if (outcome === 'skipped') return this.#set(item, { state: 'SKIPPED', reason });
    if (outcome === 'refused') return this.#set(item, { state: 'REFUSED', reason });
    if (outcome === 'already') {
      const claim = (await this.#store.claims([item])).get(claimKeyOf(item));
      // Ours, by a run of this job that was killed before it had written that down.
      if (claim?.jobId !== jobId) {
        return this.#set(item, {
          state: 'SKIPPED',
          reason: `already replayed by ${answer.by ?? claim?.by ?? 'somebody'}`,
        });
      }
    }
    return this.#set(item, {
      state: 'STARTED',
      mode: answer.mode ?? mode,
      ...(replayedArn === undefined ? {} : { replayedArn }),
      startedAt,
    });
  }

  /** Until every order that was taken up has ended, or failed again. */
  async follow(): Promise<void> {
    while (!this.#isStopped()) {
      const going = this.#going();
      if (going.length === 0) return;
      const board = await boardItems(this.#deployed, going);
      for (const item of going) await this.#look(item, board.get(item.orderId));
      this.#tell();
      if (this.#going().length === 0) return;
      await this.#deployed.time.pause(LOOK_EVERY_MS, this.#options.signal);
    }
  }

  async #look(item: StoredItem, now: BoardItem | undefined): Promise<void> {
    if (now === undefined) return;
    const { failure, archivedAt, changedAt } = now;
    if (failure === undefined) {
      if (archivedAt !== undefined)
        return this.#set(item, { state: 'SUCCEEDED', reason: now.status, endedAt: archivedAt });
      if (item.state === 'STARTED') return this.#set(item, { state: 'RUNNING' });
      return;
    }
    this.#deployed.time.saw(changedAt.slice(0, 24));
    // The projection may still show the failure that was taken up.
    const isSame = failure.executionArn === item.executionArn && failure.redriveCount === item.redriveCount;
    if (isSame) return;
    const reason = `${failure.state}: ${failure.error}: ${failure.pattern}`;
    await this.#set(item, { state: 'FAILED_AGAIN', reason, endedAt: failure.failedAt });
  }

  async #set(item: StoredItem, change: Partial<StoredItem>): Promise<void> {
    const next = { ...item, ...change };
    await this.#store.putItem(this.job.jobId, next);
    this.#items[item.number - 1] = next;
    this.#changed.push(itemView(next));
  }

  #tell(): void {
    const changed = this.#changed;
    this.#changed = [];
    this.job = { ...this.job, counts: countsOf(this.#items) };
    if (changed.length > 0) this.#options.onProgress?.({ job: this.job, changed });
  }

  async #setState(state: ReplayJob['state']): Promise<void> {
    this.job = { ...this.job, state, counts: countsOf(this.#items) };
    await this.#store.setState(this.job);
  }

  async finish(): Promise<ReplayJob> {
    const isLeft = this.pending().length > 0;
    await this.#setState(isLeft ? 'STOPPED' : this.#going().length > 0 ? 'RUNNING' : 'DONE');
    this.#tell();
    return this.job;
  }
}

/** @throws OperationError UNKNOWN_JOB, BAD_INPUT */
export async function replayItems(
  deployed: Deployed,
  jobId: string,
  { offset = 0, limit = 100, state }: ItemPage = {},
): Promise<{ readonly items: readonly ReplayItem[]; readonly total: number }> {
  if (offset < 0 || limit < 1)
    throw new OperationError('BAD_INPUT', `page ${offset}, ${limit}`, 'Give offset >= 0 and limit >= 1.');
  const store = new JobStore(deployed);
  await store.require(jobId);
  const items = (await store.items(jobId)).filter((item) => state === undefined || item.state === state);
  return { total: items.length, items: items.slice(offset, offset + limit).map(itemView) };
}

export interface ItemPage {
  readonly offset?: number;
  readonly limit?: number;
  readonly state?: ReplayItem['state'];
}

/** Newest first. */
export function replayJobs(deployed: Deployed, limit = 100): Promise<readonly ReplayJob[]> {
  return new JobStore(deployed).list(limit);
}

export function replayJob(deployed: Deployed, jobId: string): Promise<ReplayJob | undefined> {
  return new JobStore(deployed).find(jobId);
}
