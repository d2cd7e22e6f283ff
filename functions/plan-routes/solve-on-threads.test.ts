import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { buildSync } from 'esbuild';
import { checkPlan, type RoutingPlan, solveRoutes } from '../../domain/index.ts';
import { solveOnThreads } from './solve-on-threads.ts';
import { town } from './testing/town.ts';

const folder = mkdtempSync(join(tmpdir(), 'islands-'));
const workerFile = join(folder, 'island-worker.mjs');
const stoppedSolver = join(folder, 'stopped-solver.mjs');
beforeAll(() => {
  const testing = join(import.meta.dirname, 'testing', 'stopped-solver.ts');
  buildSync({
    entryPoints: [join(import.meta.dirname, 'island-worker.ts'), testing],
    bundle: true,
    platform: 'node',
    format: 'esm',
    outdir: folder,
    entryNames: '[name]',
    outExtension: { '.js': '.mjs' },
  });
});
afterAll(() => rmSync(folder, { recursive: true }));

const nowMs = (): number => performance.timeOrigin + performance.now();

describe('islands on threads', () => {
  test('make the same plan on one, two and three threads', async () => {
    for (const seed of [1, 2]) {
      const problem = town(seed, 3);
      const alone = solveRoutes(problem);
      expect(checkPlan(problem, alone)).toEqual([]);
      for (const threads of [1, 2, 3]) {
        expect(await solveOnThreads(problem, { threads, workerFile, nowMs })).toEqual(alone);
      }
    }
  });

  test('make another plan when there are more of them', () => {
    const plans = [1, 2, 3].map((islands) => solveRoutes({ ...town(1, islands), iterations: 300 }));
    expect(new Set(plans.map((plan) => JSON.stringify(plan.routes))).size).toBeGreaterThan(1);
  });

  test('end at the deadline with the best so far', async () => {
    const problem = { ...town(3, 2), iterations: Number.MAX_SAFE_INTEGER };
    const told: number[] = [];
    const plan = await solveOnThreads(problem, {
      threads: 2,
      workerFile,
      nowMs,
      deadlineMs: nowMs() + 700,
      improved: (cost) => told.push(cost),
    });
    expect(checkPlan(problem, plan)).toEqual([]);
    expect(told.length).toBeGreaterThan(1);
  });

  test.each([1, 2])('end with the best so far, on %d threads, when their process is told to stop', async (threads) => {
    const solver = spawn(process.execPath, [stoppedSolver, `${threads}`, workerFile]);
    let [said, written] = ['', ''];
    solver.stderr.on('data', (text: Buffer) => (said += text));
    solver.stdout.on('data', (text: Buffer) => {
      // The search has begun, and without an end: only the signal ends it.
      if (written === '') solver.kill('SIGTERM');
      written += text;
    });
    const ended = await new Promise((resolve) => solver.on('close', (code, signal) => resolve([code, signal])));
    expect([said, ended]).toEqual(['', [0, null]]);
    const { improvements, plan } = JSON.parse(written.slice(written.indexOf('{'))) as {
      improvements: number;
      plan: RoutingPlan;
    };
    expect(checkPlan(town(7, 2), plan)).toEqual([]);
    expect(improvements).toBeGreaterThan(1);
  });

  test('are not started where everything is stopped already', async () => {
    const problem = { ...town(8, 2), iterations: Number.MAX_SAFE_INTEGER };
    const settings = { threads: 2, workerFile: join(folder, 'is-not-there.mjs'), nowMs, signal: AbortSignal.abort() };
    expect(checkPlan(problem, await solveOnThreads(problem, settings))).toEqual([]);
  });

  test('leave others a turn where they share their only thread', async () => {
    const stop = new AbortController();
    const problem = { ...town(9, 1), iterations: Number.MAX_SAFE_INTEGER };
    setTimeout(() => stop.abort(), 100);
    const plan = await solveOnThreads(problem, { threads: 1, workerFile, nowMs, signal: stop.signal });
    expect(checkPlan(problem, plan)).toEqual([]);
  });

  test('do without a thread that dies', async () => {
    const mortal = join(folder, 'mortal.mjs');
    // The first thread answers its first tasks and then breaks down.
    writeFileSync(
      mortal,
      `import { parentPort, workerData } from 'node:worker_threads';
      await import(${JSON.stringify(pathToFileURL(workerFile).href)});
      let tasks = 0;
      if (workerData.places[0] === 0) parentPort.on('message', () => { tasks += 1; if (tasks > 3) process.exit(7); });`,
    );
    const problem = town(4, 2);
    const failures: unknown[] = [];
    const onFailure = (error: unknown): void => void failures.push(error);
    const plan = await solveOnThreads(problem, { threads: 2, workerFile: mortal, nowMs, onFailure });
    expect(checkPlan(problem, plan)).toEqual([]);
    expect(String(failures[0])).toContain('code 7');
  });

  test('do without a thread that says nothing, once the deadline has passed', async () => {
    const silent = join(folder, 'silent.mjs');
    writeFileSync(
      silent,
      `import { parentPort, workerData } from 'node:worker_threads';
      if (workerData.places[0] === 0) parentPort.on('message', () => {});
      else await import(${JSON.stringify(pathToFileURL(workerFile).href)});`,
    );
    const problem = { ...town(6, 2), iterations: 400 };
    const failures: unknown[] = [];
    const onFailure = (error: unknown): void => void failures.push(error);
    const settings = { threads: 2, workerFile: silent, nowMs, onFailure, deadlineMs: nowMs() + 500 };
    expect(checkPlan(problem, await solveOnThreads(problem, settings))).toEqual([]);
    expect(String(failures[0])).toContain('not answered');
  });

  test('name what is wrong with a problem before any thread is started', async () => {
    const problem = { ...town(5, 2), iterations: -1 };
    await expect(solveOnThreads(problem, { threads: 2, workerFile, nowMs })).rejects.toThrow('iterations -1');
  });
});
