/**
 * Kills the process of a kept region again and again, at moments of a seed, and lets each next one go on. What becomes of
 * the day is compared with what became of it when nobody was killed.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ensureAssembly } from '../../cli/assembly.ts';
import { isTerminal } from '../../domain/index.ts';
import { type Deployed, Intake, openDeployed, readOrderLines } from '../../operations/index.ts';
import { connectRegion, createPrng, type Prng } from '../../region/index.ts';
import { START, smallDay } from './days.ts';
import type { DayReport, FromHost, HostOptions } from './restart-host.ts';

const SPEED = 600;
const AS_FAST_AS_IT_CAN = 100_000;
/** More of them by hand: `RESTART_KILLS=20 npm test -- test/simulation/restart`. */
const KILLS = Number(process.env['RESTART_KILLS'] ?? 4);
/** The last order is delivered about then. */
const DAY_MS = 100 * 60_000;
const SEED = 4;
const HOST = join(import.meta.dirname, 'restart-host.ts');

let folder: string;
beforeAll(() => {
  ensureAssembly(() => undefined);
  folder = mkdtempSync(join(tmpdir(), 'restart-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Ready = Extract<FromHost, { kind: 'ready' }>;
type Standing = Extract<FromHost, { kind: 'standing' }>;

class Host {
  readonly ready: Promise<Ready>;
  standing: Standing | undefined;
  readonly #child: ChildProcess;
  #report: ((report: DayReport) => void) | undefined;

  constructor(options: HostOptions) {
    this.#child = fork(HOST, [JSON.stringify(options)], {
      execArgv: ['--import', 'tsx'],
      env: { ...process.env, NODE_OPTIONS: '', NODE_NO_WARNINGS: '1' },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.ready = new Promise((resolve, reject) => {
      this.#child.once('exit', (code) => reject(new Error(`the process ended with ${code} before it was ready`)));
      this.#child.on('message', (message: FromHost) => {
        if (message.kind === 'ready') resolve(message);
        if (message.kind === 'standing') this.standing = message;
        if (message.kind === 'report') this.#report?.(message.report);
      });
    });
    this.ready.catch(() => undefined);
  }

  async kill(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill('SIGKILL');
    await ended;
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.send('stop');
    await ended;
  }

  /** When `orders` are known and have ended, and nothing is on its way any more. */
  async reportAtEnd(orders: number): Promise<DayReport> {
    await this.ready;
    while ((this.standing?.ended ?? 0) < orders) await pause(50);
    const endedMs = this.standing?.nowMs ?? 0;
    while ((this.standing?.nowMs ?? 0) < endedMs + 10 * 60_000) await pause(50);
    return new Promise((resolve) => {
      this.#report = resolve;
      this.#child.send('report');
    });
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function deployedAt(url: string): Promise<Deployed> {
  const remote = await connectRegion(url);
  return openDeployed({ sdk: (Client) => remote.sdk(Client), outputs: await remote.outputs() });
}

/** Does it until it was answered: a killed process does not say what it had done. */
async function tryOn(host: () => Host, work: (deployed: Deployed) => Promise<unknown>): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    try {
      await work(await deployedAt((await host().ready).url));
      return;
    } catch {
      await pause(100);
    }
  }
  throw new Error('no process has answered within 100 attempts');
}

interface Killed {
  readonly last: Host;
  readonly resumedMs: readonly number[];
  readonly replaySeconds: readonly number[];
}

/**
 * Kills at moments of virtual time that are spread over the day, so that the speed of the machine does not matter.
 * @param meanwhile what comes from outside
 */
async function killAgainAndAgain(
  { kills, ...options }: HostOptions & { readonly kills: number },
  prng: Prng,
  meanwhile: (host: () => Host) => Promise<void>,
): Promise<Killed> {
  const moments = Array.from({ length: kills }, () => Date.parse(options.startAt) + prng.random() * DAY_MS);
  moments.sort((a, b) => a - b);
  let host = new Host(options);
  const outside = meanwhile(() => host);
  outside.catch(() => undefined);
  const resumedMs: number[] = [];
  const replaySeconds: number[] = [];
  for (const [kill, moment] of moments.entries()) {
    // One in four dies while it is being brought back.
    if (kill % 4 === 3) await pause(600 + prng.random() * 1500);
    else {
      const ready = await host.ready;
      resumedMs.push(ready.resumedMs);
      replaySeconds.push(ready.replaySeconds);
      while ((await nowAt(ready.url)) < moment) await pause(20);
      await pause(prng.random() * 400);
    }
    await host.kill();
    host = new Host(options);
  }
  await outside;
  return { last: host, resumedMs, replaySeconds };
}

/** Virtual time, ms since 1970. */
async function nowAt(url: string): Promise<number> {
  const health = (await (await fetch(`${url}/_region/health`)).json()) as { readonly now: string };
  return Date.parse(health.now);
}

const day = smallDay();
const isUnique = (values: readonly string[]): boolean => new Set(values).size === values.length;

describe('a region that is killed again and again', () => {
  test('has the same day as one that was left alone, to the second', async () => {
    const startAt = START;
    const calm = new Host({ file: join(folder, 'calm.journal'), speed: AS_FAST_AS_IT_CAN, startAt });
    const expected = await calm.reportAtEnd(day.orders.length);
    await calm.stop();
    const file = join(folder, 'killed.journal');
    const { last, resumedMs, replaySeconds } = await killAgainAndAgain(
      { file, speed: SPEED, startAt, kills: KILLS },
      createPrng(SEED, 'kills'),
      async () => undefined,
    );
    const found = await last.reportAtEnd(day.orders.length);
    await last.stop();
    console.info(`seed ${SEED}: ${KILLS} kills, replays of ${replaySeconds.map((s) => s.toFixed(1)).join(', ')} s`);
    expect(resumedMs.length).toBeGreaterThan(KILLS / 2);
    expect(Math.max(...resumedMs)).toBeGreaterThan(Date.parse(startAt) + DAY_MS / 2);
    expect(resumedMs).toEqual([...resumedMs].sort((a, b) => a - b));
    expect(found).toEqual(expected);
    expect(found.book.orders.every(({ status }) => isTerminal(status))).toBe(true);
    expect(statSync(file).size).toBeLessThan(100_000);
  }, 300_000);

  test('loses and doubles nothing that came from outside meanwhile', async () => {
    const file = join(folder, 'inputs.journal');
    const options = { file, speed: SPEED, startAt: START };
    const [first, ...others] = day.orders;
    if (first === undefined) throw new Error('the day has no orders');
    const added = others.slice(0, 3).map((order, index) => ({ ...order, orderId: `from-outside-${index}` }));
    const { last } = await killAgainAndAgain(
      { ...options, kills: KILLS / 2 },
      createPrng(SEED + 1, 'kills'),
      async (host) => {
        for (const order of added) {
          await tryOn(host, (deployed) => new Intake(deployed).place(readOrderLines(JSON.stringify(order))));
          await pause(900);
        }
        await tryOn(host, (deployed) => cancel(deployed, 'from-outside-0'));
      },
    );
    const total = day.orders.length + added.length;
    const found = await last.reportAtEnd(total);
    await last.stop();
    const statuses = new Map(found.book.orders.map(({ orderId, status }) => [orderId, status]));
    expect(statuses.size).toBe(total);
    expect([...statuses.values()].every(isTerminal)).toBe(true);
    expect(isUnique(found.archive.map((line) => line.split(' ')[0] ?? ''))).toBe(true);
    expect(isUnique(found.notifications.map(({ key }) => key))).toBe(true);
    expect(statuses.get('from-outside-0')).toBe('CANCELLED');
    for (const { orderId } of day.orders) expect([orderId, statuses.get(orderId)]).toEqual([orderId, 'ARCHIVED']);
    // The same inputs at the same turns, in one process that nobody kills.
    const undisturbed = new Host({ ...options, speed: AS_FAST_AS_IT_CAN });
    expect(await undisturbed.reportAtEnd(total)).toEqual(found);
    await undisturbed.stop();
  }, 300_000);
});

async function cancel(deployed: Deployed, orderId: string): Promise<void> {
  const signal = {
    schemaVersion: 1,
    signalId: `Cancelled#${orderId}#test`,
    orderId,
    at: new Date(Date.parse(START) + 60_000).toISOString(),
    by: 'customer',
    kind: 'Cancelled',
    detail: { initiator: 'customer' },
  };
  await deployed.queues.send(
    new SendMessageCommand({ QueueUrl: deployed.output('SignalsQueueUrl'), MessageBody: JSON.stringify(signal) }),
  );
}
