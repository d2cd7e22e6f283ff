/**
 * The blocks of an OpenStreetMap extract in PBF: framing, headers and compression. What is in a block is read by
 * `osm-pbf-parser-node`; its own stream throws out of event handlers when a file is damaged, so the few bytes around
 * the blocks are read here, where each defect has a name and a place.
 */
import { inflateSync } from 'node:zlib';
import { PbfReader } from 'pbf';
import { RoadsError } from '../errors.ts';

/** A piece of the file, as a stream of it gives them. */
export type Chunks = AsyncIterable<Uint8Array>;

/** Limits of the format: nothing that keeps them is refused, and nothing else is waited for. */
const MAX_HEADER_BYTES = 64 * 1024;
const MAX_BLOB_BYTES = 32 * 1024 * 1024;
const KNOWN_FEATURES = new Set(['OsmSchema-V0.6', 'DenseNodes']);
const GET_WHOLE = 'get the extract again, whole, from where it came';

/** @throws RoadsError NotAnExtract, ExtractDamaged or ExtractUnsupported */
export async function* dataBlocks(chunks: Chunks): AsyncGenerator<Uint8Array> {
  const bytes = new ByteQueue(chunks);
  for (let number = 0; ; number += 1) {
    const lengthBytes = await bytes.take(4);
    if (lengthBytes === undefined) {
      if (bytes.left === 0 && number > 0) return;
      throw number === 0 ? notAnExtract() : damaged(`ends within block ${number}`);
    }
    const headerBytes = Buffer.from(lengthBytes).readUInt32BE(0);
    if (headerBytes > MAX_HEADER_BYTES) {
      throw number === 0 ? notAnExtract() : damaged(`has a header of ${headerBytes} bytes before block ${number}`);
    }
    const headerOf = await bytes.take(headerBytes);
    const header = headerOf === undefined ? undefined : guarded(number, () => readBlobHeader(headerOf));
    if (number === 0 && header?.type !== 'OSMHeader') throw notAnExtract();
    if (header === undefined) throw damaged(`ends within block ${number}`);
    if (!(header.bytes >= 0 && header.bytes <= MAX_BLOB_BYTES)) {
      throw damaged(`has a block of ${header.bytes} bytes, number ${number}`);
    }
    const blob = await bytes.take(header.bytes);
    if (blob === undefined) throw damaged(`ends within block ${number}`);
    if (header.type === 'OSMHeader') guarded(number, () => checkFeatures(content(blob)));
    else if (header.type === 'OSMData') yield guarded(number, () => content(blob));
  }
}

/** Runs what reads a block; what breaks in it is a damaged block. */
export function guarded<T>(number: number | undefined, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof RoadsError) throw error;
    const place = number === undefined ? 'a block' : `block ${number}`;
    throw damaged(`cannot be read in ${place}: ${error instanceof Error ? error.message : String(error)}`, error);
  }
}

const notAnExtract = (): RoadsError =>
  new RoadsError(
    'NotAnExtract',
    'the file is no OpenStreetMap extract in PBF: it does not begin with an OSMHeader block',
    'give a file that ends in .osm.pbf; osmium converts other forms',
  );

const damaged = (what: string, cause?: unknown): RoadsError =>
  new RoadsError('ExtractDamaged', `the extract ${what}`, GET_WHOLE, { cause });

function readBlobHeader(bytes: Uint8Array): { readonly type: string; readonly bytes: number } {
  return new PbfReader(bytes).readFields(
    (tag, header, pbf) => {
      if (tag === 1) header.type = pbf.readString();
      else if (tag === 3) header.bytes = pbf.readVarint(true);
    },
    { type: '', bytes: -1 },
  );
}

function content(bytes: Uint8Array): Uint8Array {
  const blob: { raw?: Uint8Array; zlib?: Uint8Array; other?: number } = {};
  new PbfReader(bytes).readFields((tag, read, pbf) => {
    if (tag === 1) read.raw = pbf.readBytes();
    else if (tag === 3) read.zlib = pbf.readBytes();
    else if (tag > 3) read.other = tag;
  }, blob);
  if (blob.raw !== undefined) return blob.raw;
  if (blob.zlib !== undefined) return inflateSync(blob.zlib, { maxOutputLength: 2 * MAX_BLOB_BYTES });
  throw new RoadsError(
    'ExtractUnsupported',
    `the extract is compressed in a way that is not read here (field ${blob.other ?? 'none'} of a Blob)`,
    'write it anew with zlib: osmium cat IN -o OUT -f pbf,pbf_compression=zlib',
  );
}

function checkFeatures(header: Uint8Array): void {
  new PbfReader(header).readFields((tag, _, pbf) => {
    if (tag !== 4) return;
    const feature = pbf.readString();
    if (KNOWN_FEATURES.has(feature)) return;
    throw new RoadsError(
      'ExtractUnsupported',
      `the extract requires the feature ${feature}, which is not read here`,
      'give a plain extract without history',
    );
  }, undefined);
}

/** Bytes in the order of their chunks, given out in pieces of any size. */
class ByteQueue {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #pieces: Uint8Array[] = [];
  left = 0;

  constructor(chunks: Chunks) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** Undefined when the file ends before. */
  async take(count: number): Promise<Uint8Array | undefined> {
    while (this.left < count) {
      const { done, value } = await this.#chunks.next();
      if (done === true) return undefined;
      this.#pieces.push(value);
      this.left += value.length;
    }
    const all = this.#pieces.length === 1 ? (this.#pieces[0] as Uint8Array) : Buffer.concat(this.#pieces);
    this.#pieces = [all.subarray(count)];
    this.left -= count;
    return all.subarray(0, count);
  }
}
