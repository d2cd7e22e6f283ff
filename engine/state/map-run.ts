/** A new run of a distributed Map, and what is asked of runs. */
import type { Counts, ExecutionState, Frame, MapRunState } from './execution.ts';

export function newCounts(): Counts {
  return { RUNNING: 0, SUCCEEDED: 0, FAILED: 0, TIMED_OUT: 0, ABORTED: 0, PENDING_REDRIVE: 0 };
}

export function newMapRun(
  identity: Pick<
    MapRunState,
    'arn' | 'parent' | 'frame' | 'stateName' | 'settings' | 'express' | 'writer' | 'machine' | 'startMs' | 'callsBefore'
  >,
): MapRunState {
  return {
    ...identity,
    stopMs: undefined,
    status: 'RUNNING',
    limits: identity.settings,
    redriveCount: 0,
    redriveMs: undefined,
    failing: undefined,
    leaving: undefined,
    items: [],
    taken: 0,
    complete: false,
    sources: [],
    call: undefined,
    calls: identity.callsBefore,
    itemCounts: newCounts(),
    executionCounts: newCounts(),
    running: new Map(),
    children: [],
    failedExpress: [],
    pendingRedrive: [],
    pendingExpress: [],
    headers: undefined,
    started: 0,
    results: [],
    resultBytes: 0,
    failures: [],
    failureBytes: 0,
    files: [],
    resultsWritten: 0,
  };
}

/** The frame that a run belongs to: of its execution, or the one that it was aborted in while it still writes. */
export function frameOfRun({ frames, mapRuns }: ExecutionState, id: number): Frame | undefined {
  return frames.get(id) ?? mapRuns?.find(({ leaving }) => leaving?.id === id)?.leaving;
}

/** Items that failed, timed out or were aborted: what the tolerance is measured against. */
export function failedItems({ itemCounts }: MapRunState): number {
  return itemCounts.FAILED + itemCounts.TIMED_OUT + itemCounts.ABORTED;
}

/** True when more items failed than the run tolerates. */
export function exceedsTolerance(run: MapRunState): boolean {
  const failed = failedItems(run);
  const { toleratedCount, toleratedPercentage } = run.limits;
  if (toleratedPercentage !== undefined && failed * 100 > toleratedPercentage * run.items.length) return true;
  if (toleratedCount !== undefined) return failed > toleratedCount;
  return toleratedPercentage === undefined && failed > 0;
}
