/** A selection of fifty thousand failed orders: refused unless it is meant, and then frozen and tried dry within bounds. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BatchWriteCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ensureAssembly } from '../../cli/assembly.ts';
import { serveDay } from '../../cli/simulation/serve-day.ts';
import type { ReplayForecast, ReplayJob } from '../../operations/index.ts';
import { openRegion, type Region } from '../../region/index.ts';
import { ENTRY, type Ended, perfectOrder, RunningCommand } from './command-line.ts';
import { START } from './days.ts';
import { asOperator } from './operator.ts';

const ORDERS = 50_000;
const BATCH = 25;
const ASK = ['replay', '--all', '--why', 'the table was gone'];
/** Of this process, in which the region runs, and of a machine that does other things besides. */
const MOST_SECONDS = 120;
/** Of the command's own heap: it ends with an abort when it needs more. */
const MOST_MB = 300;

let folder: string;
const seen = {} as { unmeant: Ended; meant: Ended; seconds: number };

const failedOrder = (index: number): Record<string, unknown> => {
  const orderId = `order-${String(index).padStart(6, '0')}`;
  const executionArn = `arn:aws:states:us-east-1:123456789012:execution:order-lifecycle:${orderId}`;
  const failure = {
    ...{ executionArn, redriveCount: 0, executionStatus: 'FAILED', state: 'CloseOrder', error: 'TableGone' },
    ...{ cause: `${orderId} was not found`, pattern: '<id> was not found', failedAt: START },
    ...{ failedIn: 'DELIVERED', failedInAt: START },
  };
  return {
    ...{
      orderId,
      customerId: 'c',
      depotId: 'D1',
      tier: 'standard',
      status: 'FAILED',
      statusAt: START,
      cause: 'TableGone',
    },
    ...{ cycle: 1, attempts: 1, placedAt: START, promiseFrom: START, promiseTo: START, committedTo: START },
    ...{ promiseVersion: 1, position: [0, 0], breaches: [], reasons: [], replays: 0, pendingSignals: 0, failure },
    ...{ changeShard: String(index % 8), changedAt: `${START}#${orderId}`, ordersSeq: '1' },
  };
};

async function fill(region: Region): Promise<void> {
  const { documents, output } = asOperator(region);
  const table = output('BoardTableName');
  for (let from = 0; from < ORDERS; from += BATCH) {
    const puts = Array.from({ length: BATCH }, (_, index) => ({ PutRequest: { Item: failedOrder(from + index) } }));
    await documents.send(new BatchWriteCommand({ RequestItems: { [table]: puts } }));
  }
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'large-'));
  const region = await openRegion({
    assembly: ensureAssembly(() => undefined),
    clock: { mode: 'auto-skip', startAt: START },
    seed: 1,
  });
  try {
    await fill(region);
    const ending = new AbortController();
    let asked: Promise<void> | undefined;
    const onListen = (url: string): void => {
      asked = (async () => {
        seen.unmeant = await perfectOrder(folder, ...ASK, '--endpoint', url);
        const fromMs = performance.now();
        const meant = [...ASK, '--most', String(ORDERS), '--dry-run', '--json', '--endpoint', url];
        seen.meant = await new RunningCommand(folder, meant, [`--max-old-space-size=${MOST_MB}`, ENTRY]).ended;
        seen.seconds = (performance.now() - fromMs) / 1000;
      })().finally(() => ending.abort());
      asked.catch(() => undefined);
    };
    await serveDay(region, { port: 0, speed: 1, onListen, signal: ending.signal });
    await asked;
  } finally {
    await region.close();
  }
}, 240_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a selection of fifty thousand orders is refused with its number, unless that number is said', () => {
  const { code, stderr } = seen.unmeant;
  expect([code, stderr]).toEqual([
    2,
    expect.stringMatching(/^PO-110 {2}50,?000 orders are selected, about .*\n.*--most 50000/),
  ]);
});

test('a selection of fifty thousand orders that is meant is frozen and tried dry in bounded time and memory', () => {
  expect([seen.meant.code, seen.meant.stderr]).toEqual([0, '']);
  const { job, forecast } = JSON.parse(seen.meant.stdout) as { job: ReplayJob; forecast: ReplayForecast };
  expect(job).toMatchObject({ total: ORDERS, state: 'FROZEN', counts: { PENDING: ORDERS } });
  expect(forecast.total).toBe(ORDERS);
  console.info(`${ORDERS} orders frozen and tried dry in ${seen.seconds.toFixed(1)} s`);
  expect(seen.seconds).toBeLessThan(MOST_SECONDS);
});
