import { describe, expect, test } from '@jest/globals';
import { PACKED_WORDS } from './packed-words.ts';
import { Packer, Unpacker } from './packing.ts';
import type { JournalRecord } from './records.ts';

const packer = new Packer();
function again(value: unknown): unknown {
  const unpacker = new Unpacker(packer.packed(() => packer.value(value)));
  const copy = unpacker.value();
  expect(unpacker.done).toBe(true);
  return copy;
}

describe('Packed values', () => {
  test.each([
    ['whole numbers', { a: 0, b: -1, c: 127, d: 128, e: -128, f: Number.MAX_SAFE_INTEGER, g: Number.MIN_SAFE_INTEGER }],
    ['other numbers', { a: 0.1, b: 1e300, c: -1e-7 }],
    ['words and texts', { type: 'TaskStateEntered', name: 'Ask', again: 'Ask', empty: '', type2: 'type' }],
    ['texts beyond ASCII', { a: 'ä', b: '😀'.repeat(40), c: 'ß'.repeat(100_000), d: '\ud800', e: '\ud800' }],
    ['arrays and objects', { a: [], b: {}, c: [1, { d: ['x'] }], e: { f: { g: null } }, h: [true, false], i: true }],
    ['keys of lists that objects treat as their own', { a: [JSON.parse('{"__proto__":1}')] }],
  ])('give %s back', (_what, value) => {
    expect(again(value)).toEqual(value);
    expect(JSON.stringify(again(value))).toBe(JSON.stringify(value));
  });

  test('do not carry what was packed before them and could not be', () => {
    expect(() => packer.packed(() => packer.value({ a: [1n] }))).toThrow(TypeError);
    expect(again({ a: 1 })).toEqual({ a: 1 });
  });

  test('leave out what is undefined, as JSON does', () => {
    expect(again({ a: undefined, b: 1 })).toStrictEqual({ b: 1 });
  });

  test('grow with what they hold', () => {
    const large = { text: 'x'.repeat(1_000_000), more: 'y'.repeat(300_000) };
    expect(again(large)).toEqual(large);
  });

  test('write a text once, however often it comes', () => {
    const bytes = packer.packed(() => packer.value({ a: 'once upon a time', b: 'once upon a time' }));
    expect(bytes.toString('latin1').split('once').length).toBe(2);
  });

  test('are refused when they are cut off or name what is not there', () => {
    const bytes = packer.packed(() => packer.value({ a: 'text' }));
    expect(() => new Unpacker(bytes.subarray(0, -1)).value()).toThrow(SyntaxError);
    expect(() => new Unpacker(Buffer.from([200, 120])).value()).toThrow('which is not there');
  });
});

test('P1: packed records come back equal, in order', () => {
  const records = [
    {
      id: 1,
      previousEventId: 0,
      at: 1_767_600_000_000,
      frame: 0,
      type: 'ExecutionStarted',
      details: { input: '{"ä":1}', roleArn: 'r' },
    },
    {
      id: 2,
      previousEventId: 0,
      at: 1_767_600_000_005,
      frame: 0,
      type: 'TaskStateEntered',
      details: { name: 'A', input: '{"ä":1}' },
    },
    {
      id: 0,
      previousEventId: 2,
      at: 1_767_599_999_000,
      frame: 300,
      type: 'TimerSet',
      purpose: 'wait',
      timerId: '1.0.3',
      dueMs: 1e15,
    },
    {
      id: 3,
      previousEventId: 2,
      at: 1_767_600_000_005,
      frame: 0,
      type: 'PassStateExited',
      details: { name: 'A', output: '1' },
      next: null,
    },
  ] as const satisfies JournalRecord[];
  const bytes = packer.packed(() => {
    for (const record of records) packer.record(record, records[0].at);
  });
  const unpacker = new Unpacker(bytes);
  expect(records.map(() => unpacker.record(records[0].at))).toEqual(records);
  expect(unpacker.done).toBe(true);
});

test('Each word has one number', () => {
  expect(new Set(PACKED_WORDS).size).toBe(PACKED_WORDS.length);
});
