/** The rows of a Parquet file, as a distributed Map takes them: JSON Lines, one object for each row. */
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { type Compressors, parquetReadObjects } from 'hyparquet';

/** An object that cannot be read as a Parquet file. The message says why. */
export class NotParquet extends Error {}

/** Beside Snappy, which the reader knows itself. */
const COMPRESSORS: Compressors = {
  GZIP: (input) => gunzipSync(input),
  BROTLI: (input) => brotliDecompressSync(input),
};
const UNKNOWN_CODEC = /compression codec: (\w+)/;

/** @throws NotParquet also for a codec that is not read, by its name */
export async function parquetRows(bytes: Uint8Array): Promise<string> {
  // Of its own: the bytes may lie in a larger buffer.
  const file = new Uint8Array(bytes).buffer;
  try {
    const rows = await parquetReadObjects({ file, compressors: COMPRESSORS });
    return rows.map((row) => `${JSON.stringify(row, asJson)}\n`).join('');
  } catch (thrown) {
    const { message } = thrown as Error;
    const codec = UNKNOWN_CODEC.exec(message)?.[1];
    if (codec === undefined) throw new NotParquet(`The object cannot be read as a Parquet file: ${message}`);
    throw new NotParquet(
      `The Parquet file is compressed with ${codec}; SNAPPY, GZIP, BROTLI and uncompressed files are read.`,
    );
  }
}

/** Dates have become ISO 8601 before. A whole number that a double cannot hold stays exact as text. */
function asJson(_: string, value: unknown): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  return value ?? null;
}
