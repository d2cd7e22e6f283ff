/**
 * What operators did: who, when, why, and what came of it. A record is written before the deed and completed after it,
 * so that a tool that dies in between leaves a record that says `asked`.
 */
import { createHash } from 'node:crypto';
import { PutCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { isoOf, msOf } from '../../domain/index.ts';
import { ACTION_KEYS, ACTIONS_BY_ORDER_INDEX, type ReplayClaim } from '../../functions/platform/action-items.ts';
import type { Deployed } from '../deployed.ts';
import { queryAll } from '../dynamo-pages.ts';
import { requireOperator, requireReason } from '../identity.ts';
import type { ActionRecord, Identity } from '../model/actions.ts';
import { operationErrorOf } from '../operation-error.ts';

export interface NewAction {
  readonly kind: ActionRecord['kind'];
  readonly why: string;
  readonly orderId?: string;
  readonly jobId?: string;
  readonly detail: ActionRecord['detail'];
}

/** What came of the deed: one sentence, and whether it was refused by what is operated. */
export interface Deed {
  readonly message?: string;
  readonly isRefused?: boolean;
}

const DAY_MS = 86_400_000;
const DEFAULT_DAYS = 7;

export class ActionBook {
  readonly #deployed: Pick<Deployed, 'documents' | 'output' | 'now'>;
  readonly #table: string;

  constructor(deployed: Pick<Deployed, 'documents' | 'output' | 'now'>) {
    this.#deployed = deployed;
    this.#table = deployed.output('ActionsTableName');
  }

  /**
   * Writes the record, does the work, completes the record. What the work throws is recorded as refused, and thrown.
   * @throws OperationError FORBIDDEN for a viewer, BAD_INPUT without a reason; then nothing is written
   */
  async record(
    identity: Identity,
    action: NewAction,
    work: (asked: ActionRecord) => Promise<Deed>,
  ): Promise<ActionRecord> {
    requireOperator(identity);
    const asked = await this.#ask({ ...action, why: requireReason(action.why) }, identity);
    try {
      const { message, isRefused } = await work(asked);
      return await this.#complete(asked, isRefused === true ? 'refused' : 'done', message);
    } catch (error) {
      await this.#complete(asked, 'refused', error instanceof Error ? error.message : String(error));
      throw operationErrorOf(error) ?? error;
    }
  }

  async #ask(action: NewAction, { arn }: Identity): Promise<ActionRecord> {
    const at = this.#deployed.now();
    for (let nth = 0; ; nth += 1) {
      const content = JSON.stringify([at, arn, action.kind, action.orderId, action.jobId, action.detail, nth]);
      const actionId = createHash('sha256').update(content).digest('hex').slice(0, 12);
      const record: ActionRecord = { actionId, at, by: arn, ...action, outcome: 'asked' };
      try {
        await this.#deployed.documents.send(
          new PutCommand({
            TableName: this.#table,
            Item: { ...ACTION_KEYS.action(at, actionId), ...record },
            ConditionExpression: 'attribute_not_exists(pk)',
          }),
        );
        return record;
      } catch (error) {
        // The same thing asked twice at the same (virtual) moment is two actions.
        if (!(error instanceof Error) || error.name !== 'ConditionalCheckFailedException') throw error;
      }
    }
  }

  async #complete(
    asked: ActionRecord,
    outcome: 'done' | 'refused',
    message: string | undefined,
  ): Promise<ActionRecord> {
    const completed: ActionRecord = { ...asked, outcome, ...(message === undefined ? {} : { message }) };
    await this.#deployed.documents.send(
      new UpdateCommand({
        TableName: this.#table,
        Key: ACTION_KEYS.action(asked.at, asked.actionId),
        UpdateExpression: `SET #outcome = :outcome${message === undefined ? '' : ', #message = :message'}`,
        ExpressionAttributeNames: {
          '#outcome': 'outcome',
          ...(message === undefined ? {} : { '#message': 'message' }),
        },
        ExpressionAttributeValues: { ':outcome': outcome, ...(message === undefined ? {} : { ':message': message }) },
      }),
    );
    return completed;
  }

  /** Newest first, of the days [from, to]; the last seven days when not given. */
  async list({
    from,
    to,
    limit = 500,
  }: {
    readonly from?: string;
    readonly to?: string;
    readonly limit?: number;
  } = {}): Promise<readonly ActionRecord[]> {
    const last = msOf(`${(to ?? this.#deployed.now()).slice(0, 10)}T00:00:00.000Z`);
    const first = from === undefined ? last - (DEFAULT_DAYS - 1) * DAY_MS : msOf(`${from.slice(0, 10)}T00:00:00.000Z`);
    const found: ActionRecord[] = [];
    for (let dayMs = last; dayMs >= first && found.length < limit; dayMs -= DAY_MS) {
      const items = await queryAll(this.#deployed.documents, {
        TableName: this.#table,
        KeyConditionExpression: 'pk = :day',
        ExpressionAttributeValues: { ':day': ACTION_KEYS.actionsOfDay(isoOf(dayMs).slice(0, 10)) },
        ScanIndexForward: false,
      });
      found.push(...items.map(actionOf));
    }
    return found.slice(0, limit);
  }

  /** Oldest first; replays of the order stand among them. */
  async ofOrder(orderId: string): Promise<readonly ActionRecord[]> {
    const { Items = [] } = await this.#deployed.documents.send(
      new QueryCommand({
        TableName: this.#table,
        IndexName: ACTIONS_BY_ORDER_INDEX,
        KeyConditionExpression: 'orderId = :orderId',
        ExpressionAttributeValues: { ':orderId': orderId },
      }),
    );
    return Items.map((item) => (item['sk'] === 'CLAIM' ? claimAction(item as unknown as ReplayClaim) : actionOf(item)));
  }
}

function actionOf({ pk: _pk, sk: _sk, ...record }: Record<string, unknown>): ActionRecord {
  return record as unknown as ActionRecord;
}

/** A replay that a job asked for has no action of its own: its claim says who and why. */
function claimAction(claim: ReplayClaim): ActionRecord {
  const { orderId, at, mode, replay, replayedArn, by, why, jobId, state, reason } = claim;
  return {
    actionId: `${orderId}.r${replay}`,
    at,
    by,
    why,
    kind: 'replay',
    orderId,
    ...(jobId === undefined ? {} : { jobId }),
    detail: { mode, replay, replayedArn },
    outcome: state === 'STARTED' ? 'done' : state === 'REFUSED' ? 'refused' : 'asked',
    ...(reason === undefined ? {} : { message: reason }),
  };
}
