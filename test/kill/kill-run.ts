/**
 * Kills Step Functions again and again at seeded moments, lets the last process finish, and compares every execution with
 * an undisturbed one.
 *
 * K1. Every execution that was started ends with the status, output and events of an undisturbed run, its Map run's
 *     children included; a task whose activity worker was cut off is tried again, and nothing else.
 * K2. Every token that was handed out stays good until it is answered, and each is answered once.
 * K3. Each timer that ended a wait or a retry's delay did so once.
 * K4. The end of every execution is published.
 * K5. No nested execution is started twice.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { createPrng, type Prng, SqliteJournal } from '../../region/index.ts';
import { DurableEngine } from '../../region/journal/durable-engine.ts';
import { accountId } from './machines.ts';
import type { FromHost, HostOptions } from './messages.ts';
import { OuterWorld } from './outer-world.ts';
import { checkTimers, errandsOf, type Trace, traceOf } from './trace.ts';
import { undisturbed } from './undisturbed.ts';

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
  readonly redriven: number;
  readonly tokens: number;
  readonly timers: number;
  readonly violations: readonly string[];
}

const ROOT = join(import.meta.dirname, '..', '..');
const SPEED = 15;
const FINISH_WITHIN_MS = 60_000;
/** A kill by the process's own hand that does not come, because there is nothing to append. */
const WAIT_AT_MOST_MS = 5_000;

/** The host as one file of plain JavaScript, beside the modules it needs: it has to start two hundred times. */
async function buildHost(): Promise<string> {
  const folder = join(ROOT, 'build');
  mkdirSync(folder, { recursive: true });
  const outfile = join(folder, `kill-host-${process.pid}.mjs`);
  await build({
    entryPoints: [join(import.meta.dirname, 'host.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'error',
  });
  return outfile;
}

export async function killRun({ kills, seed, onKill }: KillRunOptions): Promise<KillReport> {
  const program = await buildHost();
  const folder = mkdtempSync(join(tmpdir(), 'kill-run-'));
  const file = join(folder, 'journal.sqlite');
  const prng = createPrng(seed, 'kills');
  const world = new OuterWorld(prng);
  const epochMs = Date.now();
  let atAppend = 0;
  let whileStarting = 0;
  const host = (extra: Partial<HostOptions> = {}, more = true): ChildProcess => {
    const options: HostOptions = { file, epochMs, speed: SPEED, ...extra };
    const child = fork(program, [JSON.stringify(options)], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      execArgv: [],
      env: { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    });
    world.connect(child, more);
    return child;
  };
  try {
    for (let kill = 1; kill <= kills; kill += 1) {
      const plan = planOf(prng);
      const child = host(plan.kind === 'append' ? { dieAtAppend: plan } : {});
      const { signal, wasReady } = await killed(child, plan);
      if (signal !== 'SIGKILL') world.violations.push(`host ${kill} ended by itself: ${signal}`);
      if (plan.kind === 'append') atAppend += 1;
      if (!wasReady) whileStarting += 1;
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
      redriven: world.redriven.size,
      tokens: world.tokens.size,
      timers: found.timers,
      violations: [...world.violations, ...found.violations],
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
    rmSync(program, { force: true });
  }
}

type Plan =
  | { readonly kind: 'append'; readonly number: number; readonly when: 'before' | 'after' }
  /** Counted from when the host is ready. */
  | { readonly kind: 'running'; readonly afterMs: number }
  | { readonly kind: 'starting'; readonly afterMs: number };

function planOf(prng: Prng): Plan {
  const drawn = prng.random();
  const when = prng.random() < 0.5 ? 'before' : 'after';
  if (drawn < 0.3) return { kind: 'append', number: 1 + Math.floor(prng.random() * 40), when };
  if (drawn < 0.4) return { kind: 'starting', afterMs: prng.random() * 600 };
  return { kind: 'running', afterMs: prng.random() * 350 };
}

/** Resolves with the signal that ended the process. */
function killed(child: ChildProcess, plan: Plan): Promise<{ signal: string; wasReady: boolean }> {
  const timers: NodeJS.Timeout[] = [];
  const killIn = (ms: number): void => void timers.push(setTimeout(() => child.kill('SIGKILL'), ms));
  let wasReady = false;
  if (plan.kind === 'starting') killIn(plan.afterMs);
  child.on('message', ({ kind }: FromHost) => {
    if (kind !== 'ready') return;
    wasReady = true;
    killIn(plan.kind === 'running' ? plan.afterMs : WAIT_AT_MOST_MS);
  });
  return new Promise((resolve) => {
    child.on('exit', (code, signal) => {
      timers.forEach(clearTimeout);
      resolve({ signal: signal ?? `exit code ${code}`, wasReady });
    });
  });
}

/** The last host runs until every execution has ended. */
async function finish(child: ChildProcess, world: OuterWorld): Promise<void> {
  const endMs = Date.now() + FINISH_WITHIN_MS;
  while (!world.isOver && Date.now() < endMs && child.exitCode === null) {
    await new Promise((tick) => setTimeout(tick, 50));
  }
  if (!world.isOver)
    world.violations.push(`K4: ${world.ended.size} of ${world.wanted} executions were told to have ended`);
  child.kill('SIGKILL');
  await new Promise((resolve) => child.on('exit', resolve));
}

async function compare(file: string, world: OuterWorld): Promise<{ timers: number; violations: string[] }> {
  const violations: string[] = [];
  const store = new SqliteJournal(file);
  const host = { random: () => 0, uuid: () => '' };
  const engine = new DurableEngine({ accountId, region: 'us-east-1', host }, store, () => undefined);
  const call = (action: string, input: object) => engine.apply(engine.lastMs, { kind: 'api', action, input });
  const expected = await undisturbed([...world.started]);
  for (const [n, trace] of expected) {
    const actual = await traceOf(call, n);
    if (JSON.stringify(actual) !== JSON.stringify(trace)) violations.push(`K1: n-${n}: ${difference(trace, actual)}`);
  }
  const errands = await errandsOf(call);
  if (errands['SUCCEEDED'] !== world.started.size || Object.keys(errands).length !== 1) {
    violations.push(`K5: ${JSON.stringify(errands)} errands for ${world.started.size} executions`);
  }
  const { timers, twice } = checkTimers(store.load());
  violations.push(...twice.map((timer) => `K3: ${timer}`));
  engine.close();
  return { timers, violations };
}

function difference(expected: Trace, actual: Trace): string {
  if (expected.status !== actual.status) return `${actual.status}, not ${expected.status}`;
  if (expected.output !== actual.output) return `output ${actual.output}, not ${expected.output}`;
  const [missing, added] = [beyond(expected.events, actual.events), beyond(actual.events, expected.events)];
  return `missing: ${missing.join(', ') || 'nothing'}; added: ${added.join(', ') || 'nothing'}`;
}

/** What `events` has more of than `others`. */
function beyond(events: readonly string[], others: readonly string[]): string[] {
  const left = [...others];
  return events.filter((event) => {
    const at = left.indexOf(event);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}
