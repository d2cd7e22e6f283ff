/**
 * The cloud assembly that the region opens: synthesised when it is missing or older than what it is made from, so that
 * a command always runs the sources as they stand.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { CommandFailure } from './failures.ts';
import { ASSEMBLY_FOLDER, PROJECT_FOLDER } from './project.ts';

const SOURCES = ['domain', 'workflows', 'functions', 'stacks', 'package.json', 'package-lock.json'];
const MANIFEST = 'manifest.json';

/**
 * @param onSynthesis called before the app is synthesised, which takes some seconds
 * @returns the folder of the assembly
 */
export function ensureAssembly(onSynthesis: () => void): string {
  if (isFresh()) return ASSEMBLY_FOLDER;
  onSynthesis();
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
