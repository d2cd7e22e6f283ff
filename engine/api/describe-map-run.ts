/** DescribeMapRun: how far a Map run is, in items and in child executions. */
import type { Counts, MapRunState } from '../state/execution.ts';
import type { Action } from './action.ts';
import { mapRunAt } from './arns.ts';

export const describeMapRun: Action<{ mapRunArn: string }> = (turn, input) => {
  const run = mapRunAt(turn, input.mapRunArn);
  const { maxConcurrency, toleratedCount = 0, toleratedPercentage = 0 } = run.limits;
  const waiting = run.items.length - run.taken;
  return {
    mapRunArn: run.arn,
    executionArn: run.parent.arn,
    status: run.status,
    startDate: new Date(run.startMs),
    ...(run.stopMs !== undefined && { stopDate: new Date(run.stopMs) }),
    maxConcurrency,
    toleratedFailurePercentage: toleratedPercentage,
    toleratedFailureCount: toleratedCount,
    itemCounts: shown(run, run.itemCounts, waiting, run.items.length),
    executionCounts: shown(run, run.executionCounts, 0, total(run.executionCounts)),
    redriveCount: run.redriveCount,
    ...(run.redriveMs !== undefined && { redriveDate: new Date(run.redriveMs) }),
  };
};

function total(counts: Counts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

function shown(run: MapRunState, counts: Counts, pending: number, all: number) {
  return {
    pending: pending + counts.PENDING_REDRIVE,
    running: counts.RUNNING,
    succeeded: counts.SUCCEEDED,
    failed: counts.FAILED,
    timedOut: counts.TIMED_OUT,
    aborted: counts.ABORTED,
    total: all,
    resultsWritten: run.resultsWritten,
    failuresNotRedrivable: 0,
    pendingRedrive: counts.PENDING_REDRIVE,
  };
}
