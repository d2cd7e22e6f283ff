import { describe, expect, test } from '@jest/globals';
import type { JsonValue } from '../json.ts';
import { Answers } from './answers.ts';
import { compilePath, compilePayloadTemplate, PathSyntaxError, parseReferencePath } from './jsonpath-compile.ts';
import { evaluate } from './template.ts';

const ambient = { nowMs: 0, host: { random: () => 0.5, uuid: () => 'u-1' } };
const root: JsonValue = {
  a: { b: [10, 20, 30], 'c d': 1 },
  books: [
    { title: 'x', price: 5 },
    { title: 'yy', price: 15 },
  ],
};
const scope = {
  root,
  states: {},
  answers: new Answers(),
  context: { Execution: { Id: 'e-1' } },
  variable: (name: string): JsonValue | undefined => (name === 'v' ? { k: 4 } : undefined),
};

describe('A path', () => {
  test.each<[string, JsonValue]>([
    ['$.a.b[1]', 20],
    ['$.a.b[-1]', 30],
    ["$['a']['c d']", 1],
    ['$.a.b[0:2]', [10, 20]],
    ['$.a.b[*]', [10, 20, 30]],
    ['$.a.b[0,2]', [10, 30]],
    ['$..price', [5, 15]],
    ['$.books[?(@.price > 10)].title', ['yy']],
    ['$.books[?(@.title =~ /y+/ || @.price == 5)].price', [5, 15]],
    ['$$.Execution.Id', 'e-1'],
    ['$v.k', 4],
  ])('%s', (source, expected) => {
    expect(compilePath(source, 'InputPath', ambient).now(scope)).toEqual(expected);
  });

  test('that leads nowhere fails in the words of the field it stands in', () => {
    expect(() => compilePath('$.no', 'InputPath', ambient).now(scope)).toThrow(
      "Invalid path '$.no' : No results for path: $['no']",
    );
    expect(() => compilePath('$.no', 'x.$', ambient).now(scope)).toThrow(
      "The JSONPath '$.no' specified for the field 'x.$' could not be found",
    );
  });

  test('is refused where it cannot be read, and as a reference path where it names more than one place', () => {
    expect(() => compilePath('$.a[', 'InputPath', ambient)).toThrow(PathSyntaxError);
    expect(() => parseReferencePath('$.a[*]')).toThrow("'$.a[*]' is not a reference path");
    expect(parseReferencePath('$.a.b[0]')).toEqual(['a', 'b', 0]);
  });
});

describe('An intrinsic function', () => {
  test.each<[string, JsonValue]>([
    ["States.Format('{} of {}', $.a.b[0], 'x')", '10 of x'],
    ["States.StringToJson('[1]')", [1]],
    ['States.JsonToString($.a.b)', '[10,20,30]'],
    ['States.Array(1, $.a.b[0], null)', [1, 10, null]],
    ['States.ArrayPartition($.a.b, 2)', [[10, 20], [30]]],
    ['States.ArrayContains($.a.b, 20)', true],
    ['States.ArrayRange(1, 9, 4)', [1, 5, 9]],
    ['States.ArrayGetItem($.a.b, 2)', 30],
    ['States.ArrayLength($.a.b)', 3],
    ['States.ArrayUnique(States.Array(1, 1, 2))', [1, 2]],
    ["States.Base64Encode('Data')", 'RGF0YQ=='],
    ["States.Base64Decode('RGF0YQ==')", 'Data'],
    ["States.Hash('input data', 'SHA-1')", 'aaff4a450a104cd177d28d18d74485e8cae074b7'],
    ['States.JsonMerge($v, States.StringToJson(\'{"z":1}\'), false)', { k: 4, z: 1 }],
    ['States.MathRandom(1, 9)', 5],
    ['States.MathAdd(2, -1)', 1],
    ["States.StringSplit('a.b,c', '.,')", ['a', 'b', 'c']],
    ['States.UUID()', 'u-1'],
  ])('%s', (source, expected) => {
    expect(compilePath(source, 'x.$', ambient).now(scope)).toEqual(expected);
  });

  test('with a wrong argument fails with States.IntrinsicFailure', () => {
    expect(() => compilePath('States.ArrayLength(1)', 'x.$', ambient).now(scope)).toThrow(
      expect.objectContaining({ error: 'States.IntrinsicFailure' }),
    );
  });
});

test('A payload template replaces what ends in .$ and keeps the rest', () => {
  const template = compilePayloadTemplate(
    { 'n.$': '$.a.b[0]', keep: { deep: [{ 'm.$': '$v.k' }, 'text'] } },
    'Parameters',
    ambient,
  );
  expect(evaluate(template, scope)).toEqual({ n: 10, keep: { deep: [{ m: 4 }, 'text'] } });
  expect(compilePayloadTemplate({ a: [1, { b: 2 }] }, 'Parameters', ambient).kind).toBe('literal');
});
