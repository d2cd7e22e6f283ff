/** Parallel and inline Map: they start branches, and join them when the last has ended. */
import type { MapState, ParallelState, Template } from '../../definition/model.ts';
import { assertEngine, LocatedError } from '../../errors.ts';
import { evaluate } from '../../expression/template.ts';
import { type JsonValue, toText } from '../../json.ts';
import type { Frame } from '../../state/execution.ts';
import { argumentsOf, checkedSize, effectiveInput, fromText } from '../data-flow.ts';
import { ExecutionScope } from '../execution-scope.ts';
import type { Running } from '../running.ts';
import { exitWithResult } from './leave.ts';

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
  const concurrency = await concurrencyOf(state.maxConcurrency, scope);
  await checkTolerance(state, scope);
  const items = await itemsOf(state, scope);
  run.emit(frame, { type: 'MapStateStarted', details: { length: items.length }, items, concurrency });
  if (items.length === 0) await finishJoin(run, frame);
  else await startIterations(run, frame, state);
}

async function itemsOf(state: MapState, scope: ExecutionScope): Promise<readonly JsonValue[]> {
  const byPath = state.flow.language === 'JSONPath';
  const items = state.items === undefined ? (byPath ? scope.root : scope.input) : await evaluate(state.items, scope);
  if (Array.isArray(items)) return items;
  if (byPath) {
    const path = state.items?.kind === 'expression' ? state.items.expression.source : '$';
    throw new LocatedError('States.Runtime', `Reference path "${path}" must point to array.`);
  }
  throw new LocatedError(
    'States.QueryEvaluationError',
    `Map state input must be an array but was: ${toText(items)}`,
    {},
  );
}

async function concurrencyOf(template: Template | undefined, scope: ExecutionScope): Promise<number> {
  if (template === undefined) return INLINE_CONCURRENCY;
  const given = await evaluate(template, scope);
  const value = typeof given === 'string' && /^-?\d+$/.test(given) ? Number(given) : given;
  if (typeof value === 'number' && Number.isInteger(value)) {
    if (value < 0) throw new LocatedError('States.Runtime', 'MaxConcurrency cannot be negative.');
    return value === 0 ? INLINE_CONCURRENCY : Math.min(value, INLINE_CONCURRENCY);
  }
  throw notANumber('MaxConcurrency', 'integer', template, value);
}

async function checkTolerance(state: MapState, scope: ExecutionScope): Promise<void> {
  if (state.toleratedCount !== undefined) {
    const value = await evaluate(state.toleratedCount, scope);
    if (typeof value !== 'number' || !Number.isInteger(value)) {
      throw notANumber('ToleratedFailureCount', 'integer', state.toleratedCount, value);
    }
    if (value < 0) throw new LocatedError('States.Runtime', 'ToleratedFailureCount cannot be negative.');
  }
  if (state.toleratedPercentage !== undefined) {
    const value = await evaluate(state.toleratedPercentage, scope);
    if (typeof value !== 'number')
      throw notANumber('ToleratedFailurePercentage', 'float', state.toleratedPercentage, value);
    if (value < 0 || value > 100) {
      throw new LocatedError('States.Runtime', 'ToleratedFailurePercentage must be between 0 and 100.');
    }
  }
}

function notANumber(field: string, kind: string, template: Template, value: JsonValue): LocatedError {
  const expression = template.kind === 'expression' ? template.expression : undefined;
  const name = expression?.language === 'JSONPath' ? `${field}Path` : field;
  const shown = typeof value === 'string' ? value : toText(value);
  return new LocatedError(
    'States.Runtime',
    `The ${name} field refers to value "${shown}" which is not a valid ${kind}: ${expression?.source ?? ''}`,
  );
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

async function itemInput(
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
