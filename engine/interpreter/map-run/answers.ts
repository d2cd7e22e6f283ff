/** What S3 answered to a Map run: items, the next thing to read, or that a result file is written. */
import type { ItemReader } from '../../definition/model.ts';
import { StateError } from '../../errors.ts';
import type { S3Object } from '../../history/records.ts';
import { isObject, type JsonObject, type JsonValue } from '../../json.ts';
import type { Frame, MapCall, MapRunState } from '../../state/execution.ts';
import { frameOfRun } from '../../state/map-run.ts';
import { Run } from '../run.ts';
import type { Turn } from '../turn.ts';
import { callS3, type MapCallAddress } from './calls.ts';
import { failMapRun } from './failing.ts';
import { itemsOfObject, listedItem, listedObjects, readManifest } from './items.ts';

/** `output` is JSON text; without it the call failed. An answer to a call that is over does nothing. */
export async function mapCallAnswered(
  turn: Turn,
  address: MapCallAddress,
  answer: { readonly output: string } | { readonly cause: string | undefined },
): Promise<void> {
  const execution = turn.account.bySerial.get(address.serial);
  const frame = execution && frameOfRun(execution, address.frame);
  const mapRun = frame?.mapRun;
  const call = mapRun?.call;
  if (execution === undefined || frame === undefined || mapRun === undefined || call?.number !== address.number) return;
  const run = new Run(turn, execution);
  await run.proceed(async () => {
    run.emit(frame, { type: 'MapCallEnded' });
    const writes = call.operation === 'putObject';
    if (!('output' in answer)) {
      // Nobody is left to be told that an aborted run cannot write.
      if (mapRun.status !== 'RUNNING') return;
      const error = writes ? 'States.ResultWriterFailed' : 'States.ItemReaderFailed';
      await failMapRun(run, frame, new StateError(error, answer.cause));
      return;
    }
    if (!writes && mapRun.failing === undefined) {
      try {
        itemsRead(run, frame, mapRun, call, JSON.parse(answer.output) as JsonValue);
      } catch (thrown) {
        await failMapRun(run, frame, run.located(frame, thrown));
        return;
      }
    }
    turn.dueMapRuns.push(mapRun);
  });
}

function readerOf(run: Run, frame: Frame): ItemReader {
  const state = run.stateOf(frame);
  const reader = state.Type === 'Map' ? state.distribution?.reader : undefined;
  if (reader === undefined) throw new Error(`The state '${frame.stateName}' reads no items`);
  return reader;
}

interface Found {
  readonly items: readonly string[];
  readonly sources: readonly S3Object[];
  readonly headers?: readonly string[];
  /** Parameters of the next page of a listing. */
  readonly nextPage?: JsonObject;
}

function itemsRead(run: Run, frame: Frame, mapRun: MapRunState, call: MapCall, answer: JsonValue): void {
  const reader = readerOf(run, frame);
  const input = JSON.parse(call.input) as JsonObject;
  const { maxItems = 0 } = mapRun.settings;
  const room = maxItems === 0 ? Infinity : maxItems - mapRun.items.length;
  const object = isObject(answer) ? answer : {};
  const { items, sources, headers, nextPage } =
    call.operation === 'listObjectsV2'
      ? listed(object, reader, input, mapRun, room)
      : fetched(String(object['Body'] ?? ''), reader, mapRun, room);
  const full = items.length >= room;
  const next = full || nextPage !== undefined ? undefined : sources[0];
  const rest = full ? [] : next === undefined ? sources : sources.slice(1);
  const done = full || (nextPage === undefined && next === undefined);
  run.emit(frame, { type: 'MapItemsRead', items, sources: rest, done, ...(headers && { headers }) });
  if (done) return;
  if (nextPage !== undefined) callS3(run, frame, 'listObjectsV2', nextPage);
  else if (next !== undefined) callS3(run, frame, 'getObject', { Bucket: next.bucket, Key: next.key });
}

function listed(answer: JsonObject, reader: ItemReader, input: JsonObject, mapRun: MapRunState, room: number): Found {
  const objects = listedObjects(answer);
  const token = answer['NextContinuationToken'];
  const nextPage = typeof token === 'string' ? { nextPage: { ...input, ContinuationToken: token } } : {};
  if (!reader.flatten) return { items: objects.slice(0, room).map(listedItem), sources: [], ...nextPage };
  const bucket = String(input['Bucket']);
  const found = objects.map(({ Key }) => ({ bucket, key: String(Key) }));
  return { items: [], sources: [...mapRun.sources, ...found], ...nextPage };
}

function fetched(body: string, reader: ItemReader, mapRun: MapRunState, room: number): Found {
  const first = mapRun.calls === mapRun.callsBefore + 1 && reader.operation === 'getObject';
  if (first && reader.manifest !== undefined) return { items: [], ...withHeaders(readManifest(body, reader)) };
  const { headers } = mapRun;
  const columns = headers === undefined ? reader : { ...reader, inputType: 'CSV' as const, csvHeaders: headers };
  return { items: itemsOfObject(body, columns, room), sources: mapRun.sources };
}

function withHeaders({ sources, headers }: { sources: readonly S3Object[]; headers: readonly string[] | undefined }) {
  return { sources, ...(headers && { headers }) };
}
