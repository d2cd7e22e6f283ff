/**
 * Map runs go on: children that have failed are counted against the tolerance, new ones are started while there is room,
 * results are written, and a run whose last child has ended is over.
 */
import type { MapState } from '../../definition/model.ts';
import { assertEngine, StateError } from '../../errors.ts';
import type { ExecutionState, Frame, MapRunState } from '../../state/execution.ts';
import { exceedsTolerance, frameOfRun } from '../../state/map-run.ts';
import { setExecutionTimeout } from '../execution-timeout.ts';
import { launch } from '../launch.ts';
import { resumeRedriven } from '../redrive.ts';
import { Run } from '../run.ts';
import type { Turn } from '../turn.ts';
import { type ChildInput, nextChildInput } from './batch.ts';
import { failMapRun } from './failing.ts';
import { holdsFile, succeed, writeResults } from './results.ts';

/** Children that run at a time when MaxConcurrency is 0. */
const MOST_CHILDREN = 10_000;

/** Does what is due for the Map runs of this turn, and all that follows from it. */
export async function settleMapRuns(turn: Turn): Promise<void> {
  while (turn.orphans.length > 0 || turn.dueMapRuns.length > 0) {
    const orphan = turn.orphans.pop();
    if (orphan === undefined) for (const run of new Set(turn.dueMapRuns.splice(0))) await advance(turn, run);
    else if (orphan.status === 'RUNNING') new Run(turn, orphan).end({ type: 'ExecutionAborted', details: {} }, 0);
  }
}

async function advance(turn: Turn, mapRun: MapRunState): Promise<void> {
  const frame = frameOfRun(mapRun.parent, mapRun.frame);
  if ((mapRun.status !== 'RUNNING' && mapRun.leaving === undefined) || frame?.mapRun !== mapRun) return;
  const run = new Run(turn, mapRun.parent);
  const state = run.stateOf(frame);
  assertEngine(state.Type === 'Map', `${frame.stateName} is no Map`);
  await run.proceed(async () => {
    const isLeaving = mapRun.leaving !== undefined;
    try {
      if (isLeaving) await writeResults(run, frame, state, mapRun, true);
      else await goOn(run, frame, state, mapRun);
    } catch (thrown) {
      const failure = run.located(frame, thrown);
      // Nobody is left to be told that an aborted run cannot write.
      if (isLeaving) return;
      if (mapRun.status !== 'RUNNING') throw thrown;
      await failMapRun(run, frame, failure);
    }
  });
}

async function goOn(run: Run, frame: Frame, state: MapState, mapRun: MapRunState): Promise<void> {
  if (mapRun.failing !== undefined) {
    const { error, cause } = mapRun.failing;
    const waits = mapRun.running.size > 0 || (await writeResults(run, frame, state, mapRun, true));
    if (!waits) await failMapRun(run, frame, new StateError(error, cause));
    return;
  }
  const { maxConcurrency } = mapRun.limits;
  const most = maxConcurrency === 0 ? MOST_CHILDREN : Math.min(maxConcurrency, MOST_CHILDREN);
  for (;;) {
    if (exceedsTolerance(mapRun)) {
      await exceed(run, frame, mapRun);
      return;
    }
    const writing = await writeResults(run, frame, state, mapRun, false);
    // S3 sets the pace when it is slower than the children.
    if (writing && holdsFile(mapRun)) break;
    if (mapRun.running.size >= most || !(await startNext(run, frame, state, mapRun))) break;
  }
  const over = mapRun.complete && mapRun.taken === mapRun.items.length && mapRun.running.size === 0;
  if (!over || (await writeResults(run, frame, state, mapRun, true))) return;
  await succeed(run, frame, state, mapRun);
}

/** Too much has failed. With a place for its results the run first gives up its children and writes what it has. */
async function exceed(run: Run, frame: Frame, mapRun: MapRunState): Promise<void> {
  const error = 'States.ExceedToleratedFailureThreshold';
  const cause = 'The specified tolerated failure threshold was exceeded';
  if (mapRun.writer?.parameters === undefined) {
    await failMapRun(run, frame, new StateError(error, cause));
    return;
  }
  run.emit(frame, { type: 'MapRunFailing', details: { error, cause } });
  run.turn.orphans.push(...mapRun.running.values());
  run.turn.dueMapRuns.push(mapRun);
}

/** False when there is nothing to start. */
async function startNext(run: Run, frame: Frame, state: MapState, mapRun: MapRunState): Promise<boolean> {
  const { turn } = run;
  const again = mapRun.pendingRedrive.at(-1);
  if (again !== undefined) {
    await redriveChild(turn, again);
    return true;
  }
  const express = mapRun.pendingExpress.at(-1);
  if (express !== undefined) {
    await startChild(turn, mapRun, express, false);
    return true;
  }
  if (mapRun.taken >= mapRun.items.length) return false;
  await startChild(turn, mapRun, await nextChildInput(run, frame, state, mapRun), true);
  return true;
}

async function startChild(
  turn: Turn,
  mapRun: MapRunState,
  { input, items }: ChildInput,
  takes: boolean,
): Promise<void> {
  const { uuid } = turn.settings.ambient.host;
  const { machine, express, arn: mapRunArn } = mapRun;
  const name = uuid();
  const arn = express
    ? `${machine.arn.replace(':stateMachine:', ':express:')}:${name}:${uuid()}`
    : `${machine.arn.replace(':stateMachine:', ':execution:')}:${name}`;
  const serial = turn.account.nextSerial;
  turn.recordAccount({
    type: 'ExecutionCreated',
    at: turn.nowMs,
    serial,
    arn,
    name,
    machineArn: machine.arn,
    input,
    child: { mapRunArn, items, ...(!takes && { taken: false as const }) },
    ...(express && { express: { sync: false } }),
  });
  const child = turn.account.bySerial.get(serial);
  assertEngine(child !== undefined, `the child ${arn} was not created`);
  await launch(turn, child);
}

async function redriveChild(turn: Turn, child: ExecutionState): Promise<void> {
  const details = { redriveCount: child.redriveCount + 1 };
  turn.record(child, 0, child.lastEventId, { type: 'ExecutionRedriven', details });
  turn.account.openUntil(child);
  setExecutionTimeout(turn, child);
  const run = new Run(turn, child);
  await run.proceed(() => resumeRedriven(run));
}
