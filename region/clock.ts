/**
 * The region's only source of time. Work becomes due at (due time, sequence); the clock steps to each due time and
 * lets everything that became runnable there drain before the next. Three modes: `auto-skip` jumps to the next due
 * time as soon as nothing is runnable, `scaled` paces virtual time against the host's, `manual` moves only by
 * `advanceTo`. Nothing else in the region reads the wall clock or sets timers.
 */
export interface Clock {
  /** Virtual time, ms since the epoch. */
  now(): number;
  /**
   * Runs `work` once at `dueMs` (or at once when that has passed). Ties run in the order they were scheduled.
   * `background` work recurs for as long as the region lives (a schedule, a sweep): it does not keep the region busy.
   */
  at(dueMs: number, work: () => void, kind?: 'foreground' | 'background'): TimerHandle;
  /** Counts real I/O (a native database, a socket) in flight: the clock does not move until it is released. */
  hold<T>(io: Promise<T>): Promise<T>;
}

export interface TimerHandle {
  readonly dueMs: number;
  cancel(): void;
}
