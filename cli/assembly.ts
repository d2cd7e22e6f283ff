/**
 * The cloud assembly that the region opens: synthesised when it is missing or older than what it is made from, so that
 * a command always runs the sources as they stand.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CommandFailure } from './failures.ts';
import { ASSEMBLY_FOLDER, PROJECT_FOLDER, SYNTHESIS_LOCK } from './project.ts';

const SOURCES = ['domain', 'workflows', 'functions', 'stacks', 'package.json', 'package-lock.json'];
const MANIFEST = 'manifest.json';
const LOCK_WAIT_MS = 200;
const LOCK_WAITS = 600;

/**
 * @param onSynthesis called before the app is synthesised, which takes some seconds
 * @returns the folder of the assembly
 */
export function ensureAssembly(onSynthesis: () => void): string {
  if (isFresh()) return ASSEMBLY_FOLDER;
  return withLock(() => {
    // Another command may have synthesised while this one waited for its turn.
    if (isFresh()) return ASSEMBLY_FOLDER;
    onSynthesis();
    return synthesise();
  });
}

/** Two commands that start together must not write the assembly together. */
function withLock<T>(work: () => T): T {
  mkdirSync(dirname(SYNTHESIS_LOCK), { recursive: true });
  for (let waits = 0; !isLockTaken(); waits += 1) {
    if (waits === LOCK_WAITS) {
      throw new CommandFailure(
        'PO-300',
        `another synthesis has held ${SYNTHESIS_LOCK} for ${(LOCK_WAITS * LOCK_WAIT_MS) / 1000} s`,
        'delete this folder if no other command is running',
      );
    }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOCK_WAIT_MS);
  }
  try {
    return work();
  } finally {
    rmSync(SYNTHESIS_LOCK, { recursive: true, force: true });
  }
}

function isLockTaken(): boolean {
  try {
    mkdirSync(SYNTHESIS_LOCK);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function synthesise(): string {
  const { status, stderr } = spawnSync(process.execPath, ['--import', 'tsx', join('stacks', 'app.ts')], {
    cwd: PROJECT_FOLDER,
    encoding: 'utf8',
  });
  if (status === 0) return ASSEMBLY_FOLDER;
  throw new CommandFailure(
    'PO-300',
    `the app cannot be synthesised:\n${stderr}`,
    'correct what it names and try again',
  );
}

function isFresh(): boolean {
  const synthesisedMs = modifiedMs(join(ASSEMBLY_FOLDER, MANIFEST));
  if (synthesisedMs === undefined) return false;
  return SOURCES.every((source) => (newestMs(join(PROJECT_FOLDER, source)) ?? 0) <= synthesisedMs);
}

/** Time of the newest source under a path; tests are not part of the app. */
function newestMs(path: string): number | undefined {
  const own = modifiedMs(path);
  if (own === undefined || !statSync(path).isDirectory()) return own;
  let newest = own;
  for (const entry of readdirSync(path)) {
    if (entry.endsWith('.test.ts') || entry === 'testing') continue;
    newest = Math.max(newest, newestMs(join(path, entry)) ?? 0);
  }
  return newest;
}

function modifiedMs(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs;
}
