/**
 * A replay job in the Actions table: one item for the job, one for each order of it. The items are the truth, the job's
 * counts a copy of them; whoever holds neither can go on from here.
 */
import {
  BatchWriteCommand,
  type BatchWriteCommandInput,
  GetCommand,
  PutCommand,
  QueryCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { ACTION_KEYS, type ReplayClaim } from '../../functions/platform/action-items.ts';
import type { Deployed } from '../deployed.ts';
import { batchGetAll, queryAll } from '../dynamo-pages.ts';
import type { ReplayItem, ReplayItemState, ReplayJob } from '../model/replay.ts';
import { OperationError } from '../operation-error.ts';

/** An item with its place in the job and the run that it is of. */
export interface StoredItem extends ReplayItem {
  readonly number: number;
  readonly redriveCount: number;
  readonly failedAt: string;
  /** State in which the execution stopped. */
  readonly failedState: string;
}

const BATCH_WRITE = 25;
const PARALLEL = 8;
/** All jobs, by their ids, which begin with the time. */
const JOBS = { pk: 'JOBS' } as const;

export class JobStore {
  readonly #documents: Deployed['documents'];
  readonly #table: string;

  constructor({ documents, output }: Pick<Deployed, 'documents' | 'output'>) {
    this.#documents = documents;
    this.#table = output('ActionsTableName');
  }

  /** The items first: a job without its META was never made. @returns false when there is a job of this id already */
  async create(job: ReplayJob, items: readonly StoredItem[]): Promise<boolean> {
    if ((await this.find(job.jobId)) !== undefined) return false;
    const batches: (readonly StoredItem[])[] = [];
    for (let from = 0; from < items.length; from += BATCH_WRITE) batches.push(items.slice(from, from + BATCH_WRITE));
    for (let from = 0; from < batches.length; from += PARALLEL) {
      await Promise.all(batches.slice(from, from + PARALLEL).map((batch) => this.#put(job.jobId, batch)));
    }
    await this.#documents.send(
      new PutCommand({ TableName: this.#table, Item: { ...JOBS, sk: job.jobId, createdAt: job.createdAt } }),
    );
    await this.#documents.send(
      new PutCommand({ TableName: this.#table, Item: { ...ACTION_KEYS.job(job.jobId), ...job } }),
    );
    return true;
  }

  async #put(jobId: string, items: readonly StoredItem[]): Promise<void> {
    type Requests = NonNullable<BatchWriteCommandInput['RequestItems']>[string];
    let rest: Requests | undefined = items.map((item) => ({
      PutRequest: { Item: { ...ACTION_KEYS.jobItem(jobId, item.number), ...item } },
    }));
    while (rest !== undefined && rest.length > 0) {
      const { UnprocessedItems }: { UnprocessedItems?: Record<string, Requests> | undefined } =
        await this.#documents.send(new BatchWriteCommand({ RequestItems: { [this.#table]: rest } }));
      rest = UnprocessedItems?.[this.#table];
    }
  }

  async find(jobId: string): Promise<ReplayJob | undefined> {
    const { Item } = await this.#documents.send(
      new GetCommand({ TableName: this.#table, Key: ACTION_KEYS.job(jobId), ConsistentRead: true }),
    );
    if (Item === undefined) return undefined;
    const { pk: _pk, sk: _sk, ...job } = Item;
    return job as unknown as ReplayJob;
  }

  /** @throws OperationError UNKNOWN_JOB */
  async require(jobId: string): Promise<ReplayJob> {
    const job = await this.find(jobId);
    if (job !== undefined) return job;
    throw new OperationError(
      'UNKNOWN_JOB',
      `there is no replay ${jobId}`,
      'List them; a replay begins with a selection.',
    );
  }

  /** Newest first. */
  async list(limit: number): Promise<readonly ReplayJob[]> {
    const { Items = [] } = await this.#documents.send(
      new QueryCommand({
        TableName: this.#table,
        KeyConditionExpression: 'pk = :jobs',
        ExpressionAttributeValues: { ':jobs': JOBS.pk },
        ScanIndexForward: false,
        Limit: limit,
      }),
    );
    const found = await Promise.all(Items.map(({ sk }) => this.find(String(sk))));
    return found.filter((job) => job !== undefined);
  }

  /** In the order of the selection. */
  async items(jobId: string): Promise<StoredItem[]> {
    const items = await queryAll(this.#documents, {
      TableName: this.#table,
      KeyConditionExpression: 'pk = :job AND begins_with(sk, :item)',
      ExpressionAttributeValues: { ':job': ACTION_KEYS.job(jobId).pk, ':item': 'ITEM#' },
      ConsistentRead: true,
    });
    return items.map(({ pk: _pk, sk: _sk, ...item }) => item as unknown as StoredItem);
  }

  async putItem(jobId: string, item: StoredItem): Promise<void> {
    await this.#documents.send(
      new PutCommand({ TableName: this.#table, Item: { ...ACTION_KEYS.jobItem(jobId, item.number), ...item } }),
    );
  }

  async setState(job: ReplayJob): Promise<void> {
    await this.#documents.send(
      new UpdateCommand({
        TableName: this.#table,
        Key: ACTION_KEYS.job(job.jobId),
        UpdateExpression: 'SET #state = :state, #counts = :counts',
        ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeNames: { '#state': 'state', '#counts': 'counts' },
        ExpressionAttributeValues: { ':state': job.state, ':counts': job.counts },
      }),
    );
  }

  /** Claims of these runs, by `executionArn#redriveCount`: who took them up. */
  async claims(items: readonly StoredItem[]): Promise<ReadonlyMap<string, ReplayClaim>> {
    const keys = items.map(({ executionArn, redriveCount }) => ACTION_KEYS.claim(executionArn, redriveCount));
    const found = (await batchGetAll(this.#documents, this.#table, keys)) as unknown as ReplayClaim[];
    return new Map(found.map((claim) => [claim.pk, claim]));
  }
}

export const claimKeyOf = ({ executionArn, redriveCount }: Pick<StoredItem, 'executionArn' | 'redriveCount'>): string =>
  ACTION_KEYS.claim(executionArn, redriveCount).pk;

export const NO_COUNTS: Readonly<Record<ReplayItemState, number>> = {
  PENDING: 0,
  STARTED: 0,
  RUNNING: 0,
  SUCCEEDED: 0,
  FAILED_AGAIN: 0,
  SKIPPED: 0,
  REFUSED: 0,
};

export function countsOf(items: readonly Pick<ReplayItem, 'state'>[]): Record<ReplayItemState, number> {
  const counts = { ...NO_COUNTS };
  for (const { state } of items) counts[state] += 1;
  return counts;
}

/** What the outside sees of an item. */
export function itemView({
  number: _number,
  redriveCount: _redrives,
  failedAt: _at,
  failedState: _state,
  ...item
}: StoredItem): ReplayItem {
  return item;
}
