import { beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Item } from '../attribute-value.ts';
import { canonicalNumber, compareNumbers, sortableNumber } from '../decimal.ts';
import { type Fixture, ordersTable } from './fixture.ts';

function order(pk: string, sk: string, more: Item = {}): Item {
  return { pk: { S: pk }, sk: { S: sk }, ...more };
}

function keysOf(output: Record<string, unknown>): string[] {
  return (output['Items'] as Item[]).map((item) => item['sk']?.S ?? '');
}

describe('Query and Scan', () => {
  let table: Fixture;
  beforeEach(async () => {
    table = await ordersTable();
    for (const sk of ['e', 'b', 'a/1', 'd', 'a/2', 'c']) await table.put(order('p', sk));
  });

  const queried = async (condition: string, values: Item, more: object = {}): Promise<string[]> =>
    keysOf(
      await table.call('Query', {
        KeyConditionExpression: `pk = :p${condition}`,
        ExpressionAttributeValues: { ':p': { S: 'p' }, ...values },
        ...more,
      }),
    );

  test('gives a partition in the order of its sort keys, and backwards', async () => {
    expect(await queried('', {})).toEqual(['a/1', 'a/2', 'b', 'c', 'd', 'e']);
    expect(await queried('', {}, { ScanIndexForward: false })).toEqual(['e', 'd', 'c', 'b', 'a/2', 'a/1']);
  });

  test.each<[string, Item, string[]]>([
    [' AND sk = :a', { ':a': { S: 'c' } }, ['c']],
    [' AND sk < :a', { ':a': { S: 'b' } }, ['a/1', 'a/2']],
    [' AND sk <= :a', { ':a': { S: 'b' } }, ['a/1', 'a/2', 'b']],
    [' AND sk > :a', { ':a': { S: 'd' } }, ['e']],
    [' AND sk >= :a', { ':a': { S: 'd' } }, ['d', 'e']],
    [' AND sk BETWEEN :a AND :b', { ':a': { S: 'b' }, ':b': { S: 'd' } }, ['b', 'c', 'd']],
    [' AND begins_with(sk, :a)', { ':a': { S: 'a/' } }, ['a/1', 'a/2']],
  ])('reads a range: pk = :p%s', async (condition, values, expected) => {
    expect(await queried(condition, values)).toEqual(expected);
  });

  test('continues page by page in both directions, even when the last item read is deleted meanwhile', async () => {
    for (const ScanIndexForward of [true, false]) {
      const seen: string[] = [];
      let ExclusiveStartKey: unknown;
      do {
        const page = await table.call('Query', {
          KeyConditionExpression: 'pk = :p',
          ExpressionAttributeValues: { ':p': { S: 'p' } },
          ScanIndexForward,
          Limit: 2,
          ...(ExclusiveStartKey === undefined ? {} : { ExclusiveStartKey }),
        });
        seen.push(...keysOf(page));
        ExclusiveStartKey = page['LastEvaluatedKey'];
        if (seen.length === 2) await table.call('DeleteItem', { Key: order('p', seen[1] ?? '') });
      } while (ExclusiveStartKey !== undefined);
      expect(seen).toHaveLength(ScanIndexForward ? 6 : 5);
      expect(new Set(seen).size).toBe(seen.length);
    }
  });

  test('ends a page after 1 MB and counts what the filter left out', async () => {
    for (let at = 0; at < 6; at += 1) {
      await table.put(order('big', String(at), { body: { S: 'x'.repeat(300_000) }, n: { N: String(at) } }));
    }
    const page = await table.call('Query', {
      KeyConditionExpression: 'pk = :p',
      FilterExpression: 'n > :two',
      ExpressionAttributeValues: { ':p': { S: 'big' }, ':two': { N: '2' } },
      Select: 'COUNT',
    });
    expect(page).toEqual({ Count: 1, ScannedCount: 4, LastEvaluatedKey: order('big', '3') });
  });

  test('a sparse index holds the items that have its keys, ordered by number, with the projected attributes', async () => {
    const due = [9, 10, -3, 2.5, 100];
    for (const [at, n] of due.entries()) {
      await table.put(
        order('o', String(at), { depot: { S: 'D1' }, due: { N: String(n) }, tier: { S: 't' }, x: { S: 'x' } }),
      );
    }
    await table.put(order('o', '8', { depot: { S: 'D1' } }));
    await table.call('UpdateItem', { Key: order('o', '4'), UpdateExpression: 'REMOVE due' });
    await table.call('UpdateItem', {
      Key: order('o', '0'),
      UpdateExpression: 'SET due = :n',
      ExpressionAttributeValues: { ':n': { N: '20' } },
    });
    const page = await table.call('Query', {
      IndexName: 'by-depot',
      KeyConditionExpression: 'depot = :d',
      ExpressionAttributeValues: { ':d': { S: 'D1' } },
    });
    expect((page['Items'] as Item[]).map((item) => item['due']?.N)).toEqual(['-3', '2.5', '10', '20']);
    expect((page['Items'] as Item[])[0]).toEqual(
      order('o', '2', { depot: { S: 'D1' }, due: { N: '-3' }, tier: { S: 't' } }),
    );
  });

  test('an index pages through entries with equal keys', async () => {
    for (let at = 0; at < 5; at += 1) {
      await table.put(order(`q${at}`, 's', { depot: { S: 'D2' }, due: { N: '1' } }));
    }
    const seen: unknown[] = [];
    let ExclusiveStartKey: unknown;
    do {
      const page = await table.call('Query', {
        IndexName: 'by-depot',
        KeyConditionExpression: 'depot = :d',
        ExpressionAttributeValues: { ':d': { S: 'D2' } },
        Limit: 2,
        ...(ExclusiveStartKey === undefined ? {} : { ExclusiveStartKey }),
      });
      seen.push(...(page['Items'] as Item[]).map((item) => item['pk']?.S));
      ExclusiveStartKey = page['LastEvaluatedKey'];
    } while (ExclusiveStartKey !== undefined);
    expect(seen).toEqual(['q0', 'q1', 'q2', 'q3', 'q4']);
  });

  test('scan reads everything once, in pages and in segments', async () => {
    for (let at = 0; at < 40; at += 1) await table.put(order(`k${at}`, 'a'));
    const seen: string[] = [];
    for (const Segment of [0, 1, 2]) {
      let ExclusiveStartKey: unknown;
      do {
        const page = await table.call('Scan', {
          Limit: 7,
          Segment,
          TotalSegments: 3,
          ...(ExclusiveStartKey === undefined ? {} : { ExclusiveStartKey }),
        });
        seen.push(...(page['Items'] as Item[]).map((item) => `${item['pk']?.S}/${item['sk']?.S}`));
        ExclusiveStartKey = page['LastEvaluatedKey'];
      } while (ExclusiveStartKey !== undefined);
    }
    expect(seen).toHaveLength(46);
    expect(new Set(seen).size).toBe(46);
  });

  test('projects nested paths', async () => {
    await table.put(
      order('n', 'a', { m: { M: { a: { S: '1' }, b: { L: [{ N: '0' }, { N: '1' }] } } }, z: { S: 'z' } }),
    );
    const output = await table.call('GetItem', { Key: order('n', 'a'), ProjectionExpression: 'm.b[1], z, nothing' });
    expect(output['Item']).toEqual({ m: { M: { b: { L: [{ N: '1' }] } } }, z: { S: 'z' } });
  });

  test.each([
    [{ KeyConditionExpression: 'sk = :p' }, 'Query condition missed key schema element: pk'],
    [{ KeyConditionExpression: 'pk > :p' }, 'Query key condition not supported'],
    [
      { KeyConditionExpression: 'pk = :p', FilterExpression: 'sk = :p' },
      'Filter Expression can only contain non-primary key attributes: Primary key attribute: sk',
    ],
    [{ KeyConditionExpression: 'pk = :p', IndexName: 'none' }, 'The table does not have the specified index: none'],
    [
      { KeyConditionExpression: 'pk = :p AND pk = :p' },
      'KeyConditionExpressions must only contain one condition per key',
    ],
    [
      { KeyConditionExpression: 'pk = :p', ExclusiveStartKey: { pk: { S: 'p' } } },
      'The provided starting key is invalid',
    ],
  ])('refuses %j', async (input, message) => {
    await expect(
      table.call('Query', { ExpressionAttributeValues: { ':p': { S: 'p' } }, ...input }),
    ).rejects.toMatchObject({ name: 'ValidationException', message });
  });
});

describe('numbers', () => {
  const numberText = fc
    .tuple(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), fc.integer({ min: -40, max: 40 }))
    .map(([mantissa, exponent]) => ({ text: `${mantissa}E${exponent}`, mantissa, exponent }));

  test('keep their order as sortable text', () => {
    fc.assert(
      fc.property(numberText, numberText, (a, b) => {
        const least = Math.min(a.exponent, b.exponent);
        const left = a.mantissa * 10n ** BigInt(a.exponent - least);
        const right = b.mantissa * 10n ** BigInt(b.exponent - least);
        const expected = left === right ? 0 : left < right ? -1 : 1;
        const one = canonicalNumber(a.text);
        const two = canonicalNumber(b.text);
        const texts = [sortableNumber(one), sortableNumber(two)] as const;
        const actual = texts[0] === texts[1] ? 0 : texts[0] < texts[1] ? -1 : 1;
        return actual === expected && Math.sign(compareNumbers(one, two)) === expected;
      }),
      { seed: 42, numRuns: 500 },
    );
  });

  test('are refused beyond 38 digits and what is no number', () => {
    expect(() => canonicalNumber('1'.repeat(39))).toThrow('Attempting to store more than 38 significant digits');
    expect(() => canonicalNumber('abc')).toThrow('The parameter cannot be converted to a numeric value: abc');
    expect(() => canonicalNumber('1e200')).toThrow('Number overflow');
  });
});
