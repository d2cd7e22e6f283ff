import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type ExecutionStatus, ListExecutionsCommand, RedriveExecutionCommand, SFNClient } from '@aws-sdk/client-sfn';
import { describe, expect, test } from '@jest/globals';
import { readFaults } from '../../cli/fault-file.ts';
import { SAMPLES_FOLDER } from '../../cli/project.ts';
import { serveDay } from '../../cli/simulation/serve-day.ts';
import { reportFiles } from '../../operations/index.ts';
import type { Region } from '../../region/index.ts';
import { runDay, smallDay, statusesOf } from './days.ts';

const PLANS = readdirSync(join(SAMPLES_FOLDER, 'faults')).map((file) => file.replace(/\.json$/, ''));

describe('a day on which AWS does what it may do', () => {
  test.each([1, 2])('with seed %i loses no order and does nothing twice', async (seed) => {
    const { orders, fleet } = smallDay(20, 2);
    const day = await runDay(orders, { fleet, seed, faults: readFaults('flaky') });
    expect(Object.values(day.faultHits).reduce((sum, hits) => sum + hits, 0)).toBeGreaterThan(10);
    expect(new Set(statusesOf(day))).toEqual(new Set(['ARCHIVED']));
    for (const { attempts } of day.report.orders) expect(attempts).toBe(1);
    const keys = day.report.notifications.map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
    expect(day.report.summary.notifications['delivered']).toBe(orders.length);
  });
});

describe('a day of an incident', () => {
  test('has orders that failed, others that did not, and is the same again for the same seed', async () => {
    const { orders, fleet } = smallDay(20, 2);
    const run = () => runDay(orders, { fleet, faults: readFaults('incident') });
    const [day, again] = [await run(), await run()];
    const statuses = statusesOf(day);
    expect(new Set(statuses)).toEqual(new Set(['ARCHIVED', 'FAILED']));
    expect(statuses.filter((status) => status === 'ARCHIVED').length).toBeGreaterThan(orders.length / 2);
    expect(reportFiles(again.report)).toEqual(reportFiles(day.report));
    expect(again.faultHits).toEqual(day.faultHits);
  });

  test('is handed over to operators, who find on its port what failed and bring it to its end', async () => {
    const { orders, fleet } = smallDay(20, 2);
    const counts: Record<string, number>[] = [];
    const handOver = async (_: unknown, region: Region): Promise<void> => {
      const ending = new AbortController();
      let asked: Promise<void> | undefined;
      const onListen = (url: string): void => {
        asked = replayAll(url, region.outputs()['OrderLifecycleMachineArn'] ?? '', counts).finally(() =>
          ending.abort(),
        );
      };
      await serveDay(region, { port: 0, speed: 60, onListen, signal: ending.signal });
      await asked;
    };
    await runDay(orders, { fleet, faults: readFaults('incident'), handOver });
    const [before, after] = counts;
    expect(before?.['FAILED']).toBeGreaterThan(0);
    expect(after).toEqual({ FAILED: 0, RUNNING: 0, SUCCEEDED: orders.length });
  });
});

/** By AWS's protocol, as for an account: redrives what failed, and counts before and after. */
async function replayAll(endpoint: string, stateMachineArn: string, counts: Record<string, number>[]): Promise<void> {
  const credentials = { accessKeyId: 'anybody', secretAccessKey: 'any' };
  const machines = new SFNClient({ endpoint, region: 'us-east-1', credentials });
  const list = async (statusFilter: ExecutionStatus) =>
    (await machines.send(new ListExecutionsCommand({ stateMachineArn, statusFilter }))).executions ?? [];
  const count = async () => {
    const [FAILED, RUNNING, SUCCEEDED] = [await list('FAILED'), await list('RUNNING'), await list('SUCCEEDED')];
    return { FAILED: FAILED.length, RUNNING: RUNNING.length, SUCCEEDED: SUCCEEDED.length };
  };
  counts.push(await count());
  for (const { executionArn } of await list('FAILED'))
    await machines.send(new RedriveExecutionCommand({ executionArn }));
  // Time goes on by itself: an hour of it is more than any retry takes.
  while ((await count()).RUNNING > 0) await new Promise((resolve) => setTimeout(resolve, 50));
  counts.push(await count());
}

test.each(PLANS)('the plan %s fits the application: each of its rules can hit', async (plan) => {
  const { orders, fleet } = smallDay(1, 1);
  const { faultHits } = await runDay(orders, { fleet, faults: readFaults(plan) });
  expect(Object.keys(faultHits).length).toBeGreaterThan(0);
});

test('a plan that is not there is refused with those that are', () => {
  expect(() => readFaults('incidents')).toThrow('--faults incidents: there is no such plan');
});
