/** What goes wrong for operators themselves: a login that expires, a definition that has changed, a failure that is too old. */

import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DescribeStateMachineCommand, UpdateStateMachineCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readFaults } from '../../cli/fault-file.ts';
import { serveDay } from '../../cli/simulation/serve-day.ts';
import { rehearsalGate } from '../../console/index.ts';
import {
  type Deployed,
  failureGroups,
  forecastReplay,
  freezeSelection,
  type JobMode,
  OrderBook,
  type OrderTraceView,
  openBoard,
  type ReplayForecast,
  type ReplayItem,
  type ReplayJob,
  replayItems,
  runReplay,
  traceOrder,
} from '../../operations/index.ts';
import { type Ended, jsonOf, perfectOrder } from './command-line.ts';
import { runDay, smallDay } from './days.ts';
import { asOperator, OPERATOR } from './operator.ts';

const day = smallDay(36, 2);
const why = 'the incident is over';
const DAYS_MS = 15 * 86_400_000;
const MARK = 'Changed while orders stood still.';

interface Job {
  readonly forecast: ReplayForecast;
  readonly ended: ReplayJob;
  readonly items: readonly ReplayItem[];
}

const seen = {} as {
  expiredAtOnce: Ended;
  expired: Ended;
  afterExpiry: readonly ReplayItem[];
  goneOn: { readonly job: ReplayJob; readonly items: readonly ReplayItem[] };
  changed: Job;
  changedText: string;
  changedTrace: OrderTraceView | undefined;
  tooOld: Job;
  untouched: readonly (number | undefined)[];
  resumed: Job;
};
let folder: string;

/** Hands everything on to a region, as long as the login lasts. */
class Login {
  /** Changes of orders that it still covers. */
  changesLeft = Number.POSITIVE_INFINITY;
  #server: Server | undefined;

  async open(target: string): Promise<string> {
    this.#server = createServer((incoming, outgoing) => {
      if (incoming.url?.endsWith('/invocations') === true) this.changesLeft -= 1;
      if (this.changesLeft < 0) {
        incoming.resume();
        const body = {
          __type: 'ExpiredTokenException',
          message: 'The security token included in the request is expired',
        };
        outgoing.writeHead(400, {
          'content-type': 'application/x-amz-json-1.0',
          'x-amzn-errortype': 'ExpiredTokenException',
        });
        outgoing.end(JSON.stringify(body));
        return;
      }
      const { method, headers, url } = incoming;
      const onward = request(new URL(url ?? '/', target), { method, headers }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      });
      onward.on('error', () => outgoing.destroy());
      incoming.pipe(onward);
    });
    await new Promise<void>((resolve) => void this.#server?.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server?.closeAllConnections();
    this.#server?.close();
  }
}

async function expire(url: string, groupId: string, deployed: Deployed): Promise<void> {
  const login = new Login();
  const to = ['--endpoint', await login.open(url)];
  try {
    const ask = ['replay', '--group', groupId, '--why', why, '--rate', '5', '--dry-run', ...to];
    const { job } = await jsonOf<{ job: ReplayJob }>(folder, 0, ...ask);
    login.changesLeft = 1;
    seen.expired = await perfectOrder(folder, 'replay', '--job', job.jobId, ...to);
    seen.expiredAtOnce = await perfectOrder(folder, 'orders', ...to);
    seen.afterExpiry = (await replayItems(deployed, job.jobId)).items;
    login.changesLeft = Number.POSITIVE_INFINITY;
    seen.goneOn = await jsonOf(folder, 0, 'replay', '--job', job.jobId, ...to);
  } finally {
    login.close();
  }
}

async function changeDefinition({ machines, output }: Deployed): Promise<void> {
  const stateMachineArn = output('OrderLifecycleMachineArn');
  const { definition = '' } = await machines.send(new DescribeStateMachineCommand({ stateMachineArn }));
  const changed = JSON.stringify({ ...JSON.parse(definition), Comment: MARK });
  await machines.send(new UpdateStateMachineCommand({ stateMachineArn, definition: changed }));
}

async function frozen(deployed: Deployed, mode: JobMode, groupIds?: readonly string[]): Promise<ReplayJob> {
  const board = openBoard(deployed);
  try {
    await board.sync();
    const selection = groupIds === undefined ? { query: {} } : { groupIds };
    return await freezeSelection(deployed, board, { ...selection, why, mode, ratePerSecond: 50, identity: OPERATOR });
  } finally {
    board.close();
  }
}

async function run(deployed: Deployed, mode: JobMode, groupIds?: readonly string[]): Promise<Job> {
  const { jobId } = await frozen(deployed, mode, groupIds);
  const forecast = await forecastReplay(deployed, jobId);
  const ended = await runReplay(deployed, jobId, OPERATOR, { mayResume: rehearsalGate(deployed) });
  return { forecast, ended, items: (await replayItems(deployed, jobId)).items };
}

async function operateServed(url: string, deployed: Deployed): Promise<void> {
  const board = openBoard(deployed);
  await board.sync();
  const [first, second] = failureGroups(board).map(({ groupId }) => groupId);
  board.close();
  await expire(url, first ?? '', deployed);
  await changeDefinition(deployed);
  const ask = ['replay', '--group', second ?? '', '--why', why, '--mode', 'redrive', '--dry-run', '--endpoint', url];
  seen.changedText = (await perfectOrder(folder, ...ask)).stdout;
  seen.changed = await run(deployed, 'redrive', [second ?? '']);
  seen.changedTrace = await traceOrder(deployed, seen.changed.items[0]?.orderId ?? '');
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mishaps-'));
  await runDay(day.orders, {
    fleet: day.fleet,
    faults: readFaults('incident'),
    handOver: async (_, region) => {
      const deployed = asOperator(region);
      const ending = new AbortController();
      let asked: Promise<void> | undefined;
      const onListen = (url: string): void => {
        asked = operateServed(url, deployed).finally(() => ending.abort());
        asked.catch(() => undefined);
      };
      await serveDay(region, { port: 0, speed: 60, onListen, signal: ending.signal });
      await asked;
      await region.advance(DAYS_MS);
      const operated = (async () => {
        seen.tooOld = await run(deployed, 'redrive');
        const book = new OrderBook(deployed);
        const records = await Promise.all(seen.tooOld.items.map(({ orderId }) => book.order(orderId)));
        seen.untouched = records.map((record) => record?.replays);
        seen.resumed = await run(deployed, 'auto');
      })().finally(() => {
        isOver = true;
      });
      operated.catch(() => undefined);
      let isOver = false;
      while (!isOver) await region.advance(60_000);
      await operated;
    },
  });
}, 200_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a login that has expired', () => {
  test('is told as such, with what to do', () => {
    const { code, stderr } = seen.expiredAtOnce;
    expect([code, stderr]).toEqual([3, expect.stringMatching(/^PO-209 {2}.*expired\n {8}.*Log in again/i)]);
  });

  test('stops a replay in the middle, which goes on where it was after the next login', () => {
    const { code, stderr } = seen.expired;
    expect([code, stderr]).toEqual([
      3,
      expect.stringMatching(/PO-209.*\n.*perfect-order replay --job .*nothing is done twice/),
    ]);
    const asked = seen.afterExpiry.filter(({ state }) => state !== 'PENDING');
    expect(asked.length).toBeGreaterThan(0);
    expect(asked.length).toBeLessThan(seen.afterExpiry.length);
    const { job, items } = seen.goneOn;
    expect(job).toMatchObject({ state: 'DONE', counts: { SUCCEEDED: items.length } });
  });
});

describe('a redrive of executions whose definition has changed since', () => {
  test('says before that they go on under the definition that they began with, and what to do if that is not meant', () => {
    const { forecast, items } = seen.changed;
    expect(forecast).toMatchObject({
      willRedrive: items.length,
      underOlderDefinition: { count: items.length, of: items.length },
    });
    expect(seen.changedText).toMatch(/began under another definition.*--mode resume/s);
  });

  test('goes on under that one, as AWS does, and brings them home', () => {
    const { ended, items } = seen.changed;
    expect(items.length).toBeGreaterThan(0);
    expect(ended.counts).toMatchObject({ SUCCEEDED: items.length });
    const [execution] = seen.changedTrace?.executions ?? [];
    expect(execution).toMatchObject({ status: 'SUCCEEDED', redriveCount: 1 });
    expect(execution?.definition).not.toContain(MARK);
  });
});

describe('failures of fifteen days ago', () => {
  test('are not redriven, and nothing is changed by having asked', () => {
    const { forecast, ended, items } = seen.tooOld;
    expect(items.length).toBeGreaterThan(0);
    expect(forecast).toMatchObject({ willRedrive: 0, refused: [{ count: items.length }] });
    expect(forecast.refused[0]?.reason).toMatch(/14 days.*use resume/);
    expect(ended.counts).toMatchObject({ REFUSED: items.length });
    for (const { reason } of items) expect(reason).toMatch(/resume the order instead/);
    expect(seen.untouched).toEqual(items.map(() => undefined));
  });

  test('are resumed by auto, to their end', () => {
    const { forecast, ended, items } = seen.resumed;
    expect(forecast).toMatchObject({ willResume: items.length, willRedrive: 0 });
    expect(ended.counts).toMatchObject({ SUCCEEDED: items.length });
    expect(new Set(items.map(({ mode }) => mode))).toEqual(new Set(['resume']));
  });
});
