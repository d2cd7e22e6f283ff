/**
 * The one source of chance in this code base: a seeded generator (sfc32, seeded through a string hash) whose whole
 * state is its arguments, so that the same seed gives the same run byte for byte. `fork` derives an independent
 * stream from the seed and a label, whatever has been drawn so far; a new consumer therefore never disturbs another.
 */

export interface Prng {
  /** A number in [0, 1) with 32 bits of resolution. */
  next(): number;
  /** An integer in [0, n). `n` must be an integer from 1 to 2^32. */
  int(n: number): number;
  /** A normally distributed number (Box-Muller, two draws each). */
  normal(mean: number, standardDeviation: number): number;
  /** One element, all equally likely. Throws a RangeError for an empty list. */
  pick<T>(items: readonly T[]): T;
  /** An independent generator for `label`; the same seed and label always give the same stream. */
  fork(label: string): Prng;
}

/** FNV-1a with a final avalanche; `salt` gives the four words of the state different values. */
function hashText(text: string, salt: number): number {
  let hash = (0x811c9dc5 ^ salt) >>> 0;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193) >>> 0;
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/**
 * @param seed any number or text; `1` and `'1'` are the same seed, so a seed from a command line needs no conversion
 * @example createPrng(7).fork('drivers').int(6)
 */
export function createPrng(seed: number | string): Prng {
  const text = String(seed);
  let a = hashText(text, 0x9e3779b9);
  let b = hashText(text, 0x243f6a88);
  let c = hashText(text, 0xb7e15162);
  let counter = 1;

  const word = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return sum >>> 0;
  };
  // The first words still resemble the seed; a dozen rounds mix them.
  for (let round = 0; round < 12; round += 1) word();

  const next = (): number => word() / 4294967296;
  const int = (n: number): number => {
    if (!Number.isInteger(n) || n < 1 || n > 4294967296) {
      throw new RangeError(`int(n) needs an integer from 1 to 4294967296, not ${n}`);
    }
    return Math.floor(next() * n);
  };
  return {
    next,
    int,
    normal(mean, standardDeviation) {
      const radius = Math.sqrt(-2 * Math.log(1 - next()));
      return mean + standardDeviation * radius * Math.cos(2 * Math.PI * next());
    },
    pick<T>(items: readonly T[]): T {
      if (items.length === 0) throw new RangeError('pick needs at least one element; the list is empty');
      return items[int(items.length)] as T;
    },
    fork: (label) => createPrng(`${text}/${label}`),
  };
}
