/**
 * Keeps the board in step with the projection, in one loop for all pages: often while somebody looks, seldom while
 * nobody does. When what is looked at is gone, the pages are told so, and the loop goes on trying.
 */
import type { ConsoleOperations } from './console-operations.ts';
import { type LiveFeed, MAX_WAITING_ORDERS } from './live-feed.ts';
import { isOutage, type Problem, problemOf } from './problems.ts';

export interface WatchSettings {
  readonly operations: Pick<ConsoleOperations, 'sync' | 'summary' | 'map'>;
  readonly feed: LiveFeed;
  /** Between two rounds while a page is open, in host ms. */
  readonly everyMs: number;
  /** Between two readings of the map, which cost more. */
  readonly mapEveryMs: number;
  /** Told what fails, and again only when something else does. */
  readonly onProblem: (problem: Problem) => void;
  /** After every round that went well. */
  readonly onSynced: () => void;
}

/** Rounds are so much rarer while nobody looks. */
const IDLE_FACTOR = 10;

export class BoardWatch {
  readonly #settings: WatchSettings;
  #timer: NodeJS.Timeout | undefined;
  #round: Promise<void> | undefined;
  #syncedAtMs = Number.NEGATIVE_INFINITY;
  #mappedAtMs = Number.NEGATIVE_INFINITY;
  #mapProblem: Problem | undefined;
  #mapText = '';
  #problem: Problem | undefined;
  #isClosed = false;

  constructor(settings: WatchSettings) {
    this.#settings = settings;
  }

  start(): void {
    void this.#again();
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  /** Brings the board up to date where it is older than a round. @throws Problem when it cannot be */
  async freshen(): Promise<void> {
    const { everyMs } = this.#settings;
    const isOld = performance.now() - this.#syncedAtMs > 2 * everyMs;
    if (this.#round !== undefined && isOld) await this.#round;
    else if (isOld && !this.#isClosed) await this.#runRound();
    if (this.#problem !== undefined) throw this.#problem;
  }

  /** A page has come: it shall not wait for the idle pace. */
  hurry(): void {
    if (this.#round !== undefined || this.#isClosed) return;
    clearTimeout(this.#timer);
    void this.#again();
  }

  /** What keeps the pages from being served, if anything. */
  get problem(): Problem | undefined {
    return this.#problem;
  }

  async #again(): Promise<void> {
    await this.#runRound();
    if (this.#isClosed) return;
    const { everyMs, feed } = this.#settings;
    const isIdle = feed.pages === 0 && this.#problem === undefined;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#again(), isIdle ? everyMs * IDLE_FACTOR : everyMs);
  }

  #runRound(): Promise<void> {
    this.#round ??= this.#sync().finally(() => {
      this.#round = undefined;
    });
    return this.#round;
  }

  async #sync(): Promise<void> {
    const { operations, feed, onProblem, onSynced } = this.#settings;
    try {
      const changed = await operations.sync();
      if (this.#isClosed) return;
      this.#problem = undefined;
      this.#syncedAtMs = performance.now();
      feed.publish({
        summary: await operations.summary(),
        ...(changed.length > 0 && { orders: changed.slice(-MAX_WAITING_ORDERS) }),
      });
      if (feed.pages > 0) await this.#readMap();
      onSynced();
    } catch (error) {
      const problem = problemOf(error);
      if (this.#isClosed) return;
      if (this.#problem?.code !== problem.code) onProblem(problem);
      // Asked too often: the board is a little old, and the next round comes.
      if (problem.code === 'THROTTLED') return;
      this.#problem = problem;
      this.#syncedAtMs = performance.now();
      if (isOutage(problem)) feed.disconnect();
    }
  }

  /** The map is the lesser part: when it cannot be read, the orders go on. */
  async #readMap(): Promise<void> {
    const { operations, feed, mapEveryMs, onProblem } = this.#settings;
    if (performance.now() - this.#mappedAtMs < mapEveryMs) return;
    try {
      const map = await operations.map();
      const text = JSON.stringify({ ...map, now: '' });
      if (text !== this.#mapText) feed.publish({ map });
      this.#mapText = text;
      this.#mapProblem = undefined;
    } catch (error) {
      const problem = problemOf(error);
      if (this.#mapProblem?.code !== problem.code) onProblem(problem);
      this.#mapProblem = problem;
    }
    this.#mappedAtMs = performance.now();
  }
}
