/** The region's translation of documents against the library's own, value by value and for random values. */

import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compileKeyNodes, toAttribute, toNative } from './document-values.ts';

const OPTIONS = { removeUndefinedValues: true };

const document = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.string(),
    fc.integer(),
    fc.double({ noNaN: true, min: -1e15, max: 1e15 }),
    fc.boolean(),
    fc.constant(null),
    fc.uint8Array({ minLength: 1, maxLength: 4 }),
    fc.constant(new Set(['a', 'b'])),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(
      fc.string({ minLength: 1 }).filter((key) => key !== '__proto__'),
      tie('value'),
      { maxKeys: 4 },
    ),
  ),
})).value;

describe('documents at the SDK seam', () => {
  test('random values become the attribute values that the library makes of them', () => {
    fc.assert(
      fc.property(document, (value) => {
        const expected = marshall({ value }, OPTIONS)['value'];
        expect(toAttribute(value, OPTIONS)).toEqual(expected);
      }),
    );
  });

  test('attribute values become the values that the library makes of them', () => {
    fc.assert(
      fc.property(document, (value) => {
        const item = marshall({ value }, OPTIONS);
        expect(toNative(item['value'], {})).toEqual(unmarshall(item)['value']);
      }),
    );
  });

  test('undefined members are dropped when the options say so, and refused when they do not', () => {
    expect(toAttribute({ a: undefined, b: [1, undefined] }, OPTIONS)).toEqual({ M: { b: { L: [{ N: '1' }] } } });
    expect(() => toAttribute({ a: undefined }, {})).toThrow(/removeUndefinedValues/);
  });

  test('numbers that a double cannot hold are refused as by the library', () => {
    expect(() => toAttribute(2 ** 60, OPTIONS)).toThrow();
    expect(toNative({ N: '123456789012345678901' }, {})).toBe(123456789012345678901n);
  });

  test('key nodes say where documents stand', () => {
    const nodes = { TransactItems: { '*': { Put: { Item: {} } } } };
    const input = { TransactItems: [{ Put: { TableName: 't', Item: { id: 'x' } } }] };
    expect(compileKeyNodes(nodes)(input, (value) => toAttribute(value, OPTIONS))).toEqual({
      TransactItems: [{ Put: { TableName: 't', Item: { id: { S: 'x' } } } }],
    });
  });
});
