/**
 * The only place where the state of an execution changes.
 *
 * E1. Folding a journal from its first record gives the state that deciding it gave: nothing else is remembered.
 * E2. Public ids run from 1 without a gap; private records have id 0.
 * E3. A frame's `lastEvent` is the event that its next event follows; records that AWS keeps out of the chain
 *     (`*StateSucceeded`, `MapIteration*` ends, `*Aborted`) leave it alone.
 */
import type { Graph } from '../definition/model.ts';
import { assertEngine } from '../errors.ts';
import { utf8Bytes } from '../json.ts';
import type { ExecutionState, Frame, Join } from '../state/execution.ts';
import { frameOfRun } from '../state/map-run.ts';
import { closeMapRuns, foldMapRun, lightened } from './fold-map-run.ts';
import { foldRedriven } from './fold-redrive.ts';
import { type AssignedVariables, type JournalRecord, STATE_ENTERED, STATE_EXITED } from './records.ts';

/** E3: these stand beside the chain. */
const BESIDE_THE_CHAIN: ReadonlySet<string> = new Set([
  'ExecutionStarted',
  'ParallelStateSucceeded',
  'MapStateSucceeded',
  'MapIterationSucceeded',
  'MapIterationFailed',
  'MapIterationAborted',
  'TaskStateAborted',
  'WaitStateAborted',
  'ParallelStateAborted',
  'MapStateAborted',
  'MapRunAborted',
]);

const ENTERED: ReadonlySet<string> = new Set(Object.values(STATE_ENTERED));
const EXITED: ReadonlySet<string> = new Set(Object.values(STATE_EXITED));

function standsBeside(record: JournalRecord): boolean {
  return record.type === 'MapRunSucceeded' ? !record.inChain : BESIDE_THE_CHAIN.has(record.type);
}

export function fold(execution: ExecutionState, record: JournalRecord): void {
  execution.journal.push(lightened(record));
  if (record.id > 0) {
    if (record.id !== execution.lastEventId + 1) {
      assertEngine(false, `E2: event ${record.id} after ${execution.lastEventId}`);
    }
    execution.lastEventId = record.id;
  }
  if (foldExecution(execution, record)) return;
  const frame = frameOfRun(execution, record.frame);
  if (frame === undefined) {
    assertEngine(record.type === 'MapIterationStarted' || record.type === 'BranchStarted', `no frame ${record.frame}`);
    return;
  }
  if (record.id > 0 && !standsBeside(record)) frame.lastEvent = record.id;
  if (ENTERED.has(record.type)) {
    frame.phase = 'active';
    frame.enteredEvent = record.id;
    frame.enteredMs = record.at;
  } else if (EXITED.has(record.type) && 'next' in record) {
    leaveState(frame, record.details.output, record.next, record.details.assignedVariables);
  } else if (!foldTask(execution, frame, record)) {
    foldMapRun(execution, frame, record);
    foldBranches(execution, frame, record);
    foldTimers(execution, frame, record);
  }
}

function newFrame(
  id: number,
  parent: number | undefined,
  index: number,
  graph: Graph,
  data: string,
  after: number,
): Frame {
  return {
    id,
    parent,
    index,
    graph,
    phase: 'enter',
    stateName: graph.startAt,
    data,
    lastEvent: after,
    enteredEvent: 0,
    enteredMs: 0,
    retries: undefined,
    variables: undefined,
    variablesBytes: 0,
    dropped: undefined,
    timers: undefined,
    task: undefined,
    join: undefined,
    mapRun: undefined,
  };
}

/** True when the record concerns the execution as a whole. */
function foldExecution(execution: ExecutionState, record: JournalRecord): boolean {
  switch (record.type) {
    case 'ExecutionStarted':
      execution.frames.set(0, newFrame(0, undefined, 0, execution.machine.definition.graph, record.details.input, 0));
      execution.nextFrame = 1;
      return true;
    case 'ExecutionRedriven':
      foldRedriven(execution, record);
      return true;
    case 'ExecutionSucceeded':
      execution.output = record.details.output;
      return close(execution, 'SUCCEEDED', record.at);
    case 'ExecutionFailed':
    case 'ExecutionAborted':
    case 'ExecutionTimedOut':
      execution.error = record.details.error;
      execution.cause = record.details.cause;
      return close(
        execution,
        record.type === 'ExecutionFailed' ? 'FAILED' : record.type === 'ExecutionAborted' ? 'ABORTED' : 'TIMED_OUT',
        record.at,
      );
    default:
      return false;
  }
}

function close(execution: ExecutionState, status: ExecutionState['status'], at: number): true {
  execution.status = status;
  execution.stopMs = at;
  closeMapRuns(execution, at);
  execution.unfinished = status === 'SUCCEEDED' ? undefined : [...execution.frames.values()];
  execution.frames.clear();
  execution.timeout = undefined;
  return true;
}

function leaveState(frame: Frame, output: string, next: string | null, assigned: AssignedVariables | undefined): void {
  if (assigned !== undefined) {
    for (const [name, text] of Object.entries(assigned)) {
      frame.variablesBytes += utf8Bytes(text) - utf8Bytes(frame.variables?.[name] ?? '');
    }
    frame.variables = { ...frame.variables, ...assigned };
  }
  frame.data = output;
  frame.retries = undefined;
  frame.timers = undefined;
  frame.task = undefined;
  frame.join = undefined;
  frame.dropped = undefined;
  frame.mapRun = undefined;
  frame.phase = next === null ? 'ended' : 'enter';
  if (next !== null) frame.stateName = next;
}

/** True when the record is one of a task. */
function foldTask(execution: ExecutionState, frame: Frame, record: JournalRecord): boolean {
  switch (record.type) {
    case 'TaskScheduled':
    case 'LambdaFunctionScheduled':
    case 'ActivityScheduled':
      frame.phase = 'tasking';
      frame.task = {
        scheduledEvent: record.id,
        token: record.task.taskToken,
        heartbeatSeconds: record.task.heartbeatSeconds,
        lastHeartbeatMs: record.at,
        started: false,
        submitted: false,
        awaits: undefined,
        invocation: countRequest(execution, frame.stateName),
      };
      return true;
    case 'TaskStarted':
    case 'LambdaFunctionStarted':
    case 'ActivityStarted':
      if (frame.task) {
        frame.task.started = true;
        frame.task.lastHeartbeatMs = record.at;
      }
      return true;
    case 'TaskSubmitted':
      if (frame.task) {
        frame.task.submitted = true;
        frame.task.awaits = record.awaits;
      }
      return true;
    case 'HeartbeatReceived':
      if (frame.task) frame.task.lastHeartbeatMs = record.at;
      return true;
    case 'TaskSucceeded':
    case 'TaskFailed':
    case 'TaskTimedOut':
    case 'LambdaFunctionSucceeded':
    case 'LambdaFunctionFailed':
    case 'LambdaFunctionTimedOut':
    case 'ActivitySucceeded':
    case 'ActivityFailed':
    case 'ActivityTimedOut':
      frame.task = undefined;
      frame.timers = undefined;
      frame.phase = 'active';
      return true;
    default:
      return false;
  }
}

/** Requests of a state are counted where a test case answers them by number. */
function countRequest({ test }: ExecutionState, state: string): number | undefined {
  if (test === undefined) return undefined;
  const before = test.asked.get(state) ?? 0;
  test.asked.set(state, before + 1);
  return before;
}

function foldBranches(execution: ExecutionState, frame: Frame, record: JournalRecord): void {
  switch (record.type) {
    case 'ParallelStateStarted': {
      const state = frame.graph.states.get(frame.stateName);
      assertEngine(state?.Type === 'Parallel', `${frame.stateName} is no Parallel`);
      frame.phase = 'joining';
      frame.dropped = undefined;
      frame.join = newJoin(undefined, state.branches.length, state.branches.length, record.id);
      return;
    }
    case 'MapStateStarted':
      if (isDistributed(frame)) return;
      frame.phase = 'joining';
      frame.dropped = undefined;
      frame.join = newJoin(record.items, record.items.length, record.concurrency, record.id);
      return;
    case 'BranchStarted':
    case 'MapIterationStarted':
      startChild(execution, frame, record);
      return;
    case 'BranchSucceeded':
    case 'MapIterationSucceeded':
      endChild(execution, frame, record);
      return;
    case 'BranchesDropped': {
      const frames: Frame[] = [];
      dropChildren(execution, frame.id, frames);
      if (frame.join !== undefined) frame.dropped = { join: frame.join, frames };
      frame.lastEvent = record.previousEventId;
      frame.join = undefined;
      frame.phase = 'active';
      return;
    }
    default:
  }
}

/** Its iterations are no frames, but executions of their own. */
function isDistributed(frame: Frame): boolean {
  const state = frame.graph.states.get(frame.stateName);
  return state?.Type === 'Map' && state.distribution !== undefined;
}

function newJoin(items: Join['items'], total: number, concurrency: number, startedEvent: number): Join {
  return { items, total, concurrency, started: 0, finished: 0, results: [], lastChildEvent: startedEvent };
}

/** The record belongs to the parent's frame: the child does not exist before it. */
function startChild(
  execution: ExecutionState,
  parent: Frame,
  record: Extract<JournalRecord, { type: 'BranchStarted' | 'MapIterationStarted' }>,
): void {
  const state = parent.graph.states.get(parent.stateName);
  const index = record.type === 'BranchStarted' ? record.index : record.details.index;
  const graph =
    state?.Type === 'Parallel' ? state.branches[index] : state?.Type === 'Map' ? state.processor : undefined;
  assertEngine(graph !== undefined && parent.join !== undefined, `${parent.stateName} has no branch ${index}`);
  const after = record.type === 'BranchStarted' ? record.previousEventId : record.id;
  execution.frames.set(record.child, newFrame(record.child, parent.id, index, graph, record.input, after));
  execution.nextFrame = Math.max(execution.nextFrame, record.child + 1);
  parent.join.started += 1;
  if (record.type === 'MapIterationStarted') parent.lastEvent = parent.join.lastChildEvent;
}

/** The record belongs to the child's frame, which ends with it. */
function endChild(execution: ExecutionState, child: Frame, record: JournalRecord): void {
  const parent = child.parent === undefined ? undefined : execution.frames.get(child.parent);
  assertEngine(parent?.join !== undefined, `branch ${child.id} has nothing to join`);
  parent.join.results[child.index] = child.data;
  parent.join.finished += 1;
  parent.join.lastChildEvent = child.lastEvent;
  parent.lastEvent = record.id > 0 ? record.id : child.lastEvent;
  execution.frames.delete(child.id);
}

function dropChildren(execution: ExecutionState, parent: number, dropped: Frame[]): void {
  for (const frame of [...execution.frames.values()]) {
    if (frame.parent !== parent) continue;
    dropped.push(frame);
    dropChildren(execution, frame.id, dropped);
    execution.frames.delete(frame.id);
  }
}

function foldTimers(execution: ExecutionState, frame: Frame, record: JournalRecord): void {
  switch (record.type) {
    case 'TimerSet': {
      const timer = { timerId: record.timerId, dueMs: record.dueMs };
      if (record.purpose === 'execution') {
        execution.timeout = timer;
        return;
      }
      frame.timers = { ...frame.timers, [record.purpose]: timer };
      if (record.purpose === 'wait') frame.phase = 'waiting';
      if (record.purpose === 'retry') frame.phase = 'retrying';
      return;
    }
    case 'TimerEnded':
      frame.timers = undefined;
      frame.phase = 'active';
      return;
    case 'RetryScheduled': {
      const uses = [...(frame.retries ?? [])];
      while (uses.length <= record.retrier) uses.push(0);
      uses[record.retrier] = (uses[record.retrier] ?? 0) + 1;
      frame.retries = uses;
      // The next attempt runs every branch again.
      frame.dropped = undefined;
      frame.mapRun = undefined;
      frame.join = undefined;
      return;
    }
    default:
  }
}
