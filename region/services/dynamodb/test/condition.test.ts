import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Item } from '../attribute-value.ts';
import { type Fixture, ordersTable } from './fixture.ts';

const ITEM: Item = {
  pk: { S: 'o1' },
  sk: { S: 'a' },
  n: { N: '5' },
  s: { S: 'hello' },
  yes: { BOOL: true },
  stops: { L: [{ S: 'x' }, { N: '2' }] },
  deep: { M: { innards: { L: [{ M: { leaf: { N: '7' } } }] } } },
  tags: { SS: ['red', 'blue'] },
};

const VALUES: Item = {
  ':five': { N: '5.0' },
  ':six': { N: '6' },
  ':hel': { S: 'hel' },
  ':x': { S: 'x' },
  ':red': { S: 'red' },
  ':type': { S: 'SS' },
  ':yes': { BOOL: true },
  ':tags': { SS: ['blue', 'red'] },
};

describe('conditions', () => {
  let table: Fixture;
  beforeEach(async () => {
    table = await ordersTable();
    await table.put(ITEM);
  });

  test('what every object inherits is no attribute of an item', async () => {
    const ask = (ConditionExpression: string, name: string): Promise<unknown> =>
      table.call('PutItem', { Item: ITEM, ConditionExpression, ExpressionAttributeNames: { '#inherited': name } });
    await ask('attribute_not_exists(#inherited)', 'constructor');
    await ask('attribute_not_exists(deep.#inherited)', 'toString');
    const refused = { name: 'ConditionalCheckFailedException' };
    await expect(ask('attribute_exists(#inherited)', 'constructor')).rejects.toMatchObject(refused);
    await expect(ask('attribute_exists(#inherited)', '__proto__')).rejects.toMatchObject(refused);
  });

  function check(ConditionExpression: string, values: Item = VALUES): Promise<unknown> {
    const used = Object.entries(values).filter(([name]) => new RegExp(`${name}\\b`).test(ConditionExpression));
    return table.call('PutItem', {
      Item: ITEM,
      ConditionExpression,
      ...(used.length === 0 ? {} : { ExpressionAttributeValues: Object.fromEntries(used) }),
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
  }

  test.each([
    'n = :five',
    'n < :six AND n <= :five AND n >= :five AND n <> :six',
    'n BETWEEN :five AND :six',
    'n IN (:six, :five)',
    'NOT n = :six',
    'n = :six OR n = :five AND yes = :yes',
    'NOT (n = :six OR n > :six)',
    'attribute_exists(deep.innards[0].leaf)',
    'attribute_not_exists(deep.innards[1])',
    'attribute_type(tags, :type)',
    'begins_with(s, :hel)',
    'contains(s, :hel) AND contains(stops, :x) AND contains(tags, :red)',
    'size(s) = :five AND size(tags) < :five',
    'tags = :tags',
    'absent <> :five',
    'deep.innards[0].leaf > n',
  ])('hold: %s', async (expression) => {
    await expect(check(expression)).resolves.toBeDefined();
  });

  test.each([
    'n = :six',
    'absent = :five',
    'absent < :five',
    's < :five',
    'n = :five AND n = :six',
    '(n = :five OR n = :six) AND n = :six',
    'attribute_exists(deep.innards[1])',
    'begins_with(n, :hel)',
    'contains(stops, :red)',
    'size(n) = :five',
  ])('do not hold: %s', async (expression) => {
    await expect(check(expression)).rejects.toMatchObject({
      name: 'ConditionalCheckFailedException',
      message: 'The conditional request failed',
      fields: { Item: ITEM },
    });
  });

  test.each([
    ['n = ', 'Invalid ConditionExpression: Syntax error; token: "<EOF>", near: "="'],
    ['n ! :six', 'Invalid ConditionExpression: Syntax error; token: "!", near: "n ! :six"'],
    ['((n = :six))', 'Invalid ConditionExpression: The expression has redundant parentheses;'],
    [
      'n = n',
      'Invalid ConditionExpression: The first operand must be distinct from the remaining operands for this operator or function; operator: =, first operand: [n]',
    ],
    [
      'n < :yes',
      'Invalid ConditionExpression: Incorrect operand type for operator or function; operator: <, operand type: BOOL',
    ],
    [
      'begins_with(s, :six)',
      'Invalid ConditionExpression: Incorrect operand type for operator or function; operator or function: begins_with, operand type: N',
    ],
    [
      'begins_with(s)',
      'Invalid ConditionExpression: Incorrect number of operands for operator or function; operator or function: begins_with, number of operands: 1',
    ],
    [
      'attribute_exists(:six)',
      'Invalid ConditionExpression: Operator or function requires a document path; operator or function: attribute_exists',
    ],
    ['exists(n)', 'Invalid ConditionExpression: Invalid function name; function: exists'],
    ['name = :six', 'Invalid ConditionExpression: Attribute name is a reserved keyword; reserved keyword: name'],
    ['', 'Invalid ConditionExpression: The expression can not be empty;'],
  ])('are refused: %s', async (expression, message) => {
    await expect(check(expression)).rejects.toMatchObject({ name: 'ValidationException', message });
  });

  test('are refused when they leave a placeholder unused', async () => {
    await expect(
      table.call('PutItem', {
        Item: ITEM,
        ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeNames: { '#a': 'a', '#b': 'b' },
      }),
    ).rejects.toThrow('Value provided in ExpressionAttributeNames unused in expressions: keys: {#a, #b}');
  });
});
