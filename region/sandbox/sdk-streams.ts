/** Gives blobs the methods that the SDK's own outputs have: `transformToString`, `transformToByteArray`, ... */
import { Readable } from 'node:stream';

type Encoding = 'utf8' | 'utf-8' | 'base64' | 'hex';

const bufferOf = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** As the SDK's `Uint8ArrayBlobAdapter`. */
export function blobWithTransforms(bytes: Uint8Array): Uint8Array {
  return Object.defineProperty(bytes, 'transformToString', {
    value: (encoding: Encoding = 'utf8') => bufferOf(bytes).toString(encoding),
    configurable: true,
  });
}

/** A readable stream of the bytes, as the SDK gives for streaming bodies in Node. */
export function streamWithTransforms(bytes: Uint8Array): Readable {
  const stream = Readable.from(bytes.length === 0 ? [] : [bufferOf(bytes)], { objectMode: false });
  return Object.assign(stream, {
    transformToString: async (encoding: Encoding = 'utf8') => bufferOf(bytes).toString(encoding),
    transformToByteArray: async () => new Uint8Array(bytes),
    transformToWebStream: () => Readable.toWeb(stream),
  });
}
