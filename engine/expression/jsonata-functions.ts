/**
 * The functions that Step Functions adds to JSONata, and the built-ins whose answer depends on the machine's clock or
 * chance (`$shuffle` too), which here come from the host. `$eval` is taken away, as AWS does.
 */
import { createHash } from 'node:crypto';
import jsonata from 'jsonata';
import type { EngineHost } from '../terms.ts';
import { javaRandomDouble } from './java-random.ts';

/** Where expressions take time and chance from; `nowMs` is set at the start of each apply. */
export interface Ambient {
  nowMs: number;
  readonly host: EngineHost;
}

/** AWS's limit on the items of one range. */
const MAX_RANGE_ITEMS = 873_782;
const HASHES: Readonly<Record<string, string>> = {
  MD5: 'md5',
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
};

class FunctionError extends Error {}

export function partition(items: readonly unknown[], size: number): unknown[][] {
  if (!Number.isInteger(size) || size < 1)
    throw new FunctionError(`$partition needs a positive whole size, got ${size}`);
  const parts: unknown[][] = [];
  for (let i = 0; i < items.length; i += size) parts.push(items.slice(i, i + size));
  return parts;
}

export function range(start: number, end: number, step: number): number[] {
  if (step === 0) throw new FunctionError('$range needs a step other than 0');
  const count = Math.floor((end - start) / step) + 1;
  if (count > MAX_RANGE_ITEMS) throw new FunctionError(`$range yields at most ${MAX_RANGE_ITEMS} items, not ${count}`);
  const items = Array.from({ length: Math.max(0, count) }, (_unused, index) => start + index * step);
  // A JSONata sequence: as AWS answers it, a range of one item is that item.
  return Object.defineProperty(items, 'sequence', { value: true });
}

export function hash(text: string, algorithm: string): string {
  const name = HASHES[algorithm];
  if (name === undefined) {
    throw new FunctionError(`$hash knows ${Object.keys(HASHES).join(', ')}; got '${algorithm}'`);
  }
  return createHash(name).update(text, 'utf8').digest('hex');
}

/** The built-in of that name draws on the process's chance; its result is a sequence where its argument is one. */
function shuffled(items: readonly unknown[] | undefined, random: () => number): unknown[] | undefined {
  const result = items?.slice();
  for (let i = (result?.length ?? 0) - 1; result !== undefined && i > 0; i -= 1) {
    const j = Math.floor(random() * (i + 1));
    [result[i], result[j]] = [result[j], result[i]];
  }
  return result;
}

const formatTime = jsonata('$fromMillis($ms, $picture, $timezone)');

/** Gives a compiled expression AWS's functions. */
export function registerFunctions(expression: jsonata.Expression, ambient: Ambient): void {
  expression.registerFunction(
    'partition',
    (items: unknown[] | undefined, size: number) => (items === undefined ? undefined : partition(items, size)),
    '<an:a>',
  );
  expression.registerFunction('range', range, '<nnn:a<n>>');
  expression.registerFunction(
    'hash',
    (text: unknown, algorithm: string) =>
      text === undefined ? undefined : hash(typeof text === 'string' ? text : JSON.stringify(text), algorithm),
    '<xs:s>',
  );
  expression.registerFunction('shuffle', (items) => shuffled(items, ambient.host.random), '<a:a>');
  expression.registerFunction('uuid', () => ambient.host.uuid(), '<:s>');
  expression.registerFunction(
    'random',
    (seed?: number) => (seed === undefined ? ambient.host.random() : javaRandomDouble(seed)),
    '<n?:n>',
  );
  expression.registerFunction(
    'parse',
    (text?: string) => (text === undefined ? undefined : (JSON.parse(text) as unknown)),
    '<s-:x>',
  );
  expression.registerFunction('millis', () => ambient.nowMs, '<:n>');
  expression.registerFunction(
    'now',
    (picture?: string, timezone?: string) =>
      formatTime.evaluate(undefined, { ms: ambient.nowMs, picture, timezone }) as Promise<string>,
    '<s?s?:s>',
  );
  expression.assign('eval', undefined);
}
