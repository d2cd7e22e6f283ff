import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Item } from '../attribute-value.ts';
import { type Fixture, ordersTable } from './fixture.ts';

const KEY = { pk: { S: 'o1' }, sk: { S: 'a' } };

describe('UpdateItem', () => {
  let table: Fixture;
  beforeEach(async () => {
    table = await ordersTable();
    await table.put({
      ...KEY,
      n: { N: '10' },
      stops: { L: [{ S: 'x' }, { S: 'y' }, { S: 'z' }] },
      map: { M: { a: { N: '1' }, b: { M: { c: { S: 'deep' } } } } },
      tags: { SS: ['red', 'blue'] },
    });
  });

  test('creates the item when there is none', async () => {
    await table.call('UpdateItem', { Key: { pk: { S: 'new' }, sk: { S: 'a' } } });
    expect(await table.get('new')).toEqual({ pk: { S: 'new' }, sk: { S: 'a' } });
  });

  test('sets, adds, removes and deletes in one expression, reading the item as it was', async () => {
    const after = await table.update(
      'SET otherwise = n, n = n + :two, #m.b.c = :v REMOVE stops[0], stops[2] ADD hits :one, tags :green DELETE gone :green',
      { ':two': { N: '2' }, ':v': { S: 'new' }, ':one': { N: '1' }, ':green': { SS: ['green'] } },
      { '#m': 'map' },
    );
    expect(after).toEqual({
      ...KEY,
      n: { N: '12' },
      otherwise: { N: '10' },
      stops: { L: [{ S: 'y' }] },
      map: { M: { a: { N: '1' }, b: { M: { c: { S: 'new' } } } } },
      tags: { SS: ['red', 'blue', 'green'] },
      hits: { N: '1' },
    });
  });

  test('leaves items that were read before as they were', async () => {
    const before = await table.get('o1');
    await table.update('SET #m.b.c = :v', { ':v': { S: 'new' } }, { '#m': 'map' });
    expect(before?.['map']).toEqual({ M: { a: { N: '1' }, b: { M: { c: { S: 'deep' } } } } });
  });

  test('appends to lists, also beyond their end, and falls back with if_not_exists', async () => {
    const after = await table.update(
      'SET stops[9] = :v, later = list_append(if_not_exists(later, :none), :more), n = if_not_exists(n, :zero) - :one',
      { ':v': { S: 'end' }, ':none': { L: [] }, ':more': { L: [{ N: '1' }] }, ':zero': { N: '0' }, ':one': { N: '1' } },
    );
    expect(after['stops']).toEqual({ L: [{ S: 'x' }, { S: 'y' }, { S: 'z' }, { S: 'end' }] });
    expect(after['later']).toEqual({ L: [{ N: '1' }] });
    expect(after['n']).toEqual({ N: '9' });
  });

  test('removes an attribute whose set becomes empty', async () => {
    const after = await table.update('DELETE tags :all', { ':all': { SS: ['blue', 'red'] } });
    expect(after['tags']).toBeUndefined();
  });

  test('keeps numbers exact', async () => {
    const after = await table.update('SET n = :big + :small, d = :tenth + :fifth, e = :exp', {
      ':big': { N: '99999999999999999999999999' },
      ':small': { N: '1.5' },
      ':tenth': { N: '0.1' },
      ':fifth': { N: '0.20' },
      ':exp': { N: '1.50E3' },
    });
    expect([after['n'], after['d'], after['e']]).toEqual([
      { N: '100000000000000000000000000.5' },
      { N: '0.3' },
      { N: '1500' },
    ]);
  });

  test('returns what was asked for', async () => {
    const update = async (ReturnValues: string): Promise<unknown> => {
      const output = await table.call('UpdateItem', {
        Key: KEY,
        UpdateExpression: 'SET n = n + :one, #m.a = :one',
        ExpressionAttributeValues: { ':one': { N: '1' } },
        ExpressionAttributeNames: { '#m': 'map' },
        ReturnValues,
      });
      return output['Attributes'];
    };
    expect(await update('UPDATED_OLD')).toEqual({ n: { N: '10' }, map: { M: { a: { N: '1' } } } });
    expect(await update('UPDATED_NEW')).toEqual({ n: { N: '12' }, map: { M: { a: { N: '1' } } } });
    expect(((await update('ALL_OLD')) as Item)['n']).toEqual({ N: '12' });
    expect(((await update('ALL_NEW')) as Item)['n']).toEqual({ N: '14' });
    expect(await update('NONE')).toBeUndefined();
  });

  test.each([
    [
      'SET pk = :v',
      'One or more parameter values were invalid: Cannot update attribute pk. This attribute is part of the key',
    ],
    ['SET status = :v', 'Invalid UpdateExpression: Attribute name is a reserved keyword; reserved keyword: status'],
    [
      'SET a.b = :v, a = :v',
      'Invalid UpdateExpression: Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a, b], path two: [a]',
    ],
    ['SET nowhere.b = :v', 'The document path provided in the update expression is invalid for update'],
    ['SET a = nowhere, b = :v', 'The provided expression refers to an attribute that does not exist in the item'],
    ['SET a = stops + :n, b = :v', 'An operand in the update expression has an incorrect data type'],
    [
      'SET a = :v SET b = :v',
      'Invalid UpdateExpression: The "SET" section can only be used once in an update expression;',
    ],
    ['SET a = :v,', 'Invalid UpdateExpression: Syntax error; token: "<EOF>", near: ","'],
    [
      'SET a = :missing',
      'Invalid UpdateExpression: An expression attribute value used in expression is not defined; attribute value: :missing',
    ],
    [
      'SET a = #b',
      'Invalid UpdateExpression: An expression attribute name used in the document path is not defined; attribute name: #b',
    ],
    [
      'ADD a :v',
      'Invalid UpdateExpression: Incorrect operand type for operator or function; operator: ADD, operand type: STRING, typeSet: ALLOWED_FOR_ADD_OPERAND',
    ],
    ['REMOVE a', 'Value provided in ExpressionAttributeValues unused in expressions: keys: {:v}'],
    ['SET a = foo(:v, :v)', 'Invalid UpdateExpression: Invalid function name; function: foo'],
  ])('refuses %s', async (expression, message) => {
    const values: Item =
      expression.includes(':n') && !expression.includes('ADD')
        ? { ':v': { S: 'v' }, ':n': { N: '1' } }
        : { ':v': { S: 'v' } };
    await expect(table.update(expression, values)).rejects.toMatchObject({ name: 'ValidationException', message });
    expect((await table.get('o1'))?.['n']).toEqual({ N: '10' });
  });

  test('refuses an item above 400 KB', async () => {
    await expect(table.update('SET a = :v', { ':v': { S: 'x'.repeat(410_000) } })).rejects.toMatchObject({
      message: 'Item size to update has exceeded the maximum allowed size',
    });
  });

  test('refuses by name a member that it does not honour', async () => {
    await expect(table.call('UpdateItem', { Key: KEY, AttributeUpdates: {} })).rejects.toThrow(/AttributeUpdates/);
  });
});
