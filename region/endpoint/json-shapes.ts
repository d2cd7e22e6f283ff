/** Requests and answers between the JSON of the wire and the shapes of the AWS SDK for JavaScript. */
import type { JsonService } from './json-services.ts';

/** No request of AWS comes near it, and what walks a value may recurse this deep. */
const DEPTH_MAX = 500;

/** The body is not a request; the message says why. */
export class SerializationError extends Error {
  override readonly name = 'SerializationError';
}

type Fields = Readonly<Record<string, unknown>>;

/** @param body UTF-8 text of a JSON object, without a byte-order mark. Throws `SerializationError`. */
export function parseRequest(body: Uint8Array): Fields {
  let value: unknown;
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
    checkDepth(text);
    value = JSON.parse(text);
  } catch (error) {
    throw error instanceof SerializationError ? error : new SerializationError((error as Error).message);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw new SerializationError('The body of a request is a JSON object');
}

/** Before parsing: brackets outside of strings. */
function checkDepth(text: string): void {
  let depth = 0;
  let isInString = false;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (isInString) {
      if (code === 0x5c) index += 1;
      else if (code === 0x22) isInString = false;
    } else if (code === 0x22) isInString = true;
    else if (code === 0x7b || code === 0x5b) {
      depth += 1;
      if (depth > DEPTH_MAX) throw new SerializationError(`The request nests deeper than ${DEPTH_MAX} levels`);
    } else if (code === 0x7d || code === 0x5d) depth -= 1;
  }
}

/** A member that is null counts as absent. */
export function toSdkInput(service: JsonService, request: Fields): Fields {
  return Object.fromEntries(
    Object.entries(request)
      .filter(([, value]) => value !== null)
      .map(([name, value]) => [name, toSdkValue(service, name, value)]),
  );
}

function toSdkValue(service: JsonService, name: string, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => toSdkValue(service, name, item));
  if (typeof value === 'object' && value !== null) return toSdkInput(service, value as Fields);
  if (typeof value === 'string' && service.blobs.includes(name)) return new Uint8Array(Buffer.from(value, 'base64'));
  if (typeof value === 'number' && service.timestamps.includes(name)) return new Date(value * 1000);
  return value;
}

/** What `JSON.stringify` should see of an answer; absent members stay absent. */
export function toWireValue(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Date) return value.getTime() / 1000;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map(toWireValue);
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, toWireValue(item)]));
}
