/**
 * A time axis that compresses long waits. An order lives for hours in which little happens and for seconds in which
 * much does; on a linear axis the seconds would vanish. The axis is cut at every moment something begins or ends, and
 * each piece gets a width that grows with the logarithm of its length: A1 the axis never runs backwards, A2 every
 * piece has some width, A3 a piece that makes up much of the time and is drawn narrower than that is marked as compressed.
 */

export interface AxisPiece {
  readonly fromMs: number;
  readonly toMs: number;
  /** 0 to 1 along the whole axis. */
  readonly from: number;
  readonly to: number;
  readonly isCompressed: boolean;
}

export interface TimeAxis {
  readonly pieces: readonly AxisPiece[];
  readonly startMs: number;
  readonly endMs: number;
  /** Where a time lies, 0 to 1; times outside are held at the ends. */
  readonly at: (ms: number) => number;
  /** The time that lies there. */
  readonly timeAt: (position: number) => number;
}

const UNIT_MS = 60_000;
/** Every piece's own share, in units of one minute's width. */
const FLOOR = 0.2;
/** Share of the whole time from which a piece that is drawn narrower counts as a compressed wait. */
const WAIT_SHARE = 0.1;
const SHORTEST_WAIT_MS = 2 * UNIT_MS;
const MAX_PIECES = 600;

/** @param moments begin and end of whatever is drawn, in any order */
export function timeAxis(moments: readonly number[]): TimeAxis {
  const cuts = thinned([...new Set(moments)].sort((a, b) => a - b));
  const startMs = cuts[0] ?? 0;
  const endMs = cuts.at(-1) ?? startMs;
  const weights = cuts.slice(1).map((cut, index) => weight(cut - (cuts[index] ?? cut)));
  const total = weights.reduce((sum, each) => sum + each, 0);
  let passed = 0;
  const pieces = weights.map((each, index): AxisPiece => {
    const fromMs = cuts[index] ?? startMs;
    const toMs = cuts[index + 1] ?? endMs;
    const from = passed / total;
    passed += each;
    const timeShare = (toMs - fromMs) / (endMs - startMs);
    const isLong = toMs - fromMs > SHORTEST_WAIT_MS && timeShare >= WAIT_SHARE;
    const isCompressed = isLong && each / total < timeShare;
    return { fromMs, toMs, from, to: index === weights.length - 1 ? 1 : passed / total, isCompressed };
  });
  return {
    pieces,
    startMs,
    endMs,
    at: (ms) => {
      const piece = pieces[search(pieces, (each) => each.toMs >= ms)];
      if (piece === undefined) return ms <= startMs ? 0 : 1;
      const part = (Math.max(ms, piece.fromMs) - piece.fromMs) / (piece.toMs - piece.fromMs);
      return piece.from + part * (piece.to - piece.from);
    },
    timeAt: (position) => {
      const piece = pieces[search(pieces, (each) => each.to >= position)];
      if (piece === undefined) return position <= 0 ? startMs : endMs;
      const part = (Math.max(position, piece.from) - piece.from) / (piece.to - piece.from);
      return piece.fromMs + part * (piece.toMs - piece.fromMs);
    },
  };
}

const weight = (spanMs: number): number => FLOOR + Math.log2(1 + spanMs / UNIT_MS);

/** Thousands of cuts would give each less than a pixel: then every n-th is kept, and both ends. */
function thinned(cuts: readonly number[]): readonly number[] {
  const step = Math.ceil(cuts.length / MAX_PIECES);
  return step <= 1 ? cuts : cuts.filter((_, index) => index % step === 0 || index === cuts.length - 1);
}

/** First index whose element holds, where all after it hold too; the length where none does. */
function search<T>(sorted: readonly T[], holds: (element: T) => boolean): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const element = sorted[middle];
    if (element !== undefined && holds(element)) high = middle;
    else low = middle + 1;
  }
  return low;
}

export interface AxisTick {
  readonly ms: number;
  readonly position: number;
}

/** Times to write below the axis: begins of pieces, none closer than `minGap` (0 to 1) to the one before. */
export function axisTicks(axis: TimeAxis, minGap: number): readonly AxisTick[] {
  const ticks: AxisTick[] = [{ ms: axis.startMs, position: 0 }];
  for (const { toMs, to } of axis.pieces) {
    const before = ticks.at(-1)?.position ?? 0;
    if (to - before >= minGap && 1 - to >= minGap * 0.6) ticks.push({ ms: toMs, position: to });
  }
  if (axis.endMs > axis.startMs) ticks.push({ ms: axis.endMs, position: 1 });
  return ticks;
}
