/**
 * Runs an execution until every frame waits for something outside: the loop that enters states, lets the table of
 * state types work, joins branches and ends the execution.
 *
 * E4. Frames advance first in, first out; the same commands give the same history.
 * E5. When a run returns, each frame is waiting, retrying, tasking or joining: nothing is half done.
 */
import { LocatedError, StateError } from '../errors.ts';
import type { State } from '../definition/model.ts';
import type { Draft } from '../history/records.ts';
import type { ExecutionState, Frame } from '../state/execution.ts';
import { endBranch } from './branches.ts';
import { executionEnded } from './ending.ts';
import { failState } from './failure.ts';
import { HANDLERS } from './states/handlers.ts';
import { newTimerId } from './identifiers.ts';
import { HistoryFull, MAX_EVENTS, type Turn } from './turn.ts';
import type { TimerPurpose } from '../history/records.ts';

export class Run {
  readonly turn: Turn;
  readonly execution: ExecutionState;
  private readonly queue: Frame[] = [];

  constructor(turn: Turn, execution: ExecutionState) {
    this.turn = turn;
    this.execution = execution;
  }

  /** Appends an event of the frame; it follows the frame's last one unless told otherwise. */
  emit(frame: Frame, draft: Draft, previousEventId = frame.lastEvent): number {
    return this.turn.record(this.execution, frame.id, previousEventId, draft);
  }

  setTimer(frame: Frame, purpose: TimerPurpose, dueMs: number): void {
    const timerId = newTimerId(this.execution, frame.id);
    this.emit(frame, { type: 'TimerSet', purpose, timerId, dueMs });
    this.turn.effects.push({ kind: 'setTimer', timerId, dueMs });
  }

  /** Takes back the timers that the frame has set; the record that follows makes the frame forget them. */
  cancelTimers(frame: Frame, except?: string): void {
    for (const timer of Object.values(frame.timers ?? {})) {
      if (timer.timerId !== except) this.turn.effects.push({ kind: 'cancelTimer', timerId: timer.timerId });
    }
  }

  stateOf(frame: Frame): State {
    const state = frame.graph.states.get(frame.stateName);
    if (state === undefined) throw new Error(`The definition has no state '${frame.stateName}'`);
    return state;
  }

  /** Has the frame looked at again, after the frames that are due before it. */
  enqueue(frame: Frame): void {
    this.queue.push(frame);
  }

  async drain(): Promise<void> {
    try {
      for (let frame = this.queue.shift(); frame !== undefined; frame = this.queue.shift()) {
        if (this.execution.status === 'RUNNING' && this.execution.frames.get(frame.id) === frame) await this.step(frame);
      }
    } catch (thrown) {
      if (!(thrown instanceof HistoryFull)) throw thrown;
      const cause = `The execution reached the maximum number of history events (${MAX_EVENTS}).`;
      this.end({ type: 'ExecutionFailed', details: { error: 'States.Runtime', cause } }, this.execution.lastEventId);
    }
  }

  /** Does something for a frame that may fail as its state may fail. */
  async attempt(frame: Frame, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (thrown) {
      await failState(this, frame, this.located(frame, thrown));
    }
    this.enqueueIfDue(frame);
  }

  private enqueueIfDue(frame: Frame): void {
    if (frame.phase === 'enter' || frame.phase === 'active' || frame.phase === 'ended') this.enqueue(frame);
  }

  private async step(frame: Frame): Promise<void> {
    if (frame.phase === 'ended') {
      await endBranch(this, frame);
      return;
    }
    const state = this.stateOf(frame);
    if (frame.phase === 'enter') {
      this.emit(frame, { type: `${state.Type}StateEntered`, details: { name: state.name, input: frame.data } });
    }
    await this.attempt(frame, () => begin(this, frame, state));
  }

  /** Gives a failure the words that AWS puts in front of its cause. */
  located(frame: Frame, thrown: unknown): StateError {
    if (thrown instanceof StateError) return thrown;
    if (!(thrown instanceof LocatedError)) throw thrown;
    const where = `An error occurred while executing the state '${frame.stateName}' (entered at the event id #${frame.enteredEvent}).`;
    return new StateError(thrown.error, `${where} ${thrown.message}`, thrown.evaluation);
  }

  /** Ends the execution; every timer it has set is taken back. */
  end(draft: Draft, previousEventId: number): void {
    for (const frame of this.execution.frames.values()) this.cancelTimers(frame);
    const { timeout } = this.execution;
    if (timeout !== undefined) this.turn.effects.push({ kind: 'cancelTimer', timerId: timeout.timerId });
    this.turn.record(this.execution, 0, previousEventId, draft);
    executionEnded(this.turn, this.execution);
  }
}

/** The table is complete by type; its entry for a state's Type takes that state. */
function begin<S extends State>(run: Run, frame: Frame, state: S): Promise<void> {
  const handler = HANDLERS[state.Type] as (run: Run, frame: Frame, state: S) => Promise<void>;
  return handler(run, frame, state);
}
