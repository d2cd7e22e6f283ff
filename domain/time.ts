/**
 * Instants cross this code base as ISO 8601 UTC text and are computed with as milliseconds since 1970. The text
 * written here always has milliseconds and `Z` (24 characters), so that its alphabetical order is its order in time
 * and it can serve as an index key.
 */

/** ISO text of 24 characters. Throws a RangeError when `ms` is not an instant. */
export function isoOf(ms: number): string {
  if (!Number.isFinite(ms) || Math.abs(ms) > 8.64e15) throw new RangeError(`${ms} is not an instant in milliseconds`);
  return new Date(ms).toISOString();
}

/** Milliseconds since 1970. Throws a RangeError that names the text when it is not ISO 8601 with a zone. */
export function msOf(iso: string): number {
  const ms = /^\d{4}-\d{2}-\d{2}T.*(Z|[+-]\d{2}:\d{2})$/.test(iso) ? Date.parse(iso) : Number.NaN;
  if (Number.isNaN(ms)) throw new RangeError(`'${iso}' is not a time; write ISO 8601 UTC such as 2026-01-31T08:00:00Z`);
  return ms;
}
