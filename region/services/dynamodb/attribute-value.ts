/**
 * Attribute values as the API carries them. What enters the store is copied once by `intake`, which also validates it
 * and brings numbers into canonical form; from then on values are immutable and shared: an update copies only the
 * containers on its paths, and reads, streams and images hand out the stored values themselves. Nobody may write to
 * a value that came out of this service (the SDK's document client unmarshalls into fresh objects).
 */
import { UnknownToRegionError } from '../../errors.ts';
import { canonicalNumber, compareNumbers, numberSize } from './decimal.ts';
import { invalidParameter, validationError } from './errors.ts';
import type { AttributeType, AttributeValue, Item } from './item.ts';

export type { AttributeType, AttributeValue, Item } from './item.ts';

const MAX_DEPTH = 32;
const TYPES: ReadonlySet<string> = new Set(['S', 'N', 'B', 'BOOL', 'NULL', 'M', 'L', 'SS', 'NS', 'BS']);

/**
 * The member of an item or a map. Items are plain objects: what every object inherits is a function, or the prototype
 * itself, and no member of theirs.
 */
export function memberOf(item: Item, name: string): AttributeValue | undefined {
  const value: unknown = item[name];
  return typeof value === 'object' && value !== Object.prototype ? (value as AttributeValue) : undefined;
}

/** The one type of a stored value. */
export function typeOf(value: AttributeValue): AttributeType {
  for (const type in value) return type as AttributeType;
  throw validationError('Supplied AttributeValue is empty, must contain exactly one of the supported datatypes');
}

function typeOfInput(value: AttributeValue): AttributeType {
  let found: AttributeType | undefined;
  for (const type in value) {
    if (value[type as AttributeType] === undefined) continue;
    if (!TYPES.has(type)) break;
    if (found !== undefined) {
      throw validationError(
        'Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes',
      );
    }
    found = type as AttributeType;
  }
  if (found === undefined) {
    throw validationError('Supplied AttributeValue is empty, must contain exactly one of the supported datatypes');
  }
  return found;
}

/** Text in which every byte is one code unit: equal and ordered as the bytes are. */
export function bytesAsText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

function intakeSet<T>(what: string, members: readonly T[], identity: (member: T) => string): readonly T[] {
  if (members.length === 0) throw invalidParameter(`An ${what} set  may not be empty`);
  if (new Set(members.map(identity)).size !== members.length) {
    throw invalidParameter(`Input collection [${members.map(identity).join(', ')}] contains duplicates.`);
  }
  return members;
}

/** A validated copy of a value as a caller gave it. Throws `ValidationException`. */
export function intake(value: AttributeValue, depth = 1): AttributeValue {
  const type = typeOfInput(value);
  if (depth > MAX_DEPTH) {
    throw validationError('Nesting Levels have exceeded supported limits: Attributes nesting is deeper than 32');
  }
  switch (type) {
    case 'S':
      return { S: String(value.S) };
    case 'N':
      return { N: canonicalNumber(String(value.N)) };
    case 'B':
      return { B: Uint8Array.from(value.B ?? []) };
    case 'BOOL':
      return { BOOL: value.BOOL === true };
    case 'NULL':
      if (value.NULL !== true) throw invalidParameter('Null attribute value types must have the value of true');
      return { NULL: true };
    case 'M':
      return { M: intakeItem(value.M ?? {}, depth + 1) };
    case 'L':
      return { L: (value.L ?? []).map((element) => intake(element, depth + 1)) };
    case 'SS':
      return { SS: intakeSet('string', [...(value.SS ?? [])], (member) => member) };
    case 'NS':
      return { NS: intakeSet('number', (value.NS ?? []).map(canonicalNumber), (member) => member) };
    case 'BS':
      return {
        BS: intakeSet(
          'binary',
          (value.BS ?? []).map((bytes) => Uint8Array.from(bytes)),
          bytesAsText,
        ),
      };
  }
}

/** A validated copy of an item or a map. */
export function intakeItem(item: Item, depth = 1): Item {
  const copy: Record<string, AttributeValue> = {};
  for (const name in item) {
    const value = item[name];
    if (value === undefined) continue;
    if (name === '__proto__') throw new UnknownToRegionError('attribute name __proto__', 'item', 'use another name');
    copy[name] = intake(value, depth);
  }
  return copy;
}

export function utf8Length(text: string): number {
  if (text.length > 48) return Buffer.byteLength(text);
  for (let index = 0; index < text.length; index += 1) {
    if (text.charCodeAt(index) > 127) return Buffer.byteLength(text);
  }
  return text.length;
}

/** Bytes that the value counts for in the size of its item. */
export function sizeOfValue(value: AttributeValue): number {
  if (value.S !== undefined) return utf8Length(value.S);
  if (value.N !== undefined) return numberSize(value.N);
  if (value.M !== undefined) {
    let size = 3;
    for (const name in value.M) {
      const member = value.M[name];
      if (member !== undefined) size += 1 + utf8Length(name) + sizeOfValue(member);
    }
    return size;
  }
  if (value.L !== undefined) return value.L.reduce((size, element) => size + 1 + sizeOfValue(element), 3);
  if (value.SS !== undefined) return value.SS.reduce((size, member) => size + utf8Length(member), 0);
  if (value.NS !== undefined) return value.NS.reduce((size, member) => size + numberSize(member), 0);
  if (value.B !== undefined) return value.B.byteLength;
  if (value.BS !== undefined) return value.BS.reduce((size, member) => size + member.byteLength, 0);
  return 1;
}

/**
 * By how many bytes an attribute grows when `before` becomes `after`: what both share is not looked at, and an update
 * shares all but what is on its paths.
 */
export function sizeChange(
  name: string,
  before: AttributeValue | undefined,
  after: AttributeValue | undefined,
): number {
  if (before === after) return 0;
  if (before === undefined || after === undefined) {
    const size = utf8Length(name) + sizeOfValue(before ?? after ?? { NULL: true });
    return after === undefined ? -size : size;
  }
  if (before.M === undefined || after.M === undefined) return sizeOfValue(after) - sizeOfValue(before);
  let change = 0;
  for (const inner in after.M) {
    const old = memberOf(before.M, inner);
    change += sizeChange(inner, old, after.M[inner]) + (old === undefined ? 1 : 0);
  }
  for (const inner in before.M) {
    if (memberOf(after.M, inner) === undefined) change += sizeChange(inner, before.M[inner], undefined) - 1;
  }
  return change;
}

/** Bytes of an item: names and values. */
export function sizeOfItem(item: Item): number {
  let size = 0;
  for (const name in item) {
    const value = item[name];
    if (value !== undefined) size += utf8Length(name) + sizeOfValue(value);
  }
  return size;
}

function sameMembers(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  const members = new Set(a);
  return b.every((member) => members.has(member));
}

/** Whether two stored values are equal; sets without regard to order. */
export function equalValues(a: AttributeValue, b: AttributeValue): boolean {
  if (a === b) return true;
  if (a.S !== undefined) return a.S === b.S;
  if (a.N !== undefined) return a.N === b.N;
  if (a.BOOL !== undefined) return a.BOOL === b.BOOL;
  if (a.NULL !== undefined) return b.NULL !== undefined;
  if (a.M !== undefined) return b.M !== undefined && equalItems(a.M, b.M);
  if (a.L !== undefined) {
    const other = b.L;
    if (other === undefined || other.length !== a.L.length) return false;
    return a.L.every((element, index) => equalValues(element, other[index] ?? {}));
  }
  if (a.SS !== undefined) return b.SS !== undefined && sameMembers(a.SS, b.SS);
  if (a.NS !== undefined) return b.NS !== undefined && sameMembers(a.NS, b.NS);
  if (a.B !== undefined) return b.B !== undefined && bytesAsText(a.B) === bytesAsText(b.B);
  return a.BS !== undefined && b.BS !== undefined && sameMembers(a.BS.map(bytesAsText), b.BS.map(bytesAsText));
}

/** Whether two items or maps are equal. */
export function equalItems(a: Item, b: Item): boolean {
  if (a === b) return true;
  let count = 0;
  for (const name in a) {
    const left = a[name];
    const right = memberOf(b, name);
    if (left === undefined || right === undefined || !equalValues(left, right)) return false;
    count += 1;
  }
  for (const _ in b) count -= 1;
  return count === 0;
}

const HIGH_UNITS = /[\ud800-\uffff]/;
const HIGH_UNIT = /[\ud800-\uffff]/g;

/**
 * Text whose order by code unit is the order of the UTF-8 bytes of `text`, which is DynamoDB's: surrogates, that is
 * everything beyond the basic plane, move above the rest of it. Prefixes stay prefixes.
 */
export function sortableText(text: string): string {
  if (!HIGH_UNITS.test(text)) return text;
  return text.replace(HIGH_UNIT, (unit) => {
    const code = unit.charCodeAt(0);
    return String.fromCharCode(code < 0xe000 ? code + 0x2000 : code - 0x800);
  });
}

/** Order of two values of one orderable type (S, N, B); `undefined` when they cannot be compared. */
export function compareValues(a: AttributeValue, b: AttributeValue): number | undefined {
  if (a.N !== undefined) return b.N === undefined ? undefined : compareNumbers(a.N, b.N);
  let left: string;
  let right: string;
  if (a.S !== undefined && b.S !== undefined) {
    left = sortableText(a.S);
    right = sortableText(b.S);
  } else if (a.B !== undefined && b.B !== undefined) {
    left = bytesAsText(a.B);
    right = bytesAsText(b.B);
  } else {
    return undefined;
  }
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
