/** Reads the body of a request, in bounded memory. */
import type { IncomingMessage } from 'node:http';

/** Who has more than this to say after what it may is not listened to any longer. */
const IGNORED_MAX_BYTES = 64 * 1024 * 1024;

/** The client went away: there is nobody to answer. */
export class ConnectionLostError extends Error {
  override readonly name = 'ConnectionLostError';
}

/**
 * The bytes of the body, or undefined when there are more than `maxBytes`: the rest is read and dropped then, as most
 * clients look for an answer only after they have sent everything. Throws `ConnectionLostError`.
 */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      sizeBytes += chunk.length;
      if (sizeBytes <= maxBytes) chunks.push(chunk);
      else chunks.length = 0;
      if (sizeBytes > IGNORED_MAX_BYTES) break;
    }
  } catch (error) {
    throw new ConnectionLostError('the request did not come to its end', { cause: error });
  }
  return sizeBytes > maxBytes ? undefined : Buffer.concat(chunks);
}
