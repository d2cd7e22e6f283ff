/**
 * Seeded chance. Each service and each function draws from its own stream (seed and name), so that work added to one
 * does not change what another draws. The generator is sfc32; its state is filled from the label by a string hash.
 */
export interface Prng {
  /** In [0, 1). */
  random(): number;
  /** UUID v4. */
  uuid(): string;
  bytes(length: number): Uint8Array;
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

function hash32(text: string, salt: number): number {
  let hash = 2_166_136_261 ^ salt;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 16_777_619);
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 2_246_822_507);
  return (hash ^ (hash >>> 13)) >>> 0;
}

/** @param trace is told of every word that is drawn */
export function createPrng(seed: number | string, stream: string, trace?: { words: number; sum: number }): Prng {
  const label = `${seed}/${stream}`;
  let a = hash32(label, 1);
  let b = hash32(label, 2);
  let c = hash32(label, 3);
  let counter = 1;
  const draw = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return sum >>> 0;
  };
  for (let round = 0; round < 12; round += 1) draw();
  const next =
    trace === undefined
      ? draw
      : (): number => {
          const word = draw();
          trace.words += 1;
          trace.sum = (Math.imul(trace.sum, 31) + word) | 0;
          return word;
        };

  const byte = (word: number, shift: number): string => HEX[(word >>> shift) & 255] as string;
  return {
    random: () => next() / 4_294_967_296,
    uuid: () => {
      const [w, x, y, z] = [next(), (next() & 0xffff0fff) | 0x4000, (next() & 0x3fffffff) | 0x80000000, next()];
      return (
        `${byte(w, 24)}${byte(w, 16)}${byte(w, 8)}${byte(w, 0)}-${byte(x, 24)}${byte(x, 16)}-${byte(x, 8)}${byte(x, 0)}-` +
        `${byte(y, 24)}${byte(y, 16)}-${byte(y, 8)}${byte(y, 0)}${byte(z, 24)}${byte(z, 16)}${byte(z, 8)}${byte(z, 0)}`
      );
    },
    bytes: (length) => Uint8Array.from({ length }, () => next() & 255),
  };
}
