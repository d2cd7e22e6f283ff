/**
 * Ways that were paid for, kept in the Planning table: one item per origin cell and slot of the week, with all its
 * destinations. Cells are of the earth, not of a depot, so that depots share them. A row is written on the condition that
 * it is as it was read, and read again when another planner was faster, so that neither loses what the other paid.
 *
 * - C1 A way is used until its own expiry, however late the table removes the item.
 * - C2 What the cache cannot read or keep is reported and costs money, never the plan.
 */
import { BatchGetCommand, type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { inParallel } from '../../platform/in-parallel.ts';
import { type CachedWay, packWays, unpackWays } from './cached-row.ts';
import type { CacheUnits } from './matrix-report.ts';
import type { PairTable } from './pair-table.ts';
import { cellId, type Places } from './places.ts';

export interface CachePorts {
  readonly documents: DynamoDBDocumentClient;
  readonly planningTable: string;
  now(): Date;
  /** Told of rows that could not be read or kept. */
  onCacheFailure(what: string, error: unknown): void;
}

interface RowItem {
  readonly pk: string;
  readonly sk: string;
  readonly version: number;
  readonly ways: Uint8Array;
  readonly expiresAt: number;
}

type RowKey = Pick<RowItem, 'pk' | 'sk'>;

const BATCH = 100;
const ROWS_AT_A_TIME = 10;
/** Reads of a batch that the table answers in parts, and writes of a row that others write too. */
const MOST_TRIES = 4;
const READ_UNIT_BYTES = 4096;
const WRITE_UNIT_BYTES = 1024;
/** Keys, version, expiry and names of an item, about. */
const ITEM_BYTES = 90;

export class PairCache {
  readonly #ports: CachePorts;
  readonly #places: Places;
  readonly #slot: string;
  readonly #lifetimeDays: number;
  readonly #rows = new Map<string, RowItem>();
  readonly #rowOf = new Map<string, number>();
  readonly #nowSeconds: number;
  readonly #units = { readUnits: 0, writeUnits: 0 };

  constructor(places: Places, slot: string, lifetimeDays: number, ports: CachePorts) {
    this.#ports = ports;
    this.#places = places;
    this.#slot = slot;
    this.#lifetimeDays = lifetimeDays;
    this.#nowSeconds = Math.floor(ports.now().getTime() / 1000);
    for (const [place, cell] of places.cells.entries()) this.#rowOf.set(cellId(cell), place);
  }

  get units(): CacheUnits {
    return this.#units;
  }

  /** Teaches the table what is kept of its places; @returns how many pairs that was */
  async fill(table: PairTable): Promise<number> {
    const keys = this.#places.cells.map((_, place) => this.#keyOf(place));
    const batches = Array.from({ length: Math.ceil(keys.length / BATCH) }, (_, n) =>
      keys.slice(n * BATCH, (n + 1) * BATCH),
    );
    await inParallel(batches, ROWS_AT_A_TIME, (batch) =>
      this.#read(batch).catch((error: unknown) => this.#ports.onCacheFailure('rows not read', error)),
    );
    let filled = 0;
    for (const from of this.#places.cells.keys()) {
      const row = this.#rows.get(this.#keyOf(from).pk);
      for (const way of row === undefined ? [] : this.#waysOf(row)) {
        const to = this.#rowOf.get(cellId(way.to));
        if (to !== undefined && table.learn(from, to, way.seconds, way.meters)) filled += 1;
      }
    }
    return filled;
  }

  /** Keeps what was learnt from answers. */
  async keep(table: PairTable, learnt: readonly { readonly from: number; readonly to: number }[]): Promise<void> {
    const expiresAt = this.#nowSeconds + this.#lifetimeDays * 86_400;
    const byOrigin = new Map<number, CachedWay[]>();
    for (const { from, to } of learnt) {
      const pair = from * table.size + to;
      const cell = this.#places.cells[to];
      if (cell === undefined) continue;
      const ways = byOrigin.get(from) ?? [];
      byOrigin.set(from, ways);
      ways.push({
        to: cell,
        seconds: table.seconds[pair] as number,
        meters: table.meters[pair] as number,
        expiresAt,
      });
    }
    await inParallel([...byOrigin], ROWS_AT_A_TIME, ([from, ways]) =>
      this.#write(this.#keyOf(from), ways).catch((error: unknown) => this.#ports.onCacheFailure('row not kept', error)),
    );
  }

  async #read(batch: readonly RowKey[]): Promise<void> {
    const { documents, planningTable } = this.#ports;
    let wanted: Record<string, unknown>[] = batch.map((key) => ({ ...key }));
    for (let tries = 0; wanted.length > 0; tries += 1) {
      if (tries === MOST_TRIES) throw new Error(`${planningTable} left ${wanted.length} rows of the cache unread`);
      const { Responses, UnprocessedKeys } = await documents.send(
        new BatchGetCommand({ RequestItems: { [planningTable]: { Keys: wanted } } }),
      );
      for (const item of (Responses?.[planningTable] ?? []) as RowItem[]) this.#rows.set(item.pk, item);
      const rest = UnprocessedKeys?.[planningTable]?.Keys ?? [];
      const answered = wanted.length - rest.length;
      wanted = rest;
      this.#countReads(batch.slice(0, answered));
    }
  }

  /** Eventually consistent reads: half a unit per 4 KB, for a row that is not there too. */
  #countReads(keys: readonly RowKey[]): void {
    for (const { pk } of keys) {
      const bytes = ITEM_BYTES + (this.#rows.get(pk)?.ways?.length ?? 0);
      this.#units.readUnits += Math.ceil(bytes / READ_UNIT_BYTES) / 2;
    }
  }

  async #write(key: RowKey, fresh: readonly CachedWay[]): Promise<void> {
    const { documents, planningTable } = this.#ports;
    for (let tries = 0; ; tries += 1) {
      const known = this.#rows.get(key.pk);
      const merged = new Map<string, CachedWay>();
      for (const way of known === undefined ? [] : this.#waysOf(known)) merged.set(cellId(way.to), way);
      for (const way of fresh) merged.set(cellId(way.to), way);
      const ways = packWays([...merged.values()]);
      const expiresAt = Math.max(...[...merged.values()].map((way) => way.expiresAt));
      const version = known?.version ?? 0;
      const Item = { ...key, version: version + 1, ways, expiresAt };
      this.#units.writeUnits += Math.ceil((ITEM_BYTES + ways.length) / WRITE_UNIT_BYTES);
      try {
        await documents.send(
          new PutCommand({
            TableName: planningTable,
            Item,
            ...(known === undefined
              ? { ConditionExpression: 'attribute_not_exists(pk)' }
              : {
                  ConditionExpression: '#version = :version',
                  ExpressionAttributeNames: { '#version': 'version' },
                  ExpressionAttributeValues: { ':version': version },
                }),
          }),
        );
        this.#rows.set(key.pk, Item);
        return;
      } catch (error) {
        if ((error as Error).name !== 'ConditionalCheckFailedException' || tries === MOST_TRIES) throw error;
        const { Item: newer } = await documents.send(
          new GetCommand({ TableName: planningTable, Key: { ...key }, ConsistentRead: true }),
        );
        this.#units.readUnits += Math.ceil((ITEM_BYTES + ways.length) / READ_UNIT_BYTES);
        if (newer === undefined) this.#rows.delete(key.pk);
        else this.#rows.set(key.pk, newer as RowItem);
      }
    }
  }

  /** C1; a row that cannot be read has no ways, and the next write replaces it. */
  #waysOf(row: RowItem): CachedWay[] {
    const ways = unpackWays(row.ways);
    if (ways === undefined) {
      this.#ports.onCacheFailure(
        'row not understood',
        new Error(`${row.pk} ${row.sk}: the bytes are not those of a row`),
      );
      return [];
    }
    return ways.filter((way) => way.expiresAt > this.#nowSeconds);
  }

  #keyOf(place: number): RowKey {
    return { pk: `WAYS#${cellId(this.#places.cells[place] as Places['cells'][number])}`, sk: `Car#${this.#slot}` };
  }
}
