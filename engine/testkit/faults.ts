/** Errors put in front of what the mocks answer, by state and attempt: neither definition nor mocks are touched. */
import { KitError } from './kit-error.ts';
import type { MockAnswer, TaskCall } from './mocks.ts';

export interface Fault {
  readonly state: string;
  /** Only in this scope, e.g. `Each[2]`; everywhere if absent. */
  readonly scope?: string;
  /** Counted from 0 over all requests of the state in a scope; every attempt if absent. */
  readonly attempt?: number;
  /** The error; `timesOut` instead for silence. */
  readonly error?: string;
  readonly cause?: string;
  readonly timesOut?: true;
  readonly afterSeconds?: number;
}

export function faultFor(faults: readonly Fault[], call: TaskCall): Fault | undefined {
  return faults.find(
    ({ state, scope, attempt }) =>
      state === call.state &&
      (scope === undefined || scope === call.scope) &&
      (attempt === undefined || attempt === call.attempt),
  );
}

export function answerOfFault(fault: Fault): MockAnswer {
  if (fault.timesOut === true) return { timesOut: true };
  if (fault.error === undefined) {
    throw new KitError(`The fault of '${fault.state}' does nothing: give it 'error' or 'timesOut: true'`);
  }
  const { error, cause, afterSeconds } = fault;
  return { error, ...(cause !== undefined && { cause }), ...(afterSeconds !== undefined && { afterSeconds }) };
}
