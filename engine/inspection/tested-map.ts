/** A Map state under test: everything around its iterations is worked out, and the iterations themselves are mocked. */

import type { MapState } from '../definition/model.ts';
import { EngineError, StateError } from '../errors.ts';
import { computed } from '../expression/computed.ts';
import { effectiveInput } from '../interpreter/data-flow.ts';
import { ExecutionScope } from '../interpreter/execution-scope.ts';
import { TaskError } from '../interpreter/failure.ts';
import { nextChildInput } from '../interpreter/map-run/batch.ts';
import { itemsOfObject } from '../interpreter/map-run/items.ts';
import type { Running } from '../interpreter/running.ts';
import { itemInput } from '../interpreter/states/join.ts';
import { itemsOf, maxConcurrencyOf, toleranceOf } from '../interpreter/states/map-fields.ts';
import { type JsonObject, type JsonValue, toText } from '../json.ts';
import type { Frame, Inspection } from '../state/execution.ts';
import type { Mock, StateConfiguration } from './tested-request.ts';

export interface MapLimits {
  maxConcurrency: number;
  toleratedFailureCount?: number;
  toleratedFailurePercentage?: number;
}

interface MapTest {
  readonly mock: Mock;
  readonly configuration: StateConfiguration;
  readonly inspection: Inspection;
}

/** Fills `limits` as it goes, so that they are known when an expression fails. Throws what the state fails with. */
export async function checkMap(
  run: Running,
  frame: Frame,
  state: MapState,
  fields: JsonObject,
  test: MapTest,
  limits: MapLimits,
): Promise<void> {
  const { mock, configuration, inspection } = test;
  const scope = new ExecutionScope(run.execution, frame);
  const byReader = Object.hasOwn(fields, 'ItemReader');
  const items = await computed(scope, () => {
    effectiveInput(state.flow, frame.data, scope);
    limits.maxConcurrency = maxConcurrencyOf(state, scope);
    const { toleratedCount, toleratedPercentage } = toleranceOf(state, scope);
    if (toleratedCount !== undefined) limits.toleratedFailureCount = toleratedCount;
    if (toleratedPercentage !== undefined) limits.toleratedFailurePercentage = toleratedPercentage;
    return byReader ? itemsRead(state, configuration.mapItemReaderData) : itemsOf(state, scope);
  });
  if (!byReader && state.flow.language === 'JSONPath') inspection.note('afterItemsPath', toText(items));
  await shapeItems(run, frame, state, items, inspection);
  if (mock.kind === 'error') throw new TaskError(mock.error, mock.cause);
  checkFailures(configuration.mapIterationFailureCount ?? 0, items.length, limits);
}

/** Without data of its reader a Map has items that nobody knows: none are shaped. */
function itemsRead(state: MapState, data: string | undefined): readonly JsonValue[] {
  if (data === undefined) return [];
  const reader = state.distribution?.reader;
  if (reader !== undefined && reader.operation === 'getObject' && reader.inputType !== 'MANIFEST') {
    return itemsOfObject(data, reader, Number.POSITIVE_INFINITY).map((text) => JSON.parse(text) as JsonValue);
  }
  try {
    const items = JSON.parse(data) as JsonValue;
    if (Array.isArray(items)) return items;
  } catch {
    // Told below, in the same words.
  }
  throw new EngineError('ValidationException', 'MapItemReaderData must be a JSON array');
}

/** ItemSelector and ItemBatcher, shown where the state has them. */
async function shapeItems(
  run: Running,
  frame: Frame,
  state: MapState,
  items: readonly JsonValue[],
  inspection: Inspection,
): Promise<void> {
  if (state.itemSelector !== undefined) {
    const selected: string[] = [];
    for (const [index, value] of items.entries()) selected.push(await itemInput(run, frame, state, index, value));
    inspection.note('afterItemSelector', `[${selected.join(',')}]`);
  }
  if (state.distribution?.batcher === undefined) return;
  const texts = items.map(toText);
  const batches: string[] = [];
  for (let taken = 0; taken < texts.length; ) {
    const batch = await nextChildInput(run, frame, state, { items: texts, taken });
    batches.push(batch.input);
    taken += batch.items;
  }
  inspection.note('afterItemBatcher', `[${batches.join(',')}]`);
}

function checkFailures(failed: number, total: number, limits: MapLimits): void {
  if (failed > total) {
    throw new EngineError(
      'ValidationException',
      'Map iteration failure count must be less than or equal to the number of Map iterations',
    );
  }
  if (failed === 0) return;
  const { toleratedFailureCount, toleratedFailurePercentage } = limits;
  const overCount = toleratedFailureCount !== undefined && failed > toleratedFailureCount;
  const overShare = toleratedFailurePercentage !== undefined && (failed / total) * 100 > toleratedFailurePercentage;
  const tolerant = toleratedFailureCount !== undefined || toleratedFailurePercentage !== undefined;
  if (!tolerant || overCount || overShare) {
    throw new StateError(
      'States.ExceedToleratedFailureThreshold',
      'The specified tolerated failure threshold was exceeded',
    );
  }
}
