/**
 * One text for one JSON value, whatever order its fields came in: what a hash is taken over. Names are sorted by code
 * unit, nothing is indented, and a field without a value is left out, as `JSON.stringify` leaves it out.
 */
import { createHash } from 'node:crypto';

/** @param value what `JSON.parse` gives, or plain data that `JSON.stringify` takes */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const fields = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, field]) => `${JSON.stringify(name)}:${canonicalJson(field)}`);
  return `{${fields.join(',')}}`;
}

/** SHA-256 of the value's canonical text, 64 hexadecimal digits. */
export const hashOf = (value: unknown): string => createHash('sha256').update(canonicalJson(value)).digest('hex');
