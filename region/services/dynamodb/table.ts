/**
 * One table: its rows, its indexes, its stream and its expiries. Invariants: every row stands once in `rows` and in
 * each index whose key attributes its item has (T1); indexes and stream change in the same step as the row (T2); a
 * write that leaves an item equal touches neither (T3). Planning a change validates it and changes nothing; committing
 * cannot fail, so several planned changes commit as one.
 */
import { equalItems, equalValues, type Item, sizeOfItem } from './attribute-value.ts';
import { Collection, type Entry } from './collection.ts';
import { ExpiryHeap, expiryOf } from './expiry.ts';
import {
  type IndexSchema,
  indexKeyOf,
  type KeySchema,
  keyAttributes,
  keyPart,
  projectedItem,
  type StoredKey,
} from './key-schema.ts';
import { type StreamViewType, TableStream } from './table-stream.ts';

export interface TableDefinition {
  readonly name: string;
  readonly arn: string;
  readonly region: string;
  readonly key: KeySchema;
  readonly indexes: readonly IndexSchema[];
  readonly ttlAttribute: string | undefined;
  readonly streamViewType: StreamViewType | undefined;
  readonly billingMode: string;
  readonly createdAtMs: number;
}

/** A stored item: the object lives as long as the item, its content is replaced by updates. */
export interface Row {
  item: Item;
  /** Bytes. */
  size: number;
  /** Where each index holds the row, by position of the index in the definition. */
  readonly places: (Entry<Row> | undefined)[];
}

/** A validated write that is not yet made. `after` is absent for a deletion. */
export interface Change extends StoredKey {
  readonly entry: Entry<Row> | undefined;
  readonly after: Item | undefined;
  /** Bytes of `after`. */
  readonly size: number;
  readonly indexKeys: readonly (StoredKey | undefined)[];
}

const NO_KEYS: readonly undefined[] = [];
const EMPTY_TIE = '';

function unitsOf(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / 1024));
}

export class Table {
  readonly definition: TableDefinition;
  readonly rows = new Collection<Row>();
  readonly indexes: readonly { readonly schema: IndexSchema; readonly places: Collection<Row> }[];
  readonly stream: TableStream | undefined;
  readonly #expiries: ExpiryHeap | undefined;

  constructor(definition: TableDefinition) {
    this.definition = definition;
    this.indexes = definition.indexes.map((schema) => ({ schema, places: new Collection<Row>() }));
    const { arn, region, createdAtMs, streamViewType } = definition;
    const label = new Date(createdAtMs).toISOString().slice(0, -1);
    this.stream =
      streamViewType === undefined ? undefined : new TableStream(`${arn}/stream/${label}`, region, streamViewType);
    this.#expiries = definition.ttlAttribute === undefined ? undefined : new ExpiryHeap();
  }

  find(key: StoredKey): Entry<Row> | undefined {
    return this.rows.find(key.partition, key.sort, EMPTY_TIE);
  }

  /** Throws `ValidationException` when an index cannot take the item. */
  plan(key: StoredKey, entry: Entry<Row> | undefined, after: Item | undefined, size: number): Change {
    const { partition, sort } = key;
    if (after === undefined || this.indexes.length === 0) {
      return { partition, sort, entry, after, size, indexKeys: NO_KEYS };
    }
    const before = entry?.value;
    const indexKeys = this.indexes.map(({ schema }, position) => {
      const isSame = keyAttributes(schema.key).every(({ name }) => before?.item[name] === after[name]);
      return isSame && before !== undefined ? before.places[position] : indexKeyOf(schema, after);
    });
    return { partition, sort, entry, after, size, indexKeys };
  }

  /** Makes a planned change. Returns the write units it took, those of the indexes included. */
  commit(change: Change, nowMs: number, isExpiry = false): number {
    const { entry, after } = change;
    const before = entry?.value.item;
    const sizeBefore = entry?.value.size ?? 0;
    const units = unitsOf(Math.max(sizeBefore, change.size));
    if (before === undefined && after === undefined) return units;
    if (before !== undefined && after !== undefined && equalItems(before, after)) return units;
    const indexUnits = this.#store(change);
    if (after !== undefined) this.#scheduleExpiry(change, before, after);
    if (this.stream !== undefined) {
      const key = keyPart(this.definition.key, after ?? before ?? {});
      this.stream.record({ key, before, after, sizeBefore, sizeAfter: change.size, isExpiry }, nowMs);
    }
    return units + indexUnits;
  }

  /** Deletes the rows whose time to live is over. */
  expire(nowMs: number): void {
    const attribute = this.definition.ttlAttribute;
    if (this.#expiries === undefined || attribute === undefined) return;
    const nowSeconds = nowMs / 1000;
    for (let due = this.#expiries.take(nowSeconds); due !== undefined; due = this.#expiries.take(nowSeconds)) {
      const entry = this.find(due);
      if (entry === undefined || expiryOf(attribute, entry.value.item) !== due.atSeconds) continue;
      this.commit(this.plan(due, entry, undefined, 0), nowMs, true);
    }
  }

  #store(change: Change): number {
    const { partition, sort, entry, after } = change;
    if (after === undefined) {
      if (entry === undefined) return 0;
      this.rows.remove(entry);
      return this.#place(entry, entry.value, undefined, change);
    }
    if (entry !== undefined) {
      const before = { item: entry.value.item, size: entry.value.size };
      entry.value.item = after;
      entry.value.size = change.size;
      return this.#place(entry, before, { item: after, size: change.size }, change);
    }
    const row: Row = { item: after, size: change.size, places: [] };
    const created: Entry<Row> = { partition, sort, tie: EMPTY_TIE, value: row };
    this.rows.insert(created);
    return this.#place(created, undefined, row, change);
  }

  /** Moves a row to where the indexes want it now. Returns write units. */
  #place(entry: Entry<Row>, before: Version | undefined, after: Version | undefined, change: Change): number {
    let units = 0;
    for (let position = 0; position < this.indexes.length; position += 1) {
      const index = this.indexes[position];
      if (index === undefined) continue;
      const old = entry.value.places[position];
      const key = change.indexKeys[position];
      if (old === undefined && key === undefined) continue;
      if (old !== undefined && key !== undefined && old.partition === key.partition && old.sort === key.sort) {
        units += rewriteUnits(index.schema, before, after);
        continue;
      }
      if (old !== undefined) {
        index.places.remove(old);
        entry.value.places[position] = undefined;
        units += indexUnits(index.schema, before);
      }
      if (key === undefined) continue;
      const tie = `${entry.partition}\u0000${entry.sort}`;
      const place: Entry<Row> = { partition: key.partition, sort: key.sort, tie, value: entry.value };
      index.places.insert(place);
      entry.value.places[position] = place;
      units += indexUnits(index.schema, after);
    }
    return units;
  }

  #scheduleExpiry(key: StoredKey, before: Item | undefined, after: Item): void {
    const attribute = this.definition.ttlAttribute;
    if (this.#expiries === undefined || attribute === undefined) return;
    if (before !== undefined && before[attribute] === after[attribute]) return;
    const atSeconds = expiryOf(attribute, after);
    if (atSeconds !== undefined) this.#expiries.add(atSeconds, key);
  }
}

/** An item and its bytes. */
interface Version {
  readonly item: Item;
  readonly size: number;
}

function indexUnits(schema: IndexSchema, version: Version | undefined): number {
  if (version === undefined) return 0;
  if (schema.projection === 'ALL') return unitsOf(version.size);
  return unitsOf(sizeOfItem(projectedItem(schema, version.item)));
}

/** Units for an index entry that stays in its place: none when nothing projected has changed. */
function rewriteUnits(schema: IndexSchema, before: Version | undefined, after: Version | undefined): number {
  if (before === undefined || after === undefined) return 0;
  if (schema.projection !== 'ALL') {
    let isSame = true;
    for (const name of schema.projection) {
      const left = before.item[name];
      const right = after.item[name];
      isSame = left === right || (left !== undefined && right !== undefined && equalValues(left, right));
      if (!isSame) break;
    }
    if (isSame) return 0;
  }
  return indexUnits(schema, after);
}
