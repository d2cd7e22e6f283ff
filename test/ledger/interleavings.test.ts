/**
 * Every interleaving of (signal written, token written, answer sent, crash between any two), against the real ledger
 * code on the region's DynamoDB. The small scenarios run here; `npm run interleavings` runs all of them.
 */
import { afterAll, describe, expect, test } from '@jest/globals';
import { report, tryScenario } from './run.ts';
import { SCENARIOS } from './scenarios.ts';

const tried: Awaited<ReturnType<typeof tryScenario>>[] = [];

afterAll(() => console.log(report(tried)));

describe('the signal ledger, in every interleaving', () => {
  for (const [name, scenario] of Object.entries(SCENARIOS)) {
    if (scenario.isLarge === true) continue;
    test(name, async () => {
      const outcome = await tryScenario(name, scenario);
      tried.push(outcome);
      expect(outcome.interleavings).toBeGreaterThan(1_000n);
    });
  }
});
