/** Parallel and inline Map: they start branches, and join them when the last has ended. */
import type { MapState, ParallelState } from '../../definition/model.ts';
import { assertEngine } from '../../errors.ts';
import { evaluate } from '../../expression/template.ts';
import { type JsonValue, toText } from '../../json.ts';
import type { Frame } from '../../state/execution.ts';
import { argumentsOf, checkedSize, effectiveInput, fromText } from '../data-flow.ts';
import { ExecutionScope } from '../execution-scope.ts';
import type { Running } from '../running.ts';
import { exitWithResult } from './leave.ts';
import { itemsOf, maxConcurrencyOf, toleranceOf } from './map-fields.ts';

/** Iterations of an inline Map that run at a time, whatever MaxConcurrency says. */
const INLINE_CONCURRENCY = 40;

export async function beginParallel(run: Running, frame: Frame, state: ParallelState): Promise<void> {
  const scope = new ExecutionScope(run.execution, frame);
  const input = await effectiveInput(state.flow, frame.data, scope);
  const { text } = await argumentsOf(state.flow, input, scope);
  run.emit(frame, { type: 'ParallelStateStarted' });
  for (const index of state.branches.keys()) {
    const child = run.execution.nextFrame;
    run.emit(frame, { type: 'BranchStarted', child, index, input: text });
    enqueueChild(run, child);
  }
}

export async function beginMap(run: Running, frame: Frame, state: MapState): Promise<void> {
  const scope = new ExecutionScope(run.execution, frame);
  await effectiveInput(state.flow, frame.data, scope);
  const wanted = await maxConcurrencyOf(state, scope);
  const concurrency = wanted === 0 ? INLINE_CONCURRENCY : Math.min(wanted, INLINE_CONCURRENCY);
  await toleranceOf(state, scope);
  const items = await itemsOf(state, scope);
  run.emit(frame, { type: 'MapStateStarted', details: { length: items.length }, items, concurrency });
  if (items.length === 0) await finishJoin(run, frame);
  else await startIterations(run, frame, state);
}

/** Starts as many iterations as the concurrency leaves room for. */
export async function startIterations(run: Running, frame: Frame, state: MapState): Promise<void> {
  const { join } = frame;
  assertEngine(join?.items !== undefined, `Map '${state.name}' has no items`);
  while (join.started < join.total && join.started - join.finished < join.concurrency) {
    const index = join.started;
    const value = join.items[index] ?? null;
    const input = await itemInput(run, frame, state, index, value);
    const child = run.execution.nextFrame;
    const details = { name: state.name, index };
    run.emit(frame, { type: 'MapIterationStarted', details, child, input }, join.lastChildEvent);
    enqueueChild(run, child);
  }
}

/** What an iteration or a child is given for an item: the item, or what ItemSelector makes of it. */
export async function itemInput(
  run: Running,
  frame: Frame,
  state: MapState,
  index: number,
  value: JsonValue,
): Promise<string> {
  if (state.itemSelector === undefined) return toText(value);
  const scope = new ExecutionScope(run.execution, frame, { mapItem: { index, value } });
  await effectiveInput(state.flow, frame.data, scope);
  return checkedSize(toText(await evaluate(state.itemSelector, scope)), state);
}

function enqueueChild(run: Running, child: number): void {
  const frame = run.execution.frames.get(child);
  assertEngine(frame !== undefined, `branch ${child} was not started`);
  run.enqueue(frame);
}

/** All branches have ended: their outputs, in order, are the result. */
export async function finishJoin(run: Running, frame: Frame): Promise<void> {
  const state = run.stateOf(frame);
  const { join } = frame;
  assertEngine(
    join !== undefined && (state.Type === 'Map' || state.Type === 'Parallel'),
    `${frame.stateName} joins nothing`,
  );
  const result = checkedSize(`[${join.results.join(',')}]`, state);
  run.emit(frame, { type: `${state.Type}StateSucceeded` });
  await exitWithResult(run, frame, state, fromText(result));
}
