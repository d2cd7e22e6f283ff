/** UpdateMapRun: other limits for a Map run that is under way; they hold at once. */
import { EngineError } from '../errors.ts';
import { Run } from '../interpreter/run.ts';
import type { Action } from './action.ts';
import { mapRunAt } from './arns.ts';

export interface UpdateMapRunInput {
  readonly mapRunArn: string;
  readonly maxConcurrency?: number;
  readonly toleratedFailurePercentage?: number;
  readonly toleratedFailureCount?: number;
}

export const updateMapRun: Action<UpdateMapRunInput> = (turn, input) => {
  const mapRun = mapRunAt(turn, input.mapRunArn);
  const { maxConcurrency, toleratedFailurePercentage: percentage, toleratedFailureCount: count } = input;
  const frame = mapRun.parent.frames.get(mapRun.frame);
  if (mapRun.status !== 'RUNNING' || frame === undefined) {
    throw new EngineError('ValidationException', `The Map run ${mapRun.arn} is ${mapRun.status} and cannot be updated`);
  }
  const limits = {
    maxConcurrency: maxConcurrency ?? mapRun.limits.maxConcurrency,
    ...both('toleratedCount', count, mapRun.limits.toleratedCount),
    ...both('toleratedPercentage', percentage, mapRun.limits.toleratedPercentage),
  };
  new Run(turn, mapRun.parent).emit(frame, { type: 'MapRunUpdated', limits });
  turn.dueMapRuns.push(mapRun);
  return {};
};

function both<K extends string>(key: K, given: number | undefined, before: number | undefined): { [k in K]?: number } {
  const value = given ?? before;
  return (value === undefined ? {} : { [key]: value }) as { [k in K]?: number };
}
