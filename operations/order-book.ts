/** Reads what is known of orders: their records, the refusals beside them, and the events they wrote. */
import { BatchGetCommand, type BatchGetCommandOutput, GetCommand } from '@aws-sdk/lib-dynamodb';
import { ORDER_STATUSES } from '../domain/index.ts';
import type { OrderRecord, RejectionRecord } from '../functions/platform/tables.ts';
import type { OutboxItem } from '../workflows/order-lifecycle/events.ts';
import type { Deployed } from './deployed.ts';
import { queryAll, scanAll } from './dynamo-pages.ts';

export type OrderEventItem = OutboxItem & { readonly orderId: string };

/** What a list of orders shows of each. */
export type OrderGlance = Pick<OrderRecord, 'orderId' | 'status' | 'statusAt' | 'line'>;

export interface OrderBookContent {
  readonly orders: readonly OrderRecord[];
  readonly rejections: readonly RejectionRecord[];
}

/** Keys that one BatchGetItem takes. */
const BATCH_GET_KEYS = 100;

/** Executions that its replays set going, oldest first: the order's own again and again, or others that resumed it. */
export function replayedArns(events: readonly Pick<OrderEventItem, 'detailType' | 'facts'>[]): readonly string[] {
  const replays = events.filter(({ detailType }) => detailType === 'OrderReplayed');
  return replays.map(({ facts }) => String((JSON.parse(facts) as Readonly<Record<string, unknown>>)['replayedArn']));
}

export class OrderBook {
  readonly #documents: Deployed['documents'];
  readonly #table: string;

  constructor({ documents, output }: Pick<Deployed, 'documents' | 'output'>) {
    this.#documents = documents;
    this.#table = output('OrdersTableName');
  }

  async order(orderId: string): Promise<OrderRecord | undefined> {
    const { Item } = await this.#documents.send(
      new GetCommand({ TableName: this.#table, Key: { orderId, sk: 'ORDER' }, ConsistentRead: true }),
    );
    return Item as OrderRecord | undefined;
  }

  /** Glances by order id; an id without a record is missing from the map. */
  async glances(orderIds: readonly string[]): Promise<ReadonlyMap<string, OrderGlance>> {
    const found = new Map<string, OrderGlance>();
    for (let from = 0; from < orderIds.length; from += BATCH_GET_KEYS) {
      let keys: Record<string, unknown>[] | undefined = orderIds
        .slice(from, from + BATCH_GET_KEYS)
        .map((orderId) => ({ orderId, sk: 'ORDER' }));
      while (keys !== undefined && keys.length > 0) {
        const answer: BatchGetCommandOutput = await this.#documents.send(
          new BatchGetCommand({
            RequestItems: {
              [this.#table]: {
                Keys: keys,
                ConsistentRead: true,
                ProjectionExpression: 'orderId, #status, statusAt, #line',
                ExpressionAttributeNames: { '#status': 'status', '#line': 'line' },
              },
            },
          }),
        );
        for (const item of (answer.Responses?.[this.#table] ?? []) as OrderGlance[]) found.set(item.orderId, item);
        keys = answer.UnprocessedKeys?.[this.#table]?.Keys as Record<string, unknown>[] | undefined;
      }
    }
    return found;
  }

  /** Every order record and every refusal, by a scan of the table. */
  async all(): Promise<OrderBookContent> {
    const orders: OrderRecord[] = [];
    const rejections: RejectionRecord[] = [];
    const items = await scanAll(this.#documents, {
      TableName: this.#table,
      ConsistentRead: true,
      FilterExpression: 'sk = :order OR begins_with(sk, :rejection)',
      ExpressionAttributeValues: { ':order': 'ORDER', ':rejection': 'REJECTION#' },
    });
    for (const item of items as unknown[]) {
      if ((item as OrderRecord | RejectionRecord).sk === 'ORDER') orders.push(item as OrderRecord);
      else rejections.push(item as RejectionRecord);
    }
    return { orders, rejections };
  }

  /** Events of one order by time; those of one moment in the order of the statuses they tell of. */
  async events(orderId: string): Promise<readonly OrderEventItem[]> {
    const events = (await this.#items(orderId, 'EVENT#')) as unknown as OrderEventItem[];
    const rank = ({ status }: OrderEventItem): number => (ORDER_STATUSES as readonly string[]).indexOf(status);
    return events.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : rank(a) - rank(b) || (a.sk < b.sk ? -1 : 1)));
  }

  async rejections(orderId: string): Promise<readonly RejectionRecord[]> {
    return (await this.#items(orderId, 'REJECTION#')) as unknown as RejectionRecord[];
  }

  #items(orderId: string, prefix: string): Promise<Record<string, unknown>[]> {
    return queryAll(this.#documents, {
      TableName: this.#table,
      ConsistentRead: true,
      KeyConditionExpression: 'orderId = :orderId AND begins_with(sk, :prefix)',
      ExpressionAttributeValues: { ':orderId': orderId, ':prefix': prefix },
    });
  }
}
