/**
 * Whose time an operator's tool goes by. In an account it is the host's. Of a region behind a port only its data tells
 * the time: the latest time that was seen there, which is at most a minute old. The host's timers pace calls over a
 * network in both cases.
 */
import type { OperatorTime } from './deployed.ts';

/** An account lives in the same time as the tool. */
export function hostTime(): OperatorTime {
  return { now: () => new Date().toISOString(), saw: () => undefined, pause: hostPause };
}

/** The latest time seen, wherever it lies; before any, in a region that nothing has happened in yet, the host's. */
export function seenTime(): OperatorTime {
  let latest: string | undefined;
  return {
    now: () => latest ?? new Date().toISOString(),
    saw: (iso) => {
      if (latest === undefined || iso > latest) latest = iso;
    },
    pause: hostPause,
  };
}

function hostPause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) {
      resolve();
      return;
    }
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', done, { once: true });
  });
}
