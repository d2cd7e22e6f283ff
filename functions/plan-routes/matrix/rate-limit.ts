/** A token bucket on the caller's clock: requests leave in the order in which they ask, never faster than the rate. */
export interface WaitingClock {
  now(): Date;
  wait(ms: number): Promise<void>;
}

/** @returns resolves when the caller may go; a second's worth may go at once after a pause */
export function rateLimit(perSecond: number, clock: WaitingClock): () => Promise<void> {
  const spacingMs = 1000 / perSecond;
  const burstMs = 1000 - spacingMs;
  /** When the next one may leave if no credit were left. */
  let dueMs = Number.NEGATIVE_INFINITY;
  return async () => {
    const nowMs = clock.now().getTime();
    dueMs = Math.max(dueMs, nowMs - burstMs);
    const waitMs = dueMs - nowMs;
    dueMs += spacingMs;
    if (waitMs > 0) await clock.wait(waitMs);
  };
}
