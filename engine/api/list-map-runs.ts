/** ListMapRuns of an execution: the newest first, in pages. */
import type { Action } from './action.ts';
import { executionAt } from './arns.ts';
import { type PageInput, pageOf } from './paging.ts';

export interface ListMapRunsInput extends PageInput {
  readonly executionArn: string;
}

export const listMapRuns: Action<ListMapRunsInput> = (turn, input) => {
  const execution = executionAt(turn, input.executionArn);
  const runs = execution.mapRuns ?? [];
  const { items, nextToken } = pageOf(runs, input, `Map runs of ${execution.arn}`, { newestFirst: true });
  return {
    mapRuns: items.map((run) => ({
      executionArn: execution.arn,
      mapRunArn: run.arn,
      stateMachineArn: run.machine.arn,
      startDate: new Date(run.startMs),
      ...(run.stopMs !== undefined && { stopDate: new Date(run.stopMs) }),
    })),
    ...(nextToken !== undefined && { nextToken }),
  };
};
