/**
 * Sets the frames of a redriven execution going. What each frame has to do again, the fold of `ExecutionRedriven` has
 * decided: a state that was cut off begins again, a join goes on with the branches it has left.
 */
import type { Eventually } from '../expression/computed.ts';
import type { Frame } from '../state/execution.ts';
import type { Running } from './running.ts';
import { finishJoin, startIterations } from './states/join.ts';

export async function resumeRedriven(run: Running): Promise<void> {
  const frames = [...run.execution.frames.values()].sort((a, b) => a.id - b.id);
  for (const frame of frames) {
    if (frame.phase === 'joining') await run.attempt(frame, () => goOnJoining(run, frame));
    else run.enqueue(frame);
  }
}

/** A Parallel has started all it has; a Map may have items that were not begun. */
function goOnJoining(run: Running, frame: Frame): Eventually<void> {
  const { join } = frame;
  if (join === undefined) return;
  const state = run.stateOf(frame);
  if (join.finished === join.total) return finishJoin(run, frame);
  return state.Type === 'Map' ? startIterations(run, frame, state) : undefined;
}
