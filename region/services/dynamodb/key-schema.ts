/**
 * Keys of tables and indexes. Inside the store a key is two texts: `partition`, equal for equal partition keys, and
 * `sort`, whose order by code unit is DynamoDB's order of the sort keys, whatever their type.
 */
import { type AttributeValue, bytesAsText, type Item, intake, sortableText, typeOf } from './attribute-value.ts';
import { sortableNumber } from './decimal.ts';
import { invalidParameter, validationError } from './errors.ts';

export type KeyType = 'S' | 'N' | 'B';

export interface KeyAttribute {
  readonly name: string;
  readonly type: KeyType;
}

export interface KeySchema {
  readonly hash: KeyAttribute;
  readonly range: KeyAttribute | undefined;
}

export interface StoredKey {
  readonly partition: string;
  readonly sort: string;
}

export interface IndexSchema {
  readonly name: string;
  readonly arn: string;
  readonly isLocal: boolean;
  readonly key: KeySchema;
  /** Names of the projected attributes, keys included; `ALL` for whole items. */
  readonly projection: 'ALL' | ReadonlySet<string>;
}

/** The attributes of a key schema, partition key first. */
export function keyAttributes(schema: KeySchema): readonly KeyAttribute[] {
  return schema.range === undefined ? [schema.hash] : [schema.hash, schema.range];
}

export function isKeyAttribute(schema: KeySchema, name: string): boolean {
  return schema.hash.name === name || schema.range?.name === name;
}

function partitionText(value: AttributeValue): string {
  return value.S ?? value.N ?? bytesAsText(value.B ?? new Uint8Array());
}

/** The text by which a sort key value is ordered. */
export function sortText(value: AttributeValue): string {
  if (value.S !== undefined) return sortableText(value.S);
  return value.N === undefined ? partitionText(value) : sortableNumber(value.N);
}

function isEmpty(value: AttributeValue): boolean {
  return value.S === '' || value.B?.byteLength === 0;
}

function emptyKeyText(type: KeyType): string {
  const what = type === 'B' ? 'binary' : 'string';
  return `The AttributeValue for a key attribute cannot contain an empty ${what} value.`;
}

function checkLength(value: AttributeValue, isHash: boolean): void {
  const bytes = value.S === undefined ? (value.B?.byteLength ?? 0) : Buffer.byteLength(value.S);
  const limit = isHash ? 2048 : 1024;
  if (bytes <= limit) return;
  throw invalidParameter(
    isHash
      ? 'Size of hashkey has exceeded the maximum size limit of2048 bytes'
      : 'Aggregated size of all range keys has exceeded the size limit of 1024 bytes',
  );
}

function checkKeyValue(attribute: KeyAttribute, value: AttributeValue, isHash: boolean): void {
  if (isEmpty(value)) {
    throw validationError(
      `One or more parameter values are not valid. ${emptyKeyText(attribute.type)} Key: ${attribute.name}`,
    );
  }
  const length = value.S?.length ?? value.B?.byteLength ?? 0;
  if (length > 340) checkLength(value, isHash);
}

function storedKey(schema: KeySchema, item: Item): StoredKey {
  const hash = item[schema.hash.name] ?? {};
  const range = schema.range === undefined ? undefined : item[schema.range.name];
  return { partition: partitionText(hash), sort: range === undefined ? '' : sortText(range) };
}

/** The key of an item that is to be written. Throws `ValidationException` when it has none or one of another type. */
export function keyOfItem(schema: KeySchema, item: Item): StoredKey {
  for (const attribute of keyAttributes(schema)) {
    const value = item[attribute.name];
    if (value === undefined) throw invalidParameter(`Missing the key ${attribute.name} in the item`);
    if (value[attribute.type] === undefined) {
      throw invalidParameter(
        `Type mismatch for key ${attribute.name} expected: ${attribute.type} actual: ${typeOf(value)}`,
      );
    }
    checkKeyValue(attribute, value, attribute === schema.hash);
  }
  return storedKey(schema, item);
}

/** A key as a caller gave it. Throws `ValidationException` unless it has exactly the key attributes. */
export function keyFromInput(schema: KeySchema, input: Item | undefined): StoredKey & { readonly key: Item } {
  if (input === undefined) {
    throw validationError(
      "1 validation error detected: Value null at 'key' failed to satisfy constraint: Member must not be null",
    );
  }
  let given = 0;
  for (const name in input) if (input[name] !== undefined) given += 1;
  const attributes = keyAttributes(schema);
  if (given !== attributes.length) throw validationError('The number of conditions on the keys is invalid');
  const key: Record<string, AttributeValue> = {};
  for (const attribute of attributes) {
    const value = input[attribute.name];
    if (value === undefined || value[attribute.type] === undefined) {
      throw validationError('The provided key element does not match the schema');
    }
    const taken = intake(value);
    checkKeyValue(attribute, taken, attribute === schema.hash);
    key[attribute.name] = taken;
  }
  return { key, ...storedKey(schema, key) };
}

/** The key attributes of an item. */
export function keyPart(schema: KeySchema, item: Item): Item {
  const key: Record<string, AttributeValue> = {};
  for (const { name } of keyAttributes(schema)) {
    const value = item[name];
    if (value !== undefined) key[name] = value;
  }
  return key;
}

/** Where an index holds an item: nowhere when the item lacks a key attribute of the index. */
export function indexKeyOf(index: IndexSchema, item: Item): StoredKey | undefined {
  for (const attribute of keyAttributes(index.key)) {
    const value = item[attribute.name];
    if (value === undefined) return undefined;
    if (value[attribute.type] === undefined) {
      throw invalidParameter(
        `Type mismatch for Index Key ${attribute.name} Expected: ${attribute.type} Actual: ${typeOf(value)} IndexName: ${index.name}`,
      );
    }
    if (isEmpty(value)) {
      throw validationError(
        'One or more parameter values are not valid. A value specified for a secondary index key is not supported. ' +
          `${emptyKeyText(attribute.type)} IndexName: ${index.name}, IndexKey: ${attribute.name}`,
      );
    }
  }
  return storedKey(index.key, item);
}

/** An item as an index shows it. */
export function projectedItem(index: IndexSchema, item: Item): Item {
  if (index.projection === 'ALL') return item;
  const projected: Record<string, AttributeValue> = {};
  for (const name in item) {
    const value = item[name];
    if (value !== undefined && index.projection.has(name)) projected[name] = value;
  }
  return projected;
}
