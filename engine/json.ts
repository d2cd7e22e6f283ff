/**
 * JSON as the engine holds it. Payloads travel as text, because that is what a history records, what passes through
 * a Pass state unchanged, and what costs least while an execution waits; they are parsed only where an expression
 * looks inside.
 */
export type JsonValue = null | boolean | number | string | JsonValue[] | { [key: string]: JsonValue };
export type JsonObject = { [key: string]: JsonValue };

/** 256 KiB: what one input, output or variable may weigh as UTF-8. */
export const MAX_PAYLOAD_BYTES = 262_144;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Bytes of the text as UTF-8. */
export function utf8Bytes(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}

/** True when the text weighs more than `limitBytes`; counts exactly only when the length leaves doubt. */
export function exceedsBytes(text: string, limitBytes: number): boolean {
  if (text.length * 3 <= limitBytes) return false;
  return text.length > limitBytes || utf8Bytes(text) > limitBytes;
}

/** JSON text of a value; what JSON cannot hold at the top (undefined, a function) becomes null. */
export function toText(value: unknown): string {
  return JSON.stringify(value) ?? 'null';
}

/** The JSON type's name as AWS writes it in causes. */
export function jsonTypeName(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value;
}

/** How deep objects and arrays stand inside one another in a JSON text, without parsing it; text in quotes counts not. */
export function nestingDepth(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x22) at = endOfString(text, at);
    else if (code === 0x7b || code === 0x5b) {
      depth += 1;
      if (depth > deepest) deepest = depth;
    } else if (code === 0x7d || code === 0x5d) depth -= 1;
  }
  return deepest;
}

/** Position of the quote that closes the string which opens at `from`. */
function endOfString(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x5c) at += 1;
    else if (code === 0x22) return at;
  }
  return text.length;
}
