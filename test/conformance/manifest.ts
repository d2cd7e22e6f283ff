/**
 * The known gaps: cases that the engine is known to answer otherwise than AWS did, each with its reason. A run agrees
 * with the manifest when exactly these fail, of those that are in the folder.
 */
import fs from 'node:fs';

/** `id` names one case; `pattern` is a regular expression over ids. Every case it matches has to fail. */
export type Gap = { readonly reason: string } & ({ readonly id: string } | { readonly pattern: string });

export interface Manifest {
  readonly gaps: readonly Gap[];
}
export interface Result {
  readonly id: string;
  readonly kind: string;
  readonly area: string;
  readonly pass: boolean;
}
export interface Agreement {
  readonly newlyBroken: readonly string[];
  readonly newlyPassing: readonly string[];
  /** Cases that fail as the manifest says, by reason. */
  readonly known: ReadonlyMap<string, readonly string[]>;
}

/** Throws when the file is no manifest, or a gap has no reason. */
export function readManifest(file: string): Manifest {
  const manifest = JSON.parse(fs.readFileSync(file, 'utf8')) as Manifest;
  if (!Array.isArray(manifest.gaps)) throw new Error(`${file}: 'gaps' must be an array`);
  for (const gap of manifest.gaps) {
    const name = 'id' in gap ? gap.id : gap.pattern;
    if (typeof name !== 'string' || name === '') throw new Error(`${file}: a gap needs an 'id' or a 'pattern'`);
    if (typeof gap.reason !== 'string' || gap.reason === '') throw new Error(`${file}: the gap ${name} has no reason`);
  }
  return manifest;
}

export function compareWithManifest(results: readonly Result[], manifest: Manifest): Agreement {
  const ids = new Map(manifest.gaps.flatMap((gap) => ('id' in gap ? [[gap.id, gap] as const] : [])));
  const patterns = manifest.gaps.flatMap((gap) => ('pattern' in gap ? [{ test: new RegExp(gap.pattern), gap }] : []));
  const known = new Map<string, string[]>();
  const newlyBroken: string[] = [];
  const newlyPassing: string[] = [];
  for (const { id, pass } of results) {
    const gap = ids.get(id) ?? patterns.find(({ test }) => test.test(id))?.gap;
    if (pass && gap !== undefined) newlyPassing.push(id);
    if (!pass && gap === undefined) newlyBroken.push(id);
    if (!pass && gap !== undefined) known.set(gap.reason, [...(known.get(gap.reason) ?? []), id]);
  }
  return { newlyBroken, newlyPassing, known };
}
