/**
 * Reading in components: what an address of the API answers, with what was there before while it is asked again, and
 * the live feed's topics.
 */
import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { type ApiError, asApiError, read } from './client.ts';
import { type LinkState, type LiveEvents, type LiveTopic, liveFeed } from './live.ts';

export interface Reading<T> {
  /** The last answer, also while a newer one is on its way or after a failure. */
  readonly data: T | undefined;
  readonly error: ApiError | undefined;
  readonly isLoading: boolean;
  readonly reload: () => void;
}

/** @param path undefined: nothing is asked for */
export function useRead<T>(path: string | undefined): Reading<T> {
  const [turn, setTurn] = useState(0);
  const [held, setHeld] = useState<{ path?: string | undefined; data?: T; error?: ApiError }>({});
  const [isLoading, setLoading] = useState(path !== undefined);
  const reload = useCallback(() => setTurn((n) => n + 1), []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `turn` is the wish to read again
  useEffect(() => {
    if (path === undefined) {
      setHeld({});
      setLoading(false);
      return undefined;
    }
    const aborter = new AbortController();
    setLoading(true);
    read<T>(path, aborter.signal).then(
      (data) => {
        setHeld({ path, data });
        setLoading(false);
      },
      (error: unknown) => {
        if (aborter.signal.aborted) return;
        setHeld((before) => ({ ...before, path, error: asApiError(error) }));
        setLoading(false);
      },
    );
    return () => aborter.abort();
  }, [path, turn]);

  // When the link comes back, what failed or grew old meanwhile is read again.
  const link = useLink();
  const before = useRef(link);
  useEffect(() => {
    if ((before.current === 'lost' || before.current === 'locked-out') && link === 'live') reload();
    before.current = link;
  }, [link, reload]);

  return { data: held.data, error: held.error, isLoading, reload };
}

export function useLink(): LinkState {
  return useSyncExternalStore(liveFeed.subscribeState, liveFeed.linkState);
}

/** Calls `listener` with each event of the topic. */
export function useLive<T extends LiveTopic>(topic: T, listener: (event: LiveEvents[T]) => void): void {
  const latest = useRef(listener);
  latest.current = listener;
  useEffect(() => liveFeed.subscribe(topic, (event) => latest.current(event)), [topic]);
}

/** The last whole picture of a topic, read once from `path` where the feed has not brought one yet. */
export function useLatest<T extends 'summary' | 'map'>(topic: T, path: string): Reading<LiveEvents[T]> {
  const [live, setLive] = useState<LiveEvents[T] | undefined>(() => liveFeed.last(topic));
  useLive(topic, setLive);
  const reading = useRead<LiveEvents[T]>(live === undefined ? path : undefined);
  return { ...reading, data: live ?? reading.data };
}

/** `action`, at most once in `everyMs`, the last wish never lost. */
export function useThrottled(action: () => void, everyMs: number): () => void {
  const latest = useRef(action);
  latest.current = action;
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const lastAt = useRef(0);
  useEffect(() => () => clearTimeout(timer.current), []);
  return useCallback(() => {
    if (timer.current !== undefined) return;
    const waitMs = Math.max(0, lastAt.current + everyMs - Date.now());
    timer.current = setTimeout(() => {
      timer.current = undefined;
      lastAt.current = Date.now();
      latest.current();
    }, waitMs);
  }, [everyMs]);
}
