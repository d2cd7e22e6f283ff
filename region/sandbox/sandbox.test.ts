import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { createPrng } from '../prng.ts';
import { VirtualClock } from '../virtual-clock.ts';
import { Sandbox } from './sandbox.ts';

const folder = mkdtempSync(join(tmpdir(), 'sandbox-'));
afterAll(() => rmSync(folder, { recursive: true }));

function exportsOf(name: string, code: string): unknown {
  const path = join(folder, `${name}.js`);
  writeFileSync(path, `module.exports = ${code};`);
  const refused = () => {
    throw new Error('nothing is called');
  };
  const sandbox = new Sandbox({
    name,
    environment: {},
    clock: new VirtualClock({ mode: 'manual', startAt: '2026-03-02T08:00:00Z' }),
    prng: createPrng(1, name),
    call: refused,
    http: refused,
    write: () => undefined,
  });
  return sandbox.load(path);
}

describe('a program in a sandbox', () => {
  test('has one thread, whatever the machine has, and keeps the rest of what it asks the system', () => {
    const [threads, lineEnd, isSame] = exportsOf(
      'asking',
      "[require('node:os').availableParallelism(), require('os').EOL, require('os') === require('node:os')]",
    ) as [number, string, boolean];
    expect([threads, lineEnd, isSame]).toEqual([1, '\n', true]);
  });

  test('starts no other', () => {
    const code = "new (require('node:worker_threads').Worker)('x')";
    expect(() => exportsOf('starting', code)).toThrow(/^starting: worker_threads.Worker is not part of the region/);
  });
});
