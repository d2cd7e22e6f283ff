/**
 * A region after its simulated day, kept for operators: it listens, and its time goes on at the host's pace. Whoever waits
 * for an answer has time skip to it, as in any region that skips.
 */
import { setTimeout as hostTimeout } from 'node:timers/promises';
import type { Endpoint, Region } from '../../region/index.ts';
import { CommandFailure } from '../failures.ts';
import { messageOf } from '../files.ts';

export interface ServeSettings {
  /** 0 takes a free one. */
  readonly port: number;
  /** Virtual seconds in a real one. */
  readonly speed: number;
  readonly onListen: (url: string) => void;
  /** Ends it. */
  readonly signal: AbortSignal;
}

const PACE_HOST_MS = 100;

/** Resolves when the signal says so. Throws CommandFailure PO-203 for a port that is taken; what broke the region. */
export async function serveDay(region: Region, { port, speed, onListen, signal }: ServeSettings): Promise<void> {
  const { url } = await listen(region, port);
  onListen(url);
  let fromHostMs = performance.now();
  let owedMs = 0;
  while (!signal.aborted) {
    await hostTimeout(PACE_HOST_MS, undefined, { signal }).catch(() => undefined);
    const nowHostMs = performance.now();
    owedMs += (nowHostMs - fromHostMs) * speed;
    fromHostMs = nowHostMs;
    const wholeMs = Math.floor(owedMs);
    owedMs -= wholeMs;
    if (wholeMs > 0) await region.advance(wholeMs);
  }
}

async function listen(region: Region, port: number): Promise<Endpoint> {
  try {
    return await region.listen(port);
  } catch (error) {
    throw new CommandFailure('PO-203', `cannot listen on port ${port}: ${messageOf(error)}`, 'give another --port', {
      cause: error,
    });
  }
}
