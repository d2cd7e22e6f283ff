/** What the beginning and the end of a child execution mean for its Map run: counts, and the results that are kept. */
import { toText, utf8Bytes } from '../json.ts';
import type { Counts, Ended, ExecutionState, MapRunState } from '../state/execution.ts';

/** Results that weigh more cannot be the output of a state; what comes after is not kept. */
const MAX_RESULT_BYTES = 262_144;

/** What failed is to be started again: Standard children under their ARN, Express ones anew with their input. */
export function awaitRedrive(run: MapRunState): void {
  run.pendingRedrive = run.children.filter(({ status }) => status !== 'SUCCEEDED' && status !== 'RUNNING').reverse();
  for (const { status, childOf } of run.pendingRedrive)
    move(run, status as Ended, 'PENDING_REDRIVE', childOf?.items ?? 0);
  run.pendingExpress = run.failedExpress.reverse();
  for (const { status, items } of run.pendingExpress) move(run, status, 'PENDING_REDRIVE', items);
  run.failedExpress = [];
  run.failures.length = 0;
  run.failureBytes = 0;
}

function move(run: MapRunState, from: keyof Counts, to: keyof Counts, items: number): void {
  run.itemCounts[from] -= items;
  run.executionCounts[from] -= 1;
  run.itemCounts[to] += items;
  run.executionCounts[to] += 1;
}

/** A new child, which takes the next items of its run unless it stands in for one that failed. */
export function foldChildCreated(child: ExecutionState, takes: boolean): void {
  const { childOf } = child;
  if (childOf === undefined) return;
  const { run, items } = childOf;
  run.started += 1;
  const end = run.taken + (takes ? items : 0);
  while (run.taken < end) {
    run.items[run.taken] = '';
    run.taken += 1;
  }
  if (child.express === undefined) run.children.push(child);
  run.running.set(child.serial, child);
  if (takes) {
    run.itemCounts.RUNNING += items;
    run.executionCounts.RUNNING += 1;
    return;
  }
  run.pendingExpress.pop();
  move(run, 'PENDING_REDRIVE', 'RUNNING', items);
}

/** A child of an earlier attempt runs again. */
export function foldChildRedriven(child: ExecutionState, before: Ended): void {
  if (child.childOf === undefined) return;
  const { run, items } = child.childOf;
  const pending = run.pendingRedrive.at(-1) === child;
  if (pending) run.pendingRedrive.pop();
  run.running.set(child.serial, child);
  move(run, pending ? 'PENDING_REDRIVE' : before, 'RUNNING', items);
}

export function foldChildEnded(child: ExecutionState): void {
  const { childOf, status } = child;
  if (childOf === undefined || status === 'RUNNING') return;
  const { run, items } = childOf;
  run.running.delete(child.serial);
  move(run, 'RUNNING', status, items);
  if (status !== 'SUCCEEDED' && child.express !== undefined) {
    run.failedExpress.push({ input: child.input, items, status });
  }
  keepResult(run, child, childOf.position);
}

function keepResult(run: MapRunState, child: ExecutionState, position: number): void {
  const { writer } = run;
  const succeeded = child.status === 'SUCCEEDED';
  if (writer?.parameters !== undefined) {
    const text = succeeded && writer.transformation !== 'NONE' ? outputOf(child) : describe(run, child);
    if (succeeded) {
      run.results.push(text);
      run.resultBytes += utf8Bytes(text);
    } else {
      run.failures.push(text);
      run.failureBytes += utf8Bytes(text);
    }
    return;
  }
  if (!succeeded) return;
  const text = writer?.transformation === 'NONE' ? describe(run, child) : outputOf(child);
  run.resultBytes += utf8Bytes(text) + 1;
  if (run.resultBytes <= MAX_RESULT_BYTES) run.results[position] = text;
}

function outputOf(child: ExecutionState): string {
  return child.output ?? 'null';
}

const iso = (ms: number | undefined): string | null => (ms === undefined ? null : new Date(ms).toISOString());

/** What a result file says of a child execution. */
function describe(run: MapRunState, child: ExecutionState): string {
  const { output, error, cause, status } = child;
  const redrivable = status !== 'SUCCEEDED' && child.express === undefined;
  return toText({
    ...(cause !== undefined && { Cause: cause }),
    ...(error !== undefined && { Error: error }),
    ExecutionArn: child.arn,
    Input: child.input,
    InputDetails: { Included: true },
    Name: child.name,
    ...(output !== undefined && { Output: output, OutputDetails: { Included: true } }),
    RedriveCount: child.redriveCount,
    RedriveStatus: redrivable ? 'REDRIVABLE_BY_MAP_RUN' : 'NOT_REDRIVABLE',
    ...(status === 'SUCCEEDED' && { RedriveStatusReason: 'Execution is SUCCEEDED and cannot be redriven' }),
    StartDate: iso(child.startMs),
    StateMachineArn: run.machine.arn,
    Status: status,
    StopDate: iso(child.stopMs),
  });
}
