import { expect, test } from '@jest/globals';
import { killRun } from './kill-run.ts';

test('A host that is killed ten times at random moments loses no execution, token or timer', async () => {
  const report = await killRun({ kills: 10, seed: 3 });
  expect(report.violations).toEqual([]);
  expect(report.started).toBeGreaterThan(5);
  expect(report.ended).toBe(report.started);
  expect(report.tokens).toBe(report.started);
});
