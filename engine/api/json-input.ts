/** JSON text of callers: checked, and refused in the words of the parser that AWS uses where these are known. */
import { MAX_JSON_DEPTH } from '../expression/value-bounds.ts';
import { nestingDepth } from '../json.ts';

/** Throws what `refuse` makes of the reason. The caller bounds the size first. */
export function checkJson(text: unknown, refuse: (reason: string) => Error): string {
  if (typeof text !== 'string' || text.trim() === '') throw refuse('Invalid execution input.');
  const depth = nestingDepth(text);
  if (depth > MAX_JSON_DEPTH) {
    throw refuse(`Document nesting depth (${depth}) exceeds the maximum allowed (${MAX_JSON_DEPTH})`);
  }
  // Stored as UTF-8, half of a surrogate pair would come back as another character.
  if (/\p{Surrogate}/u.test(text)) throw refuse('The text holds half of a surrogate pair, which is no character');
  try {
    JSON.parse(text);
    return text;
  } catch (thrown) {
    throw refuse(reasonFor(text) ?? (thrown as Error).message);
  }
}

const EXPECTED = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";

function reasonFor(text: string): string | undefined {
  if (text.startsWith('\ufeff')) {
    return `Unexpected character ('\ufeff' (code 65279 / 0xfeff)): expected a valid value ${EXPECTED}; leave out the byte-order mark`;
  }
  const word = /^\s*([A-Za-z_$][\w$]*)/.exec(text)?.[1];
  if (word !== undefined) return `Unrecognized token '${word}': was expecting ${EXPECTED}`;
  const key = /^\s*\{\s*([^"\s}])/.exec(text)?.[1];
  if (key === undefined) return undefined;
  return `Unexpected character ('${key}' (code ${key.charCodeAt(0)})): was expecting double-quote to start field name`;
}
