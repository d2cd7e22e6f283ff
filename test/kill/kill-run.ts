/**
 * Kills a host of the durable engine again and again at seeded moments, lets the last one finish, and compares every
 * execution with an undisturbed one.
 *
 * K1. Every execution that was started ends with the status, output and events of an undisturbed run.
 * K2. Every token that was handed out stays good until it is answered, and each is answered once.
 * K3. Each timer that ended a wait or a retry's delay did so once.
 * K4. The end of every execution is published.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { DurableEngine } from '../../region/journal/durable-engine.ts';
import { SqliteJournal } from '../../region/journal/sqlite-journal.ts';
import { createPrng, type Prng } from '../../region/prng.ts';
import type { FromHost, HostOptions, ToHost } from './host.ts';
import { checkTimers, type Trace, tokenAnswerOf, traceOf, undisturbed } from './workload.ts';

export interface KillRunOptions {
  readonly kills: number;
  readonly seed: number;
  readonly onKill?: (kill: number, progress: KillProgress) => void;
}
export interface KillProgress {
  readonly started: number;
  readonly ended: number;
}
export interface KillReport extends KillProgress {
  readonly kills: number;
  /** Kills by the process's own hand at an append. */
  readonly atAppend: number;
  /** Before the host had said that it was ready. */
  readonly whileStarting: number;
  readonly tokens: number;
  readonly timers: number;
  readonly violations: readonly string[];
}

const ROOT = join(import.meta.dirname, '..', '..');
const RUNNING_AT_A_TIME = 12;
const SPEED = 15;
const FINISH_WITHIN_MS = 60_000;

/** The host as one file of plain JavaScript, beside the modules it needs: it has to start two hundred times. */
async function buildHost(): Promise<string> {
  const folder = join(ROOT, 'build');
  mkdirSync(folder, { recursive: true });
  const outfile = join(folder, `kill-host-${process.pid}.mjs`);
  const entryPoints = [join(import.meta.dirname, 'host.ts')];
  await build({
    entryPoints,
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    external: ['libsql'],
    logLevel: 'error',
  });
  return outfile;
}

/** Everyone outside: knows what was started, which tokens were handed out, what was answered. */
class World {
  readonly started = new Set<number>();
  readonly ended = new Set<number>();
  readonly tokens = new Map<string, { readonly n: number; answered: boolean }>();
  readonly violations: string[] = [];
  wanted = 0;

  connect(child: ChildProcess, prng: Prng, more: boolean): void {
    const tell = (message: ToHost): void => void (child.connected && child.send(message, () => undefined));
    const answer = (token: string, n: number): void => {
      setTimeout(() => tell({ kind: 'answer', n, token, answer: tokenAnswerOf(n) }), prng.random() * 120);
    };
    child.on('message', (message: FromHost) => {
      if (message.kind === 'ready') {
        while (more && this.wanted - this.ended.size < RUNNING_AT_A_TIME) this.wanted += 1;
        for (let n = 1; n <= this.wanted; n += 1) if (!this.started.has(n)) tell({ kind: 'start', n });
        for (const [token, { n, answered }] of this.tokens) if (!answered) answer(token, n);
      }
      if (message.kind === 'started') this.started.add(message.n);
      if (message.kind === 'ended') this.ended.add(message.n);
      if (message.kind === 'token' && !this.tokens.has(message.token)) {
        this.tokens.set(message.token, { n: message.n, answered: false });
        answer(message.token, message.n);
      }
      if (message.kind === 'answered') this.answered(message.token, message.outcome);
    });
  }

  private answered(token: string, outcome: string): void {
    const known = this.tokens.get(token);
    // TaskTimedOut: the answer was stored by a host that died before it could say so.
    if (known === undefined || (outcome !== 'accepted' && outcome !== 'TaskTimedOut'))
      this.violations.push(`K2: token of n-${known?.n}: ${outcome}`);
    if (known !== undefined) known.answered = true;
  }
}

export async function killRun({ kills, seed, onKill }: KillRunOptions): Promise<KillReport> {
  const program = await buildHost();
  const folder = mkdtempSync(join(tmpdir(), 'kill-run-'));
  const file = join(folder, 'journal.sqlite');
  const prng = createPrng(seed, 'kills');
  const world = new World();
  const epochMs = Date.now();
  let atAppend = 0;
  let whileStarting = 0;
  const host = (extra: Partial<HostOptions> = {}, more = true): ChildProcess => {
    const options: HostOptions = { file, seed, epochMs, speed: SPEED, ...extra };
    const child = fork(program, [JSON.stringify(options)], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      execArgv: [],
    });
    world.connect(child, prng, more);
    return child;
  };
  try {
    for (let kill = 1; kill <= kills; kill += 1) {
      const byItself = prng.random() < 0.3;
      const when = prng.random() < 0.5 ? 'before' : 'after';
      const child = host(byItself ? { dieAtAppend: { number: 1 + Math.floor(prng.random() * 40), when } } : {});
      let ready = false;
      child.on('message', (message: FromHost) => {
        ready ||= message.kind === 'ready';
      });
      const signal = await killed(child, byItself ? 3_000 : 40 + prng.random() * 360);
      if (signal !== 'SIGKILL') world.violations.push(`host ${kill} ended by itself: ${signal}`);
      if (byItself) atAppend += 1;
      if (!ready) whileStarting += 1;
      onKill?.(kill, { started: world.started.size, ended: world.ended.size });
    }
    await finish(host({}, false), world);
    const found = await compare(file, world);
    return {
      kills,
      atAppend,
      whileStarting,
      started: world.started.size,
      ended: world.ended.size,
      tokens: world.tokens.size,
      timers: found.timers,
      violations: [...world.violations, ...found.violations],
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
    rmSync(program, { force: true });
  }
}

/** SIGKILL after the given time, unless the process is dead by then. Resolves with the signal that ended it. */
function killed(child: ChildProcess, afterMs: number): Promise<string> {
  const timer = setTimeout(() => child.kill('SIGKILL'), afterMs);
  return new Promise((resolve) => {
    child.on('exit', (code, signal) => {
      clearTimeout(timer);
      resolve(signal ?? `exit code ${code}`);
    });
  });
}

/** The last host runs until every execution has ended. */
async function finish(child: ChildProcess, world: World): Promise<void> {
  const endMs = Date.now() + FINISH_WITHIN_MS;
  const isOver = () =>
    world.ended.size === world.wanted && [...world.tokens.values()].every(({ answered }) => answered);
  while (!isOver() && Date.now() < endMs && child.exitCode === null) await new Promise((tick) => setTimeout(tick, 50));
  if (!isOver()) world.violations.push(`K4: ${world.ended.size} of ${world.wanted} executions were told to have ended`);
  child.kill('SIGKILL');
  await new Promise((resolve) => child.on('exit', resolve));
}

async function compare(file: string, world: World): Promise<{ timers: number; violations: string[] }> {
  const violations: string[] = [];
  const store = new SqliteJournal(file);
  const host = { random: () => 0, uuid: () => '' };
  const engine = new DurableEngine({ accountId: '111111111111', region: 'us-east-1', host }, store, () => undefined);
  for (const n of world.started) {
    const expected: Trace = await undisturbed(n);
    const actual = await traceOf(engine, `n-${n}`);
    if (JSON.stringify(actual) === JSON.stringify(expected)) continue;
    violations.push(`K1: n-${n}: ${difference(expected, actual)}`);
  }
  const { timers, twice } = checkTimers(store.load());
  violations.push(...twice.map((timer) => `K3: ${timer}`));
  engine.close();
  return { timers, violations };
}

function difference(expected: Trace, actual: Trace): string {
  if (expected.status !== actual.status) return `${actual.status}, not ${expected.status}`;
  if (expected.output !== actual.output) return `output ${actual.output}, not ${expected.output}`;
  const missing = expected.events.filter((event) => !actual.events.includes(event));
  const counts = `${actual.events.length} events, not ${expected.events.length}`;
  return `${counts}; missing: ${missing.join(', ') || 'none by name'}`;
}
