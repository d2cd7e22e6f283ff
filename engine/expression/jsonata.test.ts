import { describe, expect, test } from '@jest/globals';
import type { JsonObject, JsonValue } from '../json.ts';
import { Answers } from './answers.ts';
import { SLOW } from './expression.ts';
import { javaRandomDouble } from './java-random.ts';
import { compileJsonata } from './jsonata.ts';

const ambient = { nowMs: Date.UTC(2026, 5, 1), host: { random: () => 0.5, uuid: () => 'u-1' } };
const input: JsonObject = {
  n: 3,
  s: 'x',
  t: true,
  nil: null,
  list: [1, [2], { a: 1 }],
  o: { p: { q: 'deep' } },
  empty: [],
};
const variables: Record<string, JsonValue> = { v: 5, list: [7, 8], o: { k: 'v' } };
const scope = {
  root: null,
  context: {},
  answers: new Answers(),
  states: { input, context: {} },
  variable: (name: string): JsonValue | undefined => variables[name],
};

/** Every construct that the fast evaluator compiles, with values at the edges of its rules. */
const EXPRESSIONS = [
  '$states.input.o.p.q',
  '$states.input.list',
  '$states.input.list.a',
  '$states.input.empty',
  '$states.input.missing',
  '$states.input.nil',
  '$states.input.s.length',
  '$v',
  '$list',
  '$o.k',
  '$nope',
  '$v = 5',
  '$v != 5',
  '$nope = $nope',
  '$nope != 1',
  '$states.input.list = $list',
  '$v > 3',
  '$v > "a"',
  '$nope > 1',
  '$v + 1',
  '$v - $nope',
  '$v * 2',
  '"a" & $v',
  '"a" & $nope',
  '"a" & 1.5',
  '"a" & $o',
  '$v and $nope',
  '$nope or $v',
  '$list and true',
  '$v ? "y" : "n"',
  '$nope ? "y"',
  '{"a": $v, "b": $nope, "c": [$list, [$list]]}',
  '[$v, $nope, $list, [$list]]',
  '$exists($v)',
  '$exists($nope)',
  '$not($v)',
  '$not($nope)',
  '($v)',
  '$states.input.nil = null',
  '$states.input.t = true',
  '-$v',
  '1/0',
  '$merge([$o, {"z": $v}])',
  '$merge([$o, $nope])',
  '$merge([$o, 1])',
  '$merge($o)',
  '$string($o.k)',
  '$string($v)',
  '$string($nope)',
  '$string(1.5)',
  '$string(true)',
  '$string($o)',
  '$v / 2',
  '$v / 0',
  '$ceil($v / 2)',
  '$ceil($nope)',
  '$ceil("a")',
  '$floor(-1.5)',
  '$abs(-3)',
  '$max([1, $v, 3])',
  '$max([])',
  '$max([1, "a"])',
  '$min([$nope, $v])',
  '$max($list)',
  '$max($v)',
  '$toMillis("2026-06-01T00:00:00Z")',
  '$toMillis("2026-06-01T00:00:00.25Z")',
  '$toMillis("2026-02-30T00:00:00Z")',
  '$toMillis("2026-13-01T00:00:00Z")',
  '$toMillis("2026-06-01")',
  '$toMillis("soon")',
  '$toMillis($nope)',
  '$fromMillis(1767600000123)',
  '$fromMillis(0.5)',
  '$fromMillis(-1)',
  '$millis() - 1',
  '$now()',
  '$now() & "!"',
  '$substring("abcdef", 1, 3)',
  '$substring("abcdef", -2, 1)',
  '$substring("abc", 2, 9)',
  '$substring("a\u{1f600}bc", 1, 2)',
  '$substring("abc", 0, -1)',
  '$substring($nope, 0, 1)',
  '$substring($v, 0, 1)',
  '$max([60, $ceil(($toMillis("2026-06-01T00:01:30Z") - $millis()) / 1000)])',
];

describe('The fast evaluator', () => {
  test.each(EXPRESSIONS)('agrees with the full one on %s', async (source) => {
    const expression = compileJsonata(source, 'Output', ambient);
    const outcome = async (evaluate: () => unknown): Promise<string> => {
      try {
        return JSON.stringify(await evaluate());
      } catch (thrown) {
        return (thrown as Error).message;
      }
    };
    const full = await outcome(() => expression.later(scope));
    const fast = await outcome(() => {
      const value = expression.now(scope);
      return value === SLOW ? expression.later(scope) : value;
    });
    expect(fast).toBe(full);
  });

  test('takes the paths and comparisons of every step without a promise', () => {
    const deadline = '$max([60, $ceil(($toMillis("2026-06-01T00:01:30Z") - $millis()) / 1000)])';
    const cause = '$states.input.s & ": " & $substring($string($states.input.s), 0, 500)';
    const sources = [
      '$states.input.o.p.q',
      '$v = 5',
      '{"a": $v}',
      '$states.input.n > 1 and $exists($v)',
      deadline,
      cause,
    ];
    for (const source of sources) {
      expect(compileJsonata(source, 'Output', ambient).now(scope)).not.toBe(SLOW);
    }
  });
});

test('The variables of an expression are those it reads from outside', () => {
  const source = '($x := $price * 2; $map($items, function($i) { $i + $x + $states.input.n }))';
  expect(compileJsonata(source, 'Output', ambient).variables).toEqual(['items', 'price']);
});

describe("AWS's functions", () => {
  test.each([
    ['$partition([1,2,3,4,5], 2)', [[1, 2], [3, 4], [5]]],
    ['$range(0, 6, 3)', [0, 3, 6]],
    ['$hash("input data", "SHA-1")', 'aaff4a450a104cd177d28d18d74485e8cae074b7'],
    ['$uuid()', 'u-1'],
    ['$random()', 0.5],
    ['$random(42)', 0.7275636800328681],
    ['$parse("{\\"a\\":[1]}")', { a: [1] }],
    ['$now()', '2026-06-01T00:00:00.000Z'],
    ['$now("[Y]-[M01]")', '2026-06'],
    ['$millis()', Date.UTC(2026, 5, 1)],
  ])('%s', async (source, expected) => {
    expect(await compileJsonata(source, 'Output', ambient).later(scope)).toEqual(expected);
  });

  test('leave $eval out', async () => {
    await expect(compileJsonata('$eval("1")', 'Output', ambient).later(scope)).rejects.toThrow('T1006');
  });

  test('draw from java.util.Random', () => {
    expect(javaRandomDouble(42)).toBe(0.7275636800328681);
  });
});
