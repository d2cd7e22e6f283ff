import { describe, expect, test } from '@jest/globals';
import { compareWithManifest, type Manifest, type Result } from './manifest.ts';
import { rowsOf, terminalTable } from './table.ts';

const result = (id: string, pass: boolean, area = 'choice'): Result => ({ id, kind: 'history', area, pass });
const manifest: Manifest = {
  gaps: [
    { id: 'one', reason: 'the first reason' },
    { pattern: '^group\\[', reason: 'the second reason' },
  ],
};

describe('the manifest of known gaps', () => {
  test('agrees when exactly the listed cases fail', () => {
    const agreement = compareWithManifest(
      [result('one', false), result('group[a]', false), result('group[b]', false), result('fine', true)],
      manifest,
    );
    expect(agreement).toMatchObject({ newlyBroken: [], newlyPassing: [] });
    expect([...agreement.known]).toEqual([
      ['the first reason', ['one']],
      ['the second reason', ['group[a]', 'group[b]']],
    ]);
  });

  test('tells what is newly broken and what newly passes', () => {
    const agreement = compareWithManifest(
      [result('one', true), result('group[a]', true), result('new', false)],
      manifest,
    );
    expect(agreement.newlyBroken).toEqual(['new']);
    expect(agreement.newlyPassing).toEqual(['one', 'group[a]']);
  });

  test('says nothing of gaps that are not in the folder', () => {
    expect(compareWithManifest([result('fine', true)], manifest)).toMatchObject({ newlyBroken: [], newlyPassing: [] });
  });
});

describe('the table', () => {
  const results = [result('a', true), result('b', false), result('c', true, 'map')];

  test('sums by kind and by area', () => {
    expect(rowsOf(results)).toEqual([
      { kind: 'history', area: '', passed: 2, total: 3 },
      { kind: 'history', area: 'choice', passed: 1, total: 2 },
      { kind: 'history', area: 'map', passed: 1, total: 1 },
    ]);
  });

  test('shows 100 % for all only', () => {
    const many = [...Array.from({ length: 2_999 }, (_, i) => result(`p${i}`, true)), result('f', false)];
    expect(terminalTable(many)).toContain('99.9 %');
    expect(terminalTable(many)).not.toContain('100.0 %');
  });
});
