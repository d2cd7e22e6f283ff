/**
 * Records as bytes: what is kept of closed executions, and what a journal stores. A text is written out once and is a
 * number from then on, as an output is the next state's input; a value that is neither a text, a whole number nor an
 * object of such is JSON.
 *
 * P1. Unpacking gives equal records, with one string for equal strings.
 */
import { PACKED_WORDS } from './packed-words.ts';
import type { JournalRecord } from './records.ts';

const END = 0;
const NULL = 1;
const TRUE = 2;
const FALSE = 3;
const INTEGER = 4;
const JSON_TEXT = 5;
const OBJECT = 6;
const NEW_STRING = 7;
/** Tags from here on are strings that were seen before. */
const KNOWN_STRING = 8;

const FIRST_BYTES = 65_536;
/** Whole numbers up to here are written as such, either way from 0: with a sign they are exact. */
const LARGEST = 2 ** 51;
/** Strings up to here are written quicker by hand. */
const SHORT = 48;
const SURROGATE = /\p{Surrogate}/u;

type Fields = Readonly<Record<string, unknown>>;
const isHead = (key: string): boolean => key === 'id' || key === 'previousEventId' || key === 'at' || key === 'frame';

function isInteger(value: unknown): value is number {
  return Number.isInteger(value) && Math.abs(value as number) <= LARGEST && !Object.is(value, -0);
}

export class Packer {
  private bytes = Buffer.allocUnsafeSlow(FIRST_BYTES);
  private length = 0;
  private readonly numbers = new Map<string, number>(PACKED_WORDS.map((word, index) => [word, index]));
  private readonly added: string[] = [];

  /** @param n a whole number from 0 to 2^53 */
  count(n: number): void {
    if (this.length + 8 > this.bytes.length) this.grow(8);
    if (n < 128) {
      this.bytes[this.length] = n;
      this.length += 1;
      return;
    }
    let rest = n;
    while (rest >= 128) {
      this.bytes[this.length] = (rest % 128) + 128;
      this.length += 1;
      rest = Math.floor(rest / 128);
    }
    this.bytes[this.length] = rest;
    this.length += 1;
  }

  /** `atMs` is a time near that of the record. */
  record(record: JournalRecord, atMs: number): void {
    this.count(record.id);
    this.count(record.previousEventId);
    this.count(record.frame);
    this.integer(record.at - atMs);
    const fields: Fields = record;
    for (const key in fields) if (!isHead(key)) this.field(key, fields[key]);
    this.count(END);
  }

  value(value: unknown): void {
    if (typeof value === 'string') this.text(value);
    else if (value === null) this.count(NULL);
    else if (typeof value === 'object' && !Array.isArray(value)) {
      this.count(OBJECT);
      const fields = value as Fields;
      for (const key in fields) this.field(key, fields[key]);
      this.count(END);
    } else if (isInteger(value)) {
      this.count(INTEGER);
      this.integer(value);
    } else if (typeof value === 'boolean') this.count(value ? TRUE : FALSE);
    else this.json(value);
  }

  /** What `write` packs, for itself. The bytes are valid until more is packed. */
  packed(write: () => void): Buffer {
    this.length = 0;
    for (const text of this.added) this.numbers.delete(text);
    this.added.length = 0;
    write();
    return this.bytes.subarray(0, this.length);
  }

  private field(key: string, value: unknown): void {
    if (value === undefined) return;
    this.text(key);
    this.value(value);
  }

  private integer(n: number): void {
    this.count(n < 0 ? -2 * n - 1 : 2 * n);
  }

  private json(value: unknown): void {
    this.count(JSON_TEXT);
    this.text(JSON.stringify(value));
  }

  private text(text: string): void {
    const number = this.numbers.get(text);
    if (number !== undefined) {
      this.count(KNOWN_STRING + number);
      return;
    }
    if (!this.short(text)) {
      const size = Buffer.byteLength(text, 'utf8');
      // UTF-8 has no half of a pair; its JSON has.
      if (size > text.length && SURROGATE.test(text)) {
        this.json(text);
        return;
      }
      this.count(NEW_STRING);
      this.count(size);
      if (this.length + size > this.bytes.length) this.grow(size);
      this.bytes.write(text, this.length, size, 'utf8');
      this.length += size;
    }
    this.numbers.set(text, PACKED_WORDS.length + this.added.length);
    this.added.push(text);
  }

  /** Writes a new string of a few ASCII characters without a call out of JavaScript; false when it is none. */
  private short(text: string): boolean {
    const size = text.length;
    if (size > SHORT) return false;
    if (this.length + size + 2 > this.bytes.length) this.grow(size + 2);
    const from = this.length + 2;
    for (let at = 0; at < size; at += 1) {
      const code = text.charCodeAt(at);
      if (code > 127) return false;
      this.bytes[from + at] = code;
    }
    this.bytes[this.length] = NEW_STRING;
    this.bytes[this.length + 1] = size;
    this.length = from + size;
    return true;
  }

  private grow(by: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(this.bytes.length * 2, this.length + by));
    this.bytes.copy(larger, 0, 0, this.length);
    this.bytes = larger;
  }
}

export class Unpacker {
  private at = 0;
  private readonly bytes: Buffer;
  private readonly strings: string[] = [];

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  get done(): boolean {
    return this.at >= this.bytes.length;
  }

  count(): number {
    let n = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = this.bytes[this.at];
      if (byte === undefined) throw new SyntaxError(`Packed bytes end at ${this.at} in the middle of a value`);
      this.at += 1;
      if (byte < 128) return n + byte * factor;
      n += (byte - 128) * factor;
    }
  }

  record(atMs: number): JournalRecord {
    const id = this.count();
    const previousEventId = this.count();
    const frame = this.count();
    const at = this.integer() + atMs;
    return this.fields({ id, previousEventId, at, frame }) as unknown as JournalRecord;
  }

  value(): unknown {
    return this.tagged(this.count());
  }

  private tagged(tag: number): unknown {
    switch (tag) {
      case NULL:
        return null;
      case TRUE:
        return true;
      case FALSE:
        return false;
      case INTEGER:
        return this.integer();
      case JSON_TEXT:
        return JSON.parse(this.value() as string);
      case OBJECT:
        return this.fields({});
      default:
        return this.text(tag);
    }
  }

  private fields(object: Record<string, unknown>): Record<string, unknown> {
    for (let tag = this.count(); tag !== END; tag = this.count()) object[this.tagged(tag) as string] = this.value();
    return object;
  }

  private integer(): number {
    const n = this.count();
    return n % 2 === 0 ? n / 2 : -(n + 1) / 2;
  }

  private text(tag: number): string {
    if (tag === NEW_STRING) {
      const end = this.count() + this.at;
      const text = this.bytes.toString('utf8', this.at, end);
      this.at = end;
      this.strings.push(text);
      return text;
    }
    const number = tag - KNOWN_STRING;
    const text = PACKED_WORDS[number] ?? this.strings[number - PACKED_WORDS.length];
    if (text === undefined) throw new SyntaxError(`Packed bytes name string ${number}, which is not there`);
    return text;
  }
}
