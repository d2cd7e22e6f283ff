/** Chance as a program in a sandbox sees it: `node:crypto` and web crypto with their random parts drawn from the seed. */
import { createRequire } from 'node:module';
import type { Prng } from '../prng.ts';
import { withOverrides } from './overrides.ts';

const hostCrypto = createRequire(import.meta.url)('node:crypto') as typeof import('node:crypto');

type Done<T> = (error: null, value: T) => void;

function fill<T extends ArrayBufferView>(prng: Prng, view: T): T {
  new Uint8Array(view.buffer, view.byteOffset, view.byteLength).set(prng.bytes(view.byteLength));
  return view;
}

/** An integer in [from, below). */
function integer(prng: Prng, from: number, below?: number): number {
  const [low, high] = below === undefined ? [0, from] : [from, below];
  return low + Math.floor(prng.random() * (high - low));
}

export function createWebCrypto(prng: Prng): object {
  return {
    subtle: hostCrypto.webcrypto.subtle,
    randomUUID: prng.uuid,
    getRandomValues: <T extends ArrayBufferView>(view: T) => fill(prng, view),
  };
}

export function createCryptoModule(prng: Prng): object {
  return withOverrides(hostCrypto, {
    webcrypto: createWebCrypto(prng),
    randomUUID: () => prng.uuid(),
    getRandomValues: <T extends ArrayBufferView>(view: T) => fill(prng, view),
    randomFillSync: <T extends ArrayBufferView>(view: T) => fill(prng, view),
    randomBytes: (size: number, done?: Done<Buffer>) => {
      const bytes = Buffer.from(prng.bytes(size));
      return done === undefined ? bytes : queueMicrotask(() => done(null, bytes));
    },
    randomInt: (from: number, below?: number) => integer(prng, from, below),
  });
}
