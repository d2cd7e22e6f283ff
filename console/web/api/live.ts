/**
 * The live feed: one event stream for the whole page, whose events are handed to whoever shows them, and whose state
 * (live, connecting, lost, locked out) the header shows. After a loss it comes back by itself, at most every ten seconds;
 * of a server that was started anew it says so, as the token of that run has to come from its address.
 */
import { asApiError, read } from './client.ts';
import type { BoardSummary, MapPicture, OrderView, ReplayJob } from './shapes.ts';

export interface LiveEvents {
  readonly summary: BoardSummary;
  readonly orders: readonly OrderView[];
  readonly map: MapPicture;
  readonly job: ReplayJob;
}
export type LiveTopic = keyof LiveEvents;
/** `locked-out`: the server answers, and does not take the token that this page has. */
export type LinkState = 'connecting' | 'live' | 'lost' | 'locked-out';

const TOPICS: readonly LiveTopic[] = ['summary', 'orders', 'map', 'job'];
const MAX_DELAY_MS = 10_000;

export class LiveFeed {
  private source: EventSource | undefined;
  private state: LinkState = 'connecting';
  private lostAt: number | undefined;
  private delayMs = 1000;
  private readonly stateListeners = new Set<() => void>();
  private readonly listeners = new Map<LiveTopic, Set<(event: never) => void>>();
  private readonly latest = new Map<LiveTopic, unknown>();

  readonly subscribeState = (listener: () => void): (() => void) => {
    this.stateListeners.add(listener);
    return () => this.stateListeners.delete(listener);
  };
  readonly linkState = (): LinkState => this.state;
  /** Host milliseconds since which nothing came; undefined while live. */
  readonly lostSince = (): number | undefined => this.lostAt;

  subscribe<T extends LiveTopic>(topic: T, listener: (event: LiveEvents[T]) => void): () => void {
    const listeners = this.listeners.get(topic) ?? new Set();
    this.listeners.set(topic, listeners.add(listener as (event: never) => void));
    return () => listeners.delete(listener as (event: never) => void);
  }

  /** The last event of a topic that is a whole picture; undefined before the first. */
  last<T extends LiveTopic>(topic: T): LiveEvents[T] | undefined {
    return this.latest.get(topic) as LiveEvents[T] | undefined;
  }

  /** Connects at once, also when a later attempt was planned. */
  readonly connect = (): void => {
    this.source?.close();
    const source = new EventSource('/api/live');
    this.source = source;
    source.onopen = () => {
      this.delayMs = 1000;
      this.change('live');
    };
    source.onerror = () => {
      source.close();
      if (this.source !== source) return;
      this.change(this.state === 'locked-out' ? 'locked-out' : 'lost');
      void this.findReason(source);
      setTimeout(() => this.source === source && this.connect(), this.delayMs);
      this.delayMs = Math.min(MAX_DELAY_MS, this.delayMs * 2);
    };
    for (const topic of TOPICS) {
      source.addEventListener(topic, (message) => this.publish(topic, JSON.parse(message.data as string)));
    }
  };

  /** An event stream does not tell why it ended; a call of the API does. */
  private async findReason(source: EventSource): Promise<void> {
    const reason = await read('/me').then(
      () => undefined,
      (error: unknown) => asApiError(error).code,
    );
    if (this.source !== source || this.state === 'live') return;
    this.change(reason === 'TOKEN_MISSING' ? 'locked-out' : 'lost');
  }

  private publish(topic: LiveTopic, event: unknown): void {
    this.latest.set(topic, event);
    for (const listener of this.listeners.get(topic) ?? []) listener(event as never);
  }

  private change(state: LinkState): void {
    if (state === this.state) return;
    this.lostAt = state === 'live' ? undefined : (this.lostAt ?? Date.now());
    this.state = state;
    for (const listener of this.stateListeners) listener();
  }
}

export const liveFeed = new LiveFeed();
