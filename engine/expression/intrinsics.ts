/** The 18 intrinsic functions of JSONPath workflows, each from checked arguments to a value. */
import { isObject, type JsonValue, toText } from '../json.ts';
import { javaRandomDouble } from './java-random.ts';
import { type Ambient, hash } from './jsonata-functions.ts';
import { FAULT_TEXTS, MAX_VALUE_CHARACTERS, measure } from './value-bounds.ts';

export class IntrinsicError extends Error {}

type Intrinsic = (args: readonly JsonValue[], ambient: Ambient) => JsonValue;

const MAX_ARRAY_RANGE = 1_000;
const MAX_ENCODED_CHARACTERS = 10_000;

function text(value: JsonValue | undefined): string {
  if (typeof value !== 'string') throw new IntrinsicError(`expected a string, got ${toText(value)}`);
  return value;
}
function number(value: JsonValue | undefined): number {
  if (typeof value !== 'number') throw new IntrinsicError(`expected a number, got ${toText(value)}`);
  return value;
}
/** Whole numbers are rounded as AWS does: halves go up. */
function whole(value: JsonValue | undefined): number {
  return Math.floor(number(value) + 0.5);
}
function array(value: JsonValue | undefined): JsonValue[] {
  if (!Array.isArray(value)) throw new IntrinsicError(`expected an array, got ${toText(value)}`);
  return value;
}
function value(given: JsonValue | undefined): JsonValue {
  if (given === undefined) throw new IntrinsicError('an argument is missing');
  return given;
}
function encodable(given: JsonValue | undefined): string {
  const result = text(given);
  if (result.length > MAX_ENCODED_CHARACTERS)
    throw new IntrinsicError(`at most ${MAX_ENCODED_CHARACTERS} characters are taken`);
  return result;
}
/** A value that may be written out: not the same part so often that its text would fill the memory. */
function writable(given: JsonValue): JsonValue {
  const measured = measure(given);
  if (typeof measured === 'string') throw new IntrinsicError(`the value is ${FAULT_TEXTS[measured]}`);
  return given;
}
function canonical(given: JsonValue): string {
  if (Array.isArray(given)) return `[${given.map(canonical).join(',')}]`;
  if (!isObject(given)) return toText(given);
  return `{${Object.keys(given)
    .sort()
    .map((key) => `${toText(key)}:${canonical(value(given[key]))}`)
    .join(',')}}`;
}

/** `{a=1, b=[]}`: how the Java collections behind AWS's function print. */
function javaText(given: JsonValue): string {
  if (typeof given === 'string') return given;
  if (Array.isArray(given)) return `[${given.map(javaText).join(', ')}]`;
  if (!isObject(given)) return toText(given);
  return `{${Object.entries(given)
    .map(([key, entry]) => `${key}=${javaText(entry)}`)
    .join(', ')}}`;
}

function format(args: readonly JsonValue[]): string {
  const [template, ...values] = args;
  let used = 0;
  let characters = 0;
  const result = text(template).replace(/\{\}/g, () => {
    const written = javaText(writable(value(values[used])));
    used += 1;
    characters += written.length;
    if (characters > MAX_VALUE_CHARACTERS) throw new IntrinsicError(`the text has ${FAULT_TEXTS.large}`);
    return written;
  });
  if (used !== values.length) throw new IntrinsicError(`the template has ${used} places for ${values.length} values`);
  return result;
}

function partitionOf(args: readonly JsonValue[]): JsonValue[] {
  const items = array(args[0]);
  const size = whole(args[1]);
  if (size < 1) throw new IntrinsicError(`the size of a part has to be positive, got ${size}`);
  const parts: JsonValue[] = [];
  for (let i = 0; i < items.length; i += size) parts.push(items.slice(i, i + size));
  return parts;
}

function rangeOf(args: readonly JsonValue[]): number[] {
  const [first, last, step] = [whole(args[0]), whole(args[1]), whole(args[2])];
  if (step === 0) throw new IntrinsicError('the step must not be 0');
  const count = Math.max(0, Math.floor((last - first) / step) + 1);
  if (count > MAX_ARRAY_RANGE) throw new IntrinsicError(`a range has at most ${MAX_ARRAY_RANGE} items, not ${count}`);
  return Array.from({ length: count }, (_unused, index) => first + index * step);
}

function itemOf(args: readonly JsonValue[]): JsonValue {
  const items = array(args[0]);
  const index = whole(args[1]);
  const found = index < 0 ? undefined : items[index];
  if (found === undefined) throw new IntrinsicError(`index ${index} is outside the array of ${items.length}`);
  return found;
}

function uniqueOf(args: readonly JsonValue[]): JsonValue[] {
  const seen = new Map<string, JsonValue>();
  for (const item of array(writable(value(args[0])))) {
    const key = canonical(item);
    if (!seen.has(key)) seen.set(key, item);
  }
  return [...seen.values()];
}

function mergeOf(args: readonly JsonValue[]): JsonValue {
  const [left, right, deep] = args;
  if (!isObject(left) || !isObject(right)) throw new IntrinsicError('both values have to be objects');
  if (deep !== false) throw new IntrinsicError('only a shallow merge is supported: the third argument has to be false');
  return { ...left, ...right };
}

function randomOf(args: readonly JsonValue[], ambient: Ambient): number {
  const [from, to] = [whole(args[0]), whole(args[1])];
  if (from >= to) throw new IntrinsicError(`the start ${from} has to be below the end ${to}`);
  const share = args[2] === undefined ? ambient.host.random() : javaRandomDouble(whole(args[2]));
  return from + Math.floor(share * (to - from));
}

function splitOf(args: readonly JsonValue[]): string[] {
  const characters = new Set(text(args[1]));
  const parts: string[] = [''];
  for (const character of text(args[0])) {
    if (characters.has(character)) parts.push('');
    else parts[parts.length - 1] += character;
  }
  return parts.filter((part) => part !== '');
}

export const INTRINSICS: Readonly<Record<string, Intrinsic>> = {
  Format: format,
  StringToJson: (args) => (text(args[0]).trim() === '' ? null : (JSON.parse(text(args[0])) as JsonValue)),
  JsonToString: (args) => toText(writable(value(args[0]))),
  Array: (args) => [...args],
  ArrayPartition: partitionOf,
  ArrayContains: (args) => {
    const wanted = canonical(writable(value(args[1])));
    return array(writable(value(args[0]))).some((item) => canonical(item) === wanted);
  },
  ArrayRange: rangeOf,
  ArrayGetItem: itemOf,
  ArrayLength: (args) => array(args[0]).length,
  ArrayUnique: uniqueOf,
  Base64Encode: (args) => Buffer.from(encodable(args[0]), 'utf8').toString('base64'),
  Base64Decode: (args) => Buffer.from(encodable(args[0]), 'base64').toString('utf8'),
  Hash: (args) => {
    const data = writable(value(args[0]));
    return hash(typeof data === 'string' ? data : toText(data), text(args[1]));
  },
  JsonMerge: mergeOf,
  MathRandom: randomOf,
  MathAdd: (args) => whole(args[0]) + whole(args[1]),
  StringSplit: splitOf,
  UUID: (_args, ambient) => ambient.host.uuid(),
};
