/**
 * Runs an execution until every frame waits for something outside: the loop that enters states, lets the table of
 * state types work, joins branches and ends the execution.
 *
 * E4. Frames advance first in, first out; the same commands give the same history.
 * E5. When a run returns, each frame is waiting, retrying, tasking or joining: nothing is half done.
 */

import type { State } from '../definition/model.ts';
import { LocatedError, StateError } from '../errors.ts';
import { after, type Eventually, recovering } from '../expression/computed.ts';
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
    this.turn.effects.push({ kind: 'setTimer', timerId, dueMs, purpose });
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
  proceed(work?: () => Eventually<void>): Eventually<void> {
    return recovering(
      () => after(work?.(), () => this.goOn()),
      (thrown) => {
        if (!(thrown instanceof HistoryFull)) throw thrown;
        const cause = `The execution reached the maximum number of history events (${MAX_EVENTS}).`;
        this.end({ type: 'ExecutionFailed', details: { error: 'States.Runtime', cause } }, this.execution.lastEventId);
      },
    );
  }

  private goOn(): Eventually<void> {
    for (let frame = this.queue.shift(); frame !== undefined; frame = this.queue.shift()) {
      if (this.execution.status !== 'RUNNING' || this.execution.frames.get(frame.id) !== frame) continue;
      const stepped = isDue(frame) ? this.step(frame) : undefined;
      if (stepped !== undefined) return stepped.then(() => this.goOn());
    }
  }

  attempt(frame: Frame, work: () => Eventually<void>): Eventually<void> {
    const worked = recovering(work, (thrown) => failState(this, frame, this.located(frame, thrown)));
    return after(worked, () => {
      if (isDue(frame)) this.enqueue(frame);
    });
  }

  private step(frame: Frame): Eventually<void> {
    if (frame.phase === 'ended') return endBranch(this, frame);
    const state = this.stateOf(frame);
    if (frame.phase === 'enter') {
      this.emit(frame, { type: STATE_ENTERED[state.Type], details: { name: state.name, input: frame.data } });
    }
    return this.attempt(frame, () => begin(this, frame, state));
  }

  located(frame: Frame, thrown: unknown): StateError {
    if (thrown instanceof StateError) return thrown;
    if (isOutgrown(thrown))
      return new StateError(
        'States.Runtime',
        `The data of the state '${frame.stateName}' is too deep or too large to be worked on.`,
      );
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

/** What the host's own limits end: an expression or a payload can reach them, and must not harm other executions. */
function isOutgrown(thrown: unknown): boolean {
  return thrown instanceof RangeError && /call stack|(string|array) length/.test(thrown.message);
}

function isDue(frame: Frame): boolean {
  return frame.phase === 'enter' || frame.phase === 'active' || frame.phase === 'ended';
}

/** The table is complete by type; its entry for a state's Type takes that state. */
function begin<S extends State>(run: Running, frame: Frame, state: S): Eventually<void> {
  const handler = HANDLERS[state.Type] as (run: Running, frame: Frame, state: S) => Eventually<void>;
  return handler(run, frame, state);
}
