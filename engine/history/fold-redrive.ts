/**
 * What `ExecutionRedriven` does to the state: the frames that the execution ended with come back, each at the state it
 * was in, with their retriers unused. Branches that succeeded stay done; a Parallel or Map that failed because its data
 * was too large starts anew.
 */
import { assertEngine } from '../errors.ts';
import type { ExecutionState, Frame } from '../state/execution.ts';
import type { JournalRecord } from './records.ts';

/** Redrives whose client token is remembered. */
const REMEMBERED_REDRIVES = 10;

export function foldRedriven(
  execution: ExecutionState,
  record: Extract<JournalRecord, { type: 'ExecutionRedriven' }>,
): void {
  const { unfinished } = execution;
  assertEngine(unfinished !== undefined, `${execution.arn} has nothing to redrive`);
  const tooLarge = execution.error === 'States.DataLimitExceeded' && execution.status === 'FAILED';
  execution.status = 'RUNNING';
  execution.stopMs = undefined;
  execution.error = undefined;
  execution.cause = undefined;
  execution.unfinished = undefined;
  execution.redriveCount = record.details.redriveCount;
  for (const run of execution.mapRuns ?? []) run.leaving = undefined;
  const redrive = { atMs: record.at, clientToken: record.clientToken };
  execution.redrives = [...execution.redrives, redrive].slice(-REMEMBERED_REDRIVES);
  const root = unfinished.find(({ parent }) => parent === undefined);
  assertEngine(root !== undefined, `${execution.arn} ended without a top level`);
  execution.frames.set(root.id, root);
  revive(execution, root, unfinished, tooLarge);
  root.lastEvent = record.id;
}

/** `below` holds, among others, the frames whose parent this one is. */
function revive(execution: ExecutionState, frame: Frame, below: readonly Frame[], anew: boolean): void {
  const { dropped } = frame;
  frame.retries = undefined;
  frame.timers = undefined;
  frame.task = undefined;
  frame.dropped = undefined;
  if (frame.phase === 'enter' || frame.phase === 'ended') return;
  if (anew) frame.mapRun = undefined;
  frame.join = anew ? undefined : (frame.join ?? dropped?.join);
  frame.phase = frame.join === undefined ? 'active' : 'joining';
  if (frame.join === undefined) return;
  const frames = dropped?.frames ?? below;
  for (const child of frames) {
    if (child.parent !== frame.id) continue;
    execution.frames.set(child.id, child);
    revive(execution, child, frames, false);
  }
}
