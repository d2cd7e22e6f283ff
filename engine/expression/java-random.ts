/**
 * `java.util.Random.nextDouble()` of a seed: what AWS answers for `$random(seed)` and `States.MathRandom` with a seed.
 * The 48-bit linear congruential generator of the Java platform specification, in BigInt because 48 by 35 bits overflow.
 */
const MULTIPLIER = 0x5deece66dn;
const INCREMENT = 0xbn;
const MASK = (1n << 48n) - 1n;

/** A number in [0, 1); 42 gives 0.7275636800328681. */
export function javaRandomDouble(seed: number): number {
  let state = (BigInt(Math.trunc(seed)) ^ MULTIPLIER) & MASK;
  const next = (bits: bigint): bigint => {
    state = (state * MULTIPLIER + INCREMENT) & MASK;
    return state >> (48n - bits);
  };
  const high = next(26n) << 27n;
  return Number(high + next(27n)) / 2 ** 53;
}
