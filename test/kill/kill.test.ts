import { expect, test } from '@jest/globals';
import { killRun } from './kill-run.ts';

test('Step Functions that is killed eight times at random moments loses no execution, token or timer', async () => {
  const report = await killRun({ kills: 8, seed: 6 });
  expect(report.violations).toEqual([]);
  expect(report.started).toBeGreaterThan(5);
  expect(report.ended).toBe(report.started);
  expect(report.redriven).toBeGreaterThan(0);
  expect(report.tokens).toBeGreaterThanOrEqual(2 * report.started);
});
