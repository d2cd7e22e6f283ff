/** What the parts of the interpreter may ask of the run they work in; the loop itself is in `run.ts`. */

import type { State } from '../definition/model.ts';
import type { StateError } from '../errors.ts';
import type { Eventually } from '../expression/computed.ts';
import type { Draft, TimerPurpose } from '../history/records.ts';
import type { ExecutionState, Frame } from '../state/execution.ts';
import type { Turn } from './turn.ts';

export interface Running {
  readonly turn: Turn;
  readonly execution: ExecutionState;
  /** Appends an event of the frame; it follows the frame's last one unless told otherwise. Returns its id. */
  emit(frame: Frame, draft: Draft, previousEventId?: number): number;
  setTimer(frame: Frame, purpose: TimerPurpose, dueMs: number): void;
  /** Takes back the timers that the frame has set; the record that follows makes the frame forget them. */
  cancelTimers(frame: Frame): void;
  stateOf(frame: Frame): State;
  /** Has the frame looked at again, after the frames that are due before it. */
  enqueue(frame: Frame): void;
  /** Does something for a frame that may fail as its state may fail. */
  attempt(frame: Frame, work: () => Eventually<void>): Eventually<void>;
  /** Gives a failure the words that AWS puts in front of its cause. */
  located(frame: Frame, thrown: unknown): StateError;
  /** Ends the execution; every timer it has set is taken back. */
  end(draft: Draft, previousEventId: number): void;
}
