/** `replan` at the command line, over a region that runs at many times the speed of life, as the operators' role. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ensureAssembly } from '../../cli/assembly.ts';
import { connectAws, type ReplanReport, RouteBook } from '../../operations/index.ts';
import { type Ended, perfectOrder, RunningCommand, refusalOf } from './command-line.ts';

const DEPOT = 'PORTOLAN';
const LOOKS = 300;

let folder: string;
let region: RunningCommand;
let compared: ReplanReport;

const freePort = (): Promise<string> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { readonly port: number };
      server.close(() => resolve(String(port)));
    });
  });

beforeAll(async () => {
  ensureAssembly(() => undefined);
  folder = mkdtempSync(join(tmpdir(), 'replan-'));
  const regionPort = await freePort();
  const ports = ['--port', await freePort(), '--region-port', regionPort];
  region = new RunningCommand(folder, ['start', ...ports, '--data', 'data', '--speed', '60']);
  await region.said(/Region: .*\n.*\n/);
  const routes = new RouteBook(await connectAws({ endpoint: `http://127.0.0.1:${regionPort}` }));
  for (let looks = 0; looks < LOOKS; looks += 1) {
    if ((await routes.all()).some(({ departedAt }) => departedAt !== undefined)) return;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  throw new Error(`no vehicle has left within ${LOOKS} looks`);
}, 120_000);
afterAll(async () => {
  await region.signal('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

/** The day has waves of its own, every few minutes of its time: while one is under way, a re-plan is refused. */
async function replan(...args: string[]): Promise<Ended> {
  for (let tries = 1; ; tries += 1) {
    const ended = await perfectOrder(folder, 'replan', DEPOT, '--as', 'PerfectOrderOperator', ...args);
    if (tries === 5 || !ended.stderr.startsWith('PO-404')) return ended;
  }
}

describe('perfect-order replan', () => {
  test('shows an operator what would change', async () => {
    const { code, stdout, stderr } = await replan('--dry-run', '--json');
    expect([code, stderr]).toEqual([0, '']);
    compared = JSON.parse(stdout) as ReplanReport;
    expect(compared).toMatchObject({ depotId: DEPOT, mode: 'compare' });
    expect(compared.routes.every(({ isMade }) => !isMade)).toBe(true);
  }, 60_000);

  test('plans again with a reason, as another wave, and tells of it in words', async () => {
    const { code, stdout, stderr } = await replan('--why', 'two streets are closed');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^Re-plan of PORTOLAN, wave PORTOLAN-\d{8}T\d{4}\.\d+\n/);
    expect(stdout).not.toContain(compared.waveId);
  }, 60_000);

  test('refuses what it cannot do with a code and a remedy', async () => {
    const answers = await Promise.all([
      refusalOf(folder, 'replan', DEPOT),
      refusalOf(folder, 'replan', 'ATLANTIS', '--dry-run'),
      refusalOf(folder, 'replan', DEPOT, '--dry-run', '--as', 'PerfectOrderViewer'),
      refusalOf(folder, 'replan', DEPOT, '--dry-run', '--timeout', '0'),
    ]);
    expect(answers).toEqual([
      [2, expect.stringMatching(/^PO-100 {2}a re-plan needs --why\n {8}say the reason/)],
      [3, expect.stringMatching(/^PO-213 {2}there is no depot ATLANTIS\n {8}Check the id/)],
      [3, expect.stringMatching(/^PO-210 {2}/)],
      [2, expect.stringContaining('Give a whole number of 1 or more.')],
    ]);
  }, 60_000);
});
