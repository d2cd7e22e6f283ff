/**
 * Until when a wave is searched. The plan has to be there when the first vehicle is to be loaded; a wave that is opened
 * while its vehicles stand ready has a minute, and none has more than ten, however early it was opened: the search is
 * then long past its improvements. The best plan so far is used when the time is over.
 */
import type { RoutingEffort } from '../../domain/index.ts';
import { LOADING_MS } from './plan-wave.ts';

export const MIN_SEARCH_SECONDS = 60;
export const MAX_SEARCH_SECONDS = 600;

/** @param shiftsFromMs when the vehicles of the wave may leave */
export function searchUntilMs(nowMs: number, shiftsFromMs: readonly number[]): number {
  const loadsAtMs = Math.min(...shiftsFromMs) - LOADING_MS;
  return Math.min(Math.max(loadsAtMs, nowMs + MIN_SEARCH_SECONDS * 1000), nowMs + MAX_SEARCH_SECONDS * 1000);
}

/**
 * Bounds the search by the clock. Where computing takes no time (the region), no share of it ever passes and the
 * iterations alone are the bound.
 * @param untilMs may be Infinity
 * @param isStopped whether the task was told to stop: nothing is left to spend then
 */
export function boundedEffort(
  untilMs: number,
  now: () => number,
  isStopped: () => boolean,
  fromMs = now(),
): RoutingEffort {
  const spanMs = Math.max(1, untilMs - fromMs);
  return { spent: () => (isStopped() ? 1 : (now() - fromMs) / spanMs) };
}
