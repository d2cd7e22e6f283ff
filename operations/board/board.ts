/**
 * The read model of all orders, asked by every screen and command: the projection, kept in step in an SQLite database of
 * the tool's own. No question goes to the deployed system but `sync`.
 */
import { isoOf } from '../../domain/index.ts';
import type { Deployed } from '../deployed.ts';
import type { BoardSummary, OrderPage, OrderQuery, OrderRow, OrderView } from '../model/orders.ts';
import { BoardFeed, type Watermarks } from './board-feed.ts';
import { summaryOf } from './board-summary.ts';
import { PROMISE_STATE, searchOrders } from './order-query.ts';
import { viewOf } from './order-row.ts';
import { OrderStore } from './order-store.ts';

export interface BoardOptions {
  /** SQLite file that keeps the rows between runs; in memory without it. */
  readonly file?: string;
}

/** What a sync changed. */
export interface BoardChange {
  /** Ids of orders whose row is new or another; empty on a full read (see `isFull`). */
  readonly orderIds: readonly string[];
  /** The whole projection was read. */
  readonly isFull: boolean;
  readonly now: string;
}

export interface Board {
  /** Reads what changed; the first time everything. Calls while one runs get that one's answer. */
  sync(onProgress?: (rows: number) => void): Promise<BoardChange>;
  /** @throws OperationError BAD_INPUT for a query that makes no sense */
  search(query: OrderQuery, now?: string): OrderPage;
  summary(now?: string): BoardSummary;
  row(orderId: string): OrderRow | undefined;
  view(orderId: string, now?: string): OrderView | undefined;
  /** Rows themselves, for other operations: the store is asked in SQL. */
  readonly store: OrderStore;
  /** How many waits are stuck, as `stuckWaits` last found; it stands in the summary. */
  noteStuck(count: number): void;
  close(): void;
}

export function openBoard(deployed: Deployed, { file }: BoardOptions = {}): Board {
  return new ProjectionBoard(deployed, file);
}

class ProjectionBoard implements Board {
  readonly store: OrderStore;
  readonly #deployed: Deployed;
  readonly #feed: BoardFeed;
  #watermarks: Watermarks | undefined;
  #running: Promise<BoardChange> | undefined;
  #stuck = 0;

  constructor(deployed: Deployed, file: string | undefined) {
    const { target, output } = deployed;
    this.#deployed = deployed;
    this.#feed = new BoardFeed(deployed);
    this.store = new OrderStore(file, `${target.endpoint ?? target.region} ${output('BoardTableName')}`);
    const kept = this.store.fact('watermarks');
    if (kept !== undefined) this.#watermarks = JSON.parse(kept) as Watermarks;
  }

  sync(onProgress?: (rows: number) => void): Promise<BoardChange> {
    this.#running ??= this.#sync(onProgress).finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #sync(onProgress?: (rows: number) => void): Promise<BoardChange> {
    const clock = await this.#feed.clock();
    if (clock !== undefined) this.#deployed.time.saw(clock);
    if (this.#watermarks !== undefined && (await this.#isOtherRun())) {
      this.#watermarks = undefined;
      this.store.empty();
    }
    if (this.#watermarks === undefined) return this.#readAll(onProgress);
    const { items, watermarks } = await this.#feed.changes(this.#watermarks);
    const orderIds = this.store.upsert(items);
    this.#keep(watermarks);
    return { orderIds, isFull: false, now: this.#now() };
  }

  /** A region that was begun anew under the same name has not come as far as what is kept here. */
  async #isOtherRun(): Promise<boolean> {
    if (this.#checkedRun) return false;
    this.#checkedRun = true;
    const newest = await this.#feed.newest();
    return Object.entries(this.#watermarks ?? {}).some(([shard, kept]) => (newest[shard] ?? '') < kept);
  }
  #checkedRun = false;

  async #readAll(onProgress?: (rows: number) => void): Promise<BoardChange> {
    const watermarks = await this.#feed.newest();
    let rows = 0;
    await this.#feed.scan((items) => {
      this.store.upsert(items);
      rows += items.length;
      onProgress?.(rows);
    });
    this.store.index();
    this.#checkedRun = true;
    this.#keep(watermarks);
    return { orderIds: [], isFull: true, now: this.#now() };
  }

  #keep(watermarks: Watermarks): void {
    this.#watermarks = watermarks;
    this.store.setFact('watermarks', JSON.stringify(watermarks));
    for (const at of Object.values(watermarks)) if (at !== '') this.#deployed.time.saw(at.slice(0, 24));
  }

  #now(): string {
    return isoOf(Date.parse(this.#deployed.now()));
  }

  search(query: OrderQuery, now = this.#now()): OrderPage {
    return { ...searchOrders(this.store, query, now), offset: query.offset ?? 0, now };
  }

  summary(now = this.#now()): BoardSummary {
    return summaryOf(this.store, this.#stuck, now);
  }

  row(orderId: string): OrderRow | undefined {
    return this.store.row(orderId);
  }

  view(orderId: string, now = this.#now()): OrderView | undefined {
    const row = this.store.row(orderId);
    if (row === undefined) return undefined;
    const found = this.store.one<{ state: OrderView['promiseState'] }>(
      `SELECT ${PROMISE_STATE} AS state FROM orders WHERE orderId = ?`,
      now,
      now,
      orderId,
    );
    return viewOf(row, found?.state ?? 'ON_TIME', now);
  }

  noteStuck(count: number): void {
    this.#stuck = count;
  }

  close(): void {
    this.store.close();
  }
}
