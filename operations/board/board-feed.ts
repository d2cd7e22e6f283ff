/**
 * Reads the projection: all of it by a parallel scan, and then what changed, shard by shard, from an index. The index is
 * read with an overlap, as what was written last may be seen there last.
 */
import { GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { isoOf } from '../../domain/index.ts';
import {
  BOARD_CHANGES_INDEX,
  BOARD_CLOCK,
  BOARD_SHARDS,
  type BoardClockItem,
  type BoardItem,
} from '../../functions/platform/board-items.ts';
import type { Deployed } from '../deployed.ts';
import { queryAll, scanPages } from '../dynamo-pages.ts';

const SEGMENTS = 4;
const OVERLAP_MS = 30_000;

/** Time up to which each shard was read. */
export type Watermarks = Readonly<Record<string, string>>;

export class BoardFeed {
  readonly #documents: Deployed['documents'];
  readonly #table: string;

  constructor({ documents, output }: Pick<Deployed, 'documents' | 'output'>) {
    this.#documents = documents;
    this.#table = output('BoardTableName');
  }

  /** How fresh the projection can be; undefined before its first minute. */
  async clock(): Promise<string | undefined> {
    const { Item } = await this.#documents.send(
      new GetCommand({ TableName: this.#table, Key: { orderId: BOARD_CLOCK }, ConsistentRead: true }),
    );
    return (Item as BoardClockItem | undefined)?.at;
  }

  /** Newest change of each shard: taken before a scan, so that nothing written during it is missed. */
  async newest(): Promise<Watermarks> {
    const found = await Promise.all(
      BOARD_SHARDS.map(async (shard) => {
        const { Items = [] } = await this.#documents.send(
          new QueryCommand({
            TableName: this.#table,
            IndexName: BOARD_CHANGES_INDEX,
            KeyConditionExpression: 'changeShard = :shard',
            ExpressionAttributeValues: { ':shard': shard },
            ScanIndexForward: false,
            Limit: 1,
          }),
        );
        return [shard, String(Items[0]?.['changedAt'] ?? '')] as const;
      }),
    );
    return Object.fromEntries(found);
  }

  /** Every item, as pages arrive. */
  async scan(take: (items: readonly BoardItem[]) => void): Promise<void> {
    await Promise.all(
      Array.from({ length: SEGMENTS }, async (_, Segment) => {
        const input = { TableName: this.#table, Segment, TotalSegments: SEGMENTS };
        for await (const items of scanPages(this.#documents, input)) {
          take(items.filter(({ orderId }) => orderId !== BOARD_CLOCK) as unknown as BoardItem[]);
        }
      }),
    );
  }

  /** What changed since the watermarks, some of it known already. */
  async changes(since: Watermarks): Promise<{ readonly items: readonly BoardItem[]; readonly watermarks: Watermarks }> {
    const shards = await Promise.all(
      BOARD_SHARDS.map(async (shard) => {
        const from = since[shard] ?? '';
        const items = (await queryAll(this.#documents, {
          TableName: this.#table,
          IndexName: BOARD_CHANGES_INDEX,
          KeyConditionExpression: 'changeShard = :shard AND changedAt >= :from',
          ExpressionAttributeValues: { ':shard': shard, ':from': overlapping(from) },
        })) as unknown as BoardItem[];
        return { shard, items, newest: items.at(-1)?.changedAt ?? from };
      }),
    );
    return {
      items: shards.flatMap(({ items }) => items),
      watermarks: Object.fromEntries(
        shards.map(({ shard, newest }) => [shard, [newest, since[shard] ?? ''].sort().at(-1) ?? '']),
      ),
    };
  }
}

const BEGINNING = '0';

function overlapping(from: string): string {
  return from === '' ? BEGINNING : isoOf(Date.parse(from.slice(0, 24)) - OVERLAP_MS);
}
