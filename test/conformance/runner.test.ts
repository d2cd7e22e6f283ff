import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, jest, test } from '@jest/globals';

jest.setTimeout(60_000);

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'conformance-'));
afterAll(() => fs.rmSync(root, { recursive: true }));

const COMPARATOR = 'export const compareCase = () => ({ pass: true, diffs: [] });\n';

function folderOf(name: string, cases: Readonly<Record<string, string>>): string {
  const folder = path.join(root, name);
  fs.mkdirSync(path.join(folder, 'cases'), { recursive: true });
  fs.writeFileSync(path.join(folder, 'compare.mjs'), COMPARATOR);
  for (const [file, text] of Object.entries(cases)) fs.writeFileSync(path.join(folder, 'cases', file), text);
  return folder;
}

function run(...args: string[]): { status: number | null; out: string } {
  const script = path.join(import.meta.dirname, 'run.ts');
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', script, ...args], {
    encoding: 'utf8',
  });
  return { status, out: stdout + stderr };
}

describe('The conformance run', () => {
  test.each([
    ['a folder that is not there', () => path.join(root, 'none'), 'There is no folder'],
    ['a folder without cases', () => folderOf('empty', {}), 'No case is of that kind'],
    ['a case that is not JSON', () => folderOf('cut', { 'a.json': '{"id":' }), 'a.json is not JSON'],
    ['a file that is no case', () => folderOf('other', { 'a.json': '[]' }), "it has no text 'id'"],
  ])('of %s exits 2 and says why', (_what, folder, reason) => {
    const { status, out } = run(folder());
    expect(out).toContain(reason);
    expect(status).toBe(2);
  });

  test('counts a case of a kind that it does not know as failed, with the reason, and reports as JSON', () => {
    const folder = folderOf('new', {
      'a.json': '{"id":"a","kind":"oracle","area":"new"}',
      'b.json': '{"id":"b","kind":"history","area":"new"}',
    });
    const file = path.join(root, 'report.json');
    const { status, out } = run(folder, '--json', file);
    expect(status).toBe(1);
    expect(out).toContain('0 of 2 pass');
    const report = JSON.parse(fs.readFileSync(file, 'utf8')) as { results: { diffs: { message: string }[] }[] };
    expect(report).toMatchObject({ passed: 0, total: 2, newlyBroken: ['a', 'b'], newlyPassing: [] });
    expect(report.results[0]?.diffs[0]?.message).toContain("no runner for the kind 'oracle'");
  });
});
