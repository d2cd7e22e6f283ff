/** Line numbers of everything in a JSON text, by JSON pointer: where a coverage report points. */
const SPACE = /\s/;

/** Lines count from 1; the line of an object's member is that of its key. The text has to be valid JSON. */
export function linesOf(text: string): ReadonlyMap<string, number> {
  const lines = new Map<string, number>();
  let at = 0;
  let line = 1;

  const skipSpace = (): void => {
    for (; at < text.length && SPACE.test(text.charAt(at)); at += 1) if (text.charAt(at) === '\n') line += 1;
  };
  const string = (): string => {
    const from = at;
    for (at += 1; text.charAt(at) !== '"'; at += 1) if (text.charAt(at) === '\\') at += 1;
    at += 1;
    return JSON.parse(text.slice(from, at)) as string;
  };
  const isNext = (character: string): boolean => {
    skipSpace();
    if (text.charAt(at) !== character) return false;
    at += 1;
    return true;
  };
  const members = (pointer: string): void => {
    if (isNext('}')) return;
    do {
      skipSpace();
      const keyLine = line;
      const key = string().replaceAll('~', '~0').replaceAll('/', '~1');
      lines.set(`${pointer}/${key}`, keyLine);
      isNext(':');
      value(`${pointer}/${key}`);
    } while (isNext(','));
    isNext('}');
  };
  const items = (pointer: string): void => {
    if (isNext(']')) return;
    let index = 0;
    do {
      skipSpace();
      lines.set(`${pointer}/${index}`, line);
      value(`${pointer}/${index}`);
      index += 1;
    } while (isNext(','));
    isNext(']');
  };
  const value = (pointer: string): void => {
    skipSpace();
    if (isNext('{')) members(pointer);
    else if (isNext('[')) items(pointer);
    else if (text.charAt(at) === '"') string();
    else while (at < text.length && !/[\s,\]}]/.test(text.charAt(at))) at += 1;
  };

  value('');
  return lines;
}
