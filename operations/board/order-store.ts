/** The read model's database: rows in, rows out. In memory, or a file that the next run goes on with. */
import Database from 'libsql';
import type { BoardItem } from '../../functions/platform/board-items.ts';
import type { OrderRow } from '../model/orders.ts';
import { COLUMNS, cellsOf, INDEXES, SCHEMA, SCHEMA_VERSION } from './schema.ts';

export type Cell = string | number | null;

/** Memory that the database may keep pages in, KiB. */
const CACHE_KIB = 256 * 1024;

export class OrderStore {
  readonly #db: Database.Database;
  readonly #statements = new Map<string, Database.Statement>();
  readonly #identity: string;

  /** @param source what the rows are of; a kept file of another source is emptied */
  constructor(file: string | undefined, source: string) {
    this.#db = new Database(file ?? ':memory:');
    this.#db.pragma(`cache_size = -${CACHE_KIB}`);
    // What is lost is read again from the projection.
    this.#db.pragma('synchronous = OFF');
    this.#db.pragma('temp_store = MEMORY');
    if (file !== undefined) this.#db.pragma('journal_mode = WAL');
    this.#db.exec(SCHEMA);
    this.#identity = `${SCHEMA_VERSION} ${source}`;
    if (this.fact('identity') !== this.#identity) this.empty();
  }

  empty(): void {
    this.#statements.clear();
    for (const table of ['orders', 'texts', 'documents', 'facts']) this.#db.exec(`DROP TABLE IF EXISTS ${table}`);
    this.#db.exec(SCHEMA);
    this.setFact('identity', this.#identity);
  }

  /** After the first full read. */
  index(): void {
    this.#db.exec(INDEXES);
    this.#db.exec('ANALYZE;');
    this.#statements.clear();
  }

  /**
   * Writes the items that are newer than what is here: each source's sequence only grows, so an item that was read too
   * early, or twice, changes nothing.
   * @returns ids of the orders whose row changed
   */
  upsert(items: readonly BoardItem[]): string[] {
    const changed: string[] = [];
    const seen = this.#prepared(
      'SELECT ordersSeq, ledgerSeq, changedAt FROM orders JOIN documents USING (id) WHERE orderId = ?',
    );
    const write = this.#prepared(
      `INSERT INTO orders (${COLUMNS.join(', ')}) VALUES (${COLUMNS.map(() => '?').join(', ')}) ` +
        `ON CONFLICT (orderId) DO UPDATE SET ${COLUMNS.slice(1)
          .map((column) => `${column} = excluded.${column}`)
          .join(', ')} RETURNING id`,
    );
    const search = this.#prepared('INSERT OR REPLACE INTO texts (id, text) VALUES (?, ?)');
    const keep = this.#prepared(
      'INSERT OR REPLACE INTO documents (id, ordersSeq, ledgerSeq, changedAt, json) VALUES (?, ?, ?, ?, ?)',
    );
    this.#transaction(() => {
      for (const item of items) {
        const made = cellsOf(item);
        if (made === undefined) continue;
        const here = seen.get(item.orderId) as Here | undefined;
        if (here !== undefined && !isNewer(item, here)) continue;
        const { id } = write.get(...made.cells) as { id: number };
        search.run(id, made.text);
        keep.run(id, item.ordersSeq, item.ledgerSeq ?? '', item.changedAt, made.json);
        changed.push(item.orderId);
      }
    });
    return changed;
  }

  row(orderId: string): OrderRow | undefined {
    const found = this.one<{ json: string }>(
      'SELECT json FROM documents JOIN orders USING (id) WHERE orderId = ?',
      orderId,
    );
    return found === undefined ? undefined : (JSON.parse(found.json) as OrderRow);
  }

  all<T>(sql: string, ...cells: readonly Cell[]): T[] {
    return this.#prepared(sql).all(...cells) as T[];
  }

  one<T>(sql: string, ...cells: readonly Cell[]): T | undefined {
    return this.#prepared(sql).get(...cells) as T | undefined;
  }

  fact(name: string): string | undefined {
    return this.one<{ value: string }>('SELECT value FROM facts WHERE name = ?', name)?.value;
  }

  setFact(name: string, value: string): void {
    this.#prepared('INSERT OR REPLACE INTO facts (name, value) VALUES (?, ?)').run(name, value);
  }

  close(): void {
    this.#statements.clear();
    this.#db.close();
  }

  #transaction(work: () => void): void {
    this.#db.exec('BEGIN');
    try {
      work();
      this.#db.exec('COMMIT');
    } catch (error) {
      this.#db.exec('ROLLBACK');
      throw error;
    }
  }

  #prepared(sql: string): Database.Statement {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const made = this.#db.prepare(sql);
    this.#statements.set(sql, made);
    return made;
  }
}

interface Here {
  readonly ordersSeq: string;
  readonly ledgerSeq: string;
  readonly changedAt: string;
}

/** A rebuild writes under the sequences that it found, at a later time. */
function isNewer(item: BoardItem, here: Here): boolean {
  const orders = item.ordersSeq ?? '';
  const ledger = item.ledgerSeq ?? '';
  if (orders < here.ordersSeq || ledger < here.ledgerSeq) return false;
  return orders > here.ordersSeq || ledger > here.ledgerSeq || item.changedAt > here.changedAt;
}
