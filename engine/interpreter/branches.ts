/** Branches and iterations: how they start, how they join, and how they are dropped when one of them fails. */
import type { Eventually } from '../expression/computed.ts';
import type { AbortableStateType } from '../history/records.ts';
import type { Frame } from '../state/execution.ts';
import type { Running } from './running.ts';
import { finishJoin, startIterations } from './states/join.ts';

const ABORTABLE: ReadonlySet<string> = new Set<AbortableStateType>(['Task', 'Wait', 'Parallel', 'Map']);

/** The last state of a frame is done: the execution succeeds, or the branch joins its parent. */
export function endBranch(run: Running, frame: Frame): Eventually<void> {
  const parent = frame.parent === undefined ? undefined : run.execution.frames.get(frame.parent);
  if (parent === undefined) {
    run.end({ type: 'ExecutionSucceeded', details: { output: frame.data } }, frame.lastEvent);
    return;
  }
  const state = run.stateOf(parent);
  if (state.Type === 'Map') {
    run.emit(frame, { type: 'MapIterationSucceeded', details: { name: state.name, index: frame.index } });
  } else {
    run.emit(frame, { type: 'BranchSucceeded', index: frame.index });
  }
  const { join } = parent;
  if (join === undefined) return;
  return run.attempt(parent, () => {
    if (join.finished === join.total) return finishJoin(run, parent);
    return state.Type === 'Map' ? startIterations(run, parent, state) : undefined;
  });
}

/**
 * Drops the branches below `parent` because `failed`, one of them, cannot go on, or without it the parent itself.
 * Everything that is dropped is written down as following the event that made it fail.
 */
export function dropBranches(run: Running, parent: Frame, failed?: Frame): void {
  const cause = (failed ?? parent).lastEvent;
  for (const child of childrenOf(run, parent)) abort(run, child, cause, child === failed);
  run.emit(parent, { type: 'BranchesDropped' }, cause);
}

function childrenOf(run: Running, parent: Frame): Frame[] {
  return [...run.execution.frames.values()]
    .filter((frame) => frame.parent === parent.id)
    .sort((a, b) => a.index - b.index);
}

function abort(run: Running, frame: Frame, cause: number, failed: boolean): void {
  const parent = frame.parent === undefined ? undefined : run.execution.frames.get(frame.parent);
  const parentState = parent === undefined ? undefined : run.stateOf(parent);
  if (parentState?.Type === 'Map') {
    const type = failed ? 'MapIterationFailed' : 'MapIterationAborted';
    run.emit(frame, { type, details: { name: parentState.name, index: frame.index } }, cause);
  }
  run.cancelTimers(frame);
  if (frame.mapRun?.status === 'RUNNING') {
    run.turn.orphans.push(...frame.mapRun.running.values());
    run.emit(frame, { type: 'MapRunAborted' }, cause);
    run.turn.dueMapRuns.push(frame.mapRun);
  }
  const { Type } = run.stateOf(frame);
  const entered = frame.phase !== 'enter' && frame.phase !== 'ended';
  if (entered && isAbortable(Type)) run.emit(frame, { type: `${Type}StateAborted` }, cause);
  for (const child of childrenOf(run, frame)) abort(run, child, cause, false);
}

function isAbortable(type: string): type is AbortableStateType {
  return ABORTABLE.has(type);
}
