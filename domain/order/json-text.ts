/**
 * Reads JSON text with an answer a person can act on. `JSON.parse` names a position for some mistakes and not for
 * others, and never in bytes; so when it refuses, the text is walked once more to find the first character that
 * cannot stand where it does.
 */
import { type Refusal, refusalValue } from '../refusal.ts';

const utf8 = new TextEncoder();

/** Size in UTF-8, in bytes: what queues and tables count. */
export function byteLength(text: string): number {
  return utf8.encode(text).length;
}

export function withoutByteOrderMark(text: string): string {
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}

const LITERAL = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids raw control characters inside strings.
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const SPACE = /[ \t\n\r]*/y;

/** Index of the first character that breaks the grammar; the length of the text when it ends too early. */
export function jsonErrorIndex(text: string): number {
  let index = 0;
  const take = (pattern: RegExp): boolean => {
    pattern.lastIndex = index;
    if (!pattern.test(text)) return false;
    index = pattern.lastIndex;
    return true;
  };
  // An explicit stack: ten thousand brackets in a row must not overflow ours.
  const open: ('{' | '[')[] = [];
  let expect: 'value' | 'value-or-end' | 'key' | 'key-or-end' | 'after' = 'value';
  while (true) {
    take(SPACE);
    const character = text[index];
    if (character === undefined) return index;
    if (expect === 'key' || expect === 'key-or-end') {
      if (expect === 'key-or-end' && character === '}') {
        open.pop();
        index += 1;
        expect = 'after';
        continue;
      }
      if (!take(STRING)) return index;
      take(SPACE);
      if (text[index] !== ':') return index;
      index += 1;
      expect = 'value';
    } else if (expect === 'after') {
      const container = open.at(-1);
      if (container === undefined) return index;
      if (character === ',') expect = container === '{' ? 'key' : 'value';
      else if (character === (container === '{' ? '}' : ']')) open.pop();
      else return index;
      index += 1;
    } else if (character === '{' || character === '[') {
      open.push(character);
      index += 1;
      expect = character === '{' ? 'key-or-end' : 'value-or-end';
    } else if (character === ']' && expect === 'value-or-end') {
      open.pop();
      index += 1;
      expect = 'after';
    } else {
      if (!take(STRING) && !take(LITERAL)) return index;
      expect = 'after';
    }
  }
}

/** Parses JSON text (a byte order mark is tolerated) or says at which byte it breaks. */
export function readJson(text: string): { ok: true; value: unknown } | { ok: false; refusal: Refusal } {
  const body = withoutByteOrderMark(text);
  try {
    return { ok: true, value: JSON.parse(body) };
  } catch (error) {
    // Only a SyntaxError speaks of the text; anything else is a mistake of ours.
    if (!(error instanceof SyntaxError)) throw error;
    const index = jsonErrorIndex(body);
    const byte = byteLength(text.slice(0, index + text.length - body.length));
    const what = index >= body.length ? 'the text ends too early' : `unexpected ${JSON.stringify(body[index])}`;
    return {
      ok: false,
      refusal: {
        field: '$',
        value: refusalValue(body),
        remedy: `write one valid JSON object; ${what} at byte ${byte}`,
        code: 'BAD_JSON',
      },
    };
  }
}
