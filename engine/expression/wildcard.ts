/** The patterns of StringMatches: `*` stands for any text, `\*` for an asterisk. Takes no longer than text times pattern. */

/** Where `\*` stood, so that it is not taken for a wildcard. */
const LITERAL = Symbol('literal');
type Piece = string | typeof LITERAL;

function piecesOf(pattern: string): Piece[] {
  return pattern.split(/(\\\*|\\\\)/).flatMap((part): Piece[] => {
    if (part === '\\*') return [LITERAL];
    return part === '\\\\' ? ['\\'] : [...part.split('')];
  });
}

export function matchesWildcard(pattern: string, text: string): boolean {
  const pieces = piecesOf(pattern);
  let at = 0;
  let from = 0;
  /** The last wildcard, and how far the text that it stands for reaches. */
  let wildcard = -1;
  let reach = 0;
  while (from < text.length) {
    const piece = pieces[at];
    if (piece === '*') {
      wildcard = at;
      reach = from;
      at += 1;
    } else if (piece !== undefined && text[from] === (piece === LITERAL ? '*' : piece)) {
      at += 1;
      from += 1;
    } else if (wildcard >= 0) {
      // Taking a character more with the last wildcard is enough: an earlier one could gain nothing by it.
      reach += 1;
      from = reach;
      at = wildcard + 1;
    } else return false;
  }
  return pieces.slice(at).every((piece) => piece === '*');
}
