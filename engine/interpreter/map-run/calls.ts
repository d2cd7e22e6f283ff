/**
 * What a Map run asks of S3: to read an object, to list objects, to write one. It reaches the host as an `invokeTask`
 * with a `purpose`, and its answer comes back as that of any task. A run has one call at a time.
 */
import type { InvokeTask } from '../../contract.ts';
import type { MapOperation } from '../../history/records.ts';
import { type JsonObject, toText } from '../../json.ts';
import type { ExecutionState, Frame, MapCall, MapRunState } from '../../state/execution.ts';
import type { Running } from '../running.ts';

export function callS3(run: Running, frame: Frame, operation: MapOperation, input: JsonObject): void {
  run.emit(frame, { type: 'MapCallStarted', operation, input: toText(input) });
  const effect = mapCallEffect(run.execution, frame);
  if (effect !== undefined) run.turn.effects.push(effect);
}

/** The call that is open, as an effect. */
export function mapCallEffect(execution: ExecutionState, frame: Frame): InvokeTask | undefined {
  const { mapRun } = frame;
  const call = mapRun?.call;
  if (mapRun === undefined || call === undefined) return undefined;
  return {
    kind: 'invokeTask',
    purpose: call.operation === 'putObject' ? 'resultWriter' : 'itemReader',
    ...(readsParquet(frame, call, mapRun) && { objectFormat: 'PARQUET' }),
    taskId: `map.${execution.serial}.${frame.id}.${call.number}`,
    resource: `arn:aws:states:::s3:${call.operation}`,
    service: 's3',
    action: call.operation,
    pattern: 'requestResponse',
    input: JSON.parse(call.input),
    roleArn: execution.machine.roleArn,
    executionArn: execution.arn,
    stateName: frame.stateName,
  };
}

/** The first object of a run with a manifest is the manifest. */
function readsParquet(frame: Frame, { operation, number }: MapCall, { callsBefore }: MapRunState): boolean {
  const state = frame.graph.states.get(frame.stateName);
  const reader = state?.Type === 'Map' ? state.distribution?.reader : undefined;
  if (operation !== 'getObject' || reader?.inputType !== 'PARQUET') return false;
  return reader.manifest === undefined || number > callsBefore + 1;
}

export interface MapCallAddress {
  readonly serial: number;
  readonly frame: number;
  readonly number: number;
}

/** undefined for the id of a task. */
export function parseMapCallId(id: string): MapCallAddress | undefined {
  const [, serial, frame, number] = /^map\.(\d+)\.(\d+)\.(\d+)$/.exec(id) ?? [];
  if (serial === undefined) return undefined;
  return { serial: Number(serial), frame: Number(frame), number: Number(number) };
}
