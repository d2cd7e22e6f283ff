/**
 * What is known from one place, packed: a byte for the version, then 20 bytes per destination. A thousand ways are 20 KB,
 * where an item each would be a hundred times the writes. Little-endian; seconds are tenths, metres whole.
 */
import type { Cell } from './places.ts';

export interface CachedWay {
  readonly to: Cell;
  /** `Infinity`: there is no way. */
  readonly seconds: number;
  readonly meters: number;
  /** Epoch seconds after which it is not used. */
  readonly expiresAt: number;
}

const VERSION = 1;
const WAY_BYTES = 20;
const NO_WAY = 0xffffffff;
/** 80 KB: far below an item's 400, since whoever adds a way pays for the whole row again. */
export const MOST_WAYS = 4_000;

/** The ways that hold longest, when there are more than a row takes. */
export function packWays(ways: readonly CachedWay[]): Uint8Array {
  const kept = [...ways]
    .sort((a, b) => b.expiresAt - a.expiresAt || a.to[0] - b.to[0] || a.to[1] - b.to[1])
    .slice(0, MOST_WAYS);
  const bytes = new Uint8Array(1 + kept.length * WAY_BYTES);
  const view = new DataView(bytes.buffer);
  bytes[0] = VERSION;
  for (const [index, { to, seconds, meters, expiresAt }] of kept.entries()) {
    const at = 1 + index * WAY_BYTES;
    view.setInt32(at, to[0], true);
    view.setInt32(at + 4, to[1], true);
    view.setUint32(at + 8, seconds === Number.POSITIVE_INFINITY ? NO_WAY : Math.round(seconds * 10), true);
    view.setUint32(at + 12, Math.round(meters), true);
    view.setUint32(at + 16, expiresAt, true);
  }
  return bytes;
}

/** @returns undefined when the bytes are not those of a row */
export function unpackWays(bytes: unknown): CachedWay[] | undefined {
  if (!(bytes instanceof Uint8Array) || bytes[0] !== VERSION || (bytes.length - 1) % WAY_BYTES !== 0) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: (bytes.length - 1) / WAY_BYTES }, (_, index) => {
    const at = 1 + index * WAY_BYTES;
    const tenths = view.getUint32(at + 8, true);
    return {
      to: [view.getInt32(at, true), view.getInt32(at + 4, true)],
      seconds: tenths === NO_WAY ? Number.POSITIVE_INFINITY : tenths / 10,
      meters: view.getUint32(at + 12, true),
      expiresAt: view.getUint32(at + 16, true),
    };
  });
}
