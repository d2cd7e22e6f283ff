/** From what S3 answered to the items of a Map run, each as JSON text: JSON, JSON lines, CSV, listings, manifests. */
import type { ItemReader } from '../../definition/model.ts';
import { StateError } from '../../errors.ts';
import type { S3Object } from '../../history/records.ts';
import { isObject, type JsonObject, type JsonValue, toText } from '../../json.ts';
import { readCsv } from './csv.ts';

export function readerFailed(cause: string): StateError {
  return new StateError('States.ItemReaderFailed', cause);
}

/** Items of one object; `room` is how many more the run takes. Throws StateError. */
export function itemsOfObject(body: string, reader: ItemReader, room: number): string[] {
  if (reader.inputType === 'CSV') return csvItems(body, reader.csvHeaders, reader.csvDelimiter, room);
  // The host answers the rows of a Parquet file as JSON Lines.
  if (reader.inputType === 'JSONL' || reader.inputType === 'PARQUET') return jsonLines(body, room);
  return jsonItems(body, reader.itemsPointer, room);
}

function parse(text: string, what: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch (thrown) {
    throw readerFailed(`${what} is not valid JSON: ${(thrown as Error).message}`);
  }
}

function jsonItems(body: string, pointer: string | undefined, room: number): string[] {
  const root = parse(body, 'The object');
  const items = pointer === undefined ? root : pointedAt(root, pointer);
  if (Array.isArray(items)) return items.slice(0, room).map(toText);
  if (pointer !== undefined && isObject(items)) {
    return Object.entries(items)
      .slice(0, room)
      .map(([Key, Value]) => toText({ Key, Value }));
  }
  throw readerFailed('Attempting to map over non-iterable node.');
}

function pointedAt(root: JsonValue, pointer: string): JsonValue | undefined {
  let value: JsonValue | undefined = root;
  for (const step of pointer.split('/').slice(1)) {
    const key = step.replaceAll('~1', '/').replaceAll('~0', '~');
    if (Array.isArray(value)) value = value[Number(key)];
    else value = isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  }
  return value;
}

function jsonLines(body: string, room: number): string[] {
  const items: string[] = [];
  for (let at = 0, line = 1; at < body.length && items.length < room; line += 1) {
    const found = body.indexOf('\n', at);
    const end = found < 0 ? body.length : found;
    const text = body.slice(at, end).trim();
    if (text !== '') items.push(toText(parse(text, `Line ${line}`)));
    at = end + 1;
  }
  return items;
}

function csvItems(body: string, given: readonly string[] | undefined, delimiter: string, room: number): string[] {
  let headers = given;
  if (headers !== undefined) checkHeaders(headers);
  const items: string[] = [];
  readCsv(body, delimiter, (fields) => {
    if (headers === undefined) {
      headers = fields;
      checkHeaders(headers);
      return room > 0;
    }
    items.push(toText(Object.fromEntries(headers.map((header, index) => [header, fields[index] ?? '']))));
    return items.length < room;
  });
  return items;
}

function checkHeaders(headers: readonly string[]): void {
  if (new Set(headers).size !== headers.length) throw readerFailed('CSV headers cannot contain duplicates.');
}

/** A page of listObjectsV2, as the AWS SDK answers it. */
export function listedObjects(answer: JsonObject): JsonObject[] {
  const contents = answer['Contents'];
  return Array.isArray(contents) ? contents.filter(isObject) : [];
}

/** A listed object as an item: its ETag is called Etag, its date is in seconds. */
export function listedItem(object: JsonObject): string {
  const { ETag, LastModified, ...rest } = object as { ETag?: JsonValue; LastModified?: JsonValue };
  const seconds = typeof LastModified === 'string' ? Math.floor(Date.parse(LastModified) / 1_000) : LastModified;
  return toText({
    ...(ETag !== undefined && { Etag: ETag }),
    ...rest,
    ...(seconds !== undefined && { LastModified: seconds }),
  });
}

export interface Manifest {
  readonly sources: readonly S3Object[];
  /** Columns of the files of an S3 inventory. */
  readonly headers: readonly string[] | undefined;
}

/** Throws StateError. */
export function readManifest(body: string, reader: ItemReader): Manifest {
  return reader.manifest === 'ATHENA_DATA' ? athenaManifest(body) : inventoryManifest(body);
}

function athenaManifest(body: string): Manifest {
  const sources = body.split(/\r?\n/).flatMap((line) => {
    const [, bucket, key] = /^"?s3:\/\/([^/]+)\/([^"]+)"?$/.exec(line.trim()) ?? [];
    return bucket === undefined || key === undefined ? [] : [{ bucket, key }];
  });
  return { sources, headers: undefined };
}

function inventoryManifest(body: string): Manifest {
  const root = parse(body, 'The manifest');
  const { destinationBucket, fileFormat, fileSchema, files } = (isObject(root) ? root : {}) as Record<
    string,
    JsonValue
  >;
  if (typeof destinationBucket !== 'string' || typeof fileSchema !== 'string' || !Array.isArray(files)) {
    throw readerFailed('The manifest needs destinationBucket, fileSchema and files, as S3 Inventory writes them.');
  }
  if (fileFormat !== 'CSV') throw readerFailed(`The manifest's fileFormat is ${toText(fileFormat)}; only CSV is read.`);
  const bucket = destinationBucket.slice(destinationBucket.lastIndexOf(':') + 1);
  const sources = files.flatMap((file) =>
    isObject(file) && typeof file['key'] === 'string' ? [{ bucket, key: file['key'] }] : [],
  );
  return { sources, headers: fileSchema.split(',').map((column) => column.trim()) };
}
