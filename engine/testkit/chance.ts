/** Chance that repeats: a seeded generator behind the engine's `random` and `uuid`. */
import type { EngineHost } from '../terms.ts';

/** mulberry32: 32 bits of state, good enough to vary a test. */
export function seededHost(seed: number): EngineHost {
  let state = seed >>> 0;
  const random = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const digits = (count: number): string =>
    Array.from({ length: count }, () => Math.floor(random() * 16).toString(16)).join('');
  const uuid = (): string =>
    `${digits(8)}-${digits(4)}-4${digits(3)}-${'89ab'.charAt(Math.floor(random() * 4))}${digits(3)}-${digits(12)}`;
  return { random, uuid };
}
