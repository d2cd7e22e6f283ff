/** The input of the next child execution of a Map run: one item, or a batch of them. */

import type { ItemBatcher, MapState } from '../../definition/model.ts';
import { LocatedError, StateError } from '../../errors.ts';
import { computed, type Eventually } from '../../expression/computed.ts';
import { evaluate } from '../../expression/template.ts';
import { exceedsBytes, type JsonValue, MAX_PAYLOAD_BYTES, toText, utf8Bytes } from '../../json.ts';
import type { Frame, MapRunState } from '../../state/execution.ts';
import { effectiveInput } from '../data-flow.ts';
import { ExecutionScope } from '../execution-scope.ts';
import type { Running } from '../running.ts';
import { itemInput } from '../states/join.ts';
import { wholeNumber } from '../states/map-fields.ts';

export interface ChildInput {
  readonly input: string;
  /** How many items it holds. */
  readonly items: number;
}

/** Throws StateError and LocatedError. */
export async function nextChildInput(
  run: Running,
  frame: Frame,
  state: MapState,
  mapRun: Pick<MapRunState, 'items' | 'taken'>,
): Promise<ChildInput> {
  const batcher = state.distribution?.batcher;
  if (batcher !== undefined) return batch(run, frame, state, mapRun, batcher);
  const input = await selected(run, frame, state, mapRun, mapRun.taken);
  if (exceedsBytes(input, MAX_PAYLOAD_BYTES)) throw tooLarge(state, MAX_PAYLOAD_BYTES);
  return { input, items: 1 };
}

function tooLarge(state: MapState, bytes: number): StateError {
  return new StateError(
    'States.DataLimitExceeded',
    `An item of the state '${state.name}' exceeds the maximum of ${bytes} bytes for the input of a child execution.`,
  );
}

function selected(
  run: Running,
  frame: Frame,
  state: MapState,
  mapRun: Pick<MapRunState, 'items' | 'taken'>,
  index: number,
): Eventually<string> {
  const text = mapRun.items[index] ?? 'null';
  if (state.itemSelector === undefined) return text;
  return itemInput(run, frame, state, index, JSON.parse(text) as JsonValue);
}

function limit(template: ItemBatcher['maxItems'], field: string, scope: ExecutionScope, otherwise: number): number {
  const value = wholeNumber(template, field, scope);
  if (value === undefined) return otherwise;
  if (value > 0) return Math.min(value, otherwise);
  throw new LocatedError('States.Runtime', `${field} must be greater than 0.`);
}

async function batch(
  run: Running,
  frame: Frame,
  state: MapState,
  mapRun: Pick<MapRunState, 'items' | 'taken'>,
  batcher: ItemBatcher,
): Promise<ChildInput> {
  const scope = new ExecutionScope(run.execution, frame);
  const { maxItems, maxBytes, shared } = await computed(scope, () => {
    effectiveInput(state.flow, frame.data, scope);
    return {
      maxItems: limit(batcher.maxItems, 'MaxItemsPerBatch', scope, Infinity),
      maxBytes: limit(batcher.maxBytes, 'MaxInputBytesPerBatch', scope, MAX_PAYLOAD_BYTES),
      shared: batcher.batchInput === undefined ? undefined : toText(evaluate(batcher.batchInput, scope)),
    };
  });
  const head = shared === undefined ? '{"Items":[' : `{"BatchInput":${shared},"Items":[`;
  const items: string[] = [];
  let bytes = utf8Bytes(head) + 2;
  for (let index = mapRun.taken; index < mapRun.items.length && items.length < maxItems; index += 1) {
    const item = await selected(run, frame, state, mapRun, index);
    bytes += utf8Bytes(item) + (items.length > 0 ? 1 : 0);
    if (bytes > maxBytes) break;
    items.push(item);
  }
  if (items.length === 0) throw tooLarge(state, maxBytes);
  return { input: `${head}${items.join(',')}]}`, items: items.length };
}
