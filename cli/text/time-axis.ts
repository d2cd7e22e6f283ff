/**
 * A time axis on which waiting takes little room: the stretches between moments at which something happened are drawn by
 * the logarithm of their length, so that a night of waiting and a second of work are both to be seen.
 */

export interface AxisPiece {
  /** Milliseconds since 1970. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Columns from the left. */
  readonly fromColumn: number;
  readonly toColumn: number;
  /** A column of it is far longer than one of the other pieces. */
  readonly isCompressed: boolean;
}

export interface TimeAxis {
  readonly pieces: readonly AxisPiece[];
  readonly columns: number;
  /** @returns 0 to `columns` - 1; what lies outside is drawn at the end that it is nearer to */
  columnOf(ms: number): number;
}

/** From how many times the middle piece's time in a column a piece counts as compressed. */
const COMPRESSED_FROM = 4;

export function timeAxis(momentsMs: readonly number[], columns: number): TimeAxis {
  const moments = [...new Set(momentsMs)].sort((a, b) => a - b);
  const spans = moments.slice(1).map((to, index) => ({ fromMs: moments[index] ?? to, toMs: to }));
  const weightOf = ({ fromMs, toMs }: { fromMs: number; toMs: number }): number =>
    Math.log2(1 + (toMs - fromMs) / 1_000);
  const whole = spans.reduce((sum, span) => sum + weightOf(span), 0);
  const scaleOf = (span: { fromMs: number; toMs: number }): number => (span.toMs - span.fromMs) / weightOf(span);
  const middleScale = spans.map(scaleOf).sort((a, b) => a - b)[Math.floor(spans.length / 2)] ?? 0;
  const room = Math.max(columns - 1, 0);
  let drawn = 0;
  const pieces = spans.map((span) => {
    const fromColumn = whole === 0 ? 0 : (drawn / whole) * room;
    const weight = weightOf(span);
    drawn += weight;
    const isCompressed = scaleOf(span) >= COMPRESSED_FROM * middleScale;
    return { ...span, fromColumn, toColumn: whole === 0 ? 0 : (drawn / whole) * room, isCompressed };
  });
  return { pieces, columns, columnOf: (ms) => columnIn(pieces, ms, room) };
}

function columnIn(pieces: readonly AxisPiece[], ms: number, room: number): number {
  const [first] = pieces;
  if (first === undefined || ms <= first.fromMs) return 0;
  let low = 0;
  let high = pieces.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((pieces[middle]?.toMs ?? 0) < ms) low = middle + 1;
    else high = middle;
  }
  const piece = pieces[low];
  if (piece === undefined || ms > piece.toMs) return room;
  const part = (ms - piece.fromMs) / (piece.toMs - piece.fromMs);
  return Math.min(room, Math.round(piece.fromColumn + part * (piece.toColumn - piece.fromColumn)));
}
