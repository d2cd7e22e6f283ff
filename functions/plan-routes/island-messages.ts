/** What the planner's main thread and the threads of its islands tell each other. */
import type { RoutingProblem, Standing } from '../../domain/index.ts';

export interface IslandThread {
  readonly problem: RoutingProblem;
  /** Of the islands that this thread runs, taking turns. */
  readonly places: readonly number[];
  /** When the effort begins and ends, in milliseconds since 1970, which all threads agree on; `toMs` may be Infinity. */
  readonly time: { readonly fromMs: number; readonly toMs: number };
  /** Shared memory of one cell: no effort is left from the moment at which it is no longer 0. */
  readonly stop: Int32Array;
  /** Whether each better solution is told. */
  readonly isTraced: boolean;
}

/** Take over these solutions, then run until this share of the effort is spent. */
export interface IslandTask {
  readonly until: number;
  readonly adopt: readonly { readonly place: number; readonly solution: readonly (readonly number[])[] }[];
}

export interface IslandReport {
  readonly stands?: {
    readonly standings: readonly { readonly place: number; readonly standing: Standing }[];
    readonly solutions: readonly (readonly (readonly number[])[])[];
  };
  readonly improved?: { readonly cost: number; readonly unassigned: number; readonly vehicles: number };
}
