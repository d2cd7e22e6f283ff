/** Sends one answer, whole. */
import type { ServerResponse } from 'node:http';

/** @param headers may give the `content-length` of a body that is only told of, for HEAD */
export function reply(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>>,
  body: string | Uint8Array,
): void {
  // A client that was cut short in what it sent cannot use the connection for another request.
  const isCutShort = !response.req.complete;
  response.writeHead(status, {
    'content-length': Buffer.byteLength(body),
    ...headers,
    ...(isCutShort && { connection: 'close' }),
  });
  response.end(body);
}
