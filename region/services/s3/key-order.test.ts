import { describe, expect, test } from '@jest/globals';
import { compareKeys, firstFrom } from './key-order.ts';

const KEYS = ['', 'a', 'a/b', 'ab', 'b', 'é', '\u{ff5e}', '\u{1f4e6}', '\u{1f4e6}a', '\u{fffd}', '\ue000', 'z'];

describe('Keys', () => {
  test('stand in the order of their UTF-8 bytes', () => {
    const byBytes = [...KEYS].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    expect([...KEYS].sort(compareKeys)).toEqual(byBytes);
    expect([...KEYS].sort()).not.toEqual(byBytes);
  });

  test('are found by where they would stand', () => {
    const keys = ['a', 'c', 'e'];
    expect(['', 'a', 'b', 'e', 'f'].map((key) => firstFrom(keys, key))).toEqual([0, 0, 1, 2, 3]);
  });
});
