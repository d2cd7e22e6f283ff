/** Parallel and inline Map: they start branches, and join them when the last has ended. */

import type { MapState, ParallelState } from '../../definition/model.ts';
import { assertEngine } from '../../errors.ts';
import { after, computed, type Eventually } from '../../expression/computed.ts';
import { evaluate } from '../../expression/template.ts';
import { type JsonValue, toText } from '../../json.ts';
import type { Frame, Join } from '../../state/execution.ts';
import { argumentsOf, checkedArray, checkedSize, effectiveInput, fromText, fromValue } from '../data-flow.ts';
import { ExecutionScope } from '../execution-scope.ts';
import type { Running } from '../running.ts';
import { exitWithResult } from './leave.ts';
import { itemsOf, maxConcurrencyOf, toleranceOf } from './map-fields.ts';

/** Iterations of an inline Map that run at a time, whatever MaxConcurrency says. */
const INLINE_CONCURRENCY = 40;

export function beginParallel(run: Running, frame: Frame, state: ParallelState): Eventually<void> {
  const scope = new ExecutionScope(run.execution, frame);
  const given = computed(scope, () => argumentsOf(state.flow, effectiveInput(state.flow, frame.data, scope), scope));
  return after(given, ({ text }) => {
    run.emit(frame, { type: 'ParallelStateStarted' });
    for (const index of state.branches.keys()) {
      const child = run.execution.nextFrame;
      run.emit(frame, { type: 'BranchStarted', child, index, input: text });
      enqueueChild(run, child);
    }
  });
}

export function beginMap(run: Running, frame: Frame, state: MapState): Eventually<void> {
  const scope = new ExecutionScope(run.execution, frame);
  const fields = computed(scope, () => {
    effectiveInput(state.flow, frame.data, scope);
    const wanted = maxConcurrencyOf(state, scope);
    toleranceOf(state, scope);
    return { wanted, items: itemsOf(state, scope) };
  });
  return after(fields, ({ wanted, items }) => {
    const concurrency = wanted === 0 ? INLINE_CONCURRENCY : Math.min(wanted, INLINE_CONCURRENCY);
    run.emit(frame, { type: 'MapStateStarted', details: { length: items.length }, items, concurrency });
    return items.length === 0 ? finishJoin(run, frame) : startIterations(run, frame, state);
  });
}

/** Starts as many iterations as the concurrency leaves room for. */
export function startIterations(run: Running, frame: Frame, state: MapState): Eventually<void> {
  const { join } = frame;
  assertEngine(join?.items !== undefined, `Map '${state.name}' has no items`);
  while (join.started < join.total && join.started - join.finished < join.concurrency) {
    const input = itemInput(run, frame, state, join.started, join.items[join.started] ?? null);
    if (typeof input === 'string') startIteration(run, frame, state, join, input);
    else {
      return input.then((known) => {
        startIteration(run, frame, state, join, known);
        return startIterations(run, frame, state);
      });
    }
  }
}

function startIteration(run: Running, frame: Frame, state: MapState, join: Join, input: string): void {
  const child = run.execution.nextFrame;
  const details = { name: state.name, index: join.started };
  run.emit(frame, { type: 'MapIterationStarted', details, child, input }, join.lastChildEvent);
  enqueueChild(run, child);
}

/** What an iteration or a child is given for an item: the item, or what ItemSelector makes of it. */
export function itemInput(
  run: Running,
  frame: Frame,
  state: MapState,
  index: number,
  value: JsonValue,
): Eventually<string> {
  const { itemSelector } = state;
  if (itemSelector === undefined) return toText(value);
  const scope = new ExecutionScope(run.execution, frame, { mapItem: { index, value } });
  return computed(scope, () => {
    effectiveInput(state.flow, frame.data, scope);
    return checkedSize(fromValue(evaluate(itemSelector, scope)).text, state);
  });
}

function enqueueChild(run: Running, child: number): void {
  const frame = run.execution.frames.get(child);
  assertEngine(frame !== undefined, `branch ${child} was not started`);
  run.enqueue(frame);
}

/** All branches have ended: their outputs, in order, are the result. */
export function finishJoin(run: Running, frame: Frame): Eventually<void> {
  const state = run.stateOf(frame);
  const { join } = frame;
  assertEngine(
    join !== undefined && (state.Type === 'Map' || state.Type === 'Parallel'),
    `${frame.stateName} joins nothing`,
  );
  const result = checkedArray(join.results, state);
  run.emit(frame, { type: `${state.Type}StateSucceeded` });
  return exitWithResult(run, frame, state, fromText(result));
}
