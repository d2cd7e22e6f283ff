/**
 * Runs an execution until every frame waits for something outside: the loop that enters states, lets the table of
 * state types work, joins branches and ends the execution.
 *
 * E4. Frames advance first in, first out; the same commands give the same history.
 * E5. When a run returns, each frame is waiting, retrying, tasking or joining: nothing is half done.
 */

import type { State } from '../definition/model.ts';
import { LocatedError, StateError } from '../errors.ts';
import { type Draft, STATE_ENTERED, type TimerPurpose } from '../history/records.ts';
import type { ExecutionState, Frame } from '../state/execution.ts';
import { endBranch } from './branches.ts';
import { executionEnded } from './ending.ts';
import { failState } from './failure.ts';
import { newTimerId } from './identifiers.ts';
import type { Running } from './running.ts';
import { HANDLERS } from './states/handlers.ts';
import { HistoryFull, MAX_EVENTS, type Turn } from './turn.ts';

export class Run implements Running {
  readonly turn: Turn;
  readonly execution: ExecutionState;
  private readonly queue: Frame[] = [];
  /** The timer that started this run: the host has already dropped it. */
  firedTimer: string | undefined;

  constructor(turn: Turn, execution: ExecutionState) {
    this.turn = turn;
    this.execution = execution;
  }

  emit(frame: Frame, draft: Draft, previousEventId = frame.lastEvent): number {
    return this.turn.record(this.execution, frame.id, previousEventId, draft);
  }

  setTimer(frame: Frame, purpose: TimerPurpose, dueMs: number): void {
    const timerId = newTimerId(this.execution, frame.id);
    this.emit(frame, { type: 'TimerSet', purpose, timerId, dueMs });
    this.turn.effects.push({ kind: 'setTimer', timerId, dueMs });
  }

  cancelTimers(frame: Frame): void {
    for (const timer of Object.values(frame.timers ?? {})) this.cancel(timer.timerId);
  }

  private cancel(timerId: string): void {
    if (timerId !== this.firedTimer) this.turn.effects.push({ kind: 'cancelTimer', timerId });
  }

  stateOf(frame: Frame): State {
    const state = frame.graph.states.get(frame.stateName);
    if (state === undefined) throw new Error(`The definition has no state '${frame.stateName}'`);
    return state;
  }

  enqueue(frame: Frame): void {
    this.queue.push(frame);
  }

  /** Does the work, then everything that is due because of it. A full history ends the execution. */
  async proceed(work?: () => Promise<void>): Promise<void> {
    try {
      await work?.();
      for (let frame = this.queue.shift(); frame !== undefined; frame = this.queue.shift()) {
        if (this.execution.status !== 'RUNNING' || this.execution.frames.get(frame.id) !== frame) continue;
        if (isDue(frame)) await this.step(frame);
      }
    } catch (thrown) {
      if (!(thrown instanceof HistoryFull)) throw thrown;
      const cause = `The execution reached the maximum number of history events (${MAX_EVENTS}).`;
      this.end({ type: 'ExecutionFailed', details: { error: 'States.Runtime', cause } }, this.execution.lastEventId);
    }
  }

  async attempt(frame: Frame, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (thrown) {
      await failState(this, frame, this.located(frame, thrown));
    }
    if (isDue(frame)) this.enqueue(frame);
  }

  private async step(frame: Frame): Promise<void> {
    if (frame.phase === 'ended') {
      await endBranch(this, frame);
      return;
    }
    const state = this.stateOf(frame);
    if (frame.phase === 'enter') {
      this.emit(frame, { type: STATE_ENTERED[state.Type], details: { name: state.name, input: frame.data } });
    }
    await this.attempt(frame, () => begin(this, frame, state));
  }

  located(frame: Frame, thrown: unknown): StateError {
    if (thrown instanceof StateError) return thrown;
    if (!(thrown instanceof LocatedError)) throw thrown;
    const where = `An error occurred while executing the state '${frame.stateName}' (entered at the event id #${frame.enteredEvent}).`;
    return new StateError(thrown.error, `${where} ${thrown.message}`, thrown.evaluation);
  }

  end(draft: Draft, previousEventId: number): void {
    for (const frame of this.execution.frames.values()) this.cancelTimers(frame);
    const { timeout } = this.execution;
    if (timeout !== undefined) this.cancel(timeout.timerId);
    this.turn.record(this.execution, 0, previousEventId, draft);
    executionEnded(this.turn, this.execution);
  }
}

function isDue(frame: Frame): boolean {
  return frame.phase === 'enter' || frame.phase === 'active' || frame.phase === 'ended';
}

/** The table is complete by type; its entry for a state's Type takes that state. */
function begin<S extends State>(run: Running, frame: Frame, state: S): Promise<void> {
  const handler = HANDLERS[state.Type] as (run: Running, frame: Frame, state: S) => Promise<void>;
  return handler(run, frame, state);
}
