import { describe, expect, test } from '@jest/globals';
import type { JsonValue } from '../json.ts';
import { Answers } from './answers.ts';
import { computed, recovering } from './computed.ts';
import { type Expression, SLOW } from './expression.ts';
import type { Scope } from './scope.ts';
import { evaluate } from './template.ts';

const scope = (): Scope => ({
  root: null,
  context: {},
  states: {},
  answers: new Answers(),
  variable: () => undefined,
});

/** An expression that only the asynchronous evaluator can answer, and how often it was asked. */
function slow(later: () => Promise<JsonValue>): { expression: Expression; asked: () => number } {
  let asked = 0;
  const expression: Expression = {
    language: 'JSONata',
    source: 'slow',
    location: 'Output',
    variables: [],
    now: () => SLOW,
    later: () => {
      asked += 1;
      return later();
    },
  };
  return { expression, asked: () => asked };
}

describe('A computation', () => {
  test('makes no promise when its expressions can be evaluated at once', () => {
    expect(computed(scope(), () => evaluate({ kind: 'literal', value: 1, text: '1' }, scope()))).toBe(1);
  });

  test('is made again with each answer, and asks each expression once', async () => {
    const drawn = [1, 2];
    const first = slow(() => Promise.resolve(drawn.shift() ?? null));
    const second = slow(() => Promise.resolve(drawn.shift() ?? null));
    const within = scope();
    const sum = computed(within, () =>
      [first, second].map(({ expression }) => evaluate({ kind: 'expression', expression }, within)),
    );
    expect(sum).toBeInstanceOf(Promise);
    expect(await sum).toEqual([1, 2]);
    expect([first.asked(), second.asked()]).toEqual([1, 1]);
  });

  test('takes null for an answer', async () => {
    const { expression } = slow(() => Promise.resolve(null));
    const within = scope();
    expect(await computed(within, () => evaluate({ kind: 'expression', expression }, within))).toBeNull();
  });

  test('rejects as its expression does, throws as itself does', async () => {
    const { expression } = slow(() => Promise.reject(new Error('no such thing')));
    const within = scope();
    await expect(computed(within, () => evaluate({ kind: 'expression', expression }, within))).rejects.toThrow(
      'no such thing',
    );
    const failing = (): never => {
      throw new Error('at once');
    };
    expect(() => computed(within, failing)).toThrow('at once');
    expect(recovering(failing, () => 'recovered')).toBe('recovered');
  });
});
