/** What a distributed Map asks of S3 as its machine's role: objects and listings to map over, result files to keep. */
import { gunzipSync } from 'node:zlib';
import type { InvokeTask } from '../../../engine/index.ts';
import { fromSdkShape } from './member-case.ts';
import { parquetRows } from './parquet-rows.ts';

type Fields = Readonly<Record<string, unknown>>;
type CallStorage = (operation: string, input: object) => Promise<Fields>;

const GZIP = [0x1f, 0x8b] as const;

/**
 * Gives the answer in the shape that the engine reads: the Body of an object as the text that it holds.
 * @throws NotParquet
 */
export async function runMapCall(call: CallStorage, { action, input, objectFormat }: InvokeTask): Promise<Fields> {
  const operation = action.charAt(0).toUpperCase() + action.slice(1);
  const answer = await call(operation, (input ?? {}) as object);
  if (action !== 'getObject') return fromSdkShape(answer);
  const bytes = await bytesOfBody(answer['Body']);
  if (objectFormat === 'PARQUET') return { Body: await parquetRows(bytes) };
  const zipped = bytes[0] === GZIP[0] && bytes[1] === GZIP[1];
  return { Body: Buffer.from(zipped ? gunzipSync(bytes) : bytes).toString('utf8') };
}

const bytesOfBody = (body: unknown): Promise<Uint8Array> =>
  (body as { transformToByteArray(): Promise<Uint8Array> }).transformToByteArray();

/** The Body of a GetObject answer as UTF-8 text. */
export async function textOfBody(body: unknown): Promise<string> {
  return Buffer.from(await bytesOfBody(body)).toString('utf8');
}
