/** A region that is killed under an open console and under a running replay: what they say, and how both go on. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ListExecutionsCommand, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ensureAssembly } from '../../cli/assembly.ts';
import { type Console, openConsole, operationsOf } from '../../console/index.ts';
import {
  connectAws,
  type Deployed,
  type OrderPage,
  type ReplayItem,
  type ReplayJob,
  replayItems,
} from '../../operations/index.ts';
import { jsonOf, RunningCommand } from './command-line.ts';

const SPEED = '300';
const STOPPED = 6;

let folder: string;
let region: RunningCommand;
let endpoint: string;
let ports: readonly string[];
let deployed: Deployed;
let pages: Console;
let job: ReplayJob;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

function freePort(): Promise<string> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { readonly port: number };
      server.close(() => resolve(String(port)));
    });
  });
}

async function startRegion(): Promise<string> {
  const [port = '', regionPort = ''] = ports;
  region = new RunningCommand(folder, [
    'start',
    ...['--port', port, '--region-port', regionPort, '--data', 'data', '--speed', SPEED],
  ]);
  return (await region.said(/Region: .*\n.*\n/))[0];
}

async function until<T>(read: () => Promise<T>, isSo: (value: T) => boolean): Promise<T> {
  for (let looks = 0; looks < 300; looks += 1) {
    const value = await read();
    if (isSo(value)) return value;
    await pause(100);
  }
  throw new Error('it did not become so within 300 looks');
}

async function summary(): Promise<{
  status: number;
  body: { failed?: number; error?: { code: string; remedy: string } };
}> {
  const { origin, searchParams } = new URL(pages.url);
  const headers = { authorization: `Bearer ${searchParams.get('token') ?? ''}` };
  const response = await fetch(`${origin}/api/summary`, { headers });
  return { status: response.status, body: (await response.json()) as object };
}

const executions = async (): Promise<readonly string[]> => {
  const stateMachineArn = deployed.output('OrderLifecycleMachineArn');
  const found = await deployed.machines.send(new ListExecutionsCommand({ stateMachineArn, statusFilter: 'RUNNING' }));
  return (found.executions ?? []).flatMap(({ executionArn }) => executionArn ?? []);
};

beforeAll(async () => {
  ensureAssembly(() => undefined);
  folder = mkdtempSync(join(tmpdir(), 'region-lost-'));
  ports = [await freePort(), await freePort()];
  endpoint = `http://127.0.0.1:${ports[1]}`;
  await startRegion();
  deployed = await connectAws({ endpoint });
  pages = await openConsole({
    operations: operationsOf(deployed),
    port: 0,
    hasPage: false,
    onProblem: () => undefined,
  });
  for (const executionArn of (await until(executions, ({ length }) => length >= STOPPED)).slice(0, STOPPED)) {
    await deployed.machines.send(new StopExecutionCommand({ executionArn, error: 'Drill', cause: 'stopped by hand' }));
  }
  await until(summary, ({ body }) => body.failed === STOPPED);
  const frozen = await jsonOf<{ job: ReplayJob }>(
    folder,
    0,
    ...['replay', '--all', '--why', 'drill', '--dry-run'],
    '--rate',
    '1',
  );
  job = frozen.job;
}, 120_000);
afterAll(async () => {
  await pages.close();
  await region.signal('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

describe('a region that is killed', () => {
  test('ends a running replay with what to do, and the page with what it cannot reach', async () => {
    expect(job).toMatchObject({ total: STOPPED, state: 'FROZEN' });
    const replay = new RunningCommand(folder, ['replay', '--job', job.jobId, '--endpoint', endpoint]);
    const items = async () => (await replayItems(deployed, job.jobId)).items;
    await until(items, (all) => all.some(({ state }) => state !== 'PENDING'));
    await region.signal('SIGKILL');
    const { code, stderr } = await replay.ended;
    expect([code, stderr]).toEqual([3, expect.stringContaining('PO-200')]);
    expect(stderr).toContain(`\`perfect-order replay --job ${job.jobId}\`: nothing is done twice.`);
    const { status, body } = await until(summary, (answer) => answer.status !== 200);
    expect([status, body.error]).toEqual([503, expect.objectContaining({ code: 'UNREACHABLE' })]);
  }, 60_000);

  test('and started again has what was asked of it, and the page and the replay go on where they were', async () => {
    expect(await startRegion()).toMatch(/Resumed at .*: \d+ executions open/);
    const { items: before } = await replayItems(deployed, job.jobId);
    const asked = before.filter(({ state }) => state !== 'PENDING').length;
    expect(asked).toBeGreaterThan(0);
    expect(asked).toBeLessThan(STOPPED);
    const { status, body } = await until(summary, (answer) => answer.status === 200);
    expect([status, body.failed]).toEqual([200, expect.any(Number)]);
    const ended = await jsonOf<{ job: ReplayJob; items: ReplayItem[] }>(folder, 0, 'replay', '--job', job.jobId);
    expect(ended.job).toMatchObject({ state: 'DONE', counts: { SUCCEEDED: STOPPED } });
    const { orders } = await jsonOf<OrderPage>(folder, 0, 'orders', '--limit', '500');
    const replays = ended.items.map((item) => orders.find(({ orderId }) => orderId === item.orderId)?.replays);
    expect(replays).toEqual(ended.items.map(() => 1));
    expect((await until(summary, (answer) => answer.body.failed === 0)).status).toBe(200);
  }, 90_000);
});
