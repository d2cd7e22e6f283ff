/**
 * The ledger's item in DynamoDB: one per order, both halves of every rendezvous in it, so that whoever writes a half
 * sees the other in the answer to its own write. Attributes: `wait` (the open or last wait), `s#<signalId>` (signals),
 * `a#<signalId>` (their arrival numbers), `f#<signalId>` (their fates), `w#<milestone>#<signalId>` (waits that a signal
 * has answered, with their times, for the audit), `unsettledShard`/`unsettledAt` (present while a crash could leave work
 * behind; the sweep's index), `closedAt`.
 */
import { GetCommand, QueryCommand, UpdateCommand, type UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import type { Signal } from '../../../workflows/order-lifecycle/contracts.ts';
import type { StoredSignal, StoredWait } from '../tables.ts';
import type { Fate } from './decision.ts';

/**
 * What became of a signal. `sent`: chosen as the answer of the wait with this token, outcome not known yet;
 * `unconfirmed`: Step Functions did not know the token any more. Both may be followed by another answer: a wait that is
 * opened again decides again.
 */
export interface SignalFate {
  readonly fate: Exclude<Fate, 'pending'> | 'sent' | 'delivered' | 'unconfirmed';
  readonly token?: string;
  /** Of a signal that an operator gave up: who did. */
  readonly by?: string;
}

/** What one order's ledger item says. */
export interface LedgerItem {
  readonly orderId: string;
  readonly wait?: StoredWait;
  readonly signals: readonly StoredSignal[];
  readonly fates: Readonly<Record<string, SignalFate>>;
  readonly isUnsettled: boolean;
  readonly arrivals: number;
  readonly closedAt?: string;
}

export interface DocumentSender {
  // biome-ignore lint/suspicious/noExplicitAny: the document client's `send` is overloaded per command.
  send(command: any): Promise<any>;
}

type Attributes = Record<string, unknown>;

export class LedgerStore {
  readonly #documents: DocumentSender;
  readonly #table: string;

  constructor(documents: DocumentSender, table: string) {
    this.#documents = documents;
    this.#table = table;
  }

  /** Writes the signal's half, once per signal id. */
  async accept(signal: Signal, acceptedAt: string): Promise<{ readonly isNew: boolean; readonly item: LedgerItem }> {
    const { signalId } = signal;
    const answer = await this.#update(signal.orderId, {
      UpdateExpression:
        'SET #signal = :signal, #arrival = if_not_exists(arrivals, :zero) + :one, ' +
        'arrivals = if_not_exists(arrivals, :zero) + :one, unsettledShard = :unsettled, unsettledAt = :at',
      ConditionExpression: 'attribute_not_exists(#signal)',
      ExpressionAttributeNames: { '#signal': `s#${signalId}`, '#arrival': `a#${signalId}` },
      ExpressionAttributeValues: {
        ':signal': { ...signal, acceptedAt },
        ':zero': 0,
        ':one': 1,
        ':unsettled': 'UNSETTLED',
        ':at': acceptedAt,
      },
    });
    return { isNew: answer.held, item: answer.item };
  }

  /**
   * Writes the wait's half. The epoch grows with every re-entry, redrive and retry, so an opener that was overtaken
   * cannot put a dead token over a living one.
   *
   * @returns `opened`, `same` when this very token stands there already, or `stale` when a later wait does
   */
  async open(
    orderId: string,
    wait: StoredWait,
  ): Promise<{ readonly outcome: 'opened' | 'same' | 'stale'; readonly item: LedgerItem }> {
    const answer = await this.#update(orderId, {
      // The opener settles what it sees, and Step Functions retries an opener that dies: nothing is left to the sweep.
      UpdateExpression: 'SET #wait = :wait REMOVE unsettledShard, unsettledAt',
      ConditionExpression: 'attribute_not_exists(#wait) OR #wait.#epoch < :epoch',
      ExpressionAttributeNames: { '#wait': 'wait', '#epoch': 'epoch' },
      ExpressionAttributeValues: { ':wait': wait, ':epoch': wait.epoch },
    });
    if (answer.held) return { outcome: 'opened', item: answer.item };
    return { outcome: answer.item.wait?.token === wait.token ? 'same' : 'stale', item: answer.item };
  }

  /** Decides the wait's answer, once: the first writer wins and both sides read the same decision. */
  async match(
    item: LedgerItem,
    match: NonNullable<StoredWait['match']>,
    fates: LedgerItem['fates'],
  ): Promise<{ readonly won: boolean; readonly item: LedgerItem }> {
    const marks = fateAssignments(fates);
    const awaits = item.wait?.awaits;
    const answer = await this.#update(item.orderId, {
      UpdateExpression:
        'SET #wait.#match = :match, unsettledShard = :unsettled, unsettledAt = :at, ' +
        `#answered = if_not_exists(#answered, :answered)${marks.text}`,
      ConditionExpression: '#wait.#token = :token AND attribute_not_exists(#wait.#match)',
      ExpressionAttributeNames: {
        '#wait': 'wait',
        '#match': 'match',
        '#token': 'token',
        '#answered': `w#${awaits}#${match.signalId}`,
        ...marks.names,
      },
      ExpressionAttributeValues: {
        ':match': match,
        ':answered': {
          awaits,
          openedAt: item.wait?.openedAt,
          signalAt: match.reached.at,
          answeredAt: match.matchedAt,
        },
        ':token': item.wait?.token,
        ':unsettled': 'UNSETTLED',
        ':at': match.matchedAt,
        ...marks.values,
      },
    });
    return { won: answer.held, item: answer.item };
  }

  /** Notes what came of the answer that was sent for the item's wait, unless another answer was sent since. */
  async answered(item: LedgerItem, fate: 'delivered' | 'unconfirmed'): Promise<void> {
    const token = item.wait?.token;
    const update = {
      ConditionExpression: '#fate.#token = :token',
      ExpressionAttributeNames: { '#fate': `f#${item.wait?.match?.signalId}`, '#token': 'token' },
      ExpressionAttributeValues: { ':token': token, ':fate': { fate, token } },
    };
    const noted = await this.#write(item.orderId, {
      ...update,
      UpdateExpression: 'SET #fate = :fate REMOVE unsettledShard, unsettledAt',
      // A signal that arrived since may be unsettled itself: then the flag is not this answer's to take away.
      ConditionExpression: `${update.ConditionExpression} AND arrivals = :arrivals`,
      ExpressionAttributeValues: { ...update.ExpressionAttributeValues, ':arrivals': item.arrivals },
    });
    if (noted === undefined) await this.#write(item.orderId, { ...update, UpdateExpression: 'SET #fate = :fate' });
  }

  /**
   * Takes the item off the sweep's index when nothing is left to do.
   * @returns whether the item still was as it had been read; if not, its new state has to be settled
   */
  async rest(
    item: LedgerItem,
    fates: LedgerItem['fates'],
  ): Promise<{ readonly held: boolean; readonly item: LedgerItem }> {
    const marks = fateAssignments(fates);
    return this.#update(item.orderId, {
      UpdateExpression: `${marks.text === '' ? '' : `SET ${marks.text.slice(2)} `}REMOVE unsettledShard, unsettledAt`,
      ConditionExpression: `arrivals = :arrivals AND ${item.wait === undefined ? 'attribute_not_exists(#wait)' : '#wait.#epoch = :epoch'}`,
      ExpressionAttributeNames: {
        '#wait': 'wait',
        ...(item.wait === undefined ? {} : { '#epoch': 'epoch' }),
        ...marks.names,
      },
      ExpressionAttributeValues: {
        ':arrivals': item.arrivals,
        ...(item.wait === undefined ? {} : { ':epoch': item.wait.epoch }),
        ...marks.values,
      },
    });
  }

  /** Gives a pending signal up. @returns false when its fate was written meanwhile */
  async supersede(orderId: string, signalId: string, by: string): Promise<boolean> {
    const written = await this.#write(orderId, {
      UpdateExpression: 'SET #fate = :fate',
      ConditionExpression: 'attribute_exists(#signal) AND attribute_not_exists(#fate)',
      ExpressionAttributeNames: { '#fate': `f#${signalId}`, '#signal': `s#${signalId}` },
      ExpressionAttributeValues: { ':fate': { fate: 'superseded', by } },
    });
    return written !== undefined;
  }

  /** The order has ended: what was not delivered is superseded, and so is everything that still comes. */
  async close(orderId: string, closedAt: string): Promise<LedgerItem> {
    const { item } = await this.#update(orderId, {
      UpdateExpression: 'SET closedAt = if_not_exists(closedAt, :at), arrivals = if_not_exists(arrivals, :zero)',
      ExpressionAttributeValues: { ':at': closedAt, ':zero': 0 },
    });
    return item;
  }

  async read(orderId: string): Promise<LedgerItem> {
    const { Item } = await this.#documents.send(
      new GetCommand({ TableName: this.#table, Key: { orderId }, ConsistentRead: true }),
    );
    return parseItem(orderId, Item ?? {});
  }

  /** Orders whose item was touched before `before` and not settled since, oldest first, at most `limit`. */
  async unsettled(before: string, limit: number): Promise<readonly string[]> {
    const { Items = [] } = await this.#documents.send(
      new QueryCommand({
        TableName: this.#table,
        IndexName: 'unsettled',
        KeyConditionExpression: 'unsettledShard = :unsettled AND unsettledAt < :before',
        ExpressionAttributeValues: { ':unsettled': 'UNSETTLED', ':before': before },
        Limit: limit,
      }),
    );
    return Items.map((item: Attributes) => String(item['orderId']));
  }

  /** An update and the item after it; where the condition did not hold, the item that stood in its way. */
  async #update(
    orderId: string,
    update: Partial<UpdateCommandInput>,
  ): Promise<{ readonly held: boolean; readonly item: LedgerItem }> {
    const attributes = await this.#write(orderId, update);
    return attributes === undefined
      ? { held: false, item: await this.read(orderId) }
      : { held: true, item: parseItem(orderId, attributes) };
  }

  /** @returns the attributes after the update, or undefined when its condition did not hold */
  async #write(orderId: string, update: Partial<UpdateCommandInput>): Promise<Attributes | undefined> {
    try {
      const { Attributes: attributes } = await this.#documents.send(
        new UpdateCommand({ ...update, TableName: this.#table, Key: { orderId }, ReturnValues: 'ALL_NEW' }),
      );
      return attributes ?? {};
    } catch (error) {
      if (error instanceof Error && error.name === 'ConditionalCheckFailedException') return undefined;
      throw error;
    }
  }
}

function fateAssignments(fates: LedgerItem['fates']): {
  text: string;
  names: Record<string, string>;
  values: Attributes;
} {
  const names: Record<string, string> = {};
  const values: Attributes = {};
  let text = '';
  for (const [index, [signalId, fate]] of Object.entries(fates).entries()) {
    names[`#fate${index}`] = `f#${signalId}`;
    values[`:fate${index}`] = fate;
    text += `, #fate${index} = :fate${index}`;
  }
  return { text, names, values };
}

function parseItem(orderId: string, attributes: Attributes): LedgerItem {
  const signals: StoredSignal[] = [];
  const fates: Record<string, SignalFate> = {};
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('s#')) {
      const arrival = Number(attributes[`a#${name.slice(2)}`]);
      signals.push({ ...(value as Omit<StoredSignal, 'arrival'>), arrival });
    } else if (name.startsWith('f#')) {
      fates[name.slice(2)] = value as SignalFate;
    }
  }
  signals.sort((left, right) => left.arrival - right.arrival);
  return {
    orderId,
    signals,
    fates,
    isUnsettled: attributes['unsettledAt'] !== undefined,
    arrivals: Number(attributes['arrivals'] ?? 0),
    ...(attributes['wait'] === undefined ? {} : { wait: attributes['wait'] as StoredWait }),
    ...(attributes['closedAt'] === undefined ? {} : { closedAt: String(attributes['closedAt']) }),
  };
}
