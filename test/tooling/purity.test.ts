/** Time and chance belong to the region: nothing else reads a wall clock, sets a timer or draws a random number. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';

const ROOT = join(import.meta.dirname, '..', '..');
const PURE = ['domain', 'engine', 'fleet', 'operations', 'region', 'workflows'];
/**
 * The clock itself, what the sandbox puts in place of time and chance, the port other processes come in by, and the time
 * of an operator's tool, which in an account is the host's.
 */
const OWNERS = [
  /^region\/virtual-clock\.ts$/,
  /^region\/sandbox\//,
  /^region\/endpoint\//,
  /^operations\/operator-time\.ts$/,
];
const IMPURE =
  /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bperformance\.now\(|(?<![.\w])set(Timeout|Interval|Immediate)\(|\brandomUUID\(/;

function* sources(folder: string): Generator<string> {
  for (const entry of readdirSync(join(ROOT, folder), { withFileTypes: true })) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory() && entry.name !== 'testing' && entry.name !== 'test') yield* sources(path);
    else if (path.endsWith('.ts') && !path.endsWith('.test.ts')) yield path;
  }
}

describe('time and chance', () => {
  test.each(PURE)('%s takes both from its host', (folder) => {
    const impure = [...sources(folder)]
      .filter((path) => !OWNERS.some((owner) => owner.test(path)))
      .flatMap((path) =>
        readFileSync(join(ROOT, path), 'utf8')
          .split('\n')
          .map((line, index) => ({ line, at: `${path}:${index + 1}` }))
          .filter(({ line }) => IMPURE.test(line) && !/^\s*(\/\/|\*|\/\*)/.test(line))
          .map(({ line, at }) => `${at} ${line.trim()}`),
      );
    expect(impure).toEqual([]);
  });
});
