/** What a Map run leaves: its results as the state's output, or result files in S3 with a manifest. */

import type { MapState, ResultWriter } from '../../definition/model.ts';
import { StateError } from '../../errors.ts';
import { computed, type Eventually } from '../../expression/computed.ts';
import { evaluate } from '../../expression/template.ts';
import type { ResultFile } from '../../history/records.ts';
import { isObject, type JsonValue, MAX_PAYLOAD_BYTES, toText, utf8Bytes } from '../../json.ts';
import type { Frame, MapRunState } from '../../state/execution.ts';
import { effectiveInput, fromText } from '../data-flow.ts';
import { ExecutionScope } from '../execution-scope.ts';
import type { Running } from '../running.ts';
import { exitWithResult } from '../states/leave.ts';
import { nextChildInput } from './batch.ts';
import { callS3 } from './calls.ts';

/** Results that are held before they are written. */
const FILE_BYTES = 8_388_608;

/** True when the results that are held would fill a file. */
export function holdsFile({ writer, resultBytes, failureBytes }: MapRunState): boolean {
  return writer?.parameters !== undefined && resultBytes + failureBytes >= FILE_BYTES;
}

interface Target {
  readonly bucket: string;
  /** Where the run's files are, with the slash. */
  readonly folder: string;
}

function targetOf(run: Running, frame: Frame, state: MapState, mapRun: MapRunState): Eventually<Target> {
  const scope = new ExecutionScope(run.execution, frame);
  return computed(scope, () => target(state, frame, mapRun, scope));
}

function target(state: MapState, frame: Frame, mapRun: MapRunState, scope: ExecutionScope): Target {
  effectiveInput(state.flow, frame.data, scope);
  const template = mapRun.writer?.parameters;
  const value = template === undefined ? {} : evaluate(template, scope);
  const { Bucket, Prefix } = (isObject(value) ? value : {}) as Record<string, JsonValue | undefined>;
  if (typeof Bucket !== 'string') {
    throw new StateError('States.ResultWriterFailed', 'The Bucket of the ResultWriter is not a string.');
  }
  const prefix = typeof Prefix === 'string' && Prefix !== '' ? `${Prefix.replace(/\/$/, '')}/` : '';
  return { bucket: Bucket, folder: `${prefix}${mapRun.arn.slice(mapRun.arn.lastIndexOf(':') + 1)}/` };
}

/** Writes results that are many, or with `all` any that are left; true while the run has to wait for S3. */
export async function writeResults(
  run: Running,
  frame: Frame,
  state: MapState,
  mapRun: MapRunState,
  all: boolean,
): Promise<boolean> {
  const { writer } = mapRun;
  if (mapRun.call !== undefined) return true;
  if (writer?.parameters === undefined) return false;
  const group = nextGroup(mapRun, all ? 1 : FILE_BYTES);
  const last = mapRun.files.at(-1)?.group;
  const manifest = group === undefined && all && last !== 'MANIFEST';
  if (group === undefined && !manifest) return false;
  const target = await targetOf(run, frame, state, mapRun);
  const extension = writer.outputType === 'JSONL' ? 'jsonl' : 'json';
  const isCutShort = mapRun.failing !== undefined || mapRun.leaving !== undefined;
  if (manifest && last !== 'PENDING' && isCutShort && mapRun.taken < mapRun.items.length) {
    const body = joined(await notStarted(run, frame, state, mapRun), writer);
    put(run, frame, target, 'PENDING', `PENDING_0.${extension}`, body);
  } else if (group === undefined) put(run, frame, target, 'MANIFEST', 'manifest.json', manifestOf(mapRun, target));
  else {
    const number = mapRun.files.filter((file) => file.group === group).length;
    put(run, frame, target, group, `${group}_${number}.${extension}`, bodyOf(mapRun, group, writer));
  }
  return true;
}

function nextGroup(
  { results, resultBytes, failures, failureBytes }: MapRunState,
  least: number,
): 'SUCCEEDED' | 'FAILED' | undefined {
  if (results.length > 0 && resultBytes >= least) return 'SUCCEEDED';
  return failures.length > 0 && failureBytes >= least ? 'FAILED' : undefined;
}

function bodyOf(mapRun: MapRunState, group: 'SUCCEEDED' | 'FAILED', writer: ResultWriter): string {
  const kept = group === 'FAILED' ? mapRun.failures : mapRun.results;
  const texts = transformed(
    kept.filter((text) => text !== undefined),
    group === 'FAILED' ? 'NONE' : writer.transformation,
  );
  return joined(texts, writer);
}

function joined(texts: readonly string[], { outputType }: ResultWriter): string {
  return outputType === 'JSONL' ? texts.map((text) => `${text}\n`).join('') : `[${texts.join(',')}]`;
}

/** What is known of the children that a run has not started when it failed or was aborted: their input. */
async function notStarted(
  run: Running,
  frame: Frame,
  state: MapState,
  { items, taken }: MapRunState,
): Promise<string[]> {
  const texts: string[] = [];
  for (const rest = { items, taken }; rest.taken < items.length; ) {
    const next = await nextChildInput(run, frame, state, rest);
    texts.push(toText({ Input: next.input, InputDetails: { Included: true }, Status: 'PENDING' }));
    rest.taken += next.items;
  }
  return texts;
}

function transformed(texts: readonly string[], transformation: ResultWriter['transformation']): readonly string[] {
  if (transformation !== 'FLATTEN') return texts;
  return texts.flatMap((text) => {
    const value = JSON.parse(text) as JsonValue;
    return Array.isArray(value) ? value.map(toText) : [text];
  });
}

function manifestOf({ arn, files }: MapRunState, { bucket }: Target): string {
  const listed = (group: string) =>
    files.filter((file) => file.group === group).map(({ key, size }) => ({ Key: key, Size: size }));
  return toText({
    DestinationBucket: bucket,
    MapRunArn: arn,
    ResultFiles: { FAILED: listed('FAILED'), PENDING: listed('PENDING'), SUCCEEDED: listed('SUCCEEDED') },
  });
}

function put(
  run: Running,
  frame: Frame,
  { bucket, folder }: Target,
  group: ResultFile['group'],
  name: string,
  body: string,
): void {
  const key = `${folder}${name}`;
  run.emit(frame, { type: 'MapResultsTaken', file: { group, key, size: utf8Bytes(body) } });
  callS3(run, frame, 'putObject', { Bucket: bucket, Key: key, Body: body, ContentType: 'application/json' });
}

/** Everything is done: the run succeeds, and its state is left. */
export async function succeed(run: Running, frame: Frame, state: MapState, mapRun: MapRunState): Promise<void> {
  const { writer, resultBytes } = mapRun;
  const tooLarge = writer?.parameters === undefined && resultBytes > MAX_PAYLOAD_BYTES;
  const result = writer?.parameters === undefined ? outputOf(mapRun) : await writtenTo(run, frame, state, mapRun);
  const inChain = run.turn.settings.asOfMs < SUCCESS_LEFT_CHAIN_MS;
  run.emit(frame, { type: 'MapRunSucceeded', inChain });
  await run.attempt(frame, () => {
    if (tooLarge) {
      throw new StateError(
        'States.DataLimitExceeded',
        `The state/task '${state.name}' returned a result with a size exceeding the maximum number of bytes service limit.`,
      );
    }
    run.emit(frame, { type: 'MapStateSucceeded' }, run.execution.lastEventId);
    return exitWithResult(run, frame, state, fromText(result));
  });
}

/** Since then, what follows a distributed Map follows its MapRunStarted. Recordings tell the year, not the day. */
const SUCCESS_LEFT_CHAIN_MS = Date.UTC(2024, 8, 1);

function outputOf({ results, writer }: MapRunState): string {
  const texts = results.filter((text) => text !== undefined);
  return `[${transformed(texts, writer?.transformation ?? 'COMPACT').join(',')}]`;
}

async function writtenTo(run: Running, frame: Frame, state: MapState, mapRun: MapRunState): Promise<string> {
  const { bucket, folder } = await targetOf(run, frame, state, mapRun);
  return toText({ MapRunArn: mapRun.arn, ResultWriterDetails: { Bucket: bucket, Key: `${folder}manifest.json` } });
}
