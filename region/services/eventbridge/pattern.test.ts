import { describe, expect, test } from '@jest/globals';
import { compilePattern } from './pattern.ts';

const event = {
  source: 'perfect-order.orders',
  'detail-type': 'OrderPlaced',
  region: 'us-east-1',
  detail: {
    orderId: 'o-1',
    amount: 12.5,
    ip: '10.0.3.7',
    tags: ['fragile', 'gold'],
    customer: { tier: 'Standard' },
    nothing: null,
    items: [
      { sku: 'a', n: 1 },
      { sku: 'b', n: 9 },
    ],
    file: 'photo.PNG',
  },
};

const cases: readonly [string, object, boolean][] = [
  ['an exact value', { source: ['perfect-order.orders'] }, true],
  ['another value', { source: ['other'] }, false],
  ['all fields together', { source: ['perfect-order.orders'], detail: { orderId: ['o-2'] } }, false],
  ['any of a list', { detail: { orderId: ['o-9', 'o-1'] } }, true],
  ['an element of an array', { detail: { tags: ['gold'] } }, true],
  ['null', { detail: { nothing: [null] } }, true],
  ['one element of an array of objects', { detail: { items: { sku: ['b'], n: [9] } } }, true],
  ['no two elements mixed', { detail: { items: { sku: ['a'], n: [9] } } }, false],
  ['a prefix', { source: [{ prefix: 'perfect-order.' }] }, true],
  ['a prefix in any case', { source: [{ prefix: { 'equals-ignore-case': 'PERFECT' } }] }, true],
  ['a suffix', { detail: { file: [{ suffix: '.PNG' }] } }, true],
  ['a suffix in another case', { detail: { file: [{ suffix: '.png' }] } }, false],
  ['anything but a value', { detail: { orderId: [{ 'anything-but': 'o-2' }] } }, true],
  ['anything but a list', { detail: { orderId: [{ 'anything-but': ['o-1', 'o-2'] }] } }, false],
  ['anything but a prefix', { detail: { orderId: [{ 'anything-but': { prefix: 'o-' } }] } }, false],
  ['anything but prefixes', { detail: { orderId: [{ 'anything-but': { prefix: ['x', 'y'] } }] } }, true],
  ['anything but on an absent field', { detail: { absent: [{ 'anything-but': 'x' }] } }, false],
  ['a range', { detail: { amount: [{ numeric: ['>', 10, '<=', 12.5] }] } }, true],
  ['outside a range', { detail: { amount: [{ numeric: ['<', 10] }] } }, false],
  ['an existing field', { detail: { orderId: [{ exists: true }] } }, true],
  ['an object as no leaf', { detail: { customer: [{ exists: true }] } }, false],
  ['a missing field', { detail: { gone: { deeper: [{ exists: false }] } } }, true],
  ['missing or a value', { detail: { orderId: [{ exists: false }, 'o-1'] } }, true],
  ['a value in any case', { detail: { customer: { tier: [{ 'equals-ignore-case': 'STANDARD' }] } } }, true],
  ['a wildcard', { detail: { file: [{ wildcard: 'ph*.P*G' }] } }, true],
  ['a wildcard with an escaped star', { detail: { file: [{ wildcard: 'ph\\*' }] } }, false],
  ['a block of addresses', { detail: { ip: [{ cidr: '10.0.0.0/16' }] } }, true],
  ['another block', { detail: { ip: [{ cidr: '10.1.0.0/16' }] } }, false],
  ['either side of $or', { $or: [{ source: ['x'] }, { detail: { amount: [{ numeric: ['=', 12.5] }] } }] }, true],
  [
    '$or beside a field that fails',
    { region: ['eu-west-1'], $or: [{ source: ['x'] }, { detail: { orderId: ['o-1'] } }] },
    false,
  ],
];

describe('an event pattern', () => {
  test.each(cases)('with %s', (_name, pattern, expected) => {
    expect(compilePattern(pattern)(event)).toBe(expected);
  });

  test('takes JSON text, as filter criteria have it', () => {
    expect(compilePattern('{"detail":{"orderId":["o-1"]}}')(event)).toBe(true);
  });

  test.each([
    [{ source: [] }],
    [{ source: 'x' }],
    [{}],
    [{ source: [{ near: 'x' }] }],
    [{ source: [{ prefix: 'x', suffix: 'y' }] }],
    [{ source: [{ numeric: ['~', 1] }] }],
    [{ $or: [{ source: ['x'] }] }],
  ])('is refused when it is %j', (pattern) => {
    expect(() => compilePattern(pattern)).toThrow('Event pattern is not valid');
  });
});
