/** A day of an incident, small: all that failed is brought to its end through the region's port, and nothing is done twice. */
import { beforeAll, expect, test } from '@jest/globals';
import { readFaults } from '../../cli/fault-file.ts';
import { serveDay } from '../../cli/simulation/serve-day.ts';
import { rehearsalGate } from '../../console/index.ts';
import {
  connectAws,
  failureGroups,
  freezeSelection,
  openBoard,
  type ReplayJob,
  type RunReport,
  runReplay,
  whoAmI,
} from '../../operations/index.ts';
import { runDay, smallDay } from './days.ts';
import { type Check, reportChecks, tableChecks } from './replay-proof.ts';

const ORDERS = 60;
let before: RunReport;
let after: RunReport;
let job: ReplayJob;
let groups: number;
let inTables: readonly Check[];

async function replayAll(endpoint: string): Promise<void> {
  const deployed = await connectAws({ endpoint });
  const board = openBoard(deployed);
  await board.sync();
  groups = failureGroups(board).length;
  const identity = await whoAmI(deployed);
  const selection = { query: {}, why: 'the incident is over', mode: 'auto', ratePerSecond: 100, identity } as const;
  const { jobId } = await freezeSelection(deployed, board, selection);
  board.close();
  job = await runReplay(deployed, jobId, identity, { mayResume: rehearsalGate(deployed) });
  inTables = await tableChecks(deployed);
}

beforeAll(async () => {
  const { orders, fleet } = smallDay(ORDERS, 6);
  await runDay(orders, {
    fleet,
    faults: readFaults('incident'),
    handOver: async (day, region, reportAgain) => {
      const ending = new AbortController();
      let asked: Promise<void> | undefined;
      const onListen = (url: string): void => {
        asked = replayAll(url).finally(() => ending.abort());
      };
      await serveDay(region, { port: 0, speed: 60, onListen, signal: ending.signal });
      await asked;
      before = day.report;
      after = await reportAgain();
    },
  });
}, 240_000);

test('every order that failed is replayed to its end', () => {
  const failed = before.orders.filter(({ status }) => status === 'FAILED').length;
  expect(failed).toBeGreaterThan(5);
  expect(groups).toBeGreaterThan(2);
  expect(job).toMatchObject({ state: 'DONE', total: failed, counts: { SUCCEEDED: failed } });
});

test('nothing is delivered, told or breached twice, nor changed that had not failed', () => {
  const checks = reportChecks(before, after);
  expect(checks).toHaveLength(11);
  expect(checks.filter(({ holds }) => !holds)).toEqual([]);
});

test('the tables say the same', () => {
  expect(inTables).toHaveLength(4);
  expect(inTables.filter(({ holds }) => !holds)).toEqual([]);
});

test('a doubled notification, delivery or breach would be seen', () => {
  const [told] = after.notifications.filter(({ kind }) => kind === 'delivered');
  const breached = after.orders.find(({ breaches }) => (breaches ?? []).length > 0);
  if (told === undefined || breached === undefined) throw new Error('the day has no delivery or no breach');
  const twice = {
    orders: after.orders.map((order) =>
      order === breached ? { ...order, breaches: [...(order.breaches ?? []), ...(order.breaches ?? [])] } : order,
    ),
    notifications: [...after.notifications, told],
  };
  const broken = reportChecks(before, twice).flatMap(({ name, holds }) => (holds ? [] : [name]));
  expect(broken).toEqual(
    expect.arrayContaining(['no order was delivered twice', 'no notification was sent twice', 'no breach fired twice']),
  );
});
