/** Reads CSV as ItemReader does: quoted fields, a header for each column, rows cut or filled to the headers. */

/** Calls `row` for each line that is not empty; false from it ends the reading. */
export function readCsv(text: string, delimiter: string, row: (fields: string[]) => boolean): void {
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  while (at < text.length) {
    const fields: string[] = [];
    for (;;) {
      const field = readField(text, at, delimiter);
      fields.push(field.value);
      at = field.end;
      if (text[at] !== delimiter) break;
      at += 1;
    }
    if (text[at] === '\r') at += 1;
    if (text[at] === '\n') at += 1;
    const empty = fields.length === 1 && fields[0] === '';
    if (!empty && !row(fields)) return;
  }
}

/** `end` is where the delimiter, the line break or the end of the text stands. */
function readField(text: string, start: number, delimiter: string): { value: string; end: number } {
  if (text[start] === '"') return readQuoted(text, start + 1, delimiter);
  let end = start;
  while (end < text.length && text[end] !== delimiter && text[end] !== '\n' && text[end] !== '\r') end += 1;
  return { value: text.slice(start, end), end };
}

function readQuoted(text: string, start: number, delimiter: string): { value: string; end: number } {
  let value = '';
  let from = start;
  for (;;) {
    const quote = text.indexOf('"', from);
    if (quote < 0) return { value: value + text.slice(from), end: text.length };
    value += text.slice(from, quote);
    if (text[quote + 1] !== '"') {
      const rest = readField(text, quote + 1, delimiter);
      return { value: value + rest.value, end: rest.end };
    }
    value += '"';
    from = quote + 2;
  }
}
