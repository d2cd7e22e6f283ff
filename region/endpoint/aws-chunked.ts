/**
 * Bodies in the coding `aws-chunked`, in which SDKs send what they sign or sum up as they go: chunks with their size in
 * front, then trailing headers. Signatures and checksums are not verified.
 */
import { AwsError } from '../errors.ts';

const LINE_END = '\r\n';

/** The bytes without their coding. Throws `IncompleteBody`. */
export function decodeAwsChunked(body: Buffer): Buffer {
  const chunks: Buffer[] = [];
  let at = 0;
  for (;;) {
    const lineEnd = body.indexOf(LINE_END, at);
    const size = lineEnd < 0 ? undefined : /^([0-9a-f]{1,8})(?:;|$)/i.exec(body.toString('latin1', at, lineEnd))?.[1];
    if (size === undefined) throw incomplete(at);
    const sizeBytes = Number.parseInt(size, 16);
    if (sizeBytes === 0) return Buffer.concat(chunks);
    const from = lineEnd + LINE_END.length;
    const to = from + sizeBytes;
    if (body.toString('latin1', to, to + LINE_END.length) !== LINE_END) throw incomplete(at);
    chunks.push(body.subarray(from, to));
    at = to + LINE_END.length;
  }
}

const incomplete = (at: number): AwsError =>
  new AwsError('IncompleteBody', `The body is not in the coding aws-chunked: see byte ${at}`);
