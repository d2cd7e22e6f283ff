/**
 * A write in two steps, shared by the single-item operations and transactions. Preparing reads the request and refuses
 * what is wrong with it; evaluating looks at the item: it tests the condition and plans the change, and still changes
 * nothing.
 */
import { type Item, intakeItem, memberOf, sizeChange, sizeOfItem } from './attribute-value.ts';
import type { Entry } from './collection.ts';
import { conditionFailed, invalidParameter, validationError } from './errors.ts';
import { applyUpdate, checkUpdate, updatedPaths } from './expression/apply-update.ts';
import { Bindings } from './expression/bindings.ts';
import { checkCondition, meets } from './expression/evaluate-condition.ts';
import { conditionExpression, updateExpression } from './expression/parse.ts';
import type { Condition, Parsed, PathStep, Update } from './expression/syntax.ts';
import type {
  ConditionCheckInput,
  ConditionedInput,
  DeleteItemInput,
  PutItemInput,
  UpdateItemInput,
} from './inputs.ts';
import { isKeyAttribute, keyFromInput, keyOfItem, type StoredKey } from './key-schema.ts';
import type { DynamoStore } from './store.ts';
import type { Change, Row, Table } from './table.ts';

const MAX_ITEM_BYTES = 400 * 1024;

export interface PreparedWrite {
  readonly table: Table;
  readonly key: StoredKey;
  /** Paths of an update expression, for `UPDATED_OLD` and `UPDATED_NEW`. */
  readonly paths: readonly (readonly PathStep[])[];
  /** Throws `ConditionalCheckFailedException`, or `ValidationException` when the result cannot be stored. */
  readonly evaluate: () => Change;
}

const NO_PATHS: readonly (readonly PathStep[])[] = [];

function only<T>(...expressions: (Parsed<T> | undefined)[]): Parsed<T>[] {
  return expressions.filter((expression) => expression !== undefined);
}

/** Binds the condition of a request, together with its update if it has one. */
function bind(
  input: ConditionedInput,
  update: Parsed<Update> | undefined,
  absent: string,
): { readonly bindings: Bindings; readonly condition: Condition | undefined } {
  const text = input.ConditionExpression;
  const parsed = text === undefined ? undefined : conditionExpression(text);
  const bindings = new Bindings(input, only<unknown>(update, parsed), absent);
  if (parsed !== undefined) checkCondition(parsed.tree, 'ConditionExpression', bindings);
  return { bindings, condition: parsed?.tree };
}

function testCondition(
  input: ConditionedInput,
  condition: Condition | undefined,
  bindings: Bindings,
  entry: Entry<Row> | undefined,
): void {
  const item = entry?.value.item;
  if (condition === undefined || meets(condition, bindings, item)) return;
  throw conditionFailed(input.ReturnValuesOnConditionCheckFailure === 'ALL_OLD' ? item : undefined);
}

export function preparePut(store: DynamoStore, input: PutItemInput): PreparedWrite {
  const table = store.table(input.TableName);
  const { bindings, condition } = bind(input, undefined, 'ConditionExpression is null');
  const item = intakeItem(input.Item);
  const key = keyOfItem(table.definition.key, item);
  const size = sizeOfItem(item);
  if (size > MAX_ITEM_BYTES) throw validationError('Item size has exceeded the maximum allowed size');
  return {
    table,
    key,
    paths: NO_PATHS,
    evaluate: () => {
      const entry = table.find(key);
      testCondition(input, condition, bindings, entry);
      return table.plan(key, entry, item, size);
    },
  };
}

export function prepareDelete(store: DynamoStore, input: DeleteItemInput): PreparedWrite {
  const table = store.table(input.TableName);
  const { bindings, condition } = bind(input, undefined, 'ConditionExpression is null');
  const key = keyFromInput(table.definition.key, input.Key);
  return {
    table,
    key,
    paths: NO_PATHS,
    evaluate: () => {
      const entry = table.find(key);
      testCondition(input, condition, bindings, entry);
      return table.plan(key, entry, undefined, 0);
    },
  };
}

/** A condition check of a transaction: a write that leaves the item as it is. */
export function prepareCheck(store: DynamoStore, input: ConditionCheckInput): PreparedWrite {
  if (input.ConditionExpression === undefined) {
    throw validationError('The expression can not be empty; ConditionCheck needs a ConditionExpression');
  }
  const table = store.table(input.TableName);
  const { bindings, condition } = bind(input, undefined, 'ConditionExpression is null');
  const key = keyFromInput(table.definition.key, input.Key);
  return {
    table,
    key,
    paths: NO_PATHS,
    evaluate: () => {
      const entry = table.find(key);
      testCondition(input, condition, bindings, entry);
      return table.plan(key, entry, entry?.value.item, entry?.value.size ?? 0);
    },
  };
}

/** Size of an updated item, from the attributes that differ. */
function sizeAfter(before: Item, sizeBefore: number, after: Item, touched: readonly (readonly PathStep[])[]): number {
  let size = sizeBefore;
  const seen = new Set<string>();
  for (const [first] of touched) {
    const name = String(first);
    if (seen.has(name)) continue;
    seen.add(name);
    size += sizeChange(name, memberOf(before, name), memberOf(after, name));
  }
  return size;
}

export function prepareUpdate(store: DynamoStore, input: UpdateItemInput): PreparedWrite {
  const table = store.table(input.TableName);
  const schema = table.definition.key;
  const text = input.UpdateExpression;
  const update = text === undefined ? undefined : updateExpression(text);
  const { bindings, condition } = bind(input, update, 'UpdateExpression and ConditionExpression are null');
  const { key, ...stored } = keyFromInput(schema, input.Key);
  const paths = update === undefined ? NO_PATHS : updatedPaths(update.tree, bindings);
  for (const [first] of paths) {
    if (isKeyAttribute(schema, String(first))) {
      throw invalidParameter(`Cannot update attribute ${first}. This attribute is part of the key`);
    }
  }
  if (update !== undefined) checkUpdate(update.tree, bindings);
  return {
    table,
    key: stored,
    paths,
    evaluate: () => {
      const entry = table.find(stored);
      testCondition(input, condition, bindings, entry);
      const before = entry?.value.item ?? key;
      const after = update === undefined ? before : applyUpdate(update.tree, bindings, before);
      const size = sizeAfter(before, entry?.value.size ?? sizeOfItem(key), after, paths);
      if (size > MAX_ITEM_BYTES) throw validationError('Item size to update has exceeded the maximum allowed size');
      return table.plan(stored, entry, after, size);
    },
  };
}
