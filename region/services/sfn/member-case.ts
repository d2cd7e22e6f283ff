/**
 * Step Functions writes every member of a request or an answer with a capital, whatever the API does; the JavaScript SDK
 * keeps the API's own case. These functions go from one to the other, and turn dates and bytes into what JSON can hold.
 */
type Fields = Readonly<Record<string, unknown>>;

const isPlainObject = (value: unknown): value is Fields =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  !(value instanceof Date) &&
  !(value instanceof Uint8Array);

function rename(value: unknown, change: (key: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => rename(item, change));
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (!isPlainObject(value)) return value;
  const renamed: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) {
    if (item !== undefined && key !== '$metadata') renamed[change(key)] = rename(item, change);
  }
  return renamed;
}

/** For APIs whose members begin in lower case: Step Functions, ECS. */
export function toSdkShape(input: Fields): Fields {
  return rename(input, (key) => key.charAt(0).toLowerCase() + key.slice(1)) as Fields;
}

/** An answer as JSON; with `capitalised`, its members begin with a capital. */
export function fromSdkShape(answer: Fields, capitalised = false): Fields {
  return rename(answer, capitalised ? (key) => key.charAt(0).toUpperCase() + key.slice(1) : (key) => key) as Fields;
}
