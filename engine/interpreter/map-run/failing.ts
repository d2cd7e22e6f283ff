/** A Map run that cannot go on: its children are given up, and its state fails as states fail. */

import type { StateError } from '../../errors.ts';
import { after, type Eventually } from '../../expression/computed.ts';
import type { Frame } from '../../state/execution.ts';
import { failState } from '../failure.ts';
import type { Running } from '../running.ts';

export function failMapRun(run: Running, frame: Frame, failure: StateError): Eventually<void> {
  const { error, cause } = failure;
  run.turn.orphans.push(...(frame.mapRun?.running.values() ?? []));
  const details = { ...(error !== undefined && { error }), ...(cause !== undefined && { cause }) };
  run.emit(frame, { type: 'MapRunFailed', details });
  return after(failState(run, frame, failure, true), () => {
    if (frame.phase === 'enter' || frame.phase === 'active') run.enqueue(frame);
  });
}
