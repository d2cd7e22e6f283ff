/** Runs the examples of docs/TESTKIT.md, in their order, as one program. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { transform } from 'esbuild';
import * as kit from './index.ts';

const PAGE = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'TESTKIT.md'), 'utf8');
const KIT = /^import \{ ([^}]+) \} from '\.\.\/engine\/testkit\/index\.ts';$/gm;

describe('The page about the test kit', () => {
  const examples = [...PAGE.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code = '']) => code);

  test('has examples that run', async () => {
    expect(examples.length).toBeGreaterThan(5);
    const { code } = await transform(examples.join('\n').replace(/^import .*;$/gm, ''), { loader: 'ts' });
    const names = Object.keys(kit);
    const expectations: unknown[] = [];
    const counting = (value: unknown) => {
      expectations.push(value);
      return expect(value);
    };
    const tests: (() => Promise<void>)[] = [];
    const given = { expect: counting, readFileSync, test: (_: string, body: () => Promise<void>) => tests.push(body) };
    const run = new Function(...Object.keys(given), ...names, `return (async () => {${code}})()`) as (
      ...values: unknown[]
    ) => Promise<void>;
    await run(...Object.values(given), ...Object.values(kit));
    for (const body of tests) await body();
    expect(tests).toHaveLength(1);
    expect(expectations.length).toBeGreaterThan(15);
  });

  test('imports and names everything that the kit exports', () => {
    const imported = [...PAGE.matchAll(KIT)].flatMap(([, names = '']) => names.split(', '));
    expect(imported.filter((name) => !Object.hasOwn(kit, name))).toEqual([]);
    expect(Object.keys(kit).filter((name) => !PAGE.includes(`\`${name}\``) && name !== 'KitError')).toEqual([]);
  });
});
