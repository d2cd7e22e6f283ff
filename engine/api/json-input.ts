/** JSON text of callers: checked, and refused in the words of the parser that AWS uses where these are known. */

/** Throws what `refuse` makes of the reason. */
export function checkJson(text: unknown, refuse: (reason: string) => Error): string {
  if (typeof text !== 'string' || text.trim() === '') throw refuse('Invalid execution input.');
  try {
    JSON.parse(text);
    return text;
  } catch (thrown) {
    throw refuse(reasonFor(text) ?? (thrown as Error).message);
  }
}

function reasonFor(text: string): string | undefined {
  const word = /^\s*([A-Za-z_$][\w$]*)/.exec(text)?.[1];
  if (word !== undefined) {
    return `Unrecognized token '${word}': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')`;
  }
  const key = /^\s*\{\s*([^"\s}])/.exec(text)?.[1];
  if (key === undefined) return undefined;
  return `Unexpected character ('${key}' (code ${key.charCodeAt(0)})): was expecting double-quote to start field name`;
}
