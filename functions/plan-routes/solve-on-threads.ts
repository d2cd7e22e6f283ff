/**
 * Solves a routing problem on the threads that there are. The islands of the problem are dealt out to them and meet at the
 * same shares of the effort as on one thread, so that, where iterations bound the effort, the plan is the same on any
 * number of threads. One thread is the caller's own: the search pauses on it, so that signals and timers are heard. A
 * thread that dies takes its islands with it: what the others found by the last meeting is the plan.
 */
import { Worker } from 'node:worker_threads';
import {
  bestOf,
  isLeftBehind,
  MEETING_SHARES,
  planOfSolution,
  prepareModel,
  type RoutingEffort,
  type RoutingPlan,
  type RoutingProblem,
  type Standing,
  solveWithPauses,
  type TravelMatrix,
} from '../../domain/index.ts';
import type { IslandReport, IslandTask, IslandThread } from './island-messages.ts';
import { boundedEffort } from './plan-deadline.ts';

/** A thread that has not answered so long after the deadline is given up. */
const GRACE_MS = 2_000;
/** On the caller's own thread others have a turn so often. */
const TURN_MS = 50;

export interface ThreadSettings {
  readonly threads: number;
  /** The bundle of `island-worker.ts`. */
  readonly workerFile: string | URL;
  /** In milliseconds since 1970: the best plan so far is returned soon after it. Without it iterations bound the effort. */
  readonly deadlineMs?: number;
  readonly nowMs: () => number;
  /** The best plan so far is returned soon after it has aborted. */
  readonly signal?: AbortSignal;
  /** Told of each better solution of any island: its cost, stops left out, and vehicles used where they come first. */
  readonly improved?: (cost: number, unassigned: number, vehicles: number) => void;
  /** Told of a thread that died. */
  readonly onFailure?: (error: unknown) => void;
}

/** @throws RangeError when the problem contradicts itself, and the thread's error when every thread died */
export async function solveOnThreads(problem: RoutingProblem, settings: ThreadSettings): Promise<RoutingPlan> {
  const { threads, deadlineMs = Infinity, nowMs, improved, signal } = settings;
  const { islands = 1 } = problem;
  const isStopped = (): boolean => signal?.aborted === true;
  // No thread is started for a search that is over already.
  if (threads <= 1 || islands === 1 || isStopped()) {
    const effort = boundedEffort(deadlineMs, nowMs, isStopped);
    return takingTurns(problem, { ...effort, ...(improved === undefined ? {} : { improved }) }, nowMs);
  }
  prepareModel(problem);
  const shared = { ...problem, matrix: sharedMatrix(problem.matrix) };
  const time = { fromMs: nowMs(), toMs: deadlineMs };
  const stop = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const onAbort = (): void => void Atomics.store(stop, 0, 1);
  signal?.addEventListener('abort', onAbort);
  const crew = Array.from({ length: Math.min(threads, islands) }, (_, thread): Crew => {
    const places = Array.from({ length: islands }, (__, place) => place).filter((place) => place % threads === thread);
    return new Crew({ problem: shared, places, time, stop, isTraced: improved !== undefined }, settings);
  });
  try {
    return planOfSolution(problem, await meet(crew, settings));
  } finally {
    signal?.removeEventListener('abort', onAbort);
    await Promise.all(crew.map((member) => member.end()));
  }
}

/** On the caller's thread. Where its clock stands still while it computes, as in the region, nobody waits for a turn. */
async function takingTurns(problem: RoutingProblem, effort: RoutingEffort, nowMs: () => number): Promise<RoutingPlan> {
  const search = solveWithPauses(problem, effort);
  let turnMs = nowMs();
  for (;;) {
    const { done, value } = search.next();
    if (done === true) return value;
    if (nowMs() - turnMs < TURN_MS) continue;
    await new Promise((resolve) => setImmediate(resolve));
    turnMs = nowMs();
  }
}

async function meet(crew: readonly Crew[], { onFailure }: ThreadSettings): Promise<readonly (readonly number[])[]> {
  let living = crew;
  let adopt: IslandTask['adopt'] = [];
  let best: readonly (readonly number[])[] = [];
  let failure: unknown;
  for (const until of MEETING_SHARES) {
    const answers = await Promise.allSettled(living.map((member) => member.advance(until, adopt)));
    const alive: Crew[] = [];
    const islands: { place: number; standing: Standing; solution: readonly (readonly number[])[] }[] = [];
    for (const [index, answer] of answers.entries()) {
      if (answer.status === 'rejected') {
        failure = answer.reason;
        onFailure?.(failure);
        continue;
      }
      alive.push(living[index] as Crew);
      const { standings, solutions } = answer.value;
      for (const [at, { place, standing }] of standings.entries()) {
        islands.push({ place, standing, solution: solutions[at] ?? [] });
      }
    }
    living = alive;
    if (living.length === 0) {
      if (best.length > 0) return best;
      throw failure;
    }
    islands.sort((one, other) => one.place - other.place);
    const first = islands[bestOf(islands.map(({ standing }) => standing))];
    if (first === undefined) break;
    best = first.solution;
    adopt = islands
      .filter((island) => island !== first && isLeftBehind(island.standing, first.standing))
      .map(({ place }) => ({ place, solution: first.solution }));
  }
  return best;
}

type Stands = NonNullable<IslandReport['stands']>;

class Crew {
  readonly #worker: Worker;
  readonly #places: readonly number[];
  readonly #remainingMs: () => number;
  #answer: { resolve: (stands: Stands) => void; reject: (error: unknown) => void } | undefined;
  #failure: unknown;

  constructor(data: IslandThread, { workerFile, improved, nowMs, deadlineMs = Infinity }: ThreadSettings) {
    this.#places = data.places;
    this.#remainingMs = () => deadlineMs - nowMs();
    this.#worker = new Worker(workerFile, { workerData: data });
    this.#worker.on('message', ({ stands, improved: better }: IslandReport) => {
      if (better !== undefined) improved?.(better.cost, better.unassigned, better.vehicles);
      if (stands !== undefined) this.#answer?.resolve(stands);
    });
    const fail = (error: unknown): void => {
      this.#failure ??= error;
      this.#answer?.reject(this.#failure);
    };
    this.#worker.on('error', fail);
    this.#worker.on('exit', (code) => fail(new Error(`a thread of the solver ended with code ${code}`)));
  }

  advance(until: number, adopt: IslandTask['adopt']): Promise<Stands> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined) return reject(this.#failure);
      const waitMs = this.#remainingMs() + GRACE_MS;
      const late = (): void =>
        reject(new Error(`a thread of the solver has not answered ${GRACE_MS} ms after the end`));
      const timer = waitMs < Infinity ? setTimeout(late, waitMs) : undefined;
      const settled = <Value>(settle: (value: Value) => void) => {
        return (value: Value): void => {
          clearTimeout(timer);
          settle(value);
        };
      };
      this.#answer = { resolve: settled(resolve), reject: settled(reject) };
      const mine = adopt.filter(({ place }) => this.#places.includes(place));
      this.#worker.postMessage({ until, adopt: mine } satisfies IslandTask);
    });
  }

  async end(): Promise<void> {
    this.#answer = undefined;
    await this.#worker.terminate();
  }
}

/** The same matrix in memory that threads share: of 1,000 stops it has 16 MB. */
function sharedMatrix(matrix: TravelMatrix): TravelMatrix {
  const shared = (values: Float64Array): Float64Array => {
    const copy = new Float64Array(new SharedArrayBuffer(values.byteLength));
    copy.set(values);
    return copy;
  };
  return {
    ...matrix,
    durationsSeconds: shared(matrix.durationsSeconds),
    distancesMeters: shared(matrix.distancesMeters),
    ...(matrix.slots === undefined
      ? {}
      : { slots: matrix.slots.map((slot) => ({ ...slot, durationsSeconds: shared(slot.durationsSeconds) })) }),
  };
}
