/** Builds the page where it is missing or older than what it is made of. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PROJECT = fileURLToPath(new URL('../../', import.meta.url));
const CONFIG = join(PROJECT, 'console/vite.config.mjs');
export const PAGE_FOLDER = join(PROJECT, 'build/console');
/** What the page is built from, beside the packages, whose versions stand in the lock file. */
const SOURCES = ['console/web', 'console/vite.config.mjs', 'domain', 'operations/model', 'package-lock.json'];

/** @returns the folder of the built page */
export async function ensurePage(onBuild: () => void): Promise<string> {
  const builtMs = modifiedMs(join(PAGE_FOLDER, 'index.html'));
  const isStale = SOURCES.some((source) => newestMs(join(PROJECT, source)) > builtMs);
  if (isStale) {
    onBuild();
    // Only who builds needs the bundler.
    const { build } = await import('vite');
    await build({ configFile: CONFIG, logLevel: 'error', mode: 'production' });
  }
  return PAGE_FOLDER;
}

const modifiedMs = (path: string): number => (existsSync(path) ? statSync(path).mtimeMs : Number.NEGATIVE_INFINITY);

function newestMs(path: string): number {
  if (!existsSync(path) || !statSync(path).isDirectory()) return modifiedMs(path);
  const inside = readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.includes('.test.'))
    .map((entry) => modifiedMs(join(entry.parentPath, entry.name)));
  return Math.max(Number.NEGATIVE_INFINITY, ...inside);
}
