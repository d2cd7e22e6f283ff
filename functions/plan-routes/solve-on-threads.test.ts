import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { buildSync } from 'esbuild';
import { checkPlan, createPrng, type RoutingProblem, solveRoutes } from '../../domain/index.ts';
import { solveOnThreads } from './solve-on-threads.ts';

const HOUR = 3_600_000;
const folder = mkdtempSync(join(tmpdir(), 'islands-'));
const workerFile = join(folder, 'island-worker.mjs');
beforeAll(() => {
  const entry = join(import.meta.dirname, 'island-worker.ts');
  buildSync({ entryPoints: [entry], bundle: true, platform: 'node', format: 'esm', outfile: workerFile });
});
afterAll(() => rmSync(folder, { recursive: true }));

function town(seed: number, islands: number): RoutingProblem {
  const prng = createPrng(seed);
  const stopCount = 40;
  const size = stopCount + 1;
  const places = Array.from({ length: size }, () => [prng.next() * 3000, prng.next() * 3000] as const);
  const durationsSeconds = Float64Array.from(
    places.flatMap((a) => places.map((b) => Math.hypot(a[0] - b[0], a[1] - b[1]))),
  );
  return {
    depot: [0, 0],
    stops: Array.from({ length: stopCount }, (_, index) => {
      const fromMs = prng.next() * 5 * HOUR;
      const window = { fromMs, toMs: fromMs + prng.pick([HOUR, 8 * HOUR]) };
      const load = [prng.next()];
      return { stopId: `s${index}`, orderIds: [], position: [0, 0], serviceSeconds: 60, window, load, priority: 0 };
    }),
    vehicles: Array.from({ length: 8 }, (_, index) => ({
      vehicleId: `v${index}`,
      driverId: `d${index}`,
      capacity: [6],
      shift: { fromMs: 0, toMs: 9 * HOUR },
    })),
    matrix: { size, durationsSeconds, distancesMeters: durationsSeconds },
    nowMs: 0,
    iterations: 4_000,
    islands,
    seed,
    objective: { kind: 'hierarchical' },
  };
}

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
