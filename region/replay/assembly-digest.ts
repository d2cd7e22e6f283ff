/** What an application is, in one word: its templates and the code that they name. */
import { createHash, type Hash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** @param directory what `cdk synth` wrote; what earlier syntheses left there does not count */
export function assemblyDigest(directory: string): string {
  const hash = createHash('sha256');
  const names = readdirSync(directory).sort();
  let texts = '';
  for (const name of names.filter((name) => name.endsWith('.template.json') || name.endsWith('.assets.json'))) {
    const text = readFileSync(join(directory, name), 'utf8');
    hash.update(name).update(text);
    texts += text;
  }
  for (const name of names.filter((name) => name.startsWith('asset.') && texts.includes(name))) {
    addTree(hash, join(directory, name), name);
  }
  return hash.digest('hex').slice(0, 16);
}

function addTree(hash: Hash, path: string, name: string): void {
  const entries = entriesOf(path);
  if (entries === undefined) hash.update(name).update(readFileSync(path));
  for (const entry of entries ?? []) addTree(hash, join(path, entry), `${name}/${entry}`);
}

function entriesOf(path: string): string[] | undefined {
  try {
    return readdirSync(path).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return undefined;
    throw error;
  }
}
